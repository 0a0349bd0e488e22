//! Closed loop: every connection keeps a few requests under way, one batch in each, until all is
//! sent and acknowledged.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use bytes::Bytes;
use kavka_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kavka_protocol::messages::{ProduceRequest, ProduceResponse};

use crate::client::{Connection, Receiver, Template, Topic, check};

/// How many connections produce, and how many requests each keeps under way: what a Java producer
/// may by default.
const CONNECTIONS: usize = 4;
const IN_FLIGHT: usize = 5;
const TIMEOUT_MS: i32 = 30_000;
const ALL_REPLICAS: i16 = -1;

/// Whether batches are numbered, so that the broker refuses what comes twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Producer {
    Plain,
    Idempotent,
}

/// Batches to send with `acks=all`.
pub(crate) struct ProduceLoad<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) topic: &'a Topic,
    pub(crate) template: &'a Template,
    pub(crate) producer: Producer,
    /// Bytes of values to send in all.
    pub(crate) bytes: u64,
}

/// What was sent and acknowledged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Volume {
    /// Bytes of values.
    pub(crate) bytes: u64,
    pub(crate) records: u64,
    pub(crate) took: Duration,
}

impl ProduceLoad<'_> {
    /// Sends everything and waits for the last acknowledgement.
    pub(crate) fn run(&self) -> Result<Volume> {
        let batches = self.bytes.div_ceil(self.template.value_bytes.max(1));
        let share = usize::try_from(batches)?.div_ceil(CONNECTIONS);
        let begun = Instant::now();
        thread::scope(|scope| {
            let lanes: Vec<_> = (0..CONNECTIONS)
                .map(|number| scope.spawn(move || self.lane(number, share)))
                .collect();
            lanes.into_iter().try_for_each(|lane| {
                lane.join()
                    .map_err(|_| anyhow!("a generator thread panicked"))?
            })
        })?;
        let sent = u64::try_from(share * CONNECTIONS)?;
        Ok(Volume {
            bytes: sent * self.template.value_bytes,
            records: sent * u64::try_from(self.template.records)?,
            took: begun.elapsed(),
        })
    }

    /// One connection: `batches` of them, dealt over all partitions.
    fn lane(&self, number: usize, batches: usize) -> Result<()> {
        let mut connection = Connection::open(self.address)?;
        let identity = match self.producer {
            Producer::Plain => None,
            Producer::Idempotent => Some(connection.producer_id()?),
        };
        let (mut sender, mut receiver) = connection.split();
        let partitions = usize::try_from(self.topic.partitions)?;
        let mut sequences = vec![0_i32; partitions];
        let (mut sent, mut answered) = (0, 0);
        while answered < batches {
            while sent < batches && sent - answered < IN_FLIGHT {
                let partition = (number + sent) % partitions;
                let sequence = sequences.get_mut(partition).context("partition")?;
                let batch = match identity {
                    None => self.template.plain(),
                    Some(identity) => self.template.numbered(identity, *sequence),
                };
                *sequence = sequence.wrapping_add(self.template.records) & i32::MAX;
                sender.send(&request(self.topic, [(i32::try_from(partition)?, batch)]))?;
                sent += 1;
            }
            acknowledge(&mut receiver)?;
            answered += 1;
        }
        Ok(())
    }
}

/// A request with one batch for each of some partitions.
pub(super) fn request(
    topic: &Topic,
    batches: impl IntoIterator<Item = (i32, Bytes)>,
) -> ProduceRequest {
    let partition_data = batches
        .into_iter()
        .map(|(index, records)| PartitionProduceData {
            index,
            records: Some(records),
        });
    ProduceRequest {
        transactional_id: None,
        acks: ALL_REPLICAS,
        timeout_ms: TIMEOUT_MS,
        topic_data: vec![TopicProduceData {
            topic_id: topic.id,
            partition_data: partition_data.collect(),
            ..TopicProduceData::default()
        }],
    }
}

/// Receives one answer and refuses any error in it.
pub(super) fn acknowledge(receiver: &mut Receiver) -> Result<ProduceResponse> {
    let answer = receiver.receive::<ProduceRequest>()?;
    let mut partitions = answer
        .responses
        .iter()
        .flat_map(|topic| &topic.partition_responses)
        .peekable();
    ensure!(partitions.peek().is_some(), "an answer to nothing");
    for partition in partitions {
        check("Produce", partition.error_code)?;
    }
    Ok(answer)
}
