//! Speaking to the cluster the way a person does: with kubectl and helm.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::command::{self, Output, eventually, output, run, run_with};
use crate::kind::Kind;

/// Enough for a pod to be scheduled, started and ready on a busy machine.
pub(crate) const READY: Duration = Duration::from_mins(2);

/// kubectl and helm with the credentials of one cluster.
pub(crate) struct Kubectl {
    /// The path of kubectl.
    program: PathBuf,
    helm_program: PathBuf,
    kubeconfig: PathBuf,
}

impl Kubectl {
    pub(crate) fn of(kind: &Kind) -> Self {
        Self {
            program: kind.program("kubectl"),
            helm_program: kind.program("helm"),
            kubeconfig: kind.kubeconfig.clone(),
        }
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.env("KUBECONFIG", &self.kubeconfig).args(arguments);
        command
    }

    /// Runs kubectl and gives what it printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<String> {
        run(&mut self.command(&self.program, arguments))
    }

    /// Runs kubectl with a limit of its own.
    pub(crate) fn run_for(&self, limit: Duration, arguments: &[&str]) -> Result<String> {
        run_with(&mut self.command(&self.program, arguments), b"", limit)
    }

    /// Runs kubectl where a refusal is an answer too.
    pub(crate) fn attempt(&self, arguments: &[&str]) -> Result<Output> {
        output(
            &mut self.command(&self.program, arguments),
            b"",
            command::LIMIT,
        )
    }

    /// `kubectl run --stdin`: a pod that reads `input`, and what it printed.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Result<String> {
        run_with(
            &mut self.command(&self.program, arguments),
            input.as_bytes(),
            READY,
        )
    }

    /// Runs helm.
    pub(crate) fn helm(&self, arguments: &[&str]) -> Result<String> {
        run_with(
            &mut self.command(&self.helm_program, arguments),
            b"",
            READY * 2,
        )
    }

    /// `kubectl apply` of a text.
    pub(crate) fn apply(&self, namespace: &str, manifests: &str) -> Result<String> {
        let mut apply = self.command(&self.program, &["apply", "-n", namespace, "-f", "-"]);
        run_with(&mut apply, manifests.as_bytes(), command::LIMIT)
    }

    /// One object, as JSON.
    pub(crate) fn get(&self, namespace: &str, kind: &str, name: &str) -> Result<Value> {
        let text = self.run(&["get", "-n", namespace, kind, name, "-o", "json"])?;
        serde_json::from_str(&text).context("kubectl printed no JSON")
    }

    /// The objects of a kind with a label, as JSON.
    pub(crate) fn list(&self, namespace: &str, kind: &str, label: &str) -> Result<Vec<Value>> {
        let text = self.run(&["get", "-n", namespace, kind, "-l", label, "-o", "json"])?;
        let list: Value = serde_json::from_str(&text).context("kubectl printed no JSON")?;
        let items = list.get("items").and_then(Value::as_array);
        Ok(items.cloned().unwrap_or_default())
    }

    /// Waits until the condition of an object has a status; gives its reason and message.
    pub(crate) fn condition(
        &self,
        namespace: &str,
        object: (&str, &str),
        condition: (&str, &str),
    ) -> Result<String> {
        let (kind, name) = object;
        let (of_type, status) = condition;
        eventually(&format!("{kind} {name}: {of_type}={status}"), READY, || {
            let value = self.get(namespace, kind, name)?;
            let generation = value.pointer("/metadata/generation");
            let found = value
                .pointer("/status/conditions")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .find(|c| c.get("type").and_then(Value::as_str) == Some(of_type))
                .with_context(|| {
                    format!(
                        "no condition {of_type}; status: {}",
                        value.pointer("/status").unwrap_or(&Value::Null)
                    )
                })?;
            // A condition about an older text of the object says nothing about this one.
            let observed = found
                .get("observedGeneration")
                .or_else(|| value.pointer("/status/observedGeneration"));
            ensure!(
                observed == generation,
                "observed {observed:?} of {generation:?}: {found}"
            );
            ensure!(
                found.get("status").and_then(Value::as_str) == Some(status),
                "{found}"
            );
            let part = |field: &str| found.get(field).and_then(Value::as_str).unwrap_or_default();
            Ok(format!("{}: {}", part("reason"), part("message")))
        })
    }

    /// Waits until all pods with a label, `count` of them, are ready.
    pub(crate) fn pods_ready(&self, namespace: &str, label: &str, count: usize) -> Result<()> {
        eventually(&format!("{count} pods {label} ready"), READY, || {
            let pods = self.list(namespace, "pods", label)?;
            let ready = pods.iter().filter(|pod| is_ready(pod)).count();
            ensure!(
                ready == count && pods.len() == count,
                "{ready} ready of {} pods",
                pods.len()
            );
            Ok(())
        })
    }

    /// The pods with a label, by uid, with the number of their restarts: equal values mean that
    /// nothing was restarted or made anew in between.
    pub(crate) fn pod_identities(
        &self,
        namespace: &str,
        label: &str,
    ) -> Result<BTreeMap<String, u64>> {
        let pods = self.list(namespace, "pods", label)?;
        if pods.is_empty() {
            bail!("there is no pod {label} in {namespace}");
        }
        Ok(pods
            .iter()
            .map(|pod| (text(pod, "/metadata/uid"), restarts(pod)))
            .collect())
    }
}

/// The string at a JSON pointer; empty if there is none.
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn restarts(pod: &Value) -> u64 {
    let statuses = pod
        .pointer("/status/containerStatuses")
        .and_then(Value::as_array);
    let counts = statuses.into_iter().flatten();
    counts
        .filter_map(|status| status.get("restartCount")?.as_u64())
        .sum()
}

fn is_ready(pod: &Value) -> bool {
    let conditions = pod.pointer("/status/conditions").and_then(Value::as_array);
    pod.pointer("/metadata/deletionTimestamp").is_none()
        && conditions.into_iter().flatten().any(|c| {
            c.get("type").and_then(Value::as_str) == Some("Ready")
                && c.get("status").and_then(Value::as_str) == Some("True")
        })
}
