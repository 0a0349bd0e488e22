//! The integration tests of franz-go's client, `pkg/kgo`.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::results::{Results, Verdict};
use crate::suite::{Choice, Stage, Suite};

/// They take some six minutes on Kafka here.
const PATIENCE: Duration = Duration::from_mins(40);

pub(crate) struct FranzGo;

impl Suite for FranzGo {
    fn name(&self) -> &'static str {
        "franz-go"
    }

    fn retries(&self) -> bool {
        true
    }

    fn run(&self, stage: &mut Stage, choice: &Choice) -> Result<Results> {
        stage.start(&[])?;
        let mut command = Command::new(stage.made.join("kgo.test"));
        command
            .args(["-test.v=test2json", "-test.timeout=38m"])
            .current_dir(stage.made.join("kgo"))
            .env("KGO_SEEDS", stage.address()?)
            .env("KGO_LOG_LEVEL", "none")
            .env("KGO_TEST_RF", "1")
            .env("KGO_TEST_RECORDS", "20000")
            .env("KGO_TEST_MAX_TOPIC_PARTS", "3");
        if let Some(only) = &choice.only {
            // A test is chosen as a whole: its parts share what it prepares.
            let whole = |test: &String| test.split('/').next().unwrap_or(test).to_owned();
            let tests: BTreeSet<String> = only.iter().map(whole).collect();
            command.arg(format!("-test.run={}", pattern(tests.iter())));
        }
        if !choice.not.is_empty() {
            command.arg(format!("-test.skip={}", pattern(choice.not.iter())));
        }
        let printed = stage.run("kgo.test", &mut command, PATIENCE)?;
        let results = parse(&printed);
        ensure!(
            printed
                .lines()
                .any(|line| matches!(line.trim_start_matches('\u{16}'), "PASS" | "FAIL")),
            "the tests did not come to their end: {}",
            printed
                .lines()
                .find(|line| line.starts_with("panic: "))
                .unwrap_or("no panic")
        );
        Ok(results)
    }
}

/// A pattern for exactly these tests: Go matches it part by part between the slashes.
fn pattern<'a>(tests: impl Iterator<Item = &'a String>) -> String {
    let exact = |test: &String| {
        let parts: Vec<String> = test.split('/').map(exactly).collect();
        parts.join("/")
    };
    tests.map(exact).collect::<Vec<String>>().join("|")
}

fn exactly(part: &str) -> String {
    let mut pattern = "^".to_owned();
    for letter in part.chars() {
        if letter.is_ascii_punctuation() && letter != '_' && letter != '-' {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('$');
    pattern
}

/// `--- PASS: TestName/part (0.01s)`, wherever it stands in a line.
fn parse(printed: &str) -> Results {
    let mut results = Results::default();
    for line in printed.lines() {
        let Some((_, rest)) = line.split_once("--- ") else {
            continue;
        };
        let Some((word, rest)) = rest.split_once(": ") else {
            continue;
        };
        let verdict = match word {
            "PASS" => Verdict::Pass,
            "FAIL" => Verdict::Fail,
            "SKIP" => Verdict::Skip,
            _ => continue,
        };
        if let Some((test, _)) = rest.rsplit_once(" (") {
            results.insert(test, verdict);
        }
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_from_what_go_prints() {
        let printed = "=== RUN   TestA\n\u{16}--- PASS: TestA (0.00s)\n    \
            --- FAIL: TestB/part (1.20s)\n--- SKIP: TestC (0.00s)\n--- NOTE: TestD (0.00s)\n";
        let results = parse(printed);
        assert_eq!(results.iter().count(), 3);
        assert_eq!(results.get("TestA"), Some(Verdict::Pass));
        assert_eq!(results.get("TestB/part"), Some(Verdict::Fail));
        assert_eq!(results.get("TestC"), Some(Verdict::Skip));
    }

    #[test]
    fn a_pattern_names_parts_between_slashes() {
        let tests = ["TestA".to_owned(), "TestB/a%{b".to_owned()];
        assert_eq!(pattern(tests.iter()), r"^TestA$|^TestB$/^a\%\{b$");
    }
}
