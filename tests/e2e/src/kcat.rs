//! Reading topics from this machine, outside of the cluster, with a client that nobody here wrote.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::command::{run, run_with};

/// kcat with the address of a cluster's outside listener.
pub(crate) struct Kcat {
    bootstrap: String,
}

impl Kcat {
    pub(crate) fn of(bootstrap: String) -> Self {
        Self { bootstrap }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("kcat");
        command
            .args(["-b", &self.bootstrap, "-m", "10"])
            .args(arguments);
        command
    }

    /// All records of a topic, each partition's in its order. Values must hold no line feed.
    pub(crate) fn read(&self, topic: &str) -> Result<Vec<String>> {
        let arguments = [
            "-C",
            "-t",
            topic,
            "-o",
            "beginning",
            "-e",
            "-q",
            "-f",
            "%s\\n",
        ];
        let text = run_with(&mut self.command(&arguments), b"", Duration::from_mins(1))?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// How many partitions a topic has; 0 if it does not exist.
    pub(crate) fn partitions(&self, topic: &str) -> Result<usize> {
        let text = run(&mut self.command(&["-L", "-J"]))?;
        let metadata: Value = serde_json::from_str(&text).context("kcat printed no JSON")?;
        let topics = metadata.get("topics").and_then(Value::as_array);
        let found = topics
            .into_iter()
            .flatten()
            .find(|found| found.get("topic").and_then(Value::as_str) == Some(topic));
        let partitions = found.and_then(|found| found.get("partitions")?.as_array());
        Ok(partitions.map_or(0, Vec::len))
    }
}
