//! What a suite is, and what it is given.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use kavka_test_compat::{source, suite_folder};
use kavka_test_harness::Process;

use crate::command::Arguments;
use crate::expected::Expected;
use crate::results::{On, Results};
use crate::server::Server;

/// Tests that somebody else wrote, or a program that somebody else wrote, under a few checks.
pub(crate) trait Suite {
    /// Its folder below `tests/compat` and below the cache.
    fn name(&self) -> &'static str;

    /// Whether its tests have time-outs of their own that a busy machine can exceed.
    fn retries(&self) -> bool {
        false
    }

    /// The smallest thing that can be left out of a run in which `test` is.
    fn unit<'a>(&self, test: &'a str) -> &'a str {
        test
    }

    /// Runs what is chosen.
    fn run(&self, stage: &mut Stage, choice: &Choice) -> Result<Results>;
}

/// Where a suite runs: a broker of its own, and two folders.
pub(crate) struct Stage {
    on: On,
    server: Option<Server>,
    /// What the suite's `prepare.sh` made.
    pub(crate) made: PathBuf,
    /// For what the suite writes; emptied before each run and left there after it.
    pub(crate) work: PathBuf,
}

impl Stage {
    pub(crate) fn set(suite: &dyn Suite, arguments: &Arguments) -> Result<Self> {
        let made = suite_folder(suite.name())?;
        let work = made.join(match arguments.on {
            On::Kavka => "run-kavka",
            On::Kafka => "run-kafka",
        });
        if work.exists() {
            fs::remove_dir_all(&work)?;
        }
        let stage = Self {
            on: arguments.on,
            server: None,
            made,
            work,
        };
        stage.folder("")?;
        Ok(stage)
    }

    /// Starts a broker on an empty disk with settings besides its defaults; an earlier one ends.
    pub(crate) fn start(&mut self, settings: &[(&str, &str)]) -> Result<()> {
        self.server = None;
        let disk = self.folder("broker")?;
        if self.on == On::Kafka && disk.join("data").exists() {
            fs::remove_dir_all(&disk)?;
        }
        self.server = Some(Server::start(self.on, settings, &disk)?);
        Ok(())
    }

    /// The broker that was started.
    pub(crate) fn server(&mut self) -> Result<&mut Server> {
        self.server.as_mut().context("no broker was started")
    }

    /// Where the broker speaks Kafka, as `HOST:PORT`.
    pub(crate) fn address(&self) -> Result<String> {
        let server = self.server.as_ref().context("no broker was started")?;
        Ok(server.address())
    }

    /// A folder below the work folder.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.work.join(name);
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        Ok(folder)
    }

    /// Runs a program to its end and keeps what it printed in the work folder.
    pub(crate) fn run(
        &self,
        name: &str,
        command: &mut Command,
        within: Duration,
    ) -> Result<String> {
        let mut process = Process::start(name, command)?;
        let ended = process.wait(within);
        let printed = [process.stdout(), process.stderr()].concat();
        fs::write(self.work.join(format!("{name}.log")), &printed)?;
        ended?;
        Ok(printed)
    }

    /// Ends the broker and keeps its log beside the suite's.
    pub(crate) fn end(&mut self, name: &str) -> Result<()> {
        if let Some(mut server) = self.server.take() {
            fs::write(self.work.join(format!("{name}.log")), server.log())?;
            // It may have ended already.
            let _ = server.kill();
        }
        Ok(())
    }

    /// Where to look when something went wrong.
    pub(crate) fn log_hint(&self) -> String {
        format!("its logs are in {}", self.work.display())
    }
}

/// Which tests of a suite are run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choice {
    /// These; all without.
    pub(crate) only: Option<BTreeSet<String>>,
    /// Not these.
    pub(crate) not: BTreeSet<String>,
}

impl Choice {
    pub(crate) fn of(
        suite: &dyn Suite,
        expected: &Expected,
        arguments: &Arguments,
    ) -> Result<Self> {
        let mut choice = Self::everything();
        if !arguments.test.is_empty() {
            return Ok(Self::only(arguments.test.clone()));
        }
        if arguments.quick {
            choice = Self::only(quick(&source(suite.name()))?);
        }
        if !arguments.all {
            let passing = expected.passing(arguments.on);
            let wanted: BTreeSet<&str> = passing.into_iter().map(|test| suite.unit(test)).collect();
            choice.not = expected
                .failing(arguments.on)
                .into_iter()
                .filter(|test| !wanted.contains(suite.unit(test)))
                .map(str::to_owned)
                .collect();
        }
        Ok(choice)
    }

    pub(crate) fn everything() -> Self {
        Self::default()
    }

    pub(crate) fn only(tests: Vec<String>) -> Self {
        Self {
            only: Some(tests.into_iter().collect()),
            not: BTreeSet::new(),
        }
    }

    /// Whether a test is run.
    pub(crate) fn takes(&self, test: &str) -> bool {
        self.wants(test) && !named(&self.not, test)
    }

    /// Whether a test was asked for, be it known to fail or not.
    pub(crate) fn wants(&self, test: &str) -> bool {
        self.only.as_ref().is_none_or(|only| named(only, test))
    }
}

/// Whether these name a test itself or a test that it is a part of (`whole/part`).
fn named(tests: &BTreeSet<String>, test: &str) -> bool {
    let mut whole = test;
    loop {
        if tests.contains(whole) {
            return true;
        }
        match whole.rsplit_once('/') {
            Some((before, _)) => whole = before,
            None => return false,
        }
    }
}

/// The tests that `quick.txt` names, one a line.
fn quick(folder: &Path) -> Result<Vec<String>> {
    let path = folder.join("quick.txt");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    Ok(text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect())
}
