//! A collector in a process of its own, and what its sinks got.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use kavka_test_harness::{Process, binary, free_port, http_get, wait_until};
use tempfile::TempDir;

/// How long a thing may take on a busy machine before a test gives up.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// A running collector; dropped, it is killed and its folder deleted.
#[derive(Debug)]
pub struct Collector {
    process: Option<Process>,
    folder: TempDir,
    http_port: u16,
    bootstrap: Option<String>,
    environment: BTreeMap<String, String>,
}

impl Collector {
    /// Prepares a collector for a pipeline's bare spec. `FOLDER` in it stands for the collector's
    /// own folder, in which tests put the files that it reads and writes.
    pub fn new(spec: &str) -> Result<Self> {
        let collector = Self {
            process: None,
            folder: tempfile::tempdir().context("no folder for the collector")?,
            http_port: free_port()?,
            bootstrap: None,
            environment: BTreeMap::new(),
        };
        collector.configure(spec)?;
        Ok(collector)
    }

    /// Names the brokers for sinks without `bootstrap_servers`.
    #[must_use]
    pub fn with_bootstrap(mut self, servers: &str) -> Self {
        self.bootstrap = Some(servers.to_owned());
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Starts it and waits until it is ready.
    pub fn start(mut self) -> Result<Self> {
        self.launch()?;
        Ok(self)
    }

    /// Starts it (again) on its folder.
    pub fn launch(&mut self) -> Result<()> {
        let mut command = self.command()?;
        let process = self
            .process
            .insert(Process::start("kavka-collector", &mut command)?);
        let address = format!("127.0.0.1:{}", self.http_port);
        wait_until("the collector's start", PATIENCE, || {
            if !process.is_running()? {
                bail!("the collector ended:\n{}", process.stderr());
            }
            Ok(http_get(&address, "/readyz").is_ok_and(|(status, _)| status == 200))
        })
    }

    /// Its command line.
    pub fn command(&self) -> Result<Command> {
        let mut command = Command::new(binary("kavka-collector")?);
        command
            .arg("--config")
            .arg(self.path("pipeline.yaml"))
            .arg("--data-dir")
            .arg(self.path("data"))
            .args(["--http-address", &format!("127.0.0.1:{}", self.http_port)])
            .envs(&self.environment);
        if let Some(servers) = &self.bootstrap {
            command.args(["--bootstrap-server", servers]);
        }
        Ok(command)
    }

    /// Writes its configuration; a running collector notices.
    pub fn configure(&self, spec: &str) -> Result<()> {
        let text = spec.replace("FOLDER", &self.folder.path().display().to_string());
        fs::write(self.path("pipeline.yaml"), text).context("the configuration")
    }

    /// A path in its folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Ends it as a crash would (`kill -9`).
    pub fn kill(&mut self) -> Result<()> {
        self.process
            .take()
            .context("the collector does not run")?
            .kill()
    }

    /// Ends it with `SIGTERM` and waits until it is gone.
    pub fn stop(&mut self) -> Result<()> {
        let mut process = self.process.take().context("the collector does not run")?;
        process.signal("TERM")?;
        process
            .wait(PATIENCE)?
            .expect_success("the collector's end")?;
        Ok(())
    }

    /// What it logged since it was last started.
    pub fn log(&self) -> String {
        self.process
            .as_ref()
            .map(Process::stderr)
            .unwrap_or_default()
    }

    /// What it printed since it was last started.
    pub fn stdout(&self) -> String {
        self.process
            .as_ref()
            .map(Process::stdout)
            .unwrap_or_default()
    }

    /// The memory that it holds, in bytes.
    pub fn resident_bytes(&self) -> Result<u64> {
        let id = self
            .process
            .as_ref()
            .context("the collector does not run")?
            .id();
        let status = fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line
            .and_then(|line| line.split_whitespace().next())
            .context("no VmRSS")?;
        Ok(kib.parse::<u64>()? * 1024)
    }

    /// Its metrics as text.
    pub fn metrics(&self) -> Result<String> {
        Ok(http_get(&format!("127.0.0.1:{}", self.http_port), "/metrics")?.1)
    }

    /// Waits until a sink has delivered `count` events since the collector's start.
    pub fn wait_for_sent(&self, sink: &str, count: u64) -> Result<()> {
        let series = format!("kavka_collector_sent_events_total{{component=\"{sink}\"}} ");
        let mut sent = 0;
        let got = wait_until(&format!("{count} events of {sink}"), PATIENCE, || {
            let metrics = self.metrics()?;
            let value = metrics.lines().find_map(|line| line.strip_prefix(&series));
            sent = value.map_or(0, |value| value.parse().unwrap_or(0));
            Ok(sent >= count)
        });
        got.with_context(|| format!("{sent} were delivered\n{}", self.log()))
    }

    /// Waits until its log contains `text`.
    pub fn wait_for_log(&self, text: &str) -> Result<()> {
        wait_until(
            &format!("{text:?} in the collector's log"),
            PATIENCE,
            || Ok(self.log().contains(text)),
        )
        .with_context(|| self.log())
    }

    /// Waits until a file in its folder has `count` different lines, and gives all of its lines.
    pub fn wait_for_lines(&self, name: &str, count: usize) -> Result<Vec<String>> {
        let path = self.path(name);
        let got = wait_until(&format!("{count} lines in {name}"), PATIENCE, || {
            Ok(distinct(&lines(&path)) >= count)
        });
        let lines = lines(&path);
        got.with_context(|| format!("{} lines came\n{}", lines.len(), self.log()))?;
        Ok(lines)
    }
}

/// The lines of a file; none when it is missing.
pub fn lines(path: &Path) -> Vec<String> {
    let text = fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&text)
        .lines()
        .map(str::to_owned)
        .collect()
}

/// How many different lines there are.
pub fn distinct(lines: &[String]) -> usize {
    lines
        .iter()
        .collect::<std::collections::BTreeSet<_>>()
        .len()
}

/// What kcat reads from a topic, from its beginning to its end.
pub fn consume(broker: &str, topic: &str) -> Result<Vec<String>> {
    let mut kcat = Command::new("kcat");
    kcat.args([
        "-b",
        broker,
        "-t",
        topic,
        "-C",
        "-e",
        "-q",
        "-o",
        "beginning",
    ]);
    let output = Process::start("kcat", &mut kcat)?.wait(PATIENCE)?;
    if !output.status.success() && output.stderr.contains("Unknown topic") {
        return Ok(Vec::new());
    }
    let text = output.expect_success("kcat (Debian's package kcat)")?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Waits until a topic has `count` different records, and gives all of them.
pub fn wait_for_records(broker: &str, topic: &str, count: usize) -> Result<Vec<String>> {
    let mut records = Vec::new();
    let got = wait_until(&format!("{count} records in {topic}"), PATIENCE, || {
        records = consume(broker, topic)?;
        Ok(distinct(&records) >= count)
    });
    got.with_context(|| format!("{} records came", records.len()))?;
    Ok(records)
}
