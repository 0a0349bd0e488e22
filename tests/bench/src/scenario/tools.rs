//! Kafka's own performance tools. On two cores the Java client is the slower side; what counts here
//! is that they run, and what the broker takes for it.

use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use kavka_test_compat::{java_with, run as run_tool};

use super::{cost_of, per_gb};
use crate::bench::{Bench, Run};
use crate::memory::touch_page_cache;
use crate::server::Server;

const PRODUCER: &str = "org.apache.kafka.tools.ProducerPerformance";
const CONSUMER: &str = "org.apache.kafka.tools.ConsumerPerformance";
const LATENCY: &str = "org.apache.kafka.tools.EndToEndLatency";
/// What Kafka's start script gives a tool.
const OPTIONS: [&str; 2] = ["-Xmx512M", "-XX:+UseG1GC"];
const TOPIC: &str = "tools";
const PARTITIONS: i32 = 6;
const RECORD_LEN: u64 = 1024;
/// The tools count MB of 2^20 bytes.
const TOOLS_MB: f64 = 1.048_576;
/// Columns of `ConsumerPerformance`'s answer: MB a second while fetching.
const FETCHED_PER_SECOND: usize = 8;

pub(super) fn run(bench: &mut Bench, run: &Run<'_>) -> Result<()> {
    let server = Server::start(run.system, &bench.cores, &run.folder)?;
    server.connect()?.create_served_topic(TOPIC, PARTITIONS)?;
    let plan = bench.plan.clone();
    let bytes = plan.tool_records * RECORD_LEN;
    touch_page_cache(&bench.folder, bytes)?;

    let (rate, seconds) = cost_of(&server, || produce(&server, plan.tool_records))?;
    bench.samples.add("tool.produce.rate", run.column, rate);
    let cost = per_gb(seconds, bytes);
    bench.samples.add("tool.produce.cpu", run.column, cost);

    let (rate, seconds) = cost_of(&server, || consume(&server, plan.tool_records))?;
    bench.samples.add("tool.consume.rate", run.column, rate);
    let cost = per_gb(seconds, bytes);
    bench.samples.add("tool.consume.cpu", run.column, cost);

    thread::sleep(Duration::from_secs(1));
    let rows = ["tool.latency.p50", "tool.latency.p99", "tool.latency.p99.9"];
    for (row, value) in rows
        .into_iter()
        .zip(latency(&server, plan.tool_single_records)?)
    {
        bench.samples.add(row, run.column, value);
    }
    Ok(())
}

/// Runs a tool to its end and gives back what it printed.
fn tool(class: &str, arguments: &[&str]) -> Result<String> {
    let command: Command = java_with(&OPTIONS, class, arguments)?;
    run_tool(command)?.expect_success(class)
}

fn produce(server: &Server, records: u64) -> Result<f64> {
    let address = server.address.to_string();
    let (records, length) = (records.to_string(), RECORD_LEN.to_string());
    let printed = tool(
        PRODUCER,
        &[
            "--bootstrap-server",
            &address,
            "--topic",
            TOPIC,
            "--num-records",
            &records,
            "--record-size",
            &length,
            "--throughput",
            "-1",
            "--command-property",
            "acks=all",
            "batch.size=65536",
        ],
    )?;
    // "1000000 records sent, 78500.0 records/sec (76.66 MB/sec), …"
    let rate = printed
        .lines()
        .last()
        .and_then(|line| line.split_once(" MB/sec"))
        .and_then(|(before, _)| before.rsplit_once('('))
        .and_then(|(_, rate)| rate.parse::<f64>().ok());
    let rate = rate.with_context(|| format!("no rate in: {printed}"))?;
    Ok(rate * TOOLS_MB)
}

fn consume(server: &Server, records: u64) -> Result<f64> {
    let address = server.address.to_string();
    let records = records.to_string();
    let printed = tool(
        CONSUMER,
        &[
            "--bootstrap-server",
            &address,
            "--topic",
            TOPIC,
            "--num-records",
            &records,
            "--timeout",
            "60000",
            "--hide-header",
        ],
    )?;
    let rate = printed
        .lines()
        .last()
        .and_then(|line| line.split(", ").nth(FETCHED_PER_SECOND))
        .and_then(|rate| rate.parse::<f64>().ok());
    let rate = rate.with_context(|| format!("no rate in: {printed}"))?;
    Ok(rate * TOOLS_MB)
}

/// Percentiles 50, 99 and 99.9 in milliseconds; the tool knows whole ones only.
fn latency(server: &Server, records: u64) -> Result<Vec<f64>> {
    let address = server.address.to_string();
    let (records, length) = (records.to_string(), RECORD_LEN.to_string());
    let printed = tool(
        LATENCY,
        &[
            "--bootstrap-server",
            &address,
            "--topic",
            "tools-latency",
            "--num-records",
            &records,
            "--producer-acks",
            "all",
            "--record-size",
            &length,
        ],
    )?;
    // "Percentiles: 50th = 0, 99th = 1, 99.9th = 4"
    let line = printed
        .lines()
        .find_map(|line| line.strip_prefix("Percentiles: "))
        .with_context(|| format!("no percentiles in: {printed}"))?;
    line.split(", ")
        .map(|part| {
            let (_, value) = part.split_once(" = ").context("a percentile")?;
            Ok(value.trim().parse::<f64>()?)
        })
        .collect()
}
