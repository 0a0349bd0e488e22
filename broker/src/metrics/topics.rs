//! What is counted by topic. A partition keeps the counters of its topic, so that counting costs
//! an addition and no look-up.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use super::labels::{OTHER, Topic};

/// The counters of one topic, or of all those that are too many to be told apart.
#[derive(Debug, Default)]
pub(crate) struct TopicCounters {
    pub(crate) produced_bytes: Counter,
    pub(crate) produced_records: Counter,
    pub(crate) fetched_bytes: Counter,
    pub(crate) fetched_records: Counter,
}

/// Shared by the partitions of a topic.
pub(crate) type TopicMetrics = Arc<TopicCounters>;

/// The counters of all topics.
#[derive(Debug)]
pub(super) struct Topics {
    produced_bytes: Family<Topic, Counter>,
    produced_records: Family<Topic, Counter>,
    fetched_bytes: Family<Topic, Counter>,
    fetched_records: Family<Topic, Counter>,
    known: Mutex<HashMap<Arc<str>, TopicMetrics>>,
    other: TopicMetrics,
    max: usize,
}

impl Topics {
    /// Counters for `max` topics.
    pub(super) fn new(registry: &mut Registry, max: usize) -> Self {
        let mut family = |name: &str, help: &str| {
            let family = Family::<Topic, Counter>::default();
            registry.register(name, help, family.clone());
            family
        };
        let mut topics = Self {
            produced_bytes: family("produced_bytes", "Bytes of batches written"),
            produced_records: family("produced_records", "Records written"),
            fetched_bytes: family("fetched_bytes", "Bytes of batches read by clients"),
            fetched_records: family("fetched_records", "Records in the batches read by clients"),
            known: Mutex::default(),
            other: TopicMetrics::default(),
            max,
        };
        topics.other = topics.counters(Arc::from(OTHER));
        topics
    }

    /// The counters of a topic.
    pub(super) fn of(&self, name: &Arc<str>) -> TopicMetrics {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(name) {
            return found.clone();
        }
        if known.len() >= self.max {
            return self.other.clone();
        }
        let made = self.counters(Arc::clone(name));
        known.insert(Arc::clone(name), made.clone());
        made
    }

    /// The topic is gone, and what was counted of it.
    pub(super) fn forget(&self, name: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((name, _)) = known.remove_entry(name) {
            let label = Topic { topic: name };
            self.produced_bytes.remove(&label);
            self.produced_records.remove(&label);
            self.fetched_bytes.remove(&label);
            self.fetched_records.remove(&label);
        }
    }

    fn counters(&self, topic: Arc<str>) -> TopicMetrics {
        let label = Topic { topic };
        Arc::new(TopicCounters {
            produced_bytes: self.produced_bytes.get_or_create_owned(&label),
            produced_records: self.produced_records.get_or_create_owned(&label),
            fetched_bytes: self.fetched_bytes.get_or_create_owned(&label),
            fetched_records: self.fetched_records.get_or_create_owned(&label),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(registry: &Registry) -> String {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, registry).unwrap();
        text
    }

    #[test]
    fn topics_beyond_the_bound_share_a_label_and_deleted_ones_make_room() {
        let mut registry = Registry::default();
        let topics = Topics::new(&mut registry, 2);
        let [a, b, c] = ["a", "b", "c"].map(Arc::<str>::from);
        for name in [&a, &b, &c] {
            topics.of(name).produced_records.inc();
        }
        topics.of(&a).produced_records.inc();
        let told = text(&registry);
        for line in [
            "produced_records_total{topic=\"a\"} 2",
            "produced_records_total{topic=\"b\"} 1",
            "produced_records_total{topic=\"(other)\"} 1",
        ] {
            assert!(told.contains(line), "{line} is not in {told}");
        }
        assert!(!told.contains("topic=\"c\""), "{told}");
        topics.forget("a");
        topics.of(&c).produced_records.inc();
        let told = text(&registry);
        assert!(!told.contains("topic=\"a\""), "{told}");
        assert!(
            told.contains("produced_records_total{topic=\"c\"} 1"),
            "{told}"
        );
    }
}
