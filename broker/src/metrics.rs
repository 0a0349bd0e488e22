//! What the broker counts, served as Prometheus text at `/metrics`. Every metric stands in
//! `docs/metrics.md`; a test compares the two.

mod labels;
mod scrape;
mod topics;

use std::sync::Arc;
use std::time::Duration;

use kavka_protocol::{ApiKey, ErrorCode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use self::labels::{Api, ApiError, ApiVersion, Kind, Limit, ListenerName, Purpose, Reason};
pub(crate) use self::scrape::{GroupOffset, LogState, MemoryState, Snapshot};
pub(crate) use self::topics::TopicMetrics;
use self::topics::Topics;
use crate::connection::budget::BudgetCounters;

/// What every name begins with.
const PREFIX: &str = "kavka";

/// Memory for requests that are being read or handled.
pub(crate) const REQUESTS: &str = "requests";

/// Memory for records in replies.
pub(crate) const REPLIES: &str = "replies";

/// Settings whose limits are counted where they refuse something.
const LIMITS: [&str; 5] = [
    "kavka.batch.decompressed.bytes.max",
    "kavka.client.id.bytes.max",
    "kavka.group.id.bytes.max",
    "kavka.group.member.metadata.bytes.max",
    "kavka.transactional.id.bytes.max",
];

type Latencies = Family<Api, Histogram, fn() -> Histogram>;

/// How long the parts of a request took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    pub(crate) api: ApiKey,
    /// From its last byte to its reply's.
    pub(crate) total: Duration,
    /// Of that, until what the protocol waits for was there.
    pub(crate) waited: Duration,
    /// Of that, until the client had taken the reply and those before it.
    pub(crate) sending: Duration,
}

/// How many requests wait, by what they wait for once they have been handled as far as they can
/// be.
#[derive(Debug)]
pub(crate) struct Purgatory {
    /// Written batches, for the disk or for replicas.
    pub(crate) produce: Gauge,
    /// Consumers, for more records.
    pub(crate) fetch: Gauge,
    /// Members of groups, for the others or for the log.
    pub(crate) group: Gauge,
    /// Administrative requests, for the metadata quorum.
    pub(crate) metadata: Gauge,
}

impl Purgatory {
    fn new(registry: &mut Registry) -> Self {
        let all: Family<Kind, Gauge> = family(
            registry,
            "purgatory_requests",
            "Requests that wait at this moment",
        );
        let of = |kind| all.get_or_create_owned(&Kind { kind });
        Self {
            produce: of("produce"),
            fetch: of("fetch"),
            group: of("group"),
            metadata: of("metadata"),
        }
    }
}

/// Every instrument of one broker.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    /// `kavka.metrics.series.max`
    series_max: usize,
    requests: Family<ApiVersion, Counter>,
    errors: Family<ApiError, Counter>,
    total: Latencies,
    waited: Latencies,
    sending: Latencies,
    pub(crate) purgatory: Purgatory,
    topics: Topics,
    pub(crate) bytes_in: Counter,
    pub(crate) bytes_out: Counter,
    connections: Family<ListenerName, Gauge>,
    accepted: Family<ListenerName, Counter>,
    connections_refused: Family<Reason, Counter>,
    connections_closed: Family<Reason, Counter>,
    requests_refused: Family<Reason, Counter>,
    limits: Family<Limit, Counter>,
    memory_waits: Family<Purpose, Counter>,
    memory_evictions: Family<Purpose, Counter>,
    pub(crate) storage_errors: Counter,
    pub(crate) journal_sync: Histogram,
    pub(crate) journal_synced_bytes: Counter,
    pub(crate) flush: Histogram,
    pub(crate) flush_failures: Counter,
    pub(crate) compaction: Histogram,
    pub(crate) compacted_bytes: Counter,
    pub(crate) compaction_failures: Counter,
    pub(crate) uncleanable_partitions: Gauge,
}

