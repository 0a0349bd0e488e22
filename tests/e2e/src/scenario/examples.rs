//! What the README tells a new user to do.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::command::eventually;
use crate::kubectl::{READY, text};
use crate::scenario::{KAVKA, Stage, VERSION};
use crate::steps::note;

/// `kubectl apply -f examples/`, and everything in it gets ready.
pub(crate) fn apply(stage: &Stage) -> Result<()> {
    let folder = stage.root.join("examples");
    let applied = stage
        .kubectl
        .run(&["apply", "-n", KAVKA, "-f", &folder.to_string_lossy()])?;
    note(applied.trim_end().replace('\n', "\n   "));
    ready(stage)
}

/// Waits until the quick start is ready.
pub(crate) fn ready(stage: &Stage) -> Result<()> {
    for object in [("kvc", "demo"), ("kvt", "topic-sample"), ("kvp", "samples")] {
        stage.kubectl.condition(KAVKA, object, ("Ready", "True"))?;
    }
    Ok(())
}

/// `kubectl run … -- produce`, then `… -- consume`, with the image of the command.
pub(crate) fn produce_and_consume(stage: &Stage) -> Result<()> {
    let produce = ["--rm", "-i", "-q", "--pod-running-timeout=90s"];
    let arguments = pod("producer", &["produce", "topic-sample"])?;
    let arguments: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .chain(produce)
        .collect();
    stage
        .kubectl
        .run_with_input(&arguments, "hello from a pod\n")?;
    consume(stage)
}

/// The record of [`produce_and_consume`] is in the topic.
///
/// What the pod printed is taken from its log: a terminal that attaches may come too late for it.
pub(crate) fn consume(stage: &Stage) -> Result<()> {
    let kubectl = &stage.kubectl;
    let arguments = [
        "consume",
        "topic-sample",
        "--from-beginning",
        "--exit-at-end",
    ];
    let arguments = pod("consumer", &arguments)?;
    kubectl.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())?;
    eventually("the pod that consumes ends", READY, || {
        let phase = text(&kubectl.get(KAVKA, "pod", "consumer")?, "/status/phase");
        ensure!(phase == "Succeeded" || phase == "Failed", "it is {phase}");
        Ok(())
    })?;
    let read = kubectl.run(&["logs", "consumer", "-n", KAVKA])?;
    kubectl.run(&["delete", "pod", "consumer", "-n", KAVKA])?;
    ensure!(
        read.contains("hello from a pod"),
        "consume printed {read:?}"
    );
    Ok(())
}

/// The arguments of `kubectl run` for the command in a pod that keeps to the restricted level,
/// which is enforced here.
fn pod(name: &str, arguments: &[&str]) -> Result<Vec<String>> {
    let image = format!("kavka/kavka:{VERSION}");
    let pod = json!({"spec": {
        "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [{
            "name": name,
            "image": image,
            "imagePullPolicy": "Never",
            "args": arguments,
            "stdin": arguments.first() == Some(&"produce"),
            "stdinOnce": true,
            "env": [{"name": "KAVKA_BOOTSTRAP_SERVER", "value": "demo-bootstrap:9092"}],
            "securityContext": {
                "allowPrivilegeEscalation": false,
                "capabilities": {"drop": ["ALL"]},
            },
        }],
    }});
    let words = ["run", name, "-n", KAVKA, "--restart=Never"].map(str::to_owned);
    let more = [
        format!("--image={image}"),
        format!("--overrides={}", serde_json::to_string(&pod)?),
    ];
    Ok(words.into_iter().chain(more).collect())
}
