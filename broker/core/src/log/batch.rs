//! What a producer may append: one batch of format 2, checked by its header, its checksum and the
//! layout of its records. Nothing is decompressed or copied here; that is where the CPU goes in
//! other brokers.

use bytes::{Bytes, BytesMut};
use kavka_protocol::ErrorCode;
use kavka_protocol::records::{self, Batch, BatchError, BatchHeader, TimestampType};
use thiserror::Error;

use super::settings::AppendRules;
use crate::types::{Offset, ProducerId, Timestamp};

/// Stands for "no timestamp" in a batch header.
const NO_TIMESTAMP: i64 = -1;

/// Why a produced batch is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Rejection {
    /// No records at all.
    #[error("the request holds no record batch for this partition")]
    Empty,
    /// It is no batch, or no whole one.
    #[error("the records are no batch of format 2: {reason}")]
    Malformed {
        /// What is wrong.
        reason: String,
    },
    /// The checksum does not match.
    #[error("the batch is corrupt: {reason}")]
    Corrupt {
        /// What is wrong.
        reason: String,
    },
    /// More than one batch, which Kafka has forbidden since Produce version 3.
    #[error("{extra} bytes follow the first record batch; exactly one batch is allowed")]
    SeveralBatches {
        /// Bytes behind the first batch.
        extra: usize,
    },
    /// Larger than the topic allows.
    #[error("the batch has {size} bytes; max.message.bytes allows {max}")]
    TooLarge {
        /// The batch's size in bytes.
        size: usize,
        /// The topic's limit in bytes.
        max: u32,
    },
    /// Larger than a segment.
    #[error("the batch has {size} bytes; segment.bytes allows {max}")]
    LargerThanSegment {
        /// The batch's size in bytes.
        size: usize,
        /// The topic's segment size in bytes.
        max: u32,
    },
    /// Offsets and count do not fit together.
    #[error("the batch says {count} records and a last offset delta of {last_delta}")]
    Counts {
        /// Number of records.
        count: i32,
        /// Last offset delta.
        last_delta: i32,
    },
    /// A codec that is none of Kafka's.
    #[error("{0}")]
    Codec(BatchError),
    /// The records do not lie as the header says.
    #[error("{0}")]
    Layout(BatchError),
    /// Only a broker's compaction sets a delete horizon (KIP-534).
    #[error("clients are not allowed to set a batch's delete horizon")]
    DeleteHorizon,
    /// Only brokers write control batches.
    #[error("clients are not allowed to write control records")]
    Control,
    /// A producer id without a sequence number.
    #[error("producer id {producer} comes with base sequence {sequence}; it must not be negative")]
    Sequence {
        /// The producer id.
        producer: ProducerId,
        /// The base sequence.
        sequence: i32,
    },
    /// The timestamp is too far from the broker's clock.
    #[error("timestamp {timestamp} is out of range; the topic allows {earliest} to {latest} now")]
    Timestamp {
        /// The record's time.
        timestamp: i64,
        /// The earliest that is allowed.
        earliest: i64,
        /// The latest that is allowed.
        latest: i64,
    },
}

impl Rejection {
    /// The wire's error code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Corrupt { .. } => ErrorCode::CorruptMessage,
            Self::TooLarge { .. } => ErrorCode::MessageTooLarge,
            Self::LargerThanSegment { .. } => ErrorCode::RecordListTooLarge,
            Self::Timestamp { .. } => ErrorCode::InvalidTimestamp,
            Self::Codec(_) => ErrorCode::UnsupportedCompressionType,
            Self::Layout(_)
            | Self::DeleteHorizon
            | Self::Empty
            | Self::Malformed { .. }
            | Self::SeveralBatches { .. }
            | Self::Counts { .. }
            | Self::Control
            | Self::Sequence { .. } => ErrorCode::InvalidRecord,
        }
    }
}

impl From<BatchError> for Rejection {
    fn from(error: BatchError) -> Self {
        Self::Malformed {
            reason: error.to_string(),
        }
    }
}

/// Who made a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Client,
    Broker,
}

/// A batch that may be appended; there is no other way to make one than to check it.
#[derive(Debug, Clone)]
pub struct ProducedBatch {
    header: BatchHeader,
    bytes: Bytes,
    log_append_time: Option<Timestamp>,
}

