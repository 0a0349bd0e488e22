//! The sink `kafka`: idempotent, acknowledged by every in-sync replica, retried for ever.

mod delivery;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use kavka_pipeline::KafkaSink;
use rdkafka::ClientConfig;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::producer::{BaseRecord, Producer as _, ThreadedProducer};
use tokio::sync::mpsc;

use self::delivery::{Delivery, Failed, InFlight, is_hopeless};
use super::encode::encode;
use crate::event::{Batch, Event};
use crate::metrics::ComponentMetrics;
use crate::receipt::Receipt;

/// Produces to Kafka.
pub(crate) struct KafkaOutput {
    config: KafkaSink,
    servers: String,
    properties: ClientConfig,
    metrics: Arc<ComponentMetrics>,
}

/// A record that is to be produced.
struct Record {
    topic: String,
    key: Option<Vec<u8>>,
    payload: Vec<u8>,
    timestamp: i64,
    receipt: Receipt,
    /// It travels in a batch of its own, because its batch was refused for its size.
    alone: bool,
}

/// Pause while the client's queue is full.
const FULL_PAUSE: Duration = Duration::from_millis(5);
/// Pause before a record that was refused is produced again.
const RETRY_PAUSE: Duration = Duration::from_millis(500);

impl KafkaOutput {
    pub(crate) fn new(
        config: KafkaSink,
        servers: String,
        metrics: Arc<ComponentMetrics>,
    ) -> Result<Self, String> {
        let mut properties = ClientConfig::new();
        properties
            .set("client.id", "kavka-collector")
            .set("partitioner", "murmur2_random")
            .set("reconnect.backoff.ms", "50")
            .set("reconnect.backoff.max.ms", "1000")
            .set("request.timeout.ms", "10000")
            .set("socket.timeout.ms", "15000")
            .set("socket.keepalive.enable", "true")
            .set("socket.nagle.disable", "true")
            .set("queue.buffering.max.messages", "200000");
        for (name, value) in &config.librdkafka_options {
            properties.set(name, value);
        }
        properties
            .set("bootstrap.servers", &servers)
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("message.timeout.ms", "0")
            .set("linger.ms", config.linger.as_millis().to_string())
            .set("compression.type", config.compression.as_str())
            .set(
                "queue.buffering.max.kbytes",
                (config.buffer_bytes / 1024).max(1).to_string(),
            );
        properties.create_native_config().map_err(|error| {
            format!("librdkafka refuses its options: {error}; correct librdkafka_options")
        })?;
        Ok(Self {
            config,
            servers,
            properties,
            metrics,
        })
    }

    /// Delivers until the entrance is closed and every record was acknowledged.
    pub(crate) async fn run(&self, input: &mut mpsc::Receiver<Batch>) {
        let (failed_sender, mut failed) = mpsc::unbounded_channel();
        let mut open = true;
        loop {
            let delivery = Delivery::new(
                self.servers.clone(),
                Arc::clone(&self.metrics),
                failed_sender.clone(),
            );
            let producer = match self.properties.create_with_context(delivery) {
                Ok(producer) => producer,
                Err(error) => {
                    self.metrics.error("no client");
                    let sink = self.metrics.name();
                    tracing::error!(component = sink, %error, "the Kafka client cannot start");
                    tokio::time::sleep(RETRY_PAUSE).await;
                    continue;
                }
            };
            if self.serve(&producer, input, &mut failed, &mut open).await {
                return;
            }
            // An idempotent producer that lost its place cannot go on; a new one takes over what
            // the old one hands back as failed.
            tracing::warn!(
                component = self.metrics.name(),
                "a new Kafka client takes over"
            );
            let _ = tokio::task::spawn_blocking(move || drop(producer)).await;
        }
    }

    /// Until the end (`true`) or a fatal error of the client (`false`).
    async fn serve(
        &self,
        producer: &ThreadedProducer<Delivery>,
        input: &mut mpsc::Receiver<Batch>,
        failed: &mut mpsc::UnboundedReceiver<Failed>,
        open: &mut bool,
    ) -> bool {
        let in_flight = producer.context().in_flight();
        loop {
            if producer.client().fatal_error().is_some() {
                return false;
            }
            if !*open && failed.is_empty() && in_flight.load(Ordering::Acquire) == 0 {
                return true;
            }
            tokio::select! {
                biased;
                Some(failure) = failed.recv() => {
                    tokio::time::sleep(RETRY_PAUSE).await;
                    self.retry(producer, failure).await;
                    for _ in 0..failed.len() {
                        if let Ok(failure) = failed.try_recv() {
                            self.retry(producer, failure).await;
                        }
                    }
                }
                batch = input.recv(), if *open => match batch {
                    Some(batch) => self.produce_batch(producer, batch).await,
                    None => *open = false,
                },
                () = tokio::time::sleep(Duration::from_millis(20)), if !*open => {}
                () = tokio::time::sleep(Duration::from_secs(1)), if *open => {}
            }
        }
    }

