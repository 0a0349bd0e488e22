//! What the broker counts, served as Prometheus text at `/metrics`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use kavka_protocol::ApiKey;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Label of what is counted by API.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ApiLabel {
    api: String,
}

/// Label of what is counted by topic.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TopicLabel {
    topic: String,
}

/// Count and latency of one API's requests.
#[derive(Debug, Clone)]
pub(crate) struct ApiMetrics {
    requests: Counter,
    seconds: Histogram,
}

impl ApiMetrics {
    /// Counts one answered request.
    pub(crate) fn answered(&self, took: Duration) {
        self.requests.inc();
        self.seconds.observe(took.as_secs_f64());
    }
}

/// Every instrument of one broker.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    apis: HashMap<i16, ApiMetrics>,
    pub(crate) bytes_in: Counter,
    pub(crate) bytes_out: Counter,
    pub(crate) records_in: Counter,
    pub(crate) produced_bytes: Counter,
    pub(crate) fetched_bytes: Counter,
    pub(crate) connections: Gauge,
    pub(crate) connections_refused: Counter,
    pub(crate) bad_frames: Counter,
    pub(crate) topics: Gauge,
    pub(crate) partitions: Gauge,
    pub(crate) groups: Gauge,
    log_size: Family<TopicLabel, Gauge>,
    pub(crate) storage_errors: Counter,
    pub(crate) journal_sync: Histogram,
    pub(crate) journal_synced_bytes: Counter,
}

impl Metrics {
    /// All instruments at zero; `served` are the APIs that get a label.
    pub(crate) fn new(served: &[ApiKey]) -> Self {
        let mut registry = Registry::with_prefix("kavka");
        let requests = Family::<ApiLabel, Counter>::default();
        let seconds = Family::<ApiLabel, Histogram>::new_with_constructor(|| {
            Histogram::new(exponential_buckets(0.000_1, 2.5, 14))
        });
        registry.register("requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "request",
            "Time from a request's last byte to its reply, waits of the protocol included",
            Unit::Seconds,
            seconds.clone(),
        );
        let apis = served
            .iter()
            .map(|key| {
                let label = ApiLabel {
                    api: key.name().to_owned(),
                };
                let metrics = ApiMetrics {
                    requests: requests.get_or_create_owned(&label),
                    seconds: seconds.get_or_create_owned(&label),
                };
                (key.code(), metrics)
            })
            .collect();
        Self {
            apis,
            bytes_in: counter(&mut registry, "network_in_bytes", "Bytes of requests"),
            bytes_out: counter(&mut registry, "network_out_bytes", "Bytes of replies"),
            records_in: counter(&mut registry, "records_in", "Records written"),
            produced_bytes: counter(&mut registry, "produced_bytes", "Bytes of batches written"),
            fetched_bytes: counter(&mut registry, "fetched_bytes", "Bytes of batches read"),
            connections: gauge(&mut registry, "connections", "Open connections"),
            connections_refused: counter(
                &mut registry,
                "connections_refused",
                "Connections closed because of max.connections or max.connections.per.ip",
            ),
            bad_frames: counter(
                &mut registry,
                "bad_frames",
                "Connections closed because of a frame that could not be read",
            ),
            topics: gauge(&mut registry, "topics", "Topics of the cluster"),
            partitions: gauge(&mut registry, "partitions", "Partitions led by this broker"),
            groups: gauge(&mut registry, "groups", "Groups coordinated by this broker"),
            log_size: log_size(&mut registry),
            storage_errors: counter(
                &mut registry,
                "storage_errors",
                "Writes that the disk refused and clients were told to retry",
            ),
            journal_sync: journal_sync(&mut registry),
            journal_synced_bytes: counter(
                &mut registry,
                "journal_synced_bytes",
                "Bytes of the journal made durable",
            ),
            registry,
        }
    }

    /// The instruments of one API; `None` for one that is not served.
    pub(crate) fn api(&self, key: i16) -> Option<&ApiMetrics> {
        self.apis.get(&key)
    }

    /// Replaces the sizes of logs, so that deleted topics vanish.
    pub(crate) fn set_log_sizes(&self, sizes: &BTreeMap<Arc<str>, u64>) {
        self.log_size.clear();
        for (topic, bytes) in sizes {
            let label = TopicLabel {
                topic: topic.to_string(),
            };
            let bytes = i64::try_from(*bytes).unwrap_or(i64::MAX);
            self.log_size.get_or_create_owned(&label).set(bytes);
        }
    }

    /// Everything in Prometheus' text format.
    pub(crate) fn render(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

fn counter(registry: &mut Registry, name: &str, help: &str) -> Counter {
    let counter = Counter::default();
    registry.register(name, help, counter.clone());
    counter
}

fn gauge(registry: &mut Registry, name: &str, help: &str) -> Gauge {
    let gauge = Gauge::default();
    registry.register(name, help, gauge.clone());
    gauge
}

fn log_size(registry: &mut Registry) -> Family<TopicLabel, Gauge> {
    let sizes = Family::<TopicLabel, Gauge>::default();
    registry.register(
        "log_size_bytes",
        "Bytes of a topic's logs on this broker",
        sizes.clone(),
    );
    sizes
}

fn journal_sync(registry: &mut Registry) -> Histogram {
    let histogram = Histogram::new(exponential_buckets(0.000_05, 2.5, 14));
    registry.register_with_unit(
        "journal_sync",
        "Time that one fdatasync of the journal takes",
        Unit::Seconds,
        histogram.clone(),
    );
    histogram
}