impl ProducedBatch {
    /// Checks what a client produced. With `LogAppendTime` the batch gets the broker's time here.
    pub fn check(records: Bytes, rules: &AppendRules, now: Timestamp) -> Result<Self, Rejection> {
        if records.is_empty() {
            return Err(Rejection::Empty);
        }
        let batch = Self::check_form(records, Origin::Client)?;
        let size = batch.bytes.len();
        if u32::try_from(size).map_or(true, |size| size > rules.max_message_bytes) {
            return Err(Rejection::TooLarge {
                size,
                max: rules.max_message_bytes,
            });
        }
        if batch.header.is_control() {
            return Err(Rejection::Control);
        }
        batch.check_layout()?;
        match rules.timestamp_type {
            TimestampType::CreateTime => {
                check_timestamps(&batch.header, rules, now)?;
                Ok(batch)
            }
            TimestampType::LogAppendTime => batch.stamped(now),
        }
    }

    /// Checks only the form: for batches that the broker itself has built.
    pub fn internal(records: Bytes) -> Result<Self, Rejection> {
        Self::check_form(records, Origin::Broker)
    }

    /// What a reader would stumble over for ever.
    fn check_layout(&self) -> Result<(), Rejection> {
        if self.header.has_delete_horizon() {
            return Err(Rejection::DeleteHorizon);
        }
        let batch = Batch {
            header: self.header,
            bytes: self.bytes.clone(),
        };
        batch.check_layout().map_err(|error| match error {
            BatchError::UnknownCompression(_) => Rejection::Codec(error),
            error => Rejection::Layout(error),
        })
    }

    fn check_form(records: Bytes, origin: Origin) -> Result<Self, Rejection> {
        let header = BatchHeader::parse(&records)?;
        let length = header.total_len();
        if records.len() < length {
            let reason = format!("{length} bytes are announced, {} are there", records.len());
            return Err(Rejection::Malformed { reason });
        }
        if records.len() > length {
            return Err(Rejection::SeveralBatches {
                extra: records.len() - length,
            });
        }
        if header.records_count < 1
            || header.last_offset_delta.checked_add(1) != Some(header.records_count)
        {
            return Err(Rejection::Counts {
                count: header.records_count,
                last_delta: header.last_offset_delta,
            });
        }
        // A coordinator that writes for a transaction has no sequence.
        let counted = header.base_sequence >= 0 || origin == Origin::Broker;
        if header.producer_id >= 0 && (!counted || header.producer_epoch < 0) {
            return Err(Rejection::Sequence {
                producer: ProducerId(header.producer_id),
                sequence: header.base_sequence,
            });
        }
        let batch = Batch {
            header,
            bytes: records,
        };
        batch.check_crc().map_err(|error| Rejection::Corrupt {
            reason: error.to_string(),
        })?;
        Ok(Self {
            header: batch.header,
            bytes: batch.bytes,
            log_append_time: None,
        })
    }

    fn stamped(self, now: Timestamp) -> Result<Self, Rejection> {
        let mut bytes = match self.bytes.try_into_mut() {
            Ok(owned) => owned,
            Err(shared) => BytesMut::from(&shared[..]),
        };
        records::set_log_append_time(&mut bytes, now.0);
        let header = BatchHeader::parse(&bytes)?;
        Ok(Self {
            header,
            bytes: bytes.freeze(),
            log_append_time: Some(now),
        })
    }

    /// The header as received.
    pub fn header(&self) -> &BatchHeader {
        &self.header
    }

    /// The whole batch; base offset and leader epoch are still the producer's.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The time that the broker stamped, with `LogAppendTime`.
    pub fn log_append_time(&self) -> Option<Timestamp> {
        self.log_append_time
    }

    /// The offset of the last record when the first gets `base`.
    pub fn last_offset(&self, base: Offset) -> Offset {
        base.plus(i64::from(self.header.last_offset_delta))
    }

    /// Whether offsets can be given from `base` on at all.
    pub fn fits_behind(&self, base: Offset) -> bool {
        base.0
            .checked_add(i64::from(self.header.records_count))
            .is_some()
    }

    /// What an idempotent producer says about itself; `None` for others.
    pub fn producer(&self) -> Option<super::ProducerBatch> {
        super::ProducerBatch::of(&self.header)
    }
}

fn check_timestamps(
    header: &BatchHeader,
    rules: &AppendRules,
    now: Timestamp,
) -> Result<(), Rejection> {
    let before = i64::try_from(rules.timestamp_before_max_ms).unwrap_or(i64::MAX);
    let after = i64::try_from(rules.timestamp_after_max_ms).unwrap_or(i64::MAX);
    let (earliest, latest) = (now.0.saturating_sub(before), now.0.saturating_add(after));
    let first = header.base_timestamp.min(header.max_timestamp);
    for timestamp in [first, header.max_timestamp] {
        if timestamp != NO_TIMESTAMP && (timestamp < earliest || timestamp > latest) {
            return Err(Rejection::Timestamp {
                timestamp,
                earliest,
                latest,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
