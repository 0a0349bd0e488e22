//! A child process that never outlives the test.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

/// A running program; what it prints goes to files. Dropped, it is killed.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    output: TempDir,
}

/// What a program left behind.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

impl Finished {
    /// The output of a program that succeeded.
    pub fn expect_success(self, what: &str) -> Result<String> {
        if self.status.success() {
            return Ok(self.stdout);
        }
        bail!("{what}: {}\n{}\n{}", self.status, self.stdout, self.stderr)
    }

    /// Both outputs of a program that failed.
    pub fn expect_failure(self, what: &str) -> Result<String> {
        if self.status.success() {
            bail!(
                "{what} should have failed:\n{}\n{}",
                self.stdout,
                self.stderr
            );
        }
        Ok(format!("{}\n{}", self.stdout, self.stderr))
    }
}

impl Process {
    /// Starts `command`; `name` tells it from others in messages.
    pub fn start(name: &str, command: &mut Command) -> Result<Self> {
        Self::start_with_input(name, command, None)
    }

    /// Starts `command`, writes `input` to it and closes its standard input.
    pub fn start_with_input(
        name: &str,
        command: &mut Command,
        input: Option<&str>,
    ) -> Result<Self> {
        let output = tempfile::tempdir().context("no folder for a program's output")?;
        let child = command
            .stdin(if input.is_some() {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(File::create(output.path().join("stdout"))?)
            .stderr(File::create(output.path().join("stderr"))?)
            .spawn()
            .with_context(|| format!("{name} does not start: {command:?}"))?;
        let mut process = Self {
            name: name.to_owned(),
            child,
            output,
        };
        if let (Some(input), Some(mut stdin)) = (input, process.child.stdin.take()) {
            stdin
                .write_all(input.as_bytes())
                .with_context(|| format!("writing to {name}"))?;
        }
        Ok(process)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> Result<bool> {
        Ok(self.try_status()?.is_none())
    }

    /// How it ended, if it has.
    pub fn try_status(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Sends a signal, such as `TERM`.
    pub fn signal(&self, signal: &str) -> Result<()> {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", signal, &id]).status()?;
        anyhow::ensure!(status.success(), "{} cannot be signalled", self.name);
        Ok(())
    }

    /// Ends it at once (`kill -9`).
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Waits for its end.
    pub fn wait(&mut self, within: Duration) -> Result<Finished> {
        let end = Instant::now() + within;
        let status = loop {
            match self.child.try_wait()? {
                Some(status) => break status,
                None if Instant::now() >= end => {
                    let _ = self.kill();
                    let (stdout, stderr) = (self.stdout(), self.stderr());
                    bail!(
                        "{} did not end within {within:?}\n{stdout}\n{stderr}",
                        self.name
                    );
                }
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        Ok(Finished {
            status,
            stdout: self.stdout(),
            stderr: self.stderr(),
        })
    }

    /// What it has printed so far.
    pub fn stdout(&self) -> String {
        read(&self.output.path().join("stdout"))
    }

    /// What it has complained about so far.
    pub fn stderr(&self) -> String {
        read(&self.output.path().join("stderr"))
    }

    /// The file that it prints to.
    pub fn stdout_path(&self) -> PathBuf {
        self.output.path().join("stdout")
    }
}

fn read(path: &Path) -> String {
    fs::read(path)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
