//! What is not counted but looked at when somebody asks: sizes, offsets, groups, memory.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::labels::{Build, GroupPartition, GroupState, Omitted, Partition, Purpose};
use super::{Metrics, PREFIX};

/// The version of Kafka whose protocol is spoken.
const KAFKA: &str = "4.3";

/// One partition's log.
#[derive(Debug, Clone)]
pub(crate) struct LogState {
    pub(crate) topic: Arc<str>,
    pub(crate) partition: i32,
    pub(crate) start: i64,
    pub(crate) high_watermark: i64,
    pub(crate) end: i64,
    pub(crate) bytes: u64,
}

/// An offset that a group has committed.
#[derive(Debug, Clone)]
pub(crate) struct GroupOffset {
    pub(crate) group: Arc<str>,
    pub(crate) topic: Arc<str>,
    pub(crate) partition: i32,
    pub(crate) offset: i64,
}

/// Memory that is set apart for something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemoryState {
    pub(crate) purpose: &'static str,
    pub(crate) used: usize,
    pub(crate) total: usize,
}

/// Everything that is looked at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Snapshot {
    pub(crate) uptime: Duration,
    pub(crate) topics: usize,
    pub(crate) logs: Vec<LogState>,
    pub(crate) groups: BTreeMap<&'static str, usize>,
    pub(crate) members: usize,
    pub(crate) transactional_ids: usize,
    pub(crate) offsets: Vec<GroupOffset>,
    pub(crate) memory: Vec<MemoryState>,
    pub(crate) journal_bytes: u64,
    pub(crate) journal_unsynced_bytes: u64,
    pub(crate) metadata_offset: i64,
}

