//! A broker's process, timed from its start to its first answer.

mod system;

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail, ensure};

use crate::client::Connection;
use crate::cores::Cores;
use crate::usage;

pub(crate) use system::{Durability, Kind, System};

/// How long a broker is looked at to see whether it rests, and when nobody waits for that any more.
const REST: Duration = Duration::from_secs(1);
const RESTLESS: Duration = Duration::from_mins(1);
/// How long a broker may take to answer, or to end.
const PATIENCE: Duration = Duration::from_mins(4);
/// How often a connection is tried; a refused one costs some 20 µs.
const RETRY: Duration = Duration::from_micros(500);
/// Lines of a broker's log that an error shows.
const LOG_TAIL: usize = 15;

/// A running broker; killed when dropped.
pub(crate) struct Server {
    child: Child,
    log: PathBuf,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From the start of the process to the first answered Metadata request.
    pub(crate) served_after: Duration,
}

impl Server {
    /// Starts the broker with its data in `folder` and waits for its first answer.
    pub(crate) fn start(system: &System, cores: &Cores, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let ports = (
            kavka_test_harness::free_port()?,
            kavka_test_harness::free_port()?,
        );
        let mut command = system.command(folder, ports)?;
        let log = folder.join("log.txt");
        let output = File::options().create(true).append(true).open(&log)?;
        command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let begun = Instant::now();
        let mut server = Self::spawn(cores, &mut command, ports.0, log)?;
        server
            .wait(begun)
            .map_err(|error| server.explained(&error))?;
        server.served_after = begun.elapsed();
        Ok(server)
    }

    fn spawn(cores: &Cores, command: &mut Command, port: u16, log: PathBuf) -> Result<Self> {
        Ok(Self {
            child: cores.start_broker(command)?,
            log,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            served_after: Duration::ZERO,
        })
    }

    fn wait(&mut self, begun: Instant) -> Result<()> {
        loop {
            if let Ok(mut connection) = Connection::open(self.address) {
                return connection.first_answer();
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the broker ended with {status}");
            }
            ensure!(
                begun.elapsed() < PATIENCE,
                "the broker did not listen within {PATIENCE:?}"
            );
            thread::sleep(RETRY);
        }
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> Result<Connection> {
        Connection::open(self.address).map_err(|error| self.explained(&error))
    }

    /// Processor time so far.
    pub(crate) fn cpu_time(&self) -> Result<Duration> {
        usage::cpu_time(self.child.id()).map_err(|error| self.explained(&error))
    }

    /// Waits until it has done what it does by itself: a second in which it takes next to nothing.
    pub(crate) fn wait_until_at_rest(&self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let before = self.cpu_time()?;
            thread::sleep(REST);
            let used = self.cpu_time()?.saturating_sub(before);
            if used < REST / 20 || begun.elapsed() > RESTLESS {
                return Ok(());
            }
        }
    }

    /// Its memory now, in MB.
    pub(crate) fn resident_mb(&self) -> Result<f64> {
        usage::resident_mb(self.child.id()).map_err(|error| self.explained(&error))
    }

    /// Ends it as a crash of its process would.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            ensure!(
                begun.elapsed() < PATIENCE,
                "the broker did not end within {PATIENCE:?}"
            );
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// An error with the end of the broker's log.
    fn explained(&self, error: &anyhow::Error) -> anyhow::Error {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(LOG_TAIL)..);
        let tail = tail.unwrap_or_default().join("\n");
        anyhow!("{error:#}; the broker's log ends:\n{tail}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
