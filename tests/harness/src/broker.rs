//! A real broker in a process of its own.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::{Process, binary, free_port, http_get, wait_until};

/// How a broker is started.
#[derive(Debug, Clone, Default)]
pub struct BrokerSettings {
    overrides: Vec<(String, String)>,
}

impl BrokerSettings {
    /// Settings that suit tests: groups form at once.
    pub fn new() -> Self {
        Self::default()
            .set("group.initial.rebalance.delay.ms", "0")
            .set("offsets.topic.num.partitions", "4")
    }

    /// Sets `key`, by Kafka's name.
    #[must_use]
    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.overrides.push((key.to_owned(), value.to_owned()));
        self
    }

    /// Starts a broker with these settings and waits until it serves.
    pub fn start(self) -> Result<Broker> {
        let data = tempfile::tempdir().context("no folder for the broker's data")?;
        let ports = (free_port()?, free_port()?);
        let mut broker = Broker {
            process: None,
            settings: self,
            data,
            ports,
        };
        broker.launch()?;
        Ok(broker)
    }
}

/// A running broker; dropped, it is killed and its data are deleted, and the end of its log goes to
/// the test's output, which shows when the test failed.
#[derive(Debug)]
pub struct Broker {
    process: Option<Process>,
    settings: BrokerSettings,
    data: TempDir,
    ports: (u16, u16),
}

const START: Duration = Duration::from_secs(30);
const STOP: Duration = Duration::from_secs(30);

impl Broker {
    /// Starts a broker with the settings of [`BrokerSettings::new`].
    pub fn start() -> Result<Self> {
        BrokerSettings::new().start()
    }

    /// Where it speaks Kafka, as `HOST:PORT`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.ports.0)
    }

    /// Where it answers `/healthz`, `/readyz` and `/metrics`, as `HOST:PORT`.
    pub fn http_address(&self) -> String {
        format!("127.0.0.1:{}", self.ports.1)
    }

    /// Where its data lie.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Its process id.
    pub fn id(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }

    /// What it logged since it was last started.
    pub fn log(&self) -> String {
        self.process
            .as_ref()
            .map(Process::stderr)
            .unwrap_or_default()
    }

    /// Ends it as a crash would (`kill -9`).
    pub fn kill(&mut self) -> Result<()> {
        self.process
            .take()
            .context("the broker does not run")?
            .kill()
    }

    /// Ends it with `SIGTERM` and waits until it is gone.
    pub fn stop(&mut self) -> Result<()> {
        let mut process = self.process.take().context("the broker does not run")?;
        process.signal("TERM")?;
        process.wait(STOP)?.expect_success("the broker's end")?;
        Ok(())
    }

    /// Starts it again on its data and ports.
    pub fn launch(&mut self) -> Result<()> {
        let mut command = Command::new(program()?);
        let (kafka, http) = (self.address(), self.http_address());
        let fixed = [
            ("listeners", format!("PLAINTEXT://{kafka}")),
            ("kavka.http.listener", http.clone()),
            (
                "log.dirs",
                self.data.path().join("kavka").display().to_string(),
            ),
        ];
        for (key, value) in fixed {
            command.arg("--override").arg(format!("{key}={value}"));
        }
        for (key, value) in &self.settings.overrides {
            command.arg("--override").arg(format!("{key}={value}"));
        }
        let process = self
            .process
            .insert(Process::start("kavka-broker", &mut command)?);
        wait_until("the broker's start", START, || {
            if !process.is_running()? {
                bail!("the broker ended:\n{}", process.stderr());
            }
            let is_ready = http_get(&http, "/readyz").is_ok_and(|(status, _)| status == 200);
            Ok(is_ready && TcpStream::connect(&kafka).is_ok())
        })
    }
}

/// Lines of the log that a failed test shows.
const LOG_TAIL: usize = 40;

impl Drop for Broker {
    fn drop(&mut self) {
        let Some(process) = &mut self.process else {
            return;
        };
        let end = match process.try_status() {
            Ok(Some(status)) => format!("ended by itself: {status}"),
            Ok(None) => "still ran".to_owned(),
            Err(error) => format!("unknown: {error}"),
        };
        let log = process.stderr();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(LOG_TAIL)..);
        eprintln!(
            "broker at {} at the test's end: {end}\n{}",
            self.address(),
            tail.unwrap_or_default().join("\n")
        );
    }
}

fn program() -> Result<PathBuf> {
    binary("kavka-broker")
}
