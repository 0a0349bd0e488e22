//! Kafka Connect: two distributed workers with a file source and a file sink.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use kavka_test_harness::{Process, free_port, wait_until};
use serde_json::{Value, json};

use crate::check::{self, Check, configuration};
use crate::reader::{at_least_once, exactly, numbered, values, wait_for};
use crate::results::Results;
use crate::suite::{Choice, Stage, Suite};

const TOPIC: &str = "connect-lines";
const SOURCE: &str = "file-source";
const SINK: &str = "file-sink";
const LINES: usize = 6_000;
/// A line that makes the file grow and counts for nothing.
const MORE: &str = "more";
/// Workers start slowly, and the death of one is noticed after ten seconds.
const PATIENCE: Duration = Duration::from_mins(5);

const CHECKS: [Check; 2] = [
    Check {
        name: "at_least_once_when_a_worker_is_killed",
        run: |stage| a_worker_is_killed(stage, Promise::AtLeastOnce),
    },
    Check {
        name: "exactly_once_source_when_a_worker_is_killed",
        run: |stage| a_worker_is_killed(stage, Promise::ExactlyOnce),
    },
];

pub(crate) struct Connect;

impl Suite for Connect {
    fn name(&self) -> &'static str {
        "connect"
    }

    fn run(&self, stage: &mut Stage, choice: &Choice) -> Result<Results> {
        check::run(&CHECKS, stage, choice)
    }
}

/// What the source connector promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Promise {
    AtLeastOnce,
    ExactlyOnce,
}

/// A running worker.
struct Worker {
    process: Process,
    /// Where its REST API answers, as `HOST:PORT`: what Connect calls the worker's id.
    id: String,
}

impl Worker {
    fn start(stage: &Stage, promise: Promise) -> Result<Self> {
        let port = free_port()?.to_string();
        let broker = stage.address()?;
        let exactly_once = match promise {
            Promise::AtLeastOnce => "disabled",
            Promise::ExactlyOnce => "enabled",
        };
        let values = [
            ("broker", broker.as_str()),
            ("port", &port),
            ("exactly-once", exactly_once),
        ];
        let file = PathBuf::from(configuration(stage, "connect/worker.properties", &values)?);
        let own = file.with_file_name(format!("worker-{port}.properties"));
        fs::rename(&file, &own)?;
        let libs = ["kafka-libs/*", "libs/*"].map(|libs| stage.made.join(libs));
        let libs = libs.map(|path| path.display().to_string()).join(":");
        let mut command = Command::new("java");
        command
            .args(["-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"])
            .args([
                "-cp",
                &libs,
                "org.apache.kafka.connect.cli.ConnectDistributed",
            ])
            .arg(own);
        Ok(Self {
            process: Process::start("the Connect worker", &mut command)?,
            id: format!("127.0.0.1:{port}"),
        })
    }

    /// Asks its REST API; a worker answers 409 while the group rebalances.
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<(u16, Value)> {
        let url = format!("http://{}{path}", self.id);
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(2)))
            .build()
            .into();
        let mut answer = match (method, body) {
            ("GET", None) => agent.get(&url).call()?,
            ("DELETE", None) => agent.delete(&url).call()?,
            ("POST", Some(body)) => agent.post(&url).send_json(body)?,
            _ => bail!("no such request: {method}"),
        };
        let text = answer.body_mut().read_to_string()?;
        let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok((answer.status().as_u16(), value))
    }

    /// Asks until the answer has this status.
    fn insist(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        status: u16,
    ) -> Result<Value> {
        let mut last = None;
        wait_until(&format!("{method} {path}"), PATIENCE, || {
            ensure!(self.process.is_running()?, "it ended");
            last = self.ask(method, path, body).ok();
            Ok(last.as_ref().is_some_and(|(seen, _)| *seen == status))
        })
        .with_context(|| format!("{last:?}\n{}", self.process.stderr()))?;
        Ok(last.map(|(_, value)| value).unwrap_or_default())
    }

    /// The workers on which all of a connector's tasks run; none while one does not.
    fn runs_on(&self, connector: &str) -> Result<Vec<String>> {
        let (status, value) = self.ask("GET", &format!("/connectors/{connector}/status"), None)?;
        let tasks = value.get("tasks").and_then(Value::as_array);
        let mut workers = Vec::new();
        for task in tasks.into_iter().flatten() {
            let text = |key: &str| task.get(key).and_then(Value::as_str).unwrap_or_default();
            ensure!(text("state") != "FAILED", "{connector}: {value}");
            if text("state") != "RUNNING" {
                return Ok(Vec::new());
            }
            workers.push(text("worker_id").to_owned());
        }
        Ok(if status == 200 { workers } else { Vec::new() })
    }

    /// The worker on which a connector's only task runs, once that is one of `others`.
    fn wait_running(&mut self, connector: &str, others: &[&str]) -> Result<String> {
        let mut found = None;
        wait_until(&format!("{connector}'s task"), PATIENCE, || {
            ensure!(self.process.is_running()?, "the worker ended");
            let workers = self.runs_on(connector).unwrap_or_default();
            found = workers.first().cloned();
            Ok(workers.len() == 1 && found.as_deref().is_some_and(|id| others.contains(&id)))
        })
        .with_context(|| self.process.stderr())?;
        found.context("no task")
    }

    fn stop(mut self) -> Result<()> {
        self.process.signal("TERM")?;
        self.process.wait(PATIENCE)?;
        Ok(())
    }
}

