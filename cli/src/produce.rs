//! `kavka produce`: each line of stdin becomes a record.

mod input;

pub(crate) use self::input::unescape;

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer};
use rdkafka::{ClientContext, Message};
use tokio_util::sync::CancellationToken;

use crate::connection::{Bootstrap, QuietContext, client_config, split_setting};
use crate::failure::Failure;
use crate::produce::input::{Lines, Record, RecordFormat};

const EXAMPLES: &str = "\
Examples:
  echo hello | kavka produce topic-sample
  kavka produce orders --key-separator : < orders.txt
  kavka loggen --limit 1000 | kavka produce logs -b broker-1:9092";

/// How long a record may take to be acknowledged before it counts as lost.
const DELIVERY_TIME_MAX: Duration = Duration::from_secs(10);

/// The options; Kafka's own names work too.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ProduceOptions {
    /// The topic to write to.
    #[arg(required_unless_present = "topic_option")]
    topic: Option<String>,
    /// The topic, as Kafka's console producer takes it.
    #[arg(long = "topic", hide = true, conflicts_with = "topic")]
    topic_option: Option<String>,
    #[command(flatten)]
    bootstrap: Bootstrap,
    /// What stands between key and value; without it records have no key.
    #[arg(long, value_name = "TEXT")]
    key_separator: Option<String>,
    /// A header of every record.
    #[arg(long = "header", value_name = "NAME=VALUE")]
    headers: Vec<String>,
    /// A line (or value) that stands for null, Kafka's tombstone.
    #[arg(long, value_name = "TEXT")]
    null_marker: Option<String>,
    /// Write to this partition instead of the one that the key picks.
    #[arg(long, value_name = "NUMBER")]
    partition: Option<i32>,
    /// Compress the batches: none, gzip, snappy, lz4 or zstd.
    #[arg(long, visible_alias = "compression-codec", value_name = "CODEC")]
    compression: Option<String>,
    /// A setting of Kafka's line reader: parse.key=true, key.separator=…, null.marker=….
    #[arg(
        long = "property",
        visible_alias = "reader-property",
        value_name = "NAME=VALUE"
    )]
    properties: Vec<String>,
    /// A setting of librdkafka.
    #[arg(long = "producer-property", value_name = "NAME=VALUE")]
    producer_properties: Vec<String>,
}

/// What became of the records.
#[derive(Debug, Default)]
struct Deliveries {
    failed: u64,
    first_reason: Option<String>,
}

#[derive(Debug, Default)]
struct DeliveryContext {
    quiet: QuietContext,
    deliveries: Arc<std::sync::Mutex<Deliveries>>,
}

impl ClientContext for DeliveryContext {
    fn log(&self, level: rdkafka::config::RDKafkaLogLevel, facility: &str, message: &str) {
        self.quiet.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.quiet.error(error, reason);
    }
}

impl ProducerContext for DeliveryContext {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        match result {
            Ok(_) => self.quiet.heard(),
            Err((error, message)) => {
                let Ok(mut deliveries) = self.deliveries.lock() else {
                    return;
                };
                deliveries.failed += 1;
                let topic = message.topic();
                deliveries
                    .first_reason
                    .get_or_insert_with(|| format!("topic {topic:?}: {}", plain(error)));
            }
        }
    }
}

/// Writes stdin's lines until it ends or the interrupt; what was read is delivered first.
pub(crate) async fn run(
    options: ProduceOptions,
    interrupt: CancellationToken,
) -> Result<(), Failure> {
    let addresses = options.bootstrap.reach().await?;
    let topic = options
        .topic
        .clone()
        .or_else(|| options.topic_option.clone());
    let topic = topic.unwrap_or_default();
    let format = options.record_format()?;
    let headers = options.record_headers()?;
    let producer = options.producer(&addresses)?;
    if std::io::stdin().is_terminal() {
        eprintln!("Each line becomes a record of topic {topic:?}; Ctrl-D ends.");
    }
    let mut lines = Lines::of_stdin();
    let mut outcome = Ok(());
    loop {
        let line = tokio::select! {
            line = lines.next() => line,
            () = interrupt.cancelled() => None,
        };
        let Some(line) = line else { break };
        outcome = match line.and_then(|line| format.parse(line)) {
            Ok(record) => {
                let sent = send(
                    &producer,
                    &topic,
                    options.partition,
                    &record,
                    headers.as_ref(),
                );
                sent.await
            }
            Err(failure) => Err(failure),
        };
        if outcome.is_err() {
            break;
        }
    }
    let delivered = tokio::task::spawn_blocking(move || deliver(&producer, &topic)).await;
    let delivered = delivered.map_err(|error| Failure::new(error.to_string()))?;
    outcome.and(delivered)
}

