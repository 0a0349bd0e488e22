//! Walks through batches and the records within them.

use bytes::Bytes;

use super::header::checksum;
use super::{BatchError, BatchHeader, TimestampType};
use crate::{DecodeError, DecodeFault, Reader};

/// One batch, header included, as it lies on wire and disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What the first 61 bytes say.
    pub header: BatchHeader,
    /// The whole batch.
    pub bytes: Bytes,
}

impl Batch {
    /// Takes the batch at the front of `bytes` and leaves what follows.
    pub fn take(bytes: &mut Bytes) -> Result<Self, BatchError> {
        let header = BatchHeader::parse(bytes)?;
        let needed = header.total_len();
        let left = bytes.len();
        if needed > left {
            return Err(BatchError::Truncated { needed, left });
        }
        Ok(Self {
            header,
            bytes: bytes.split_to(needed),
        })
    }

    /// Refuses a batch whose content is not what was written.
    pub fn check_crc(&self) -> Result<(), BatchError> {
        let found = checksum(&self.bytes).unwrap_or_default();
        let expected = self.header.crc;
        if found == expected {
            return Ok(());
        }
        Err(BatchError::Checksum {
            expected,
            found,
            base_offset: self.header.base_offset,
        })
    }

    /// The records, decompressed into at most `ceiling` bytes.
    pub fn records(&self, ceiling: usize) -> Result<RecordIter, BatchError> {
        let mut body = self.bytes.clone();
        let compressed = body.split_off(super::HEADER_LEN.min(body.len()));
        let plain = self
            .header
            .compression()?
            .decompress(&compressed, ceiling)?;
        Ok(RecordIter {
            header: self.header,
            reader: Reader::new(plain),
            index: 0,
        })
    }
}

/// The batches of a stretch of a log, one after the other; ends after the first error.
#[derive(Debug, Clone)]
pub struct Batches {
    rest: Bytes,
}

impl Batches {
    /// Starts at the front of `bytes`.
    pub fn new(bytes: Bytes) -> Self {
        Self { rest: bytes }
    }

    /// What is not yet walked through.
    pub fn rest(&self) -> &Bytes {
        &self.rest
    }
}

impl Iterator for Batches {
    type Item = Result<Batch, BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let batch = Batch::take(&mut self.rest);
        if batch.is_err() {
            self.rest = Bytes::new();
        }
        Some(batch)
    }
}

/// One record; key, value and headers are shared with the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its place in the log.
    pub offset: i64,
    /// Milliseconds since 1970.
    pub timestamp: i64,
    /// Offset less the batch's base offset.
    pub offset_delta: i32,
    /// Timestamp less the batch's base timestamp.
    pub timestamp_delta: i64,
    /// No bit is in use.
    pub attributes: i8,
    /// What decides on partition and compaction.
    pub key: Option<Bytes>,
    /// Nothing is a tombstone.
    pub value: Option<Bytes>,
    /// KIP-82.
    pub headers: Vec<RecordHeader>,
}

/// A header of a record (KIP-82).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordHeader {
    /// Its name, by rights UTF-8.
    pub key: Bytes,
    /// Its content.
    pub value: Option<Bytes>,
}

/// The records of one batch; ends after the first error.
#[derive(Debug, Clone)]
pub struct RecordIter {
    header: BatchHeader,
    reader: Reader,
    index: i32,
}

impl RecordIter {
    fn fault(&self, reason: &impl std::fmt::Display) -> BatchError {
        let base_offset = self.header.base_offset;
        BatchError::Record {
            index: self.index,
            base_offset,
            reason: reason.to_string(),
        }
    }

    fn read(&mut self) -> Result<Record, DecodeError> {
        let r = &mut self.reader;
        r.field("length");
        let length = required_length(r)?;
        let mut r = Reader::new(r.take(length)?);
        r.field("attributes");
        let attributes = r.i8()?;
        r.field("timestampDelta");
        let timestamp_delta = r.varlong()?;
        r.field("offsetDelta");
        let offset_delta = r.varint()?;
        r.field("key");
        let key = nullable(&mut r)?;
        r.field("value");
        let value = nullable(&mut r)?;
        r.field("headers");
        let headers = headers(&mut r)?;
        r.finish()?;
        let timestamp = match self.header.timestamp_type() {
            TimestampType::LogAppendTime => self.header.max_timestamp,
            TimestampType::CreateTime => self.header.base_timestamp.wrapping_add(timestamp_delta),
        };
        let offset = self.header.base_offset.wrapping_add(offset_delta.into());
        Ok(Record {
            offset,
            timestamp,
            offset_delta,
            timestamp_delta,
            attributes,
            key,
            value,
            headers,
        })
    }

    fn next_record(&mut self) -> Result<Record, BatchError> {
        let record = self.read().map_err(|error| self.fault(&error))?;
        if record.offset_delta < 0 || record.offset_delta > self.header.last_offset_delta {
            let delta = record.offset_delta;
            return Err(self.fault(&format!("the offset delta {delta} is not in the batch")));
        }
        Ok(record)
    }
}

impl Iterator for RecordIter {
    type Item = Result<Record, BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.index >= self.header.records_count {
            let left = self.reader.rest().len();
            let over = (left > 0).then(|| self.fault(&DecodeFault::LeftOver(left)));
            return over.map(Err);
        }
        let record = self.next_record();
        self.index = if record.is_ok() {
            self.index + 1
        } else {
            self.header.records_count
        };
        if record.is_err() {
            self.reader.rest();
        }
        Some(record)
    }
}

fn required_length(r: &mut Reader) -> Result<usize, DecodeError> {
    let length = r.varint()?;
    usize::try_from(length).map_err(|_| r.fault(DecodeFault::NegativeLength(length.into())))
}

fn nullable(r: &mut Reader) -> Result<Option<Bytes>, DecodeError> {
    let length = r.varint()?;
    if length == -1 {
        return Ok(None);
    }
    let length =
        usize::try_from(length).map_err(|_| r.fault(DecodeFault::NegativeLength(length.into())))?;
    r.take(length).map(Some)
}

fn headers(r: &mut Reader) -> Result<Vec<RecordHeader>, DecodeError> {
    let count = required_length(r)?;
    let left = r.remaining();
    // A header takes a length for its key and one for its value.
    if count > left / 2 {
        return Err(r.fault(DecodeFault::TooManyElements { count, left }));
    }
    let mut headers = Vec::new();
    for _ in 0..count {
        let length = required_length(r)?;
        headers.push(RecordHeader {
            key: r.take(length)?,
            value: nullable(r)?,
        });
    }
    Ok(headers)
}
