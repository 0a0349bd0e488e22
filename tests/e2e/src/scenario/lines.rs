//! Log lines that pods write come back out of a topic: all of them, in order, whatever is killed.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::command::eventually;
use crate::kind::on_node;
use crate::kubectl::{READY, text};
use crate::scenario::{KAVKA, LOGS, Stage, VERSION};
use crate::steps::note;
use crate::tally::{Line, Plan, Tally};

const PIPELINE: &str = include_str!("../../manifests/node-logs.yaml");
const WRITERS: &str = include_str!("../../manifests/writers.yaml");
const COLLECTORS: &str = "kavka.dev/pipeline=node-logs";
const BROKERS: &str = "kavka.dev/cluster=e2e,app.kubernetes.io/name=kavka-broker";

const NODES: usize = 3;
const WRITERS_PER_NODE: [&str; 3] = ["writer-a", "writer-b", "writer-c"];
/// Nine writers at this rate make 540 lines per second.
const RATE: u64 = 60;
const SECONDS: u64 = 60;
/// One line in fifty has 20 KiB: more than the runtime writes in one piece.
const PLAN: Plan = Plan {
    writers: NODES * WRITERS_PER_NODE.len(),
    lines: RATE * SECONDS,
    long_every: 50,
    long_bytes: 20 * 1024,
};

/// When what is killed, counted from the start of the writers.
const COLLECTOR_POD_DIES: Duration = Duration::from_secs(10);
const COLLECTOR_PROCESS_DIES: Duration = Duration::from_secs(18);
const BROKER_POD_DIES: Duration = Duration::from_secs(25);
const BROKER_PROCESS_DIES: Duration = Duration::from_secs(42);

/// A collector of node logs on every node.
pub(crate) fn collect(stage: &Stage) -> Result<()> {
    stage.kubectl.apply(LOGS, PIPELINE)?;
    stage
        .kubectl
        .condition(LOGS, ("kvp", "node-logs"), ("Ready", "True"))?;
    stage.kubectl.pods_ready(LOGS, COLLECTORS, NODES)
}

/// Writes for a minute, and kills a pod and a process of a collector and of the broker.
pub(crate) fn write_and_kill(stage: &Stage) -> Result<()> {
    let started = Instant::now();
    for name in WRITERS_PER_NODE {
        stage.kubectl.apply(LOGS, &writer(name))?;
    }
    stage.kubectl.pods_ready(LOGS, "app=writer", PLAN.writers)?;
    note(format!("{} writers run", PLAN.writers));

    sleep_until(started + COLLECTOR_POD_DIES);
    kill_pod(stage, LOGS, COLLECTORS)?;
    sleep_until(started + COLLECTOR_PROCESS_DIES);
    kill_process(stage, LOGS, COLLECTORS, "kavka-collector")?;
    sleep_until(started + BROKER_POD_DIES);
    kill_pod(stage, KAVKA, BROKERS)?;
    stage.kubectl.pods_ready(KAVKA, BROKERS, 1)?;
    sleep_until(started + BROKER_PROCESS_DIES);
    kill_process(stage, KAVKA, BROKERS, "kavka-broker")?;
    sleep_until(started + Duration::from_secs(SECONDS));
    stage.kubectl.pods_ready(KAVKA, BROKERS, 1)?;
    stage.kubectl.pods_ready(LOGS, COLLECTORS, NODES)
}

/// Reads everything back on this machine, counts it and checks the order.
pub(crate) fn read_back(stage: &Stage) -> Result<()> {
    let kcat = stage.kcat()?;
    let tally = eventually("the last line of every writer", READY, || {
        let tally = count(&kcat.read("lines")?)?;
        ensure!(
            tally.complete(PLAN),
            "{} of {} lines",
            tally.lines(),
            expected()
        );
        Ok(tally)
    });
    // What is there is counted in any case: it says which writer lacks what.
    let tally = match tally {
        Ok(tally) => tally,
        Err(error) => {
            note(format!("{error:#}"));
            count(&kcat.read("lines")?)?
        }
    };
    note(format!(
        "{} lines of {} written, {} of them came more than once",
        tally.lines(),
        expected(),
        tally.duplicates
    ));
    let faults = tally.faults(PLAN);
    for fault in faults.iter().take(20) {
        note(fault);
    }
    ensure!(
        faults.is_empty(),
        "{} faults in the lines that were read back",
        faults.len()
    );
    Ok(())
}

