//! What the broker does to a producer's batch beyond the checks of the log: keys on compacted
//! topics, and the topic's own compression where it is not `producer`.

use bytes::Bytes;
use kavka_core::config::{CompressionSetting, TopicConfig};
use kavka_protocol::records::{
    Batch, BatchBuilder, BatchHeader, Batches, Compression, TimestampType,
};

use crate::failure::Failure;

/// What lies before the part of a batch that its length counts.
const LENGTH_END: usize = 12;

/// How many records whole batches hold, as their headers say; what is no batch is none.
pub(crate) fn count(mut batches: &[u8]) -> u64 {
    let mut count = 0;
    while let Ok(header) = BatchHeader::parse(batches) {
        count += u64::try_from(header.records_count).unwrap_or(0);
        let length = usize::try_from(header.batch_length).unwrap_or(usize::MAX);
        let Some(rest) = batches.get(length.saturating_add(LENGTH_END)..) else {
            break;
        };
        batches = rest;
    }
    count
}

/// The batch to write for what a producer sent; what the broker has to decompress for that must
/// not exceed `decompressed_max`, or the topic's largest message.
pub(crate) fn prepare(
    records: Bytes,
    topic: &TopicConfig,
    decompressed_max: i32,
) -> Result<Bytes, Failure> {
    // What is no batch is refused by the log's own checks, with their reasons.
    let Ok(header) = BatchHeader::parse(&records) else {
        return Ok(records);
    };
    let target = codec(topic.compression_type).filter(|codec| header.compression() != Ok(*codec));
    if !topic.cleanup.compact && target.is_none() {
        return Ok(records);
    }
    let ceiling = decompressed_max.max(topic.max_message_bytes);
    let ceiling = usize::try_from(ceiling).unwrap_or(0);
    let Some(batch) = Batches::new(records.clone()).next().transpose()? else {
        return Ok(records);
    };
    batch.check_crc()?;
    if topic.cleanup.compact {
        check_keys(&batch, ceiling)?;
    }
    match target {
        Some(codec) => recompress(&batch, codec, level(codec, topic), ceiling),
        None => Ok(records),
    }
}

/// How hard a codec works for a topic.
fn level(codec: Compression, topic: &TopicConfig) -> Option<i32> {
    match codec {
        Compression::Gzip => Some(topic.gzip_level),
        Compression::Zstd => Some(topic.zstd_level),
        Compression::None | Compression::Snappy | Compression::Lz4 => None,
    }
}

/// The codec that a topic insists on.
fn codec(setting: CompressionSetting) -> Option<Compression> {
    match setting {
        CompressionSetting::Producer => None,
        CompressionSetting::Uncompressed => Some(Compression::None),
        CompressionSetting::Gzip => Some(Compression::Gzip),
        CompressionSetting::Snappy => Some(Compression::Snappy),
        CompressionSetting::Lz4 => Some(Compression::Lz4),
        CompressionSetting::Zstd => Some(Compression::Zstd),
    }
}

fn check_keys(batch: &Batch, ceiling: usize) -> Result<(), Failure> {
    for record in batch.records(ceiling)? {
        let record = record?;
        if record.key.is_none() {
            return Err(Failure::KeyMissing {
                index: record.offset_delta,
            });
        }
    }
    Ok(())
}

fn recompress(
    batch: &Batch,
    codec: Compression,
    level: Option<i32>,
    ceiling: usize,
) -> Result<Bytes, Failure> {
    let header = &batch.header;
    let mut builder = BatchBuilder::new(codec)
        .base_offset(header.base_offset)
        .producer(
            header.producer_id,
            header.producer_epoch,
            header.base_sequence,
        );
    if let Some(level) = level {
        builder = builder.level(level);
    }
    if header.is_transactional() {
        builder = builder.transactional();
    }
    if header.timestamp_type() == TimestampType::LogAppendTime {
        builder = builder.log_append_time(header.max_timestamp);
    }
    for record in batch.records(ceiling)? {
        let record = record?;
        builder.push(
            record.timestamp,
            record.key.as_deref(),
            record.value.as_deref(),
            &record.headers,
        );
    }
    Ok(builder.build()?)
}
