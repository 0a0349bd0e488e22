//! librdkafka's own tests, `test-runner -p2 -Q`.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::results::{Results, Verdict};
use crate::suite::{Choice, Stage, Suite};

/// They take a quarter of an hour on Kafka here when nothing else runs.
const PATIENCE: Duration = Duration::from_hours(1);

pub(crate) struct Librdkafka;

impl Suite for Librdkafka {
    fn name(&self) -> &'static str {
        "librdkafka"
    }

    fn retries(&self) -> bool {
        true
    }

    fn unit<'a>(&self, test: &'a str) -> &'a str {
        test.split('_').next().unwrap_or(test)
    }

    fn run(&self, stage: &mut Stage, choice: &Choice) -> Result<Results> {
        // As the cluster is set that its authors test with: a topic made unasked has four partitions.
        stage.start(&[("num.partitions", "4")])?;
        let tests = stage.made.join("librdkafka/tests");
        let (settings, report) = (stage.work.join("test.conf"), stage.work.join("report.json"));
        fs::write(
            &settings,
            // Two processors, and others on them: waiting longer hides nothing.
            format!(
                "bootstrap.servers={}\ntest.timeout.multiplier=3\n",
                stage.address()?
            ),
        )?;
        let mut command = Command::new("./test-runner");
        command
            .args(["-p2", "-Q"])
            .current_dir(&tests)
            .env("LD_LIBRARY_PATH", "../src:../src-cpp")
            .env("RDKAFKA_TEST_CONF", &settings)
            .env("TEST_REPORT", &report)
            .env("TEST_KAFKA_VERSION", "4.3.0.0")
            .env("KAFKA_PATH", stage.made.join("kafka"))
            .env("BROKERS", stage.address()?);
        if let Some(only) = &choice.only {
            command.env("TESTS", self.numbers(only));
        }
        if !choice.not.is_empty() {
            command.env("TESTS_SKIP", self.numbers(&choice.not));
        }
        // It fails when any test does: the report tells which.
        stage.run("test-runner", &mut command, PATIENCE)?;
        let report = fs::read_to_string(&report).context("the tests left no report")?;
        parse(&report)
    }
}

impl Librdkafka {
    /// The environment's form.
    fn numbers(&self, tests: &BTreeSet<String>) -> String {
        let numbers: BTreeSet<&str> = tests.iter().map(|test| self.unit(test)).collect();
        numbers.into_iter().collect::<Vec<&str>>().join(",")
    }
}

/// What the report says of each test, but for the one named `<MAIN>`, which stands for all.
fn parse(report: &str) -> Result<Results> {
    let report: Value = serde_json::from_str(report).context("the report is no JSON")?;
    let tests = report
        .get("tests")
        .and_then(Value::as_object)
        .context("no tests")?;
    let mut results = Results::default();
    for (test, outcome) in tests {
        let verdict = match outcome.get("state").and_then(Value::as_str) {
            Some("PASSED") => Verdict::Pass,
            Some("SKIPPED") => Verdict::Skip,
            Some("DNS") => continue,
            _ => Verdict::Fail,
        };
        if test != "<MAIN>" {
            results.insert(test, verdict);
        }
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_still_ran_at_the_end_has_failed() {
        let report = r#"{"tests": {"<MAIN>": {"state": "PASSED"}, "0001_a": {"state": "PASSED"},
            "0002_b": {"state": "RUNNING"}, "0003_c": {"state": "SKIPPED"}}}"#;
        let results = parse(report).unwrap();
        assert_eq!(results.iter().count(), 3);
        assert_eq!(results.get("0001_a"), Some(Verdict::Pass));
        assert_eq!(results.get("0002_b"), Some(Verdict::Fail));
        assert_eq!(results.get("0003_c"), Some(Verdict::Skip));
    }
}
