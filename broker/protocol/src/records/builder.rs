//! Makes batches.

use bytes::Bytes;

use super::header::{Flags, attributes, set_checksum};
use super::{BatchError, BatchHeader, Compression, HEADER_LEN, RecordHeader};
use crate::Writer;

/// Gathers records and makes a batch of them.
#[derive(Debug)]
pub struct BatchBuilder {
    compression: Compression,
    level: Option<i32>,
    flags: Flags,
    base_offset: i64,
    partition_leader_epoch: i32,
    producer_id: i64,
    producer_epoch: i16,
    base_sequence: i32,
    log_append_time: i64,
    base_timestamp: i64,
    max_timestamp: i64,
    count: i32,
    body: Writer,
}

impl BatchBuilder {
    /// An empty batch at offset 0 of no producer.
    pub fn new(compression: Compression) -> Self {
        Self {
            compression,
            level: None,
            flags: Flags::default(),
            base_offset: 0,
            partition_leader_epoch: -1,
            producer_id: -1,
            producer_epoch: -1,
            base_sequence: -1,
            log_append_time: -1,
            base_timestamp: -1,
            max_timestamp: -1,
            count: 0,
            body: Writer::new(),
        }
    }

    /// How hard the codec works, where it can be told.
    #[must_use]
    pub fn level(self, level: i32) -> Self {
        let level = Some(level);
        Self { level, ..self }
    }

    /// The offset of the first record.
    #[must_use]
    pub fn base_offset(self, base_offset: i64) -> Self {
        Self {
            base_offset,
            ..self
        }
    }

    /// The epoch of the leader that appends the batch.
    #[must_use]
    pub fn partition_leader_epoch(self, partition_leader_epoch: i32) -> Self {
        Self {
            partition_leader_epoch,
            ..self
        }
    }

    /// The idempotent producer and its sequence number of the first record (KIP-98).
    #[must_use]
    pub fn producer(self, id: i64, epoch: i16, base_sequence: i32) -> Self {
        Self {
            producer_id: id,
            producer_epoch: epoch,
            base_sequence,
            ..self
        }
    }

    /// The batch belongs to a transaction.
    #[must_use]
    pub fn transactional(mut self) -> Self {
        self.flags.transactional = true;
        self
    }

    /// The records are control records.
    #[must_use]
    pub fn control(mut self) -> Self {
        self.flags.control = true;
        self
    }

    /// All records carry the time of the append, in milliseconds.
    #[must_use]
    pub fn log_append_time(mut self, timestamp: i64) -> Self {
        self.flags.log_append_time = true;
        self.log_append_time = timestamp;
        self
    }

    /// Adds a record with a timestamp in milliseconds.
    pub fn push(
        &mut self,
        timestamp: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: &[RecordHeader],
    ) {
        if self.count == 0 {
            self.base_timestamp = timestamp;
            self.max_timestamp = timestamp;
        }
        self.max_timestamp = self.max_timestamp.max(timestamp);
        let deltas = (timestamp.wrapping_sub(self.base_timestamp), self.count);
        put_record(&mut self.body, deltas, (key, value), headers);
        self.count += 1;
    }

    /// Records so far.
    pub fn len(&self) -> usize {
        usize::try_from(self.count).unwrap_or(0)
    }

    /// Whether there is no record yet.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes of the records so far, uncompressed.
    pub fn body_len(&self) -> usize {
        self.body.len()
    }

    /// The batch. One without records has no place in a log.
    pub fn build(self) -> Result<Bytes, BatchError> {
        let base_offset = self.base_offset;
        if self.count == 0 {
            return Err(BatchError::Field {
                field: "recordsCount",
                value: 0,
                base_offset,
            });
        }
        let appended = self.flags.log_append_time;
        let header = BatchHeader {
            base_offset,
            batch_length: 0,
            partition_leader_epoch: self.partition_leader_epoch,
            crc: 0,
            attributes: attributes(self.compression, self.flags),
            last_offset_delta: self.count - 1,
            base_timestamp: self.base_timestamp,
            max_timestamp: if appended {
                self.log_append_time
            } else {
                self.max_timestamp
            },
            producer_id: self.producer_id,
            producer_epoch: self.producer_epoch,
            base_sequence: self.base_sequence,
            records_count: self.count,
        };
        assemble(header, (self.compression, self.level), self.body)
    }
}

/// A whole batch of a header, whose length and checksum are set here, and its uncompressed
/// records.
pub(super) fn assemble(
    header: BatchHeader,
    (compression, level): (Compression, Option<i32>),
    records: Writer,
) -> Result<Bytes, BatchError> {
    let plain = records.into_bytes();
    let body = match compression {
        Compression::None => plain,
        codec => codec.compress_at(&plain, level)?,
    };
    let total = HEADER_LEN + body.len();
    let batch_length = i32::try_from(total - 12).map_err(|_| BatchError::Field {
        field: "batchLength",
        value: i64::try_from(total).unwrap_or(i64::MAX),
        base_offset: header.base_offset,
    })?;
    let header = BatchHeader {
        batch_length,
        ..header
    };
    let mut batch = Vec::with_capacity(total);
    batch.extend_from_slice(&header.encode());
    batch.extend_from_slice(&body);
    set_checksum(&mut batch);
    Ok(Bytes::from(batch))
}

/// Appends a record; `deltas` are its timestamp's and its offset's.
pub(super) fn put_record(
    body: &mut Writer,
    deltas: (i64, i32),
    (key, value): (Option<&[u8]>, Option<&[u8]>),
    headers: &[RecordHeader],
) {
    let mut record = Writer::new();
    record.i8(0);
    record.varlong(deltas.0);
    record.varint(deltas.1);
    put_nullable(&mut record, key);
    put_nullable(&mut record, value);
    record.varint(length(headers.len()));
    for header in headers {
        record.varint(length(header.key.len()));
        record.raw(&header.key);
        put_nullable(&mut record, header.value.as_deref());
    }
    body.varint(length(record.len()));
    body.raw(&record.into_bytes());
}

fn length(len: usize) -> i32 {
    // What does not fit makes a batch that `build` refuses as too long.
    i32::try_from(len).unwrap_or(i32::MAX)
}

fn put_nullable(record: &mut Writer, bytes: Option<&[u8]>) {
    match bytes {
        None => record.varint(-1),
        Some(bytes) => {
            record.varint(length(bytes.len()));
            record.raw(bytes);
        }
    }
}
