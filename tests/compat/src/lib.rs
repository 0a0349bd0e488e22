//! The real clients that the compatibility tests start: kcat, Apache Kafka's Java tools, a
//! franz-go program, kafka-python.
//!
//! `prepare.sh` brings them into the cache folder; the first test that needs one runs it.

#![forbid(unsafe_code)]

mod kafka;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use kavka_test_harness::{Finished, Process};

pub use kafka::{KAFKA_VERSION, kafka_server};

/// The time after which a client is given up: on a busy machine Java takes its time.
pub const PATIENCE: Duration = Duration::from_mins(4);

/// The folder with the clients, made by `prepare.sh`.
fn cache() -> Result<PathBuf> {
    static PREPARED: OnceLock<Result<(), String>> = OnceLock::new();
    let prepared =
        PREPARED.get_or_init(|| prepare("prepare.sh").map_err(|error| format!("{error:#}")));
    prepared.clone().map_err(anyhow::Error::msg)?;
    cache_root()
}

/// What the suite in `tests/compat/<name>` needs, made by its own `prepare.sh`.
pub fn suite_folder(name: &str) -> Result<PathBuf> {
    prepare(&format!("{name}/prepare.sh"))?;
    Ok(cache_root()?.join(name))
}

fn cache_root() -> Result<PathBuf> {
    let cache = env::var_os("KAVKA_CACHE").map(PathBuf::from);
    let home = env::var_os("HOME").map(|home| Path::new(&home).join(".cache/kavka"));
    Ok(cache
        .or(home)
        .context("neither KAVKA_CACHE nor HOME is set")?
        .join("compat"))
}

fn prepare(script: &str) -> Result<()> {
    let status = Command::new(source(script))
        .status()
        .context("prepare.sh")?;
    ensure!(
        status.success(),
        "tests/compat/{script} failed: run it to see why"
    );
    Ok(())
}

/// A file of `tests/compat` in the checkout.
pub fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// `kcat` with these arguments.
pub fn kcat(arguments: &[&str]) -> Command {
    let mut command = Command::new("kcat");
    command.args(arguments);
    command
}

/// A tool of Apache Kafka by the name of its class, such as
/// `org.apache.kafka.tools.TopicCommand`.
pub fn java(class: &str, arguments: &[&str]) -> Result<Command> {
    // A tool runs for a second or two: start fast, stay small.
    let options = [
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xshare:auto",
        "-Xmx256m",
    ];
    java_with(&options, class, arguments)
}

/// A program of Apache Kafka whose virtual machine gets these options.
pub fn java_with(options: &[&str], class: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new("java");
    command
        .args(options)
        .arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        .arg("-cp")
        .arg(cache()?.join("java/libs/*"))
        .arg(class)
        .args(arguments);
    Ok(command)
}

/// The franz-go program with these arguments.
pub fn franz(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(cache()?.join("go/franz"));
    command.args(arguments);
    Ok(command)
}

/// A script of `tests/compat/python` with these arguments.
pub fn python(script: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(cache()?.join("python/bin/python"));
    command.arg(source("python").join(script)).args(arguments);
    Ok(command)
}

/// Runs a client to its end.
pub fn run(mut command: Command) -> Result<Finished> {
    let name = command.get_program().to_string_lossy().into_owned();
    Process::start(&name, &mut command)?.wait(PATIENCE)
}

/// Runs a client that reads `input` to its end.
pub fn run_with_input(mut command: Command, input: &str) -> Result<Finished> {
    let name = command.get_program().to_string_lossy().into_owned();
    Process::start_with_input(&name, &mut command, Some(input))?.wait(PATIENCE)
}
