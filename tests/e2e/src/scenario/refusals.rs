//! What cannot be done is refused with a reason, and changes nothing.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::command::eventually;
use crate::kubectl::text;
use crate::scenario::{KAVKA, Stage};
use crate::steps::note;

const BROKEN: &str = include_str!("../../manifests/web-broken.yaml");
const GOOD: &str = include_str!("../../manifests/cluster.yaml");
const COLLECTOR: &str = "kavka.dev/pipeline=web";

/// The columns that `kubectl get` shows by kind.
pub(crate) fn columns(stage: &Stage) -> Result<()> {
    for (kind, column) in [("kvc", "BROKERS"), ("kvt", "PARTITIONS"), ("kvp", "NODES")] {
        let table = stage.kubectl.run(&["get", kind, "-n", KAVKA])?;
        let header = table.lines().next().unwrap_or_default().to_owned();
        for expected in ["NAME", "READY", "REASON", column] {
            ensure!(
                header.contains(expected),
                "{kind}: no column {expected} in {header:?}"
            );
        }
        note(table.trim_end().replace('\n', "\n   "));
    }
    let everything = stage.kubectl.run(&["get", "kavka", "-n", KAVKA])?;
    for name in ["/demo", "/topic-sample", "/samples"] {
        ensure!(
            everything.contains(name),
            "kubectl get kavka lacks {name}:\n{everything}"
        );
    }
    Ok(())
}

/// A VRL type error shows in status; the collector runs on with the pipeline that it has.
pub(crate) fn broken_pipeline(stage: &Stage) -> Result<()> {
    let kubectl = &stage.kubectl;
    let pods = kubectl.pod_identities(KAVKA, COLLECTOR)?;
    let config = || {
        let maps = kubectl.list(KAVKA, "configmaps", COLLECTOR)?;
        Ok::<_, anyhow::Error>(
            maps.iter()
                .map(|map| map.get("data").cloned())
                .collect::<Vec<_>>(),
        )
    };
    let before = config()?;
    kubectl.apply(KAVKA, BROKEN)?;
    note(kubectl.condition(KAVKA, ("kvp", "web"), ("Ready", "False"))?);
    ensure!(
        config()? == before,
        "the broken pipeline reached the ConfigMap"
    );
    ensure!(
        kubectl.pod_identities(KAVKA, COLLECTOR)? == pods,
        "a collector was restarted"
    );
    kubectl.apply(KAVKA, GOOD)?;
    kubectl.condition(KAVKA, ("kvp", "web"), ("Ready", "True"))?;
    Ok(())
}

/// Kafka cannot take partitions away: the Topic says so and keeps them.
pub(crate) fn fewer_partitions(stage: &Stage) -> Result<()> {
    let kubectl = &stage.kubectl;
    let patch = |partitions: u8| {
        let patch = format!(r#"{{"spec":{{"partitions":{partitions}}}}}"#);
        kubectl.run(&[
            "patch",
            "kvt",
            "lines",
            "-n",
            KAVKA,
            "--type=merge",
            "-p",
            &patch,
        ])
    };
    patch(2)?;
    note(kubectl.condition(KAVKA, ("kvt", "lines"), ("Ready", "False"))?);
    ensure!(
        stage.kcat()?.partitions("lines")? == 4,
        "the topic lost partitions"
    );
    patch(4)?;
    kubectl.condition(KAVKA, ("kvt", "lines"), ("Ready", "True"))?;
    Ok(())
}

/// More partitions and another setting are no refusal: they are done.
pub(crate) fn more_partitions(stage: &Stage) -> Result<()> {
    let patch = r#"{"spec":{"partitions":3,"config":{"retention.ms":3600000}}}"#;
    stage.kubectl.run(&[
        "patch",
        "kvt",
        "web",
        "-n",
        KAVKA,
        "--type=merge",
        "-p",
        patch,
    ])?;
    stage
        .kubectl
        .condition(KAVKA, ("kvt", "web"), ("Ready", "True"))?;
    eventually(
        "the topic has three partitions",
        Duration::from_secs(20),
        || {
            ensure!(stage.kcat()?.partitions("web")? == 3);
            Ok(())
        },
    )?;
    let topic = stage.kubectl.get(KAVKA, "kvt", "web")?;
    note(format!("topic id {}", text(&topic, "/status/topicId")));
    Ok(())
}
