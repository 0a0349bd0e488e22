//! What each test of a suite must give, as data: `tests/compat/<suite>/results.txt`.
//!
//! A line is `KAFKA KAVKA TEST`, then perhaps `# why it does not pass`; a verdict is `pass`, `fail`,
//! `skip`, or `-` for a test that is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use kavka_test_compat::source;

use crate::results::{On, Results, Verdict};
use crate::suite::Choice;

#[cfg(test)]
mod tests;

/// What is known of one test.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Row {
    theirs: Option<Verdict>,
    ours: Option<Verdict>,
    why: String,
}

impl Row {
    fn on(&self, on: On) -> Option<Verdict> {
        match on {
            On::Kafka => self.theirs,
            On::Kavka => self.ours,
        }
    }
}

/// What is known of all tests of a suite.
#[derive(Debug)]
pub(crate) struct Expected {
    path: PathBuf,
    /// The lines at the file's head.
    head: String,
    rows: BTreeMap<String, Row>,
}

impl Expected {
    pub(crate) fn read(suite: &str) -> Result<Self> {
        let path = source(suite).join("results.txt");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Self::parse(path, &text)
    }

    fn parse(path: PathBuf, text: &str) -> Result<Self> {
        let (mut head, mut rows) = (String::new(), BTreeMap::new());
        for line in text.lines() {
            if line.starts_with('#') {
                head.push_str(line);
                head.push('\n');
            } else if !line.is_empty() {
                let (name, known) = row(line)
                    .with_context(|| format!("{}: not understood: {line}", path.display()))?;
                let old = rows.insert(name.to_owned(), known);
                ensure!(old.is_none(), "{}: twice: {name}", path.display());
            }
        }
        Ok(Self { path, head, rows })
    }

    /// The tests that must pass.
    pub(crate) fn passing(&self, on: On) -> BTreeSet<&str> {
        self.tests(on, Verdict::Pass)
    }

    /// The tests that are known to fail: they may hang, so they are run only when asked for.
    pub(crate) fn failing(&self, on: On) -> BTreeSet<&str> {
        self.tests(on, Verdict::Fail)
    }

    fn tests(&self, on: On, verdict: Verdict) -> BTreeSet<&str> {
        let rows = self.rows.iter();
        rows.filter(|(_, row)| row.on(on) == Some(verdict))
            .map(|(test, _)| test.as_str())
            .collect()
    }

    /// The tests that must pass, were chosen, and did not pass.
    pub(crate) fn missed(&self, seen: &Results, choice: &Choice, on: On) -> Vec<String> {
        self.passing(on)
            .into_iter()
            .filter(|test| choice.takes(test) && seen.get(test) != Some(Verdict::Pass))
            .map(str::to_owned)
            .collect()
    }

    /// The tests that passed and need not have.
    pub(crate) fn gained(&self, seen: &Results, on: On) -> Vec<String> {
        let passing = self.passing(on);
        seen.iter()
            .filter(|(test, verdict)| *verdict == Verdict::Pass && !passing.contains(test))
            .map(|(test, _)| test.to_owned())
            .collect()
    }

    /// Writes what was seen on `on` into the file.
    pub(crate) fn record(&mut self, seen: &Results, on: On) -> Result<()> {
        for (test, verdict) in seen.iter() {
            let row = self.rows.entry(test.to_owned()).or_default();
            match on {
                On::Kafka => row.theirs = Some(verdict),
                On::Kavka => row.ours = Some(verdict),
            }
        }
        fs::write(&self.path, self.text()?).with_context(|| self.path.display().to_string())
    }

    fn text(&self) -> Result<String> {
        let word = |verdict: Option<Verdict>| verdict.map_or("-", Verdict::word);
        let mut text = self.head.clone();
        for (test, row) in &self.rows {
            let (theirs, ours) = (word(row.theirs), word(row.ours));
            let passes = row.ours == Some(Verdict::Pass);
            match row.why.as_str() {
                "" => writeln!(text, "{theirs:4} {ours:4} {test}")?,
                _ if passes => writeln!(text, "{theirs:4} {ours:4} {test}")?,
                why => writeln!(text, "{theirs:4} {ours:4} {test} # {why}")?,
            }
        }
        Ok(text)
    }
}

/// `KAFKA KAVKA TEST [# WHY]`.
fn row(line: &str) -> Option<(&str, Row)> {
    let (line, why) = line.split_once(" # ").unwrap_or((line, ""));
    let mut words = line.split_whitespace();
    let mut verdict = || match words.next()? {
        "-" => Some(None),
        word => Verdict::parse(word).map(Some),
    };
    let (theirs, ours) = (verdict()?, verdict()?);
    let test = words.next()?;
    let why = why.trim().to_owned();
    let known = Row { theirs, ours, why };
    words.next().is_none().then_some((test, known))
}
