//! How much is measured: all of it for the record, less of it while developing.

use std::time::Duration;

/// A million and a thousand million bytes.
pub(crate) const MB: u64 = 1_000_000;
pub(crate) const GB: u64 = 1_000 * MB;

/// Sizes and numbers of a run.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Rounds of what a running broker is measured by.
    pub(crate) rounds: usize,
    /// Rounds of what takes long: recovery.
    pub(crate) long_rounds: usize,
    /// Rounds of what takes longest, or differs little between rounds: many partitions, Kafka's tools.
    pub(crate) longest_rounds: usize,
    /// Bytes before each produce measurement, and in it.
    pub(crate) warm_up: u64,
    pub(crate) produced: u64,
    pub(crate) produced_small: u64,
    /// Bytes of the topic that is consumed, by each consumer.
    pub(crate) consumed: u64,
    /// Bytes produced before the memory of a loaded broker is read.
    pub(crate) loaded: u64,
    pub(crate) latency_warm_up: Duration,
    pub(crate) latency: Duration,
    pub(crate) idle: Duration,
    /// Topics of a thousand partitions, for 10,000 partitions, and how long a load lasts before the
    /// broker is killed under it.
    pub(crate) many_topics: usize,
    pub(crate) killed_after: Duration,
    /// Records of 1 KiB that Kafka's tools produce and consume, and that they send one at a time.
    pub(crate) tool_records: u64,
    pub(crate) tool_single_records: u64,
}

impl Plan {
    /// What the record is made of.
    pub(crate) fn full() -> Self {
        Self {
            rounds: 5,
            long_rounds: 2,
            longest_rounds: 1,
            warm_up: 400 * MB,
            produced: 1_200 * MB,
            produced_small: 500 * MB,
            consumed: 500 * MB,
            loaded: 10 * GB,
            latency_warm_up: Duration::from_secs(4),
            latency: Duration::from_secs(15),
            idle: Duration::from_secs(15),
            many_topics: 10,
            killed_after: Duration::from_secs(10),
            tool_records: 1_000_000,
            tool_single_records: 5_000,
        }
    }

    /// The same kinds of work, less of each.
    pub(crate) fn quick() -> Self {
        Self {
            rounds: 1,
            long_rounds: 1,
            longest_rounds: 1,
            warm_up: 100 * MB,
            produced: 400 * MB,
            produced_small: 150 * MB,
            consumed: 150 * MB,
            loaded: 2 * GB,
            latency_warm_up: Duration::from_secs(2),
            latency: Duration::from_secs(5),
            idle: Duration::from_secs(5),
            many_topics: 10,
            killed_after: Duration::from_secs(4),
            tool_records: 200_000,
            tool_single_records: 1_000,
        }
    }
}