impl Metrics {
    /// All instruments at zero, with at most `series_max` topics or partitions in each.
    pub(crate) fn new(series_max: usize) -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let r = &mut registry;
        Self {
            series_max,
            requests: family(r, "requests", "Requests handled"),
            errors: family(r, "errors", "Error codes in replies, by Kafka's names"),
            total: latencies(
                r,
                "request",
                "Time from a request's last byte to the last byte of its reply",
            ),
            waited: latencies(
                r,
                "request_wait",
                "Part of that time in which the request waited for what its API waits for: the \
                 disk, more records, other members",
            ),
            sending: latencies(
                r,
                "reply_send",
                "Part of that time in which the reply waited for earlier replies and for the \
                 client to take it",
            ),
            purgatory: Purgatory::new(r),
            topics: Topics::new(r, series_max),
            bytes_in: counter(r, "network_in_bytes", "Bytes of requests"),
            bytes_out: counter(r, "network_out_bytes", "Bytes of replies"),
            connections: family(r, "connections", "Open connections"),
            accepted: family(r, "connections_accepted", "Connections accepted"),
            connections_refused: family(
                r,
                "connections_refused",
                "Connections closed at once because a limit was reached",
            ),
            connections_closed: family(r, "connections_closed", "Connections ended"),
            requests_refused: family(
                r,
                "requests_refused",
                "Requests that could not be answered, so that their connection was closed",
            ),
            limits: limits(r),
            memory_waits: family(
                r,
                "memory_waits",
                "Times that memory set apart for requests or replies was used up",
            ),
            memory_evictions: family(
                r,
                "memory_evictions",
                "Clients cut off because others needed the memory that they held and were \
                 slowest to use",
            ),
            storage_errors: counter(
                r,
                "storage_errors",
                "Writes that the disk refused and clients were told to retry",
            ),
            journal_sync: histogram(
                r,
                "journal_sync",
                "Time that one fdatasync of the journal takes",
            ),
            journal_synced_bytes: counter(
                r,
                "journal_synced_bytes",
                "Bytes of the journal made durable",
            ),
            flush: histogram(
                r,
                "flush",
                "Time that bringing segments to the disk in the background takes",
            ),
            flush_failures: counter(r, "flush_failures", "Times that this failed"),
            compaction: histogram(
                r,
                "compaction",
                "Time that a pass of compaction over a partition takes",
            ),
            compacted_bytes: counter(
                r,
                "compacted_bytes",
                "Bytes by which compaction has made logs smaller",
            ),
            compaction_failures: counter(
                r,
                "compaction_failures",
                "Passes of compaction that the disk ended",
            ),
            uncleanable_partitions: gauge(
                r,
                "uncleanable_partitions",
                "Partitions whose last pass of compaction could not be done; they are left alone for now",
            ),
            registry,
        }
    }

    /// Counts one answered request.
    pub(crate) fn answered(&self, timing: &Timing) {
        let label = Api {
            api: timing.api.name(),
        };
        let seconds = |latencies: &Latencies, took: Duration| {
            latencies.get_or_create(&label).observe(took.as_secs_f64());
        };
        seconds(&self.total, timing.total);
        seconds(&self.waited, timing.waited);
        seconds(&self.sending, timing.sending);
    }

    /// Counts one request that is being handled.
    pub(crate) fn handled(&self, api: ApiKey, version: i16) {
        let label = ApiVersion {
            api: api.name(),
            version,
        };
        self.requests.get_or_create(&label).inc();
    }

    /// Counts an error code in a reply; success is none.
    pub(crate) fn error(&self, api: ApiKey, code: i16) {
        if code != ErrorCode::None.code() {
            let label = ApiError {
                api: api.name(),
                error: ErrorCode::from_code(code).name(),
            };
            self.errors.get_or_create(&label).inc();
        }
    }

    /// The counters of a topic.
    pub(crate) fn topic(&self, name: &Arc<str>) -> TopicMetrics {
        self.topics.of(name)
    }

    /// A topic is gone.
    pub(crate) fn forget_topic(&self, name: &str) {
        self.topics.forget(name);
    }

    /// A connection was opened.
    pub(crate) fn connected(&self, listener: &str) {
        let label = ListenerName {
            listener: listener.to_owned(),
        };
        self.accepted.get_or_create(&label).inc();
        self.connections.get_or_create(&label).inc();
    }

    /// A connection has ended, and why.
    pub(crate) fn disconnected(&self, listener: &str, reason: &'static str) {
        let label = ListenerName {
            listener: listener.to_owned(),
        };
        self.connections.get_or_create(&label).dec();
        self.connections_closed
            .get_or_create(&Reason { reason })
            .inc();
    }

    /// A connection was not let in.
    pub(crate) fn connection_refused(&self, reason: &'static str) {
        self.connections_refused
            .get_or_create(&Reason { reason })
            .inc();
    }

    /// A request cost its connection.
    pub(crate) fn request_refused(&self, reason: &'static str) {
        self.requests_refused
            .get_or_create(&Reason { reason })
            .inc();
    }

    /// A request was refused because of a setting's limit.
    pub(crate) fn limit_reached(&self, limit: &'static str) {
        self.limits.get_or_create(&Limit { limit }).inc();
    }

    /// What is counted of memory that is set apart.
    pub(crate) fn budget(&self, purpose: &'static str) -> BudgetCounters {
        let label = Purpose { purpose };
        BudgetCounters {
            waits: self.memory_waits.get_or_create_owned(&label),
            evictions: self.memory_evictions.get_or_create_owned(&label),
        }
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

fn family<S, M>(registry: &mut Registry, name: &str, help: &str) -> Family<S, M>
where
    S: Clone + std::hash::Hash + Eq,
    M: Default,
    Family<S, M>: prometheus_client::registry::Metric,
{
    let family = Family::<S, M>::default();
    registry.register(name, help, family.clone());
    family
}

/// They are there before the first refusal, so that alerts on them can be written.
fn limits(registry: &mut Registry) -> Family<Limit, Counter> {
    let limits: Family<Limit, Counter> = family(
        registry,
        "limit_refusals",
        "Requests refused because of a limit, by the setting",
    );
    for limit in LIMITS {
        drop(limits.get_or_create(&Limit { limit }));
    }
    limits
}

fn latencies(registry: &mut Registry, name: &str, help: &str) -> Latencies {
    // 50 us to half a minute.
    let constructor: fn() -> Histogram = || Histogram::new(exponential_buckets(0.000_05, 2.6, 15));
    let family = Latencies::new_with_constructor(constructor);
    registry.register_with_unit(name, help, Unit::Seconds, family.clone());
    family
}

fn histogram(registry: &mut Registry, name: &str, help: &str) -> Histogram {
    let histogram = Histogram::new(exponential_buckets(0.000_05, 2.5, 14));
    registry.register_with_unit(name, help, Unit::Seconds, histogram.clone());
    histogram
}