    async fn produce_batch(&self, producer: &ThreadedProducer<Delivery>, batch: Batch) {
        self.metrics.received(batch.len(), 0);
        for event in batch {
            match self.record(event) {
                Ok(record) => self.produce(producer, record).await,
                Err(refused) => {
                    let (event, field) = *refused;
                    self.metrics.discarded("no topic", 1);
                    if self.metrics.may_warn() {
                        tracing::error!(
                            component = self.metrics.name(),
                            topic = self.config.topic.as_str(),
                            field,
                            tag = &*event.metadata.tag,
                            "an event is left out: it lacks a field of the topic's name"
                        );
                    }
                    event.receipt.refuse();
                }
            }
        }
    }

    fn record(&self, event: Event) -> Result<Record, Box<(Event, String)>> {
        let topic = match self.config.topic.render(|path| event.text(path)) {
            Ok(topic) => topic,
            Err(field) => return Err(Box::new((event, field.segments.join(".")))),
        };
        let key = match &self.config.key_field {
            Some(path) => event.text(path).map(String::into_bytes),
            None => event
                .metadata
                .stream
                .as_ref()
                .map(|stream| stream.as_bytes().to_vec()),
        };
        let payload = encode(&event, self.config.encoding);
        let timestamp = event.metadata.timestamp;
        Ok(Record {
            topic,
            key,
            payload,
            timestamp,
            receipt: event.receipt,
            alone: false,
        })
    }

    /// Hands a record to the client; waits while its queue is full.
    async fn produce(&self, producer: &ThreadedProducer<Delivery>, record: Record) {
        let Record {
            topic,
            key,
            payload,
            timestamp,
            receipt,
            alone,
        } = record;
        let mut waiting = Box::new(InFlight { receipt, alone });
        loop {
            let mut record = BaseRecord::with_opaque_to(&topic, waiting)
                .payload(&payload)
                .timestamp(timestamp);
            if let Some(key) = &key {
                record = record.key(key);
            }
            producer.context().began(payload.len());
            let error = match producer.send(record) {
                Ok(()) => return,
                Err((error, record)) => {
                    waiting = record.delivery_opaque;
                    producer.context().ended(payload.len());
                    error
                }
            };
            let code = error.rdkafka_error_code();
            match code {
                Some(RDKafkaErrorCode::QueueFull) => tokio::time::sleep(FULL_PAUSE).await,
                Some(code) if is_hopeless(code) => {
                    producer.context().discard(&topic, payload.len(), &error);
                    waiting.receipt.refuse();
                    return;
                }
                _ if producer.client().fatal_error().is_some() => {
                    let receipt = waiting.receipt;
                    let failed = Failed {
                        topic,
                        key,
                        payload,
                        timestamp,
                        receipt,
                        alone,
                        error,
                    };
                    producer.context().hand_back(failed);
                    return;
                }
                _ => {
                    producer.context().complain(&topic, &error);
                    tokio::time::sleep(RETRY_PAUSE).await;
                }
            }
        }
    }

    /// Produces a record again that was refused. One that was refused for the size of its batch
    /// goes alone; when it is refused alone it can never be delivered.
    async fn retry(&self, producer: &ThreadedProducer<Delivery>, failure: Failed) {
        let Failed {
            topic,
            key,
            payload,
            timestamp,
            receipt,
            alone,
            error,
        } = failure;
        let code = error.rdkafka_error_code();
        let for_size = code.is_some_and(is_hopeless);
        if for_size && alone {
            producer.context().discard(&topic, payload.len(), &error);
            receipt.refuse();
            return;
        }
        if for_size {
            self.settle(producer).await;
        }
        let record = Record {
            topic,
            key,
            payload,
            timestamp,
            receipt,
            alone: for_size,
        };
        self.produce(producer, record).await;
        if for_size {
            self.settle(producer).await;
        }
    }

    /// Waits until nothing is on its way to the broker.
    async fn settle(&self, producer: &ThreadedProducer<Delivery>) {
        let in_flight = producer.context().in_flight();
        while in_flight.load(Ordering::Acquire) > 0 && producer.client().fatal_error().is_none() {
            tokio::time::sleep(FULL_PAUSE).await;
        }
    }
}
