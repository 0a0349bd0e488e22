//! Events that come in by HTTP from outside of the cluster.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::command::eventually;
use crate::kubectl::READY;
use crate::scenario::{KAVKA, Stage};
use crate::steps::note;

const MANIFESTS: &str = include_str!("../../manifests/cluster.yaml");
const POSTS: usize = 100;

/// The Cluster with an outside listener, its topics, and the Pipeline with an exposed source.
pub(crate) fn apply(stage: &Stage) -> Result<()> {
    stage.kubectl.apply(KAVKA, MANIFESTS)?;
    for object in [
        ("kvc", "e2e"),
        ("kvt", "lines"),
        ("kvt", "web"),
        ("kvp", "web"),
    ] {
        stage.kubectl.condition(KAVKA, object, ("Ready", "True"))?;
    }
    Ok(())
}

/// Posts JSON bodies and forms from this machine; each must be in the topic once it was answered.
pub(crate) fn post(stage: &Stage) -> Result<()> {
    let url = format!("http://{}:30999/sample.data", stage.node_address()?);
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();
    let send = |kind: &str, body: String| {
        agent
            .post(&url)
            .header("content-type", kind)
            .send(body)
            .with_context(|| url.clone())
    };
    // kube-proxy may learn of the pod a moment after it is ready.
    eventually("the first POST is answered", READY, || {
        send("application/json", json(0))
    })?;
    for id in 1..POSTS {
        if id % 2 == 0 {
            send("application/json", json(id))?;
        } else {
            send(
                "application/x-www-form-urlencoded",
                format!("json={}", json(id)),
            )?;
        }
    }
    let records = stage.kcat()?.read("web")?;
    let distinct: BTreeSet<&str> = records.iter().map(String::as_str).collect();
    for id in 0..POSTS {
        let expected = json(id);
        ensure!(
            distinct.contains(expected.as_str()),
            "{expected} was answered but is not there"
        );
    }
    note(format!("{POSTS} posts answered, {} records", records.len()));
    Ok(())
}

fn json(id: usize) -> String {
    format!(r#"{{"id":{id}}}"#)
}
