//! How tests ended.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use clap::ValueEnum;

/// The broker that is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum On {
    /// This workspace's
    Kavka,
    /// Apache Kafka's own
    Kafka,
}

impl fmt::Display for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kavka => "Kavka",
            Self::Kafka => "Apache Kafka",
        })
    }
}

/// How one test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    Fail,
    /// It found by itself that there is nothing for it to do.
    Skip,
}

impl Verdict {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "pass" => Self::Pass,
            "fail" => Self::Fail,
            "skip" => Self::Skip,
            _ => return None,
        })
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }
}

/// How the tests of one run ended, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Results(BTreeMap<String, Verdict>);

impl Results {
    pub(crate) fn insert(&mut self, test: &str, verdict: Verdict) {
        self.0.insert(test.to_owned(), verdict);
    }

    pub(crate) fn get(&self, test: &str) -> Option<Verdict> {
        self.0.get(test).copied()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Verdict)> {
        self.0
            .iter()
            .map(|(test, verdict)| (test.as_str(), *verdict))
    }

    pub(crate) fn count(&self, wanted: Verdict) -> usize {
        self.iter()
            .filter(|(_, verdict)| *verdict == wanted)
            .count()
    }

    /// Those of some tests: a suite that is told to run only these may report the others as skipped.
    pub(crate) fn only(mut self, tests: &BTreeSet<String>) -> Self {
        self.0.retain(|test, _| tests.contains(test));
        self
    }

    /// These, and where a test was run again, its later end.
    pub(crate) fn with(&self, later: &Self) -> Self {
        let mut both = self.clone();
        both.0.extend(later.0.clone());
        both
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(all: &[(&str, Verdict)]) -> Results {
        Results(
            all.iter()
                .map(|(test, end)| ((*test).to_owned(), *end))
                .collect(),
        )
    }

    #[test]
    fn a_second_run_of_some_tests_says_nothing_of_the_others() {
        let first = results(&[("a", Verdict::Pass), ("b", Verdict::Fail)]);
        let second = results(&[("a", Verdict::Skip), ("b", Verdict::Pass)]);
        let again = second.only(&BTreeSet::from(["b".to_owned()]));
        assert_eq!(again, results(&[("b", Verdict::Pass)]));
        let both = results(&[("a", Verdict::Pass), ("b", Verdict::Pass)]);
        assert_eq!(first.with(&again), both);
    }
}