/// The kubelet rotated the writers' logs meanwhile; otherwise the test showed less than it says.
pub(crate) fn rotated(stage: &Stage) -> Result<()> {
    let mut rotations = 0;
    for node in nodes(stage)? {
        let script =
            format!("ls -d /var/log/pods/{LOGS}_writer-*/writer/0.log.* 2>/dev/null | wc -l");
        let found = on_node(&node, &script)?;
        rotations += found
            .trim()
            .parse::<u32>()
            .context("ls printed no number")?;
    }
    note(format!("{rotations} rotated files"));
    ensure!(rotations > 0, "the kubelet rotated no writer's log");
    Ok(())
}

/// The writers have done their work.
pub(crate) fn stop_writers(stage: &Stage) -> Result<()> {
    stage.kubectl.run(&[
        "delete",
        "daemonsets",
        "-n",
        LOGS,
        "-l",
        "app=writer",
        "--wait=false",
    ])?;
    Ok(())
}

fn expected() -> u64 {
    u64::try_from(PLAN.writers).unwrap_or(u64::MAX) * PLAN.lines
}

fn writer(name: &str) -> String {
    WRITERS
        .replace("WRITER", name)
        .replace("VERSION", VERSION)
        .replace("RATE", &RATE.to_string())
        .replace("LINES", &PLAN.lines.to_string())
        .replace("LONG_EVERY", &PLAN.long_every.to_string())
        .replace("LONG_BYTES", &PLAN.long_bytes.to_string())
}

/// Counts the lines of the writers; anything else in the topic is an error.
fn count(records: &[String]) -> Result<Tally> {
    let mut tally = Tally::default();
    for record in records {
        let event: Value = serde_json::from_str(record).context("a record is no JSON")?;
        let message = event.get("message").and_then(Value::as_str);
        let Some(line) = message.and_then(Line::parse) else {
            bail!("a record is no line of a writer: {record:.300}");
        };
        tally.take(line, PLAN);
    }
    Ok(tally)
}

/// Takes a pod away without any warning; its owner makes a new one.
fn kill_pod(stage: &Stage, namespace: &str, label: &str) -> Result<()> {
    let pod = first_pod(stage, namespace, label)?;
    let name = text(&pod, "/metadata/name");
    note(format!("killing pod {name}"));
    stage.kubectl.run(&[
        "delete",
        "pod",
        &name,
        "-n",
        namespace,
        "--grace-period=0",
        "--force",
    ])?;
    Ok(())
}

/// SIGKILL for one process of a pod, found by the pod's uid in the process's control group.
fn kill_process(stage: &Stage, namespace: &str, label: &str, program: &str) -> Result<()> {
    // A pod that was made a moment ago may not have its process yet.
    let killed = eventually(&format!("a process {program} to kill"), READY, || {
        let pod = first_pod(stage, namespace, label)?;
        let uid = text(&pod, "/metadata/uid");
        let script = format!(
            "for p in $(pgrep -x {program}); do grep -qE '{uid}|{}' /proc/$p/cgroup && \
             kill -9 $p && echo $p; done; true",
            uid.replace('-', "_")
        );
        let killed = on_node(&text(&pod, "/spec/nodeName"), &script)?;
        ensure!(!killed.trim().is_empty(), "pod {uid} has none");
        Ok(format!(
            "{} of {}",
            killed.trim(),
            text(&pod, "/metadata/name")
        ))
    })?;
    note(format!("killed process {killed}"));
    Ok(())
}

fn first_pod(stage: &Stage, namespace: &str, label: &str) -> Result<Value> {
    let pods = stage.kubectl.list(namespace, "pods", label)?;
    pods.into_iter()
        .next()
        .with_context(|| format!("there is no pod {label}"))
}

fn nodes(stage: &Stage) -> Result<Vec<String>> {
    let names = ["get", "nodes", "-o", "jsonpath={.items[*].metadata.name}"];
    Ok(stage
        .kubectl
        .run(&names)?
        .split_whitespace()
        .map(str::to_owned)
        .collect())
}

fn sleep_until(when: Instant) {
    thread::sleep(when.saturating_duration_since(Instant::now()));
}
