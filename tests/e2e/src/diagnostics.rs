//! What is kept of a cluster in which the test failed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::kubectl::{Kubectl, text};

const NAMESPACES: [&str; 2] = ["kavka", "kavka-logs"];

/// Writes objects, events and logs into `folder`, as much as can still be had.
pub(crate) fn collect(kubectl: &Kubectl, folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let keep = |file: &str, arguments: &[&str]| {
        let output = kubectl.attempt(arguments);
        let bytes = match output {
            Ok(output) => [output.stdout, output.stderr.into_bytes()].concat(),
            Err(error) => format!("{error:#}").into_bytes(),
        };
        fs::write(folder.join(file), bytes)
    };
    keep("pods.txt", &["get", "pods", "-A", "-o", "wide"])?;
    keep("nodes.txt", &["describe", "nodes"])?;
    keep(
        "events.txt",
        &["get", "events", "-A", "--sort-by=.lastTimestamp"],
    )?;
    keep(
        "kavka.yaml",
        &[
            "get",
            "clusters.kavka.dev,topics,pipelines",
            "-A",
            "-o",
            "yaml",
        ],
    )?;
    for namespace in NAMESPACES {
        let everything = "all,configmaps,pvc,leases,roles,rolebindings,poddisruptionbudgets";
        keep(
            &format!("{namespace}.yaml"),
            &["get", everything, "-n", namespace, "-o", "yaml"],
        )?;
        keep(
            &format!("{namespace}-pods.txt"),
            &["describe", "pods", "-n", namespace],
        )?;
        // The writers' logs are the test's own input, and large.
        for pod in kubectl
            .list(namespace, "pods", "app!=writer")
            .unwrap_or_default()
        {
            let name = text(&pod, "/metadata/name");
            let logs = [
                "logs",
                "-n",
                namespace,
                &name,
                "--all-containers",
                "--prefix",
            ];
            keep(&format!("{name}.log"), &logs)?;
            keep(
                &format!("{name}.previous.log"),
                &[&logs[..], &["--previous"]].concat(),
            )?;
        }
    }
    Ok(folder.to_owned())
}