fn connector(name: &str, class: &str, settings: &[(&str, &str)]) -> Value {
    let mut all = serde_json::Map::new();
    all.insert("connector.class".to_owned(), json!(class));
    all.insert("tasks.max".to_owned(), json!("1"));
    for (key, value) in settings {
        all.insert((*key).to_owned(), json!(value));
    }
    json!({"name": name, "config": all})
}

fn append(file: &mut File, lines: &[String]) -> Result<()> {
    file.write_all((lines.join("\n") + "\n").as_bytes())?;
    Ok(())
}

/// What arrives in the topic, once every line has. The file connector reads ahead, and what is more
/// than a batch waits until the file has grown again: so it grows.
fn arrived(stage: &Stage, file: &mut File) -> Result<Vec<String>> {
    let address = stage.address()?;
    let mut seen = Vec::new();
    wait_until(&format!("{LINES} lines in {TOPIC}"), PATIENCE, || {
        append(file, &[MORE.to_owned()])?;
        std::thread::sleep(Duration::from_millis(500));
        seen = values(&address, TOPIC)?;
        seen.retain(|line| line != MORE);
        let different: BTreeSet<&String> = seen.iter().collect();
        Ok(different.len() >= LINES)
    })
    .map_err(|error| error.context(format!("{} arrived", seen.len())))?;
    Ok(seen)
}

/// Lines go from a file through a topic into a file while the worker that reads them is killed.
fn a_worker_is_killed(stage: &mut Stage, promise: Promise) -> Result<()> {
    let lines = numbered(LINES);
    let (before, rest) = lines.split_at(LINES / 3);
    let (during, after) = rest.split_at(LINES / 3);
    let (input, output) = (stage.work.join("input"), stage.work.join("output"));
    let mut file = File::create(&input)?;
    append(&mut file, before)?;

    let mut workers = [
        Worker::start(stage, promise)?,
        Worker::start(stage, promise)?,
    ];
    let [first, second] = &mut workers;
    let (input, out) = (input.display().to_string(), output.display().to_string());
    let source = [
        ("file", input.as_str()),
        ("topic", TOPIC),
        ("batch.size", "50"),
    ];
    let source = connector(SOURCE, "FileStreamSource", &source);
    let sink = connector(SINK, "FileStreamSink", &[("file", &out), ("topics", TOPIC)]);
    first.insist("POST", "/connectors", Some(&source), 201)?;
    second.insist("POST", "/connectors", Some(&sink), 201)?;
    let both = [first.id.clone(), second.id.clone()];
    let both: Vec<&str> = both.iter().map(String::as_str).collect();
    first.wait_running(SINK, &both)?;
    let reads = first.wait_running(SOURCE, &both)?;
    wait_for(&stage.address()?, TOPIC, before.len() / 2)?;

    let [one, other] = workers;
    let (mut killed, mut left) = if one.id == reads {
        (one, other)
    } else {
        (other, one)
    };
    append(&mut file, during)?;
    killed.process.kill()?;
    append(&mut file, after)?;
    let survivor = left.id.clone();
    left.wait_running(SOURCE, &[&survivor])?;
    left.wait_running(SINK, &[&survivor])?;

    let in_topic = arrived(stage, &mut file)?;
    match promise {
        Promise::AtLeastOnce => at_least_once(&in_topic, &lines)?,
        Promise::ExactlyOnce => exactly(&in_topic, &lines)?,
    }
    // A sink promises that every record reaches it; a file cannot take back what it was given.
    let mut written = Vec::new();
    wait_until("the sink's file", PATIENCE, || {
        let text = fs::read_to_string(&output)?;
        let lines_only = text.lines().filter(|line| *line != MORE);
        written = lines_only.map(str::to_owned).collect();
        Ok(at_least_once(&written, &lines).is_ok())
    })?;

    let names = left.insist("GET", "/connectors", None, 200)?;
    let mut names: Vec<&str> = names
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    names.sort_unstable();
    ensure!(names == [SINK, SOURCE], "the connectors are {names:?}");
    left.insist("DELETE", &format!("/connectors/{SOURCE}"), None, 204)?;
    left.insist("GET", &format!("/connectors/{SOURCE}"), None, 404)?;
    left.stop()
}