impl Metrics {
    /// Everything in Prometheus' text format.
    pub(crate) fn render(&self, mut snapshot: Snapshot) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        encode_registry(&mut text, &looked_at(&mut snapshot, self.series_max))?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

/// A registry of what was looked at; of each metric at most `max` partitions are told.
fn looked_at(snapshot: &mut Snapshot, max: usize) -> Registry {
    let mut registry = Registry::with_prefix(PREFIX);
    process(&mut registry, snapshot);
    let logs = &mut snapshot.logs;
    logs.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
    let ends: BTreeMap<(Arc<str>, i32), i64> = logs
        .iter()
        .map(|log| ((Arc::clone(&log.topic), log.partition), log.high_watermark))
        .collect();
    let offsets = &mut snapshot.offsets;
    offsets
        .sort_by(|a, b| (&a.group, &a.topic, a.partition).cmp(&(&b.group, &b.topic, b.partition)));
    let omitted = Family::<Omitted, Gauge>::default();
    for (metric, there) in [("log", logs.len()), ("group_lag", offsets.len())] {
        set(&omitted, &Omitted { metric }, there.saturating_sub(max));
    }
    registry.register(
        "metrics_omitted",
        "Partitions that are not told of because of kavka.metrics.series.max",
        omitted,
    );
    partitions(&mut registry, logs.get(..max).unwrap_or(logs));
    groups(&mut registry, snapshot);
    let offsets = snapshot.offsets.get(..max).unwrap_or(&snapshot.offsets);
    lag(&mut registry, offsets, &ends);
    registry
}

fn process(registry: &mut Registry, snapshot: &Snapshot) {
    let build = Family::<Build, Gauge>::default();
    let version = env!("CARGO_PKG_VERSION");
    set(
        &build,
        &Build {
            version,
            kafka: KAFKA,
        },
        1,
    );
    registry.register("build_info", "What this program is; always 1", build);
    gauge(
        registry,
        "metadata_offset",
        "The last entry of the metadata's log that is in effect",
        snapshot.metadata_offset,
    );
    let uptime = Gauge::<f64, std::sync::atomic::AtomicU64>::default();
    uptime.set(snapshot.uptime.as_secs_f64());
    registry.register_with_unit("uptime", "Time since the start", Unit::Seconds, uptime);
    gauge(
        registry,
        "topics",
        "Topics of the cluster",
        number(snapshot.topics),
    );
    let led = number(snapshot.logs.len());
    gauge(registry, "partitions", "Partitions led by this broker", led);
    let (used, total) = (Family::<Purpose, Gauge>::default(), Family::default());
    for memory in &snapshot.memory {
        let label = Purpose {
            purpose: memory.purpose,
        };
        set(&used, &label, memory.used);
        set(&total, &label, memory.total);
    }
    registry.register(
        "memory_used_bytes",
        "Memory in use of what is set apart for requests and replies",
        used,
    );
    registry.register(
        "memory_limit_bytes",
        "Memory set apart for requests and replies",
        total,
    );
    gauge(
        registry,
        "journal_bytes",
        "Size of the journal's files that a restart after a crash would read",
        i64::try_from(snapshot.journal_bytes).unwrap_or(i64::MAX),
    );
    gauge(
        registry,
        "journal_unsynced_bytes",
        "Bytes of the journal that are not on disk yet",
        i64::try_from(snapshot.journal_unsynced_bytes).unwrap_or(i64::MAX),
    );
}

fn partitions(registry: &mut Registry, logs: &[LogState]) {
    let [size, start, end, mark] = [(); 4].map(|()| Family::<Partition, Gauge>::default());
    for log in logs {
        let label = Partition {
            topic: Arc::clone(&log.topic),
            partition: log.partition,
        };
        let bytes = i64::try_from(log.bytes).unwrap_or(i64::MAX);
        size.get_or_create(&label).set(bytes);
        start.get_or_create(&label).set(log.start);
        end.get_or_create(&label).set(log.end);
        mark.get_or_create(&label).set(log.high_watermark);
    }
    registry.register("log_size_bytes", "Bytes of a partition's log", size);
    registry.register("log_start_offset", "Offset of the first record kept", start);
    registry.register("log_end_offset", "Offset of the next record", end);
    registry.register(
        "log_high_watermark",
        "Offset up to which consumers read",
        mark,
    );
}

fn groups(registry: &mut Registry, snapshot: &Snapshot) {
    let states = Family::<GroupState, Gauge>::default();
    for (state, count) in &snapshot.groups {
        set(&states, &GroupState { state }, *count);
    }
    registry.register("groups", "Groups coordinated by this broker", states);
    let members = number(snapshot.members);
    gauge(registry, "group_members", "Members of all groups", members);
    gauge(
        registry,
        "transactional_ids",
        "Transactional ids coordinated by this broker",
        number(snapshot.transactional_ids),
    );
}

fn lag(registry: &mut Registry, offsets: &[GroupOffset], ends: &BTreeMap<(Arc<str>, i32), i64>) {
    let lag = Family::<GroupPartition, Gauge>::default();
    for committed in offsets {
        let place = (Arc::clone(&committed.topic), committed.partition);
        // Offsets of a topic that is just being deleted have nothing to lag behind.
        let Some(end) = ends.get(&place) else {
            continue;
        };
        let label = GroupPartition {
            group: Arc::clone(&committed.group),
            topic: place.0,
            partition: place.1,
        };
        let behind = end.saturating_sub(committed.offset).max(0);
        lag.get_or_create(&label).set(behind);
    }
    registry.register(
        "group_lag",
        "Records between a group's committed offset and the high watermark",
        lag,
    );
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: i64) {
    let gauge = Gauge::<i64>::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

fn set<S>(family: &Family<S, Gauge>, label: &S, value: usize)
where
    S: Clone + std::hash::Hash + Eq,
{
    family.get_or_create(label).set(number(value));
}

fn number(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(topic: &str, partition: i32, end: i64) -> LogState {
        LogState {
            topic: topic.into(),
            partition,
            start: 1,
            high_watermark: end - 1,
            end,
            bytes: 100,
        }
    }

    fn offset(topic: &str, partition: i32, offset: i64) -> GroupOffset {
        GroupOffset {
            group: "g".into(),
            topic: topic.into(),
            partition,
            offset,
        }
    }

    #[test]
    fn what_is_beyond_the_bound_is_counted_instead_of_told() {
        let snapshot = Snapshot {
            logs: vec![log("b", 0, 9), log("a", 1, 7), log("a", 0, 5)],
            offsets: vec![offset("b", 0, 3), offset("a", 1, 9), offset("gone", 0, 1)],
            groups: [("Stable", 2), ("Empty", 0)].into(),
            ..Snapshot::default()
        };
        let text = Metrics::new(2).render(snapshot).unwrap();
        for line in [
            "kavka_log_end_offset{topic=\"a\",partition=\"0\"} 5",
            "kavka_log_high_watermark{topic=\"a\",partition=\"1\"} 6",
            "kavka_partitions 3",
            "kavka_metrics_omitted{metric=\"log\"} 1",
            "kavka_metrics_omitted{metric=\"group_lag\"} 1",
            // A consumer may have committed more than is acknowledged by now.
            "kavka_group_lag{group=\"g\",topic=\"a\",partition=\"1\"} 0",
            // The end of what is not told is known all the same.
            "kavka_group_lag{group=\"g\",topic=\"b\",partition=\"0\"} 5",
            "kavka_groups{state=\"Stable\"} 2",
            "kavka_groups{state=\"Empty\"} 0",
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "{line} is not in {text}"
            );
        }
        assert!(!text.contains("kavka_log_end_offset{topic=\"b\""), "{text}");
        assert!(text.ends_with("# EOF\n"), "{text}");
    }
}
