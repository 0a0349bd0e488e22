//! What the README tells a new user to do.

use anyhow::{Result, ensure};

use crate::kubectl::READY;
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
    pod(
        stage,
        "producer",
        &["produce", "topic-sample"],
        "hello from a pod\n",
    )?;
    consume(stage)
}

/// The record of [`produce_and_consume`] is in the topic.
pub(crate) fn consume(stage: &Stage) -> Result<()> {
    let arguments = [
        "consume",
        "topic-sample",
        "--from-beginning",
        "--exit-at-end",
    ];
    let read = pod(stage, "consumer", &arguments, "")?;
    ensure!(
        read.contains("hello from a pod"),
        "consume printed {read:?}"
    );
    Ok(())
}

/// Runs the command in a pod that keeps to the restricted level, which is enforced here.
fn pod(stage: &Stage, name: &str, arguments: &[&str], input: &str) -> Result<String> {
    let image = format!("--image=kavka/kavka:{VERSION}");
    let overrides = format!(
        r#"{{"spec":{{"securityContext":{{"runAsNonRoot":true,
        "seccompProfile":{{"type":"RuntimeDefault"}}}},"containers":[{{"name":"{name}",
        "image":"kavka/kavka:{VERSION}","imagePullPolicy":"Never","stdin":true,"stdinOnce":true,
        "args":{},"env":[{{"name":"KAVKA_BOOTSTRAP_SERVER","value":"demo-bootstrap:9092"}}],
        "securityContext":{{"allowPrivilegeEscalation":false,
        "capabilities":{{"drop":["ALL"]}}}}}}]}}}}"#,
        serde_json::to_string(arguments)?
    );
    let flags = [
        "run",
        name,
        "-n",
        KAVKA,
        "--rm",
        "-i",
        "-q",
        "--restart=Never",
        &image,
    ];
    let timeout = format!("--pod-running-timeout={}s", READY.as_secs());
    let more = [
        "--override-type=strategic",
        "--overrides",
        &overrides,
        &timeout,
    ];
    stage
        .kubectl
        .run_with_input(&[&flags[..], &more].concat(), input)
}
