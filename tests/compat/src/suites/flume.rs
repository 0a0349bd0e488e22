//! Apache Flume 1.11: its sink, source and channel for Kafka.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use kavka_test_compat::{kcat, run_with_input};
use kavka_test_harness::{Process, wait_until};

use crate::check::{self, Check, configuration};
use crate::reader::{at_least_once, exactly, numbered, wait_for};
use crate::results::Results;
use crate::suite::{Choice, Stage, Suite};

const TOPIC: &str = "eventtopic";
const FILES: usize = 3;
const LINES: usize = 15_000;
/// How long an agent may take; on a busy machine Java takes its time.
const PATIENCE: Duration = Duration::from_mins(4);

const CHECKS: [Check; 4] = [
    Check {
        name: "sink",
        run: sink,
    },
    Check {
        name: "source",
        run: source,
    },
    Check {
        name: "channel_loses_nothing_when_the_agent_is_killed",
        run: channel,
    },
    Check {
        name: "channel_without_a_source",
        run: channel_alone,
    },
];

pub(crate) struct Flume;

impl Suite for Flume {
    fn name(&self) -> &'static str {
        "flume"
    }

    fn run(&self, stage: &mut Stage, choice: &Choice) -> Result<Results> {
        check::run(&CHECKS, stage, choice)
    }
}

/// An agent with a configuration of `tests/compat/flume`.
fn agent(stage: &Stage, file: &str) -> Result<Process> {
    stage.folder("store")?;
    let work = stage.work.display().to_string();
    let broker = stage.address()?;
    let values = [("work", work.as_str()), ("broker", &broker)];
    let file = configuration(stage, &format!("flume/{file}"), &values)?;
    let mut command = Command::new("java");
    command
        .args(["-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"])
        .arg("-cp")
        .arg(stage.made.join("libs/*"))
        .arg("org.apache.flume.node.Application")
        .args(["--conf-file", &file, "--name", "agent", "--no-reload-conf"]);
    Process::start("the Flume agent", &mut command)
}

fn stop(stage: &Stage, mut agent: Process) -> Result<()> {
    agent.signal("TERM")?;
    let ended = agent.wait(PATIENCE)?;
    fs::write(stage.work.join("agent.log"), ended.stderr)?;
    Ok(())
}

/// Files for the spooling source, in the order of their lines.
fn spool(stage: &Stage, lines: &[String]) -> Result<()> {
    let folder = stage.folder("weblogs")?;
    for (number, part) in lines.chunks(lines.len().div_ceil(FILES)).enumerate() {
        // A file must not change once it is there: written beside and moved.
        let beside = stage.work.join("access.log");
        fs::write(&beside, part.join("\n") + "\n")?;
        fs::rename(&beside, folder.join(format!("access-{number}.log")))?;
        // The source goes by the time of the last change.
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// What the file sink has written, oldest file first.
fn stored(stage: &Stage) -> Result<Vec<String>> {
    let mut files: Vec<_> = fs::read_dir(stage.folder("store")?)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let mut lines = Vec::new();
    for file in files {
        let text = fs::read_to_string(file.path())?;
        // The last line may still be under way.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        lines.extend(whole.lines().map(str::to_owned));
    }
    Ok(lines)
}

/// Waits until the file sink has written `count` different lines.
fn wait_stored(stage: &Stage, agent: &mut Process, count: usize) -> Result<Vec<String>> {
    let mut seen = Vec::new();
    wait_until(&format!("{count} lines in files"), PATIENCE, || {
        ensure!(agent.is_running()?, "it ended:\n{}", agent.stderr());
        seen = stored(stage)?;
        let different: std::collections::BTreeSet<&String> = seen.iter().collect();
        Ok(different.len() >= count)
    })
    .with_context(|| format!("the agent said:\n{}", agent.stderr()))?;
    Ok(seen)
}

fn produce(stage: &Stage, lines: &[String]) -> Result<()> {
    let address = stage.address()?;
    let command = kcat(&["-b", &address, "-P", "-t", TOPIC]);
    run_with_input(command, &(lines.join("\n") + "\n"))?.expect_success("kcat -P")?;
    Ok(())
}

/// Each line of each file is one record, in order, and the files are marked as completed.
fn sink(stage: &mut Stage) -> Result<()> {
    let lines = numbered(LINES);
    spool(stage, &lines)?;
    let agent = agent(stage, "sink.conf")?;
    let seen = wait_for(&stage.address()?, TOPIC, LINES)?;
    exactly(&seen, &lines)?;
    wait_until("the completed files", PATIENCE, || {
        Ok(completed(&stage.folder("weblogs")?)? == FILES)
    })?;
    stop(stage, agent)
}

fn completed(folder: &Path) -> Result<usize> {
    let mut count = 0;
    for file in fs::read_dir(folder)? {
        let name = file?.file_name();
        count += usize::from(name.to_string_lossy().ends_with(".log.COMPLETED"));
    }
    Ok(count)
}

/// Every record is stored, and a second agent of the group goes on where the first one stopped.
fn source(stage: &mut Stage) -> Result<()> {
    let lines = numbered(LINES);
    let (first, second) = lines.split_at(LINES / 2);
    produce(stage, first)?;
    let mut one = agent(stage, "source.conf")?;
    wait_stored(stage, &mut one, first.len())?;
    stop(stage, one)?;
    produce(stage, second)?;
    let mut other = agent(stage, "source.conf")?;
    wait_stored(stage, &mut other, LINES)?;
    stop(stage, other)?;
    exactly(&stored(stage)?, &lines)
}

/// Everything that the channel accepted comes out of it, although the agent is killed twice.
fn channel(stage: &mut Stage) -> Result<()> {
    let lines = numbered(LINES);
    spool(stage, &lines)?;
    for part in [LINES / 5, LINES / 2] {
        let mut agent = agent(stage, "channel.conf")?;
        wait_stored(stage, &mut agent, part)?;
        agent.kill()?;
    }
    let mut last = agent(stage, "channel.conf")?;
    let seen = wait_stored(stage, &mut last, LINES)?;
    stop(stage, last)?;
    at_least_once(&seen, &lines)
}

/// What another program writes to the channel's topic reaches the sink.
fn channel_alone(stage: &mut Stage) -> Result<()> {
    let lines = numbered(LINES);
    produce(stage, &lines)?;
    let mut agent = agent(stage, "channel-alone.conf")?;
    wait_stored(stage, &mut agent, LINES)?;
    stop(stage, agent)?;
    exactly(&stored(stage)?, &lines)
}
