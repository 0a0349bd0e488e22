//! The broker under test.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use kavka_test_compat::kafka_server;
use kavka_test_harness::{Broker, BrokerSettings, Process, free_port, wait_until};

use crate::results::On;

/// On a busy machine Java takes its time.
const START: Duration = Duration::from_mins(3);

/// A broker; gone when dropped.
pub(crate) enum Server {
    Kavka(Broker),
    Kafka(Kafka),
}

impl Server {
    /// Starts it on an empty disk.
    pub(crate) fn start(on: On, settings: &[(&str, &str)], folder: &Path) -> Result<Self> {
        Ok(match on {
            On::Kavka => {
                let defaults = BrokerSettings::default();
                let settings = settings
                    .iter()
                    .fold(defaults, |all, (key, value)| all.set(key, value));
                Self::Kavka(settings.start()?)
            }
            On::Kafka => Self::Kafka(Kafka::start(settings, folder)?),
        })
    }

    /// Where it speaks Kafka, as `HOST:PORT`.
    pub(crate) fn address(&self) -> String {
        match self {
            Self::Kavka(broker) => broker.address(),
            Self::Kafka(kafka) => format!("127.0.0.1:{}", kafka.ports.0),
        }
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(&mut self) -> Result<()> {
        match self {
            Self::Kavka(broker) => broker.kill(),
            Self::Kafka(kafka) => kafka.process.take().context("Kafka does not run")?.kill(),
        }
    }

    /// Starts it again on its data.
    pub(crate) fn launch(&mut self) -> Result<()> {
        match self {
            Self::Kavka(broker) => broker.launch(),
            Self::Kafka(kafka) => kafka.launch(),
        }
    }

    /// What it has logged since it was last started.
    pub(crate) fn log(&self) -> String {
        match self {
            Self::Kavka(broker) => broker.log(),
            Self::Kafka(Kafka { process, .. }) => {
                process.as_ref().map(Process::stdout).unwrap_or_default()
            }
        }
    }
}

/// Apache Kafka in a process of its own.
pub(crate) struct Kafka {
    process: Option<Process>,
    overrides: Vec<String>,
    folder: PathBuf,
    ports: (u16, u16),
}

impl Kafka {
    fn start(settings: &[(&str, &str)], folder: &Path) -> Result<Self> {
        let settings = settings.iter();
        let mut kafka = Self {
            process: None,
            overrides: settings
                .map(|(key, value)| format!("{key}={value}"))
                .collect(),
            folder: folder.to_owned(),
            ports: (free_port()?, free_port()?),
        };
        kafka.launch()?;
        Ok(kafka)
    }

    fn launch(&mut self) -> Result<()> {
        let mut command = kafka_server(&self.folder, self.ports.0, self.ports.1)?;
        for setting in &self.overrides {
            command.args(["--override", setting]);
        }
        let process = self.process.insert(Process::start("kafka", &mut command)?);
        wait_until("Kafka's start", START, || {
            if !process.is_running()? {
                bail!("Kafka ended:\n{}\n{}", process.stdout(), process.stderr());
            }
            Ok(TcpStream::connect(("127.0.0.1", self.ports.0)).is_ok())
        })
    }
}
