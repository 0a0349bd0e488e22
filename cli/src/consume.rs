//! `kavka consume`: the records of a topic, printed as they arrive.

mod format;
mod start;

use std::collections::BTreeSet;
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

use clap::Args;
use rdkafka::Message;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::topic_partition_list::TopicPartitionList;
use tokio_util::sync::CancellationToken;

use crate::connection::{Bootstrap, QuietContext, client_config, split_setting};
use crate::consume::format::RecordPrinter;
use crate::consume::start::{StartAt, partitions_of};
use crate::failure::{Failure, is_closed_pipe};
use crate::produce::plain;

const EXAMPLES: &str = "\
Examples:
  kavka consume topic-sample --from-beginning       everything, then what comes
  kavka consume topic-sample --from-beginning -e    everything, then end
  kavka consume orders --group billing --print-key --key-separator :
  kavka consume orders --partition 0 --offset -10   the last ten of one partition";

/// The options; Kafka's own names work too.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag that a person types"
)]
pub(crate) struct ConsumeOptions {
    /// The topic to read.
    #[arg(required_unless_present = "topic_option")]
    topic: Option<String>,
    /// The topic, as Kafka's console consumer takes it.
    #[arg(long = "topic", hide = true, conflicts_with = "topic")]
    topic_option: Option<String>,
    #[command(flatten)]
    bootstrap: Bootstrap,
    /// Begin with the oldest record, not with the next one.
    #[arg(long)]
    from_beginning: bool,
    /// End when everything that is there has been printed.
    #[arg(short = 'e', long)]
    exit_at_end: bool,
    /// End after that many records.
    #[arg(short = 'n', long, value_name = "RECORDS")]
    max_messages: Option<u64>,
    /// End when nothing has come for that long.
    #[arg(long, value_name = "MILLISECONDS")]
    timeout_ms: Option<u64>,
    /// Read as a member of this group, which remembers how far it is.
    #[arg(short = 'g', long)]
    group: Option<String>,
    /// Read one partition only.
    #[arg(long, value_name = "NUMBER", conflicts_with = "group")]
    partition: Option<i32>,
    /// Where to begin: an offset, `earliest`, `latest`, or -N for the last N records.
    #[arg(long, requires = "partition", allow_hyphen_values = true)]
    offset: Option<StartAt>,
    /// Print each record's time.
    #[arg(long)]
    print_timestamp: bool,
    /// Print each record's partition and offset.
    #[arg(long)]
    print_offset: bool,
    /// Print each record's headers.
    #[arg(long)]
    print_headers: bool,
    /// Print each record's key.
    #[arg(long)]
    print_key: bool,
    /// What stands between the printed parts; a tab unless told otherwise.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "\\t",
        hide_default_value = true
    )]
    key_separator: String,
    /// A setting of Kafka's message formatter, such as print.key=true.
    #[arg(
        long = "property",
        visible_alias = "formatter-property",
        value_name = "NAME=VALUE"
    )]
    properties: Vec<String>,
    /// A setting of librdkafka.
    #[arg(long = "consumer-property", value_name = "NAME=VALUE")]
    consumer_properties: Vec<String>,
}

impl ConsumerContext for QuietContext {}

/// Prints until an end was asked for and is reached, or the interrupt.
pub(crate) async fn run(
    options: ConsumeOptions,
    interrupt: CancellationToken,
) -> Result<(), Failure> {
    let addresses = options.bootstrap.reach().await?;
    let reading = tokio::task::spawn_blocking(move || {
        let consumer = options.consumer(&addresses)?;
        options.start(&consumer)?;
        options.print_records(&consumer, &interrupt)
        // The consumer's drop leaves the group and commits.
    });
    reading
        .await
        .map_err(|error| Failure::new(format!("the reader ended: {error}")))?
}

impl ConsumeOptions {
    fn topic(&self) -> &str {
        self.topic
            .as_deref()
            .or(self.topic_option.as_deref())
            .unwrap_or_default()
    }

    fn printer(&self) -> Result<RecordPrinter, Failure> {
        let mut printer = RecordPrinter {
            timestamp: self.print_timestamp,
            partition: self.print_offset,
            offset: self.print_offset,
            headers: self.print_headers,
            key: self.print_key,
            value: true,
            separator: crate::produce::unescape(&self.key_separator),
        };
        for property in &self.properties {
            let (name, value) = property.split_once('=').unwrap_or((property, ""));
            printer.set(name.trim(), value)?;
        }
        Ok(printer)
    }

    fn consumer(&self, addresses: &[String]) -> Result<BaseConsumer<QuietContext>, Failure> {
        let mut config = client_config(addresses);
        let auto_commit = if self.group.is_some() {
            "true"
        } else {
            "false"
        };
        let reset = if self.from_beginning {
            "earliest"
        } else {
            "latest"
        };
        let own_group = format!("kavka-consume-{}", std::process::id());
        config
            .set("group.id", self.group.as_deref().unwrap_or(&own_group))
            .set("enable.auto.commit", auto_commit)
            // Only what was printed is committed, not what was fetched ahead.
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", reset)
            .set("enable.partition.eof", "true")
            .set("fetch.wait.max.ms", "200")
            .set("fetch.queue.backoff.ms", "10")
            .set("fetch.error.backoff.ms", "200");
        for property in &self.consumer_properties {
            let (name, value) = split_setting(property)?;
            config.set(name, value);
        }
        config
            .create_with_context(QuietContext::default())
            .map_err(|error| {
                Failure::usage(format!("these settings do not work: {}", plain(&error)))
            })
    }

