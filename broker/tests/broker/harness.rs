//! Brokers for tests: in this process, or as a program of its own that can be killed.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use kavka_broker::{Broker, BrokerConfig, RunningBroker, StartError};
use tempfile::TempDir;

use crate::client::Client;

/// What every test's broker is told unless the test says otherwise.
const SETTINGS: &[(&str, &str)] = &[
    ("listeners", "PLAINTEXT://127.0.0.1:0"),
    ("kavka.http.listener", "127.0.0.1:0"),
    ("group.initial.rebalance.delay.ms", "0"),
    ("offsets.topic.num.partitions", "4"),
];

/// A broker in this process with a folder of its own.
pub(crate) struct TestBroker {
    running: Option<RunningBroker>,
    folder: TempDir,
    settings: Vec<(String, String)>,
}

pub(crate) fn config(folder: &Path, settings: &[(&str, &str)]) -> BrokerConfig {
    let log_dirs = [("log.dirs", folder.to_str().unwrap())];
    let pairs = SETTINGS
        .iter()
        .chain(&log_dirs)
        .chain(settings)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    BrokerConfig::from_pairs(pairs, |_| None).unwrap()
}

pub(crate) fn start_in(
    folder: &Path,
    settings: &[(&str, &str)],
) -> Result<RunningBroker, StartError> {
    // What the broker says is shown with a failed test.
    drop(tracing_subscriber::fmt().with_test_writer().try_init());
    Broker::start(config(folder, settings))
}

impl TestBroker {
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let running = Some(start_in(folder.path(), settings).unwrap());
        let settings = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self {
            running,
            folder,
            settings: settings.collect(),
        }
    }

    fn running(&self) -> &RunningBroker {
        self.running.as_ref().unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running().kafka_addr()
    }

    pub(crate) fn http(&self) -> SocketAddr {
        self.running().http_addr().unwrap()
    }

    pub(crate) fn cluster_id(&self) -> String {
        self.running().cluster_id()
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(self.address())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops the broker cleanly.
    pub(crate) fn stop(&mut self) {
        let running = self.running.take().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(running.shutdown());
    }

    /// Starts the broker again on its folder.
    pub(crate) fn start_again(&mut self) {
        let settings: Vec<(&str, &str)> = self
            .settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.running = Some(start_in(self.folder.path(), &settings).unwrap());
    }

    pub(crate) fn restart(&mut self) {
        self.stop();
        self.start_again();
    }
}

/// A broker as a process of its own.
pub(crate) struct BrokerProcess {
    child: Child,
    address: SocketAddr,
}

pub(crate) fn command(folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kavka-broker"));
    let folder = ("log.dirs", folder.to_str().unwrap());
    for (name, value) in SETTINGS.iter().chain(&[folder]).chain(settings) {
        command.arg("--override").arg(format!("{name}={value}"));
    }
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

impl BrokerProcess {
    /// Starts one and waits until it says that it serves.
    pub(crate) fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::spawn(&mut command(folder, settings))
    }

    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut seen = String::new();
        let address = loop {
            let mut line = String::new();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "no broker: {seen}");
            seen.push_str(&line);
            if line.contains("\"serving\"") {
                break address_in(&line);
            }
        };
        // Whatever else it says must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { child, address }
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and how it ended.
    pub(crate) fn terminate(mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
        self.child.wait().unwrap()
    }
}

impl Drop for BrokerProcess {
    fn drop(&mut self) {
        // Already ended, unless the test failed.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn address_in(line: &str) -> SocketAddr {
    let (_, rest) = line.split_once("\"address\":\"").unwrap();
    rest.split_once('"').unwrap().0.parse().unwrap()
}

/// Runs a broker that must not start: how it ends and what it says last.
pub(crate) fn refused_start(folder: &Path, settings: &[(&str, &str)]) -> (ExitStatus, String) {
    let mut child = command(folder, settings).spawn().unwrap();
    let mut log = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    let last = log.lines().last().unwrap_or_default().to_owned();
    (child.wait().unwrap(), last)
}
