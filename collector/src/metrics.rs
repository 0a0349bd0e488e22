//! What the collector counts about itself.

use std::sync::atomic::{AtomicI64, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// The labels of a component's series.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    component: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReasonLabels {
    component: String,
    reason: &'static str,
}

type Count = Family<Labels, Counter<u64, AtomicU64>>;
type Level = Family<Labels, Gauge<i64, AtomicI64>>;
type CountByReason = Family<ReasonLabels, Counter<u64, AtomicU64>>;

/// All series of one collector.
pub(crate) struct Metrics {
    registry: Registry,
    received_events: Count,
    received_bytes: Count,
    sent_events: Count,
    restarts: Count,
    errors: CountByReason,
    discarded: CountByReason,
    buffered_bytes: Level,
    lag_bytes: Level,
    open_files: Level,
    labels_available: Level,
    reloads: CountByReason,
}

impl Metrics {
    pub(crate) fn new() -> Arc<Self> {
        let mut registry = Registry::with_prefix("kavka_collector");
        let mut metrics = Self {
            received_events: Count::default(),
            received_bytes: Count::default(),
            sent_events: Count::default(),
            restarts: Count::default(),
            errors: CountByReason::default(),
            discarded: CountByReason::default(),
            buffered_bytes: Level::default(),
            lag_bytes: Level::default(),
            open_files: Level::default(),
            labels_available: Level::default(),
            reloads: CountByReason::default(),
            registry: Registry::default(),
        };
        let m = &metrics;
        registry.register(
            "received_events",
            "Events taken in",
            m.received_events.clone(),
        );
        registry.register("received_bytes", "Bytes taken in", m.received_bytes.clone());
        registry.register(
            "sent_events",
            "Events handed on or delivered",
            m.sent_events.clone(),
        );
        registry.register("restarts", "Restarts after a panic", m.restarts.clone());
        registry.register("errors", "Errors", m.errors.clone());
        registry.register("discarded_events", "Events left out", m.discarded.clone());
        registry.register(
            "buffered_bytes",
            "Bytes on their way",
            m.buffered_bytes.clone(),
        );
        registry.register(
            "file_lag_bytes",
            "Bytes of files not yet read",
            m.lag_bytes.clone(),
        );
        registry.register(
            "open_files",
            "Files that are followed",
            m.open_files.clone(),
        );
        registry.register(
            "pod_labels_available",
            "Whether the API server gives pods' labels",
            m.labels_available.clone(),
        );
        registry.register(
            "reloads",
            "Configurations taken or refused",
            m.reloads.clone(),
        );
        metrics.registry = registry;
        Arc::new(metrics)
    }

    /// The series of one component.
    pub(crate) fn component(self: &Arc<Self>, name: &str) -> Arc<ComponentMetrics> {
        let labels = Labels {
            component: name.to_owned(),
        };
        Arc::new(ComponentMetrics {
            received_events: self.received_events.get_or_create_owned(&labels),
            received_bytes: self.received_bytes.get_or_create_owned(&labels),
            sent_events: self.sent_events.get_or_create_owned(&labels),
            restarts: self.restarts.get_or_create_owned(&labels),
            buffered_bytes: self.buffered_bytes.get_or_create_owned(&labels),
            name: name.to_owned(),
            all: Arc::clone(self),
            warned: Mutex::new(None),
        })
    }

    /// A configuration was taken or refused.
    pub(crate) fn reloaded(&self, reason: &'static str) {
        let labels = ReasonLabels {
            component: "collector".to_owned(),
            reason,
        };
        self.reloads.get_or_create(&labels).inc();
    }

    /// All series in the `OpenMetrics` text format.
    pub(crate) fn encode(&self) -> String {
        let mut text = String::new();
        match prometheus_client::encoding::text::encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(error) => format!("# metrics cannot be written: {error}\n"),
        }
    }
}

/// The series of one component, and its voice for warnings that must not flood the log.
pub(crate) struct ComponentMetrics {
    name: String,
    all: Arc<Metrics>,
    received_events: Counter<u64, AtomicU64>,
    received_bytes: Counter<u64, AtomicU64>,
    sent_events: Counter<u64, AtomicU64>,
    restarts: Counter<u64, AtomicU64>,
    buffered_bytes: Gauge<i64, AtomicI64>,
    warned: Mutex<Option<Instant>>,
}

/// At most one such warning in this time from one component.
const WARNING_INTERVAL: Duration = Duration::from_secs(10);

impl ComponentMetrics {
    /// The component's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn received(&self, events: usize, bytes: usize) {
        self.received_events.inc_by(events as u64);
        self.received_bytes.inc_by(bytes as u64);
    }

    pub(crate) fn sent(&self, events: usize) {
        self.sent_events.inc_by(events as u64);
    }

    pub(crate) fn restarted(&self) {
        self.restarts.inc();
    }

    pub(crate) fn error(&self, reason: &'static str) {
        self.by_reason(&self.all.errors, reason, 1);
    }

    pub(crate) fn discarded(&self, reason: &'static str, events: usize) {
        self.by_reason(&self.all.discarded, reason, events);
    }

    pub(crate) fn unmatched(&self, events: usize) {
        if events > 0 {
            self.discarded("no tag pattern matched", events);
        }
    }

    pub(crate) fn warn_unmatched(&self, tag: &str) {
        if self.may_warn() {
            tracing::warn!(
                component = self.name,
                tag,
                "no tag pattern matched: the event is left out; correct `match` of what reads \
                 from this component, or the tag"
            );
        }
    }

    pub(crate) fn buffered(&self, bytes: usize) {
        self.buffered_bytes
            .set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    pub(crate) fn files(&self, open: usize, lag_bytes: u64) {
        let labels = Labels {
            component: self.name.clone(),
        };
        let lag = i64::try_from(lag_bytes).unwrap_or(i64::MAX);
        self.all.lag_bytes.get_or_create(&labels).set(lag);
        let open = i64::try_from(open).unwrap_or(i64::MAX);
        self.all.open_files.get_or_create(&labels).set(open);
    }

    pub(crate) fn labels_available(&self, available: bool) {
        let labels = Labels {
            component: self.name.clone(),
        };
        self.all
            .labels_available
            .get_or_create(&labels)
            .set(i64::from(available));
    }

    /// Whether a repeated warning may be logged again.
    pub(crate) fn may_warn(&self) -> bool {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let may = warned.is_none_or(|last| now.duration_since(last) >= WARNING_INTERVAL);
        if may {
            *warned = Some(now);
        }
        may
    }

    fn by_reason(&self, family: &CountByReason, reason: &'static str, count: usize) {
        let labels = ReasonLabels {
            component: self.name.clone(),
            reason,
        };
        family.get_or_create(&labels).inc_by(count as u64);
    }
}
