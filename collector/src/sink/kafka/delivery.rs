//! What comes back from the Kafka client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message as _};
use rdkafka::producer::ProducerContext;
use tokio::sync::mpsc;

use crate::metrics::ComponentMetrics;
use crate::receipt::Receipt;

/// What the client keeps for us with each record.
pub(super) struct InFlight {
    pub(super) receipt: Receipt,
    pub(super) alone: bool,
}

/// A record that the client gave up.
pub(super) struct Failed {
    pub(super) topic: String,
    pub(super) key: Option<Vec<u8>>,
    pub(super) payload: Vec<u8>,
    pub(super) timestamp: i64,
    pub(super) receipt: Receipt,
    pub(super) alone: bool,
    pub(super) error: KafkaError,
}

/// Takes delivery reports, on the client's own thread.
pub(super) struct Delivery {
    servers: String,
    metrics: Arc<ComponentMetrics>,
    /// Bounded by the client's queue: only what it held can fail.
    failed: mpsc::UnboundedSender<Failed>,
    in_flight: Arc<AtomicUsize>,
    bytes: AtomicUsize,
}

/// Errors that no repetition heals: they lie in the record.
pub(super) fn is_hopeless(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::MessageSizeTooLarge
            | RDKafkaErrorCode::MessageBatchTooLarge
            | RDKafkaErrorCode::InvalidTopic
            | RDKafkaErrorCode::InvalidRecord
    )
}

impl Delivery {
    pub(super) fn new(
        servers: String,
        metrics: Arc<ComponentMetrics>,
        failed: mpsc::UnboundedSender<Failed>,
    ) -> Self {
        let in_flight = Arc::new(AtomicUsize::new(0));
        Self {
            servers,
            metrics,
            failed,
            in_flight,
            bytes: AtomicUsize::new(0),
        }
    }

    /// How many records the client holds.
    pub(super) fn in_flight(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.in_flight)
    }

    pub(super) fn began(&self, bytes: usize) {
        self.in_flight.fetch_add(1, Ordering::AcqRel);
        let before = self.bytes.fetch_add(bytes, Ordering::AcqRel);
        self.metrics.buffered(before.saturating_add(bytes));
    }

    pub(super) fn ended(&self, bytes: usize) {
        let before = self.bytes.fetch_sub(bytes, Ordering::AcqRel);
        self.metrics.buffered(before.saturating_sub(bytes));
        self.in_flight.fetch_sub(1, Ordering::AcqRel);
    }

    /// Gives a record back to the sink, to be produced again.
    pub(super) fn hand_back(&self, failed: Failed) {
        // A closed channel means that the sink is gone: the receipt is dropped, the source knows.
        let _ = self.failed.send(failed);
    }

    pub(super) fn complain(&self, topic: &str, error: &KafkaError) {
        self.metrics.error("produce");
        if self.metrics.may_warn() {
            tracing::warn!(
                component = self.metrics.name(),
                servers = self.servers,
                topic,
                %error,
                "records cannot be delivered and wait; make sure that the topic exists and that \
                 the broker takes them"
            );
        }
    }

    pub(super) fn discard(&self, topic: &str, bytes: usize, error: &KafkaError) {
        self.metrics.discarded("refused by the broker", 1);
        tracing::error!(
            component = self.metrics.name(),
            topic,
            bytes,
            %error,
            "a record is left out, the broker will never take it; raise max.message.bytes of the \
             topic, or lower max_line_bytes of the source"
        );
    }
}

impl ClientContext for Delivery {
    fn log(&self, _: RDKafkaLogLevel, facility: &str, message: &str) {
        tracing::debug!(component = self.metrics.name(), facility, "{message}");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.metrics.error("connection");
        if self.metrics.may_warn() {
            tracing::warn!(
                component = self.metrics.name(),
                servers = self.servers,
                %error,
                "Kafka cannot be reached: {reason}; check that bootstrap_servers is right and \
                 that a broker runs there; events wait"
            );
        }
    }
}

impl ProducerContext for Delivery {
    type DeliveryOpaque = Box<InFlight>;

    fn delivery(&self, result: &DeliveryResult<'_>, opaque: Self::DeliveryOpaque) {
        match result {
            Ok(message) => {
                self.metrics.sent(1);
                opaque.receipt.accept();
                self.ended(message.payload_len());
            }
            Err((error, message)) => {
                let purged = matches!(
                    error.rdkafka_error_code(),
                    Some(RDKafkaErrorCode::PurgeQueue | RDKafkaErrorCode::PurgeInflight)
                );
                if !purged {
                    self.complain(message.topic(), error);
                }
                let InFlight { receipt, alone } = *opaque;
                self.hand_back(Failed {
                    topic: message.topic().to_owned(),
                    key: message.key().map(<[u8]>::to_vec),
                    payload: message.payload().unwrap_or_default().to_vec(),
                    timestamp: message.timestamp().to_millis().unwrap_or_default(),
                    receipt,
                    alone,
                    error: error.clone(),
                });
                self.ended(message.payload_len());
            }
        }
    }
}