    /// Subscribes, or takes the partitions itself when no group shall remember anything.
    fn start(&self, consumer: &BaseConsumer<QuietContext>) -> Result<(), Failure> {
        let topic = self.topic();
        let partitions = partitions_of(consumer, topic)?;
        let failed = |error: KafkaError| {
            Failure::new(format!("cannot read topic {topic:?}: {}", plain(&error)))
        };
        if self.group.is_some() {
            return consumer.subscribe(&[topic]).map_err(failed);
        }
        let default = if self.from_beginning {
            StartAt::Earliest
        } else {
            StartAt::Latest
        };
        let start = self.offset.unwrap_or(default);
        let mut assignment = TopicPartitionList::new();
        for partition in &partitions {
            if self.partition.is_none_or(|wanted| wanted == *partition) {
                assignment
                    .add_partition_offset(topic, *partition, start.offset())
                    .map_err(failed)?;
            }
        }
        if let (Some(wanted), 0) = (self.partition, assignment.count()) {
            return Err(Failure::new(format!(
                "topic {topic:?} has no partition {wanted}, only 0 to {}",
                partitions.len().saturating_sub(1)
            )));
        }
        consumer.assign(&assignment).map_err(failed)
    }

    /// Notes a printed record for the group's next commit.
    fn remember(&self, consumer: &BaseConsumer<QuietContext>, record: &BorrowedMessage<'_>) {
        if self.group.is_some()
            && let Err(error) = consumer.store_offset_from_message(record)
        {
            // The partition was given to another member, which prints the record again.
            tracing::debug!(%error, "an offset is not kept");
        }
    }

    fn print_records(
        &self,
        consumer: &BaseConsumer<QuietContext>,
        interrupt: &CancellationToken,
    ) -> Result<(), Failure> {
        let printer = self.printer()?;
        let mut output = BufWriter::new(std::io::stdout().lock());
        let mut count = 0;
        let mut ended = BTreeSet::new();
        let mut last_heard = Instant::now();
        while !interrupt.is_cancelled() && self.max_messages.is_none_or(|max| count < max) {
            let mut outcome = consumer.poll(Duration::ZERO);
            if outcome.is_none() {
                // Nothing waits: show what there is, then wait for more.
                if let Err(error) = output.flush() {
                    return closed_output(&error);
                }
                outcome = consumer.poll(Duration::from_millis(100));
            }
            match outcome {
                Some(Ok(message)) => {
                    consumer.context().heard();
                    ended.remove(&message.partition());
                    count += 1;
                    last_heard = Instant::now();
                    if let Err(error) = printer.print(&mut output, &message) {
                        return closed_output(&error);
                    }
                    self.remember(consumer, &message);
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    ended.insert(partition);
                    if self.exit_at_end && is_all_read(consumer, &ended) {
                        break;
                    }
                }
                Some(Err(error)) => explain(self.topic(), &error)?,
                None => {
                    let quiet = last_heard.elapsed();
                    if self
                        .timeout_ms
                        .is_some_and(|max| quiet >= Duration::from_millis(max))
                    {
                        break;
                    }
                }
            }
        }
        output.flush().or_else(|error| closed_output(&error))
    }
}

/// True when every partition that this consumer reads has been read to its end.
fn is_all_read(consumer: &BaseConsumer<QuietContext>, ended: &BTreeSet<i32>) -> bool {
    consumer.assignment().is_ok_and(|assigned| {
        assigned
            .elements()
            .iter()
            .all(|element| ended.contains(&element.partition()))
    })
}

/// A reader that went away (`| head`) is no failure.
fn closed_output(error: &std::io::Error) -> Result<(), Failure> {
    if is_closed_pipe(error) {
        return Ok(());
    }
    Err(Failure::new(format!("cannot write to stdout: {error}")))
}

/// Fails for what cannot get better by waiting.
fn explain(topic: &str, error: &KafkaError) -> Result<(), Failure> {
    use RDKafkaErrorCode as Code;
    let what = format!("cannot read topic {topic:?}: {}", plain(error));
    match error.rdkafka_error_code() {
        Some(Code::UnknownTopicOrPartition | Code::UnknownTopic) => {
            Err(start::missing_topic(topic))
        }
        Some(Code::OffsetOutOfRange | Code::AutoOffsetReset) => Err(Failure::new(what)
            .remedy("begin with an offset that is there: kavka topic describe, --offset earliest")),
        Some(
            Code::TopicAuthorizationFailed
            | Code::GroupAuthorizationFailed
            | Code::InvalidGroupId
            | Code::InconsistentGroupProtocol
            | Code::Fatal,
        ) => Err(Failure::new(what)),
        _ => {
            tracing::warn!("{what}");
            Ok(())
        }
    }
}
