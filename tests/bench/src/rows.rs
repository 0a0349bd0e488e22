//! The table's rows: what is measured, in which unit, and what is aimed at.

use crate::server::Durability;

/// What a figure should be; each bound may be missing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Goal {
    /// By Kafka's rule (`durability: replicas`).
    pub(crate) replicas: Option<f64>,
    /// With fdatasync before every acknowledgement (`durability: disk`).
    pub(crate) disk: Option<f64>,
    /// As a part of what Kafka takes, by Kafka's rule.
    pub(crate) of_kafka: Option<f64>,
    /// With fdatasync, as a multiple of what it is without.
    pub(crate) disk_of_replicas: Option<f64>,
    /// Whether more is better than less.
    pub(crate) more_is_better: bool,
}

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its name on the command line.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) goal: Goal,
}

impl Goal {
    const NONE: Self = Self {
        replicas: None,
        disk: None,
        of_kafka: None,
        disk_of_replicas: None,
        more_is_better: false,
    };

    /// The same bound for both rules.
    const fn both(bound: f64) -> Self {
        Self {
            replicas: Some(bound),
            disk: Some(bound),
            ..Self::NONE
        }
    }

    /// The bound by one of the rules.
    pub(crate) fn bound(&self, durability: Durability) -> Option<f64> {
        match durability {
            Durability::Replicas => self.replicas,
            Durability::Disk => self.disk,
        }
    }
}

const fn row(id: &'static str, title: &'static str, unit: &'static str, goal: Goal) -> Row {
    Row {
        id,
        title,
        unit,
        goal,
    }
}

const fn at_least(bound: f64) -> Goal {
    Goal {
        replicas: Some(bound),
        more_is_better: true,
        ..Goal::NONE
    }
}

const fn produce_cost(bound: f64, of_kafka: f64) -> Goal {
    Goal {
        replicas: Some(bound),
        of_kafka: Some(of_kafka),
        disk_of_replicas: Some(1.5),
        ..Goal::NONE
    }
}

const fn latency(replicas: f64, disk: Option<f64>) -> Goal {
    Goal {
        replicas: Some(replicas),
        disk,
        ..Goal::NONE
    }
}

const MORE: Goal = Goal {
    more_is_better: true,
    ..Goal::NONE
};

/// Every row, in the order of the table.
pub(crate) const ROWS: &[Row] = &[
    row(
        "produce.1k.cpu",
        "produce 1 KiB records, acks=all, 64 KiB batches: broker CPU per GB",
        "s",
        produce_cost(1.2, 0.25),
    ),
    row(
        "produce.1k.rate",
        "the same: throughput with the broker on one core",
        "MB/s",
        MORE,
    ),
    row(
        "produce.100b.cpu",
        "produce 100 B records, idempotent, 16 KiB batches: broker CPU per GB",
        "s",
        produce_cost(1.5, 0.125),
    ),
    row(
        "produce.100b.rate",
        "the same: throughput with the broker on one core",
        "M records/s",
        at_least(2.0),
    ),
    row(
        "produce.256k.rate",
        "produce 1 KiB records, 256 KiB batches: throughput with the broker on one core",
        "MB/s",
        at_least(800.0),
    ),
    row(
        "produce.256k.cpu",
        "the same: broker CPU per GB",
        "s",
        Goal::NONE,
    ),
    row(
        "consume.cpu",
        "consume, 10 consumers on one topic: broker CPU per GB served",
        "s",
        Goal::both(0.5),
    ),
    row(
        "latency.p50",
        "end to end, open loop, 10,000 records/s of 1 KiB: p50",
        "ms",
        latency(0.5, None),
    ),
    row(
        "latency.p99",
        "the same: p99",
        "ms",
        latency(2.0, Some(4.0)),
    ),
    row("latency.p99.9", "the same: p99.9", "ms", latency(5.0, None)),
    row(
        "start.empty",
        "start to first answer, empty disk",
        "ms",
        Goal::both(50.0),
    ),
    row(
        "start.partitions",
        "start to first answer, 10,000 partitions with records",
        "ms",
        Goal::both(500.0),
    ),
    row(
        "recovery",
        "kill -9 under load with 2,000 partitions, start to all served",
        "s",
        Goal::both(1.5),
    ),
    row(
        "memory.idle",
        "memory (RSS), idle and empty",
        "MB",
        Goal::both(15.0),
    ),
    row(
        "memory.empty",
        "memory, 10,000 partitions without records",
        "MB",
        Goal::both(150.0),
    ),
    row(
        "memory.partitions",
        "memory, 10,000 partitions with records",
        "MB",
        Goal::both(150.0),
    ),
    row(
        "memory.loaded",
        "memory, after the produced volume below",
        "MB",
        Goal::both(120.0),
    ),
    row(
        "create",
        "creating 10,000 partitions, until all are served",
        "s",
        Goal::both(3.0),
    ),
    row(
        "idle.cpu",
        "CPU with 10,000 partitions and 100 idle consumers",
        "% of a core",
        Goal::both(1.0),
    ),
    row(
        "tool.produce.rate",
        "Kafka's ProducerPerformance, 1 KiB, acks=all, idempotent, 64 KiB batches",
        "MB/s",
        MORE,
    ),
    row(
        "tool.produce.cpu",
        "the same: broker CPU per GB",
        "s",
        Goal::NONE,
    ),
    row(
        "tool.consume.rate",
        "Kafka's ConsumerPerformance, 1 KiB",
        "MB/s",
        MORE,
    ),
    row(
        "tool.consume.cpu",
        "the same: broker CPU per GB",
        "s",
        Goal::NONE,
    ),
    row(
        "tool.latency.p50",
        "Kafka's EndToEndLatency, one record of 1 KiB at a time, acks=all: p50",
        "ms",
        Goal::NONE,
    ),
    row("tool.latency.p99", "the same: p99", "ms", Goal::NONE),
    row("tool.latency.p99.9", "the same: p99.9", "ms", Goal::NONE),
    row("image", "broker image", "MiB", Goal::both(25.0)),
];
