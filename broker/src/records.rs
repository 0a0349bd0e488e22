//! What the broker does to a producer's batch beyond the checks of the log: keys on compacted
//! topics, and the topic's own compression where it is not `producer`.

use bytes::Bytes;
use kavka_core::config::{CompressionSetting, TopicConfig};
use kavka_protocol::records::{
    Batch, BatchBuilder, BatchHeader, Batches, Compression, TimestampType,
};

use crate::failure::Failure;

/// What a batch may hold once decompressed, as a multiple of `max.message.bytes`.
const DECOMPRESSION_FACTOR: usize = 64;

/// The batch to write for what a producer sent.
pub(crate) fn prepare(records: Bytes, topic: &TopicConfig) -> Result<Bytes, Failure> {
    // What is no batch is refused by the log's own checks, with their reasons.
    let Ok(header) = BatchHeader::parse(&records) else {
        return Ok(records);
    };
    if header.is_transactional() {
        return Err(Failure::Transactional);
    }
    let target = codec(topic.compression_type).filter(|codec| header.compression() != Ok(*codec));
    if !topic.cleanup.compact && target.is_none() {
        return Ok(records);
    }
    let ceiling = usize::try_from(topic.max_message_bytes)
        .unwrap_or(0)
        .saturating_mul(DECOMPRESSION_FACTOR);
    let Some(batch) = Batches::new(records.clone()).next().transpose()? else {
        return Ok(records);
    };
    batch.check_crc()?;
    if topic.cleanup.compact {
        check_keys(&batch, ceiling)?;
    }
    match target {
        Some(codec) => recompress(&batch, codec, ceiling),
        None => Ok(records),
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

fn recompress(batch: &Batch, codec: Compression, ceiling: usize) -> Result<Bytes, Failure> {
    let header = &batch.header;
    let mut builder = BatchBuilder::new(codec)
        .base_offset(header.base_offset)
        .producer(
            header.producer_id,
            header.producer_epoch,
            header.base_sequence,
        );
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