async fn send(
    producer: &ThreadedProducer<DeliveryContext>,
    topic: &str,
    partition: Option<i32>,
    record: &Record,
    headers: Option<&OwnedHeaders>,
) -> Result<(), Failure> {
    loop {
        let mut outgoing: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(topic);
        outgoing.key = record.key.as_deref();
        outgoing.payload = record.value.as_deref();
        outgoing.partition = partition;
        outgoing.headers = headers.cloned();
        match producer.send(outgoing) {
            Ok(()) => return Ok(()),
            // Back-pressure: stdin waits until the broker has taken some.
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            Err((error, _)) => {
                return Err(Failure::new(format!("topic {topic:?}: {}", plain(&error))));
            }
        }
    }
}

/// Waits for every acknowledgement, and fails when one did not come.
fn deliver(producer: &ThreadedProducer<DeliveryContext>, topic: &str) -> Result<(), Failure> {
    let flushed = producer.flush(DELIVERY_TIME_MAX + Duration::from_secs(2));
    let context = producer.context();
    let failed = context.deliveries.lock().map_or_else(
        |_| (0, None),
        |deliveries| (deliveries.failed, deliveries.first_reason.clone()),
    );
    if let (count @ 1.., reason) = failed {
        let reason = reason.unwrap_or_default();
        return Err(
            Failure::new(format!("{count} records were not delivered: {reason}"))
                .remedy(format!("look at the topic: kavka topic describe {topic}"))
                .remedy("and at the broker's log: a full disk, for one, is told there"),
        );
    }
    flushed.map_err(|error| {
        let reason = context.quiet.last_reason().unwrap_or_else(|| plain(&error));
        Failure::new(format!("not everything was delivered: {reason}"))
            .remedy("is the broker's advertised address reachable from here?")
    })
}

impl ProduceOptions {
    fn record_format(&self) -> Result<RecordFormat, Failure> {
        let mut format = RecordFormat::new(self.key_separator.clone(), self.null_marker.clone());
        for property in &self.properties {
            let (name, value) = property.split_once('=').unwrap_or((property, ""));
            format.set(name.trim(), value)?;
        }
        Ok(format)
    }

    fn record_headers(&self) -> Result<Option<OwnedHeaders>, Failure> {
        if self.headers.is_empty() {
            return Ok(None);
        }
        let mut headers = OwnedHeaders::new();
        for header in &self.headers {
            let (key, value) = split_setting(header)?;
            headers = headers.insert(Header {
                key,
                value: Some(value),
            });
        }
        Ok(Some(headers))
    }

    fn producer(&self, addresses: &[String]) -> Result<ThreadedProducer<DeliveryContext>, Failure> {
        let mut config = client_config(addresses);
        config
            .set("enable.idempotence", "true")
            .set("linger.ms", "5")
            .set(
                "message.timeout.ms",
                DELIVERY_TIME_MAX.as_millis().to_string(),
            )
            // The broker decides what is too large.
            .set("message.max.bytes", "100000000");
        if let Some(codec) = &self.compression {
            config.set("compression.type", codec);
        }
        for property in &self.producer_properties {
            let (name, value) = split_setting(property)?;
            config.set(name, value);
        }
        config
            .create_with_context(DeliveryContext::default())
            .map_err(|error| {
                Failure::usage(format!("these settings do not work: {}", plain(&error)))
            })
    }
}

/// An error of librdkafka in its own words, without Rust's names around it.
pub(crate) fn plain(error: &KafkaError) -> String {
    match error {
        KafkaError::ClientConfig(_, reason, name, value) => format!("{name}={value}: {reason}"),
        _ => error
            .rdkafka_error_code()
            .map_or_else(|| error.to_string(), |code| code.to_string()),
    }
}
