//! A Kafka Streams application with `exactly_once_v2`.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use kavka_test_compat::{kcat, run_with_input};
use kavka_test_harness::{Process, wait_until};

use crate::check::{self, Check};
use crate::reader::read;
use crate::results::Results;
use crate::suite::{Choice, Stage, Suite};

/// How often the application is killed.
const KILLS: usize = 10;
/// The kills after which its state is deleted too.
const DELETED: [usize; 3] = [2, 5, 8];
/// Lines that each of its lives finds, besides those that an earlier one left.
const LINES: usize = 2_000;
const WORDS: [&str; 7] = ["one", "two", "three", "four", "five", "six", "seven"];
/// A member that was killed is missed after six seconds, its transaction ends after ten more.
const PATIENCE: Duration = Duration::from_mins(5);

const CHECKS: [Check; 2] = [
    Check {
        name: "counts_are_right_when_nothing_fails",
        run: |stage| count_words(stage, 0),
    },
    Check {
        name: "counts_are_right_when_it_is_killed_ten_times",
        run: |stage| count_words(stage, KILLS),
    },
];

pub(crate) struct Streams;

impl Suite for Streams {
    fn name(&self) -> &'static str {
        "streams"
    }

    fn run(&self, stage: &mut Stage, choice: &Choice) -> Result<Results> {
        check::run(&CHECKS, stage, choice)
    }
}

fn application(stage: &Stage) -> Result<Process> {
    let parts = ["classes", "libs/*"].map(|part| stage.made.join(part).display().to_string());
    let mut command = Command::new("java");
    command
        .args(["-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"])
        .arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        .args(["-cp", &parts.join(":"), "WordCount"])
        .arg(stage.address()?)
        .arg(stage.work.join("state"));
    Process::start("the Streams application", &mut command)
}

/// The words of the line with this number: two that every line shares with others, and one that is
/// rare.
fn line(number: usize) -> [String; 3] {
    let word = |shift: usize| {
        let word = WORDS.iter().cycle().nth((number + shift) % WORDS.len());
        (*word.unwrap_or(&"none")).to_owned()
    };
    [word(0), word(number / 7), format!("rare{}", number % 500)]
}

fn produce(stage: &Stage, from: usize, to: usize) -> Result<()> {
    let mut text = String::new();
    for number in from..to {
        text.push_str(&line(number).join(" "));
        text.push('\n');
    }
    let address = stage.address()?;
    let command = kcat(&["-b", &address, "-P", "-t", "lines"]);
    run_with_input(command, &text)?.expect_success("kcat -P")?;
    Ok(())
}

/// Each word's counts, in the order in which they were written.
fn counts(stage: &Stage) -> Result<BTreeMap<String, Vec<usize>>> {
    let mut counts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for record in read(&stage.address()?, "counts", "%k %s\\n")? {
        let (word, count) = record.split_once(' ').context("not a count")?;
        counts
            .entry(word.to_owned())
            .or_default()
            .push(count.parse()?);
    }
    Ok(counts)
}

fn total(counts: &BTreeMap<String, Vec<usize>>) -> usize {
    counts.values().map(Vec::len).sum()
}

/// Waits until at least this many counts are committed.
fn wait_counted(stage: &Stage, application: &mut Process, wanted: usize) -> Result<()> {
    let mut seen = 0;
    wait_until("the counts", PATIENCE, || {
        ensure!(application.is_running()?, "the application ended");
        seen = total(&counts(stage)?);
        std::thread::sleep(Duration::from_millis(500));
        Ok(seen >= wanted)
    })
    .with_context(|| format!("{seen} of {wanted}\n{}", application.stderr()))
}

/// The application counts words while it is killed so many times; each word's counts are 1, 2, 3…
fn count_words(stage: &mut Stage, kills: usize) -> Result<()> {
    for topic in ["lines", "counts"] {
        create(stage, topic)?;
    }
    let mut lines = 0;
    for kill in 0..kills {
        let counted = total(&counts(stage)?);
        produce(stage, lines, lines + LINES)?;
        lines += LINES;
        let mut application = application(stage)?;
        // At a moment of its own choice: a little of this life's work is committed, more is not.
        wait_counted(stage, &mut application, counted + kill * 100 + 1)?;
        application.kill()?;
        if DELETED.contains(&kill) {
            fs::remove_dir_all(stage.work.join("state"))?;
        }
    }
    produce(stage, lines, lines + LINES)?;
    lines += LINES;
    let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
    for word in (0..lines).flat_map(line) {
        *wanted.entry(word).or_default() += 1;
    }
    let mut application = application(stage)?;
    wait_counted(stage, &mut application, wanted.values().sum())?;
    application.signal("TERM")?;
    application.wait(PATIENCE)?;
    right(&counts(stage)?, &wanted)
}

/// That each word was counted 1, 2, 3… up to how often it came.
fn right(counts: &BTreeMap<String, Vec<usize>>, wanted: &BTreeMap<String, usize>) -> Result<()> {
    for (word, count) in wanted {
        let seen = counts.get(word).map(Vec::as_slice).unwrap_or_default();
        ensure!(
            seen.iter().copied().eq(1..=*count),
            "{word} came {count} times; counted: {seen:?}"
        );
    }
    ensure!(counts.len() == wanted.len(), "words that never came");
    Ok(())
}

fn create(stage: &Stage, topic: &str) -> Result<()> {
    let address = stage.address()?;
    let place = ["--bootstrap-server", &address, "--create", "--topic", topic];
    let command = kavka_test_compat::java(
        "org.apache.kafka.tools.TopicCommand",
        &[&place[..], &["--partitions", "3"]].concat(),
    )?;
    kavka_test_compat::run(command)?.expect_success("kafka-topics --create")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_is_missing_repeated_or_wrong_is_found() {
        let wanted = BTreeMap::from([("one".to_owned(), 3)]);
        let of = |counts: &[usize]| BTreeMap::from([("one".to_owned(), counts.to_vec())]);
        assert!(right(&of(&[1, 2, 3]), &wanted).is_ok());
        for wrong in [&[1, 2][..], &[1, 3], &[1, 2, 2, 3], &[1, 2, 3, 4], &[]] {
            assert!(right(&of(wrong), &wanted).is_err(), "{wrong:?}");
        }
    }
}
