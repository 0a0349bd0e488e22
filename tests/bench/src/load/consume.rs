//! Consumers that read a whole topic, each on its own connection, with a Java consumer's limits.

use std::net::SocketAddr;
use std::thread;

use anyhow::{Context as _, Result, anyhow};
use bytes::Bytes;
use kavka_protocol::messages::FetchRequest;
use kavka_protocol::messages::fetch_request::{FetchPartition, FetchTopic};
use kavka_protocol::records::Batch;

use crate::client::{Connection, Topic, check};

/// A Java consumer's defaults.
const MAX_BYTES: i32 = 52_428_800;
const PARTITION_MAX_BYTES: i32 = 1_048_576;
const MAX_WAIT_MS: i32 = 500;

/// Lets `consumers` read the topic up to `ends`; returns how many bytes of batches they got in all.
pub(crate) fn consume(
    address: SocketAddr,
    topic: &Topic,
    ends: &[i64],
    consumers: usize,
) -> Result<u64> {
    thread::scope(|scope| {
        let readers: Vec<_> = (0..consumers)
            .map(|_| scope.spawn(|| read(address, topic, ends)))
            .collect();
        readers
            .into_iter()
            .map(|reader| {
                reader
                    .join()
                    .map_err(|_| anyhow!("a generator thread panicked"))?
            })
            .sum()
    })
}

fn read(address: SocketAddr, topic: &Topic, ends: &[i64]) -> Result<u64> {
    let mut connection = Connection::open(address)?;
    let mut offsets = vec![0_i64; ends.len()];
    let mut bytes = 0;
    loop {
        let behind = (0_i32..)
            .zip(offsets.iter().zip(ends))
            .filter(|(_, (offset, end))| offset < end)
            .map(|(partition, (offset, _))| (partition, *offset));
        let request = fetch(topic, behind);
        if request
            .topics
            .iter()
            .all(|topic| topic.partitions.is_empty())
        {
            return Ok(bytes);
        }
        let answer = connection.call(&request)?;
        check("Fetch", answer.error_code)?;
        for partition in answer
            .responses
            .into_iter()
            .flat_map(|topic| topic.partitions)
        {
            check("Fetch", partition.error_code)?;
            let index = usize::try_from(partition.partition_index)?;
            let offset = offsets.get_mut(index).context("an unknown partition")?;
            for batch in whole_batches(partition.records.unwrap_or_default()) {
                bytes += u64::try_from(batch.bytes.len())?;
                *offset = batch.header.last_offset() + 1;
            }
        }
    }
}

/// A request outside of any session, for these partitions from these offsets on.
pub(super) fn fetch(topic: &Topic, from: impl Iterator<Item = (i32, i64)>) -> FetchRequest {
    let partitions = from.map(|(partition, fetch_offset)| FetchPartition {
        partition,
        fetch_offset,
        partition_max_bytes: PARTITION_MAX_BYTES,
        ..FetchPartition::default()
    });
    FetchRequest {
        max_wait_ms: MAX_WAIT_MS,
        min_bytes: 1,
        max_bytes: MAX_BYTES,
        topics: vec![FetchTopic {
            topic_id: topic.id,
            partitions: partitions.collect(),
            ..FetchTopic::default()
        }],
        ..FetchRequest::default()
    }
}

/// The whole batches; Kafka cuts the last one off where a limit is reached.
pub(super) fn whole_batches(mut records: Bytes) -> impl Iterator<Item = Batch> {
    std::iter::from_fn(move || Batch::take(&mut records).ok())
}
