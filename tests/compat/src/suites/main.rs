//! The suites that nobody here wrote, run against a broker of their own each:
//!
//! ```sh
//! make compat                              # all of them, after the tests of single clients
//! kavka-test-suites --quick                # the choice that `make verify` runs
//! kavka-test-suites franz-go               # one
//! kavka-test-suites --on kafka franz-go    # the same against Apache Kafka, for the denominator
//! ```
//!
//! What must pass stands in `tests/compat/<suite>/results.txt`; anything else is a failure.
#![forbid(unsafe_code)]

mod check;
mod command;
mod connect;
mod expected;
mod flume;
mod franz_go;
mod librdkafka;
mod reader;
mod report;
mod results;
mod rsyslog;
mod server;
mod streams;
mod suite;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Parser as _;

use command::Arguments;
use expected::Expected;
use report::{Line, table};
use suite::{Choice, Stage, Suite};

/// In the order in which they are run.
const SUITES: [&dyn Suite; 6] = [
    &franz_go::FranzGo,
    &librdkafka::Librdkafka,
    &rsyslog::Rsyslog,
    &flume::Flume,
    &connect::Connect,
    &streams::Streams,
];

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut lines = Vec::new();
    for suite in SUITES {
        if arguments.wants(suite.name()) {
            lines.push(run(suite, &arguments));
        }
    }
    println!("\n{}", table(&lines, arguments.on));
    if !lines.is_empty() && lines.iter().all(Line::holds) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs one suite; what goes wrong becomes a line of the report.
fn run(suite: &dyn Suite, arguments: &Arguments) -> Line {
    let begun = Instant::now();
    println!("== {} on {}", suite.name(), arguments.on);
    let line = match attempt(suite, arguments) {
        Ok(line) => line,
        Err(error) => Line::broken(suite.name(), &error),
    };
    line.took(begun.elapsed())
}

fn attempt(suite: &dyn Suite, arguments: &Arguments) -> Result<Line> {
    let mut expected = Expected::read(suite.name())?;
    let choice = Choice::of(suite, &expected, arguments)?;
    let mut stage = Stage::set(suite, arguments)?;
    let seen = suite.run(&mut stage, &choice);
    stage.end("broker")?;
    let seen = seen.with_context(|| stage.log_hint())?;
    let again = again(suite, arguments, &expected, &choice, &seen)?;
    let line = Line::of(
        suite.name(),
        &expected,
        &choice,
        &seen,
        &again,
        arguments.on,
    );
    if arguments.record {
        expected.record(&seen.with(&again), arguments.on)?;
    }
    Ok(line)
}

/// What failed but must pass, once more and on a fresh broker: on a busy machine a suite's own
/// time-outs strike. The report names what needed this.
fn again(
    suite: &dyn Suite,
    arguments: &Arguments,
    expected: &Expected,
    choice: &Choice,
    seen: &results::Results,
) -> Result<results::Results> {
    let failed = expected.missed(seen, choice, arguments.on);
    if failed.is_empty() || !suite.retries() {
        return Ok(results::Results::default());
    }
    println!("   once more: {}", failed.join(", "));
    let mut stage = Stage::set(suite, arguments)?;
    let tests = failed.iter().cloned().collect();
    let seen = suite.run(&mut stage, &Choice::only(failed))?;
    Ok(seen.only(&tests))
}
