//! Everything can be taken away, in any order, and nothing hangs or is lost on the way.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::command::eventually;
use crate::kubectl::Kubectl;
use crate::scenario::{KAVKA, LOGS, Stage, examples, install};
use crate::steps::note;

const ORPHAN: &str = include_str!("../../manifests/orphan.yaml");
const BROKER: &str = "kavka.dev/cluster=e2e,app.kubernetes.io/name=kavka-broker";
const GONE: Duration = Duration::from_secs(90);

/// The operator still runs: a Cluster goes before its topics, and comes back with its data.
pub(crate) fn cluster_first(stage: &Stage) -> Result<()> {
    let kubectl = &stage.kubectl;
    kubectl.apply(KAVKA, ORPHAN)?;
    kubectl.condition(KAVKA, ("kvt", "orphan"), ("Ready", "True"))?;
    kubectl.run_for(
        GONE,
        &["delete", "kvc", "demo", "-n", KAVKA, "--timeout=60s"],
    )?;
    kubectl.run_for(
        GONE,
        &["delete", "kvt", "orphan", "-n", KAVKA, "--timeout=60s"],
    )?;
    no_pods(
        kubectl,
        KAVKA,
        "kavka.dev/cluster=demo,app.kubernetes.io/name=kavka-broker",
    )?;
    // A Cluster made again finds its volumes, and so its records.
    examples::apply(stage)?;
    examples::consume(stage)?;
    let folder = stage.root.join("examples");
    delete_files(kubectl, &folder)?;
    no_pods(kubectl, KAVKA, "kavka.dev/cluster=demo")?;
    no_pods(kubectl, KAVKA, "kavka.dev/pipeline=samples")
}

/// A Topic with `deletionPolicy: Delete` takes its topic with it.
pub(crate) fn topic(stage: &Stage) -> Result<()> {
    let kubectl = &stage.kubectl;
    kubectl.run_for(
        GONE,
        &["delete", "kvp", "web", "-n", KAVKA, "--timeout=60s"],
    )?;
    no_pods(kubectl, KAVKA, "kavka.dev/pipeline=web")?;
    kubectl.run_for(
        GONE,
        &["delete", "kvt", "web", "-n", KAVKA, "--timeout=60s"],
    )?;
    ensure!(
        stage.kcat()?.partitions("web")? == 0,
        "the topic web is still there"
    );
    // The other kind of topic stays, and so do its records.
    kubectl.run_for(
        GONE,
        &["delete", "kvt", "lines", "-n", KAVKA, "--timeout=60s"],
    )?;
    ensure!(
        stage.kcat()?.partitions("lines")? == 4,
        "a retained topic is gone"
    );
    Ok(())
}

/// `helm uninstall` takes the operator only: CRDs, Clusters, pods and data stay; a new install
/// finds them and restarts nothing.
pub(crate) fn operator_first(stage: &Stage) -> Result<()> {
    let kubectl = &stage.kubectl;
    let owned = "apiVersion: kavka.dev/v1alpha1\nkind: Topic\nmetadata: {name: owned}\n\
                 spec: {cluster: e2e, partitions: 1, replicas: 1, deletionPolicy: Delete}\n";
    kubectl.apply(KAVKA, owned)?;
    kubectl.condition(KAVKA, ("kvt", "owned"), ("Ready", "True"))?;
    let before = kubectl.pod_identities(KAVKA, BROKER)?;
    let lines = stage.kcat()?.read("lines")?.len();

    kubectl.helm(&[
        "uninstall",
        "kavka",
        "-n",
        KAVKA,
        "--wait",
        "--timeout",
        "90s",
    ])?;
    kubectl.run(&[
        "get",
        "crd",
        "clusters.kavka.dev",
        "topics.kavka.dev",
        "pipelines.kavka.dev",
    ])?;
    kubectl.run(&["get", "kvc", "e2e", "-n", KAVKA])?;
    ensure!(
        kubectl.pod_identities(KAVKA, BROKER)? == before,
        "uninstalling touched the broker"
    );
    ensure!(
        stage.kcat()?.read("lines")?.len() == lines,
        "records are missing"
    );

    install::install(stage)?;
    kubectl.condition(KAVKA, ("kvc", "e2e"), ("Ready", "True"))?;
    ensure!(
        kubectl.pod_identities(KAVKA, BROKER)? == before,
        "installing again restarted it"
    );
    kubectl.helm(&[
        "uninstall",
        "kavka",
        "-n",
        KAVKA,
        "--wait",
        "--timeout",
        "90s",
    ])?;
    Ok(())
}

/// With no operator there, namespaces and CRDs still go, finalizers or not.
pub(crate) fn namespaces(stage: &Stage) -> Result<()> {
    let kubectl = &stage.kubectl;
    let arguments = ["delete", "namespace", KAVKA, LOGS, "--timeout=80s"];
    kubectl.run_for(GONE, &arguments)?;
    let crds = [
        "clusters.kavka.dev",
        "topics.kavka.dev",
        "pipelines.kavka.dev",
    ];
    kubectl.run_for(
        GONE,
        &[&["delete", "crd", "--timeout=60s"][..], &crds].concat(),
    )?;
    let kinds = "clusterroles,clusterrolebindings,crds,pv";
    let left = kubectl.run(&["get", kinds, "-o", "name"])?;
    let left: Vec<&str> = left.lines().filter(|name| name.contains("kavka")).collect();
    ensure!(left.is_empty(), "left behind: {left:?}");
    note("nothing of Kavka is left");
    Ok(())
}

/// Clears a cluster that is used again, whatever state the run before left it in.
pub(crate) fn leftovers(stage: &Stage) -> Result<()> {
    let kubectl = &stage.kubectl;
    if !kubectl
        .helm(&["list", "-n", KAVKA, "-q"])?
        .trim()
        .is_empty()
    {
        kubectl.helm(&[
            "uninstall",
            "kavka",
            "-n",
            KAVKA,
            "--wait",
            "--timeout",
            "90s",
        ])?;
    }
    let gone = ["--ignore-not-found", "--timeout=80s"];
    kubectl.run_for(
        GONE,
        &[&["delete", "namespace", KAVKA, LOGS][..], &gone].concat(),
    )?;
    let crds = [
        "delete",
        "crd",
        "clusters.kavka.dev",
        "topics.kavka.dev",
        "pipelines.kavka.dev",
    ];
    kubectl.run_for(GONE, &[&crds[..], &gone].concat())?;
    Ok(())
}

fn delete_files(kubectl: &Kubectl, folder: &Path) -> Result<()> {
    let folder = folder.to_string_lossy();
    kubectl.run_for(
        GONE,
        &["delete", "-n", KAVKA, "-f", &folder, "--timeout=60s"],
    )?;
    Ok(())
}

/// Kubernetes collects what belonged to a deleted object in its own time.
fn no_pods(kubectl: &Kubectl, namespace: &str, label: &str) -> Result<()> {
    eventually(&format!("no pod {label} is left"), GONE, || {
        let pods = kubectl.list(namespace, "pods", label)?;
        ensure!(pods.is_empty(), "{} pods", pods.len());
        Ok(())
    })
}
