//! What a run tells.

use std::fmt::Write as _;
use std::time::Duration;

use crate::expected::Expected;
use crate::results::{On, Results, Verdict};
use crate::suite::Choice;

/// One suite's line.
#[derive(Debug, Default)]
pub(crate) struct Line {
    suite: &'static str,
    passed: usize,
    failed: usize,
    skipped: usize,
    /// Of the tests that pass on Kafka and were chosen, how many passed, and how many there are.
    of_kafka: (usize, usize),
    /// Must pass and did not.
    missed: Vec<String>,
    /// Passed only when run again.
    second: Vec<String>,
    /// Passed and need not have.
    gained: Vec<String>,
    broken: Option<String>,
    took: Duration,
}

impl Line {
    pub(crate) fn of(
        suite: &'static str,
        expected: &Expected,
        choice: &Choice,
        first: &Results,
        again: &Results,
        on: On,
    ) -> Self {
        let seen = first.with(again);
        let missed = expected.missed(&seen, choice, on);
        let second = expected
            .missed(first, choice, on)
            .into_iter()
            .filter(|test| !missed.contains(test))
            .collect();
        let on_kafka = expected.passing(On::Kafka);
        let chosen = on_kafka.iter().filter(|test| choice.wants(test));
        let passed = chosen
            .clone()
            .filter(|test| seen.get(test) == Some(Verdict::Pass));
        Self {
            suite,
            passed: seen.count(Verdict::Pass),
            failed: seen.count(Verdict::Fail),
            skipped: seen.count(Verdict::Skip),
            of_kafka: (passed.count(), chosen.count()),
            missed,
            second,
            gained: expected.gained(&seen, on),
            ..Self::default()
        }
    }

    /// A suite that came to no results.
    pub(crate) fn broken(suite: &'static str, error: &anyhow::Error) -> Self {
        Self {
            suite,
            broken: Some(format!("{error:#}")),
            ..Self::default()
        }
    }

    pub(crate) fn took(self, took: Duration) -> Self {
        Self { took, ..self }
    }

    /// Whether everything that must pass has passed.
    pub(crate) fn holds(&self) -> bool {
        self.broken.is_none() && self.missed.is_empty()
    }
}

/// All lines, and below them what went wrong.
pub(crate) fn table(lines: &[Line], on: On) -> String {
    let mut text = format!(
        "| suite on {on} | pass | fail | skip | of what passes on Kafka | seconds |\n\
        | --- | --- | --- | --- | --- | --- |\n"
    );
    for line in lines {
        let (passed, all) = line.of_kafka;
        let percent = passed * 100 / all.max(1);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {passed} of {all} ({percent} %) | {} |",
            line.suite,
            line.passed,
            line.failed,
            line.skipped,
            line.took.as_secs(),
        );
    }
    for line in lines {
        let Line { suite, .. } = line;
        for test in &line.second {
            let _ = writeln!(text, "{suite}: passed only at its second run: {test}");
        }
        for test in &line.gained {
            let _ = writeln!(
                text,
                "{suite}: passes, which results.txt does not ask: {test}"
            );
        }
        for test in &line.missed {
            let _ = writeln!(text, "{suite}: MUST PASS AND DID NOT: {test}");
        }
        if let Some(error) = &line.broken {
            let _ = writeln!(text, "{suite}: BROKEN: {error}");
        }
    }
    text
}
