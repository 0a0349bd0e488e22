//! What a compaction leaves of a batch.

use bytes::Bytes;

use super::builder::{assemble, put_record};
use super::header::{CODEC_BITS, DELETE_HORIZON};
use super::{Batch, BatchError, BatchHeader, Compression, Record, TimestampType};
use crate::Writer;

impl Batch {
    /// The batch with only these of its records, which must not be none: with the same codec,
    /// offsets and producer. A `delete_horizon` in milliseconds says from when on its tombstones
    /// and markers may go (KIP-534); the batch keeps the one that it has.
    pub fn retain(
        &self,
        records: &[Record],
        delete_horizon: Option<i64>,
    ) -> Result<Bytes, BatchError> {
        let old = &self.header;
        let codec = old.compression()?;
        let horizon = old.delete_horizon().or(delete_horizon);
        let base_timestamp = horizon.unwrap_or(old.base_timestamp);
        let created = |record: &Record| old.base_timestamp.wrapping_add(record.timestamp_delta);
        let mut body = Writer::new();
        for record in records {
            let delta = created(record).wrapping_sub(base_timestamp);
            let content = (record.key.as_deref(), record.value.as_deref());
            put_record(
                &mut body,
                (delta, record.offset_delta),
                content,
                &record.headers,
            );
        }
        let latest = records.iter().map(created).max();
        let max_timestamp = match old.timestamp_type() {
            TimestampType::CreateTime => latest.unwrap_or(old.max_timestamp),
            TimestampType::LogAppendTime => old.max_timestamp,
        };
        let flag = if horizon.is_some() { DELETE_HORIZON } else { 0 };
        let header = BatchHeader {
            attributes: old.attributes | flag,
            base_timestamp,
            max_timestamp,
            records_count: i32::try_from(records.len()).unwrap_or(i32::MAX),
            ..*old
        };
        assemble(header, (codec, None), body)
    }

    /// The batch without any record: what stays of it are its offsets and its producer's sequence
    /// numbers.
    pub fn emptied(&self) -> Result<Bytes, BatchError> {
        let header = BatchHeader {
            attributes: self.header.attributes & !(CODEC_BITS | DELETE_HORIZON),
            base_timestamp: -1,
            records_count: 0,
            ..self.header
        };
        assemble(header, (Compression::None, None), Writer::new())
    }
}
