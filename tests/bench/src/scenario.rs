//! What is measured, in parts that each start brokers of their own.

mod crash;
mod image;
mod partitions;
mod serving;
mod tools;

use std::time::Duration;

use anyhow::Result;

use crate::bench::{Bench, Run};
use crate::plan::Plan;
use crate::server::{Durability, Server, System};
use crate::usage::as_f64;

/// A part of the benchmark.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// The rows that it measures.
    pub(crate) rows: &'static [&'static str],
    /// Whether it says anything about a system.
    pub(crate) runs_on: fn(&System) -> bool,
    pub(crate) rounds: fn(&Plan) -> usize,
    pub(crate) run: fn(&mut Bench, &Run<'_>) -> Result<()>,
}

/// All parts, in the order in which they run.
pub(crate) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "partitions",
        rows: &[
            "create",
            "memory.empty",
            "memory.partitions",
            "idle.cpu",
            "start.partitions",
        ],
        runs_on: is_default,
        rounds: |plan| plan.longest_rounds,
        run: partitions::run,
    },
    Scenario {
        name: "crash",
        rows: &["recovery"],
        runs_on: is_default,
        rounds: |plan| plan.long_rounds,
        run: crash::run,
    },
    Scenario {
        name: "tools",
        rows: &[
            "tool.produce.rate",
            "tool.produce.cpu",
            "tool.consume.rate",
            "tool.consume.cpu",
            "tool.latency.p50",
            "tool.latency.p99",
            "tool.latency.p99.9",
        ],
        runs_on: |_| true,
        rounds: |plan| plan.longest_rounds,
        run: tools::run,
    },
    Scenario {
        name: "serving",
        rows: &[
            "start.empty",
            "memory.idle",
            "produce.1k.cpu",
            "produce.1k.rate",
            "consume.cpu",
            "produce.100b.cpu",
            "produce.100b.rate",
            "produce.256k.cpu",
            "produce.256k.rate",
            "latency.p50",
            "latency.p99",
            "latency.p99.9",
            "memory.loaded",
        ],
        runs_on: |_| true,
        rounds: |plan| plan.rounds,
        run: serving::run,
    },
    Scenario {
        name: "image",
        rows: &["image"],
        runs_on: is_published,
        rounds: |_| 1,
        run: image::run,
    },
];

/// Kafka, and Kavka as it is without any setting.
fn is_default(system: &System) -> bool {
    system.durability() != Some(Durability::Replicas)
}

/// What this build publishes.
fn is_published(system: &System) -> bool {
    system.durability() == Some(Durability::Disk)
}

/// What work cost the broker: its processor time, in seconds.
fn cost_of<T>(server: &Server, work: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
    let before = server.cpu_time()?;
    let result = work()?;
    let used = server.cpu_time()?.saturating_sub(before);
    Ok((result, used.as_secs_f64()))
}

/// Something per GB of `bytes`.
fn per_gb(amount: f64, bytes: u64) -> f64 {
    amount / (as_f64(bytes) / 1e9)
}

/// Millions a second.
fn millions_per_second(count: u64, took: Duration) -> f64 {
    as_f64(count) / 1e6 / took.as_secs_f64()
}
