//! Record batches in Kafka's v2 format (KIP-98): what lies within Produce and Fetch, and in the
//! segments on disk.
//!
//! Base offset and partition leader epoch lie before the checksum, so that a broker sets them in
//! a batch that stays otherwise as it was received.

mod builder;
mod codec;
mod header;
mod iteration;
mod layout;
mod retained;

#[cfg(test)]
mod tests;

pub use builder::BatchBuilder;
pub use codec::Compression;
pub use header::{
    BatchHeader, HEADER_LEN, TimestampType, patch_base_offset, patch_partition_leader_epoch,
    set_log_append_time,
};
pub use iteration::{Batch, Batches, Record, RecordHeader, RecordIter};

/// The bytes are not the batch that they are said to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// The bytes end within the batch.
    #[error("the batch needs {needed} bytes and {left} are there")]
    Truncated {
        /// What the batch needs.
        needed: usize,
        /// What is there.
        left: usize,
    },
    /// A format other than v2; Kafka 4 writes no other either (KIP-724).
    #[error("record format {0} is not supported: 2 is")]
    Magic(i8),
    /// A field of the header holds what cannot be.
    #[error("{field} is {value} in the batch at offset {base_offset}")]
    Field {
        /// Kafka's name of the field.
        field: &'static str,
        /// What it holds.
        value: i64,
        /// Where the batch starts in its log.
        base_offset: i64,
    },
    /// The content is not what was written.
    #[error("the checksum is {found:#010x} instead of {expected:#010x} at offset {base_offset}")]
    Checksum {
        /// What the header says.
        expected: u32,
        /// What the content gives.
        found: u32,
        /// Where the batch starts in its log.
        base_offset: i64,
    },
    /// A codec that is none of Kafka's.
    #[error("compression {0} is unknown: 0 to 4 are known")]
    UnknownCompression(i16),
    /// The compressed records cannot be read.
    #[error("the {codec} data cannot be decompressed: {reason}")]
    Corrupt {
        /// The codec's name.
        codec: &'static str,
        /// What the codec says.
        reason: String,
    },
    /// More than the caller allows.
    #[error("the records are larger than {ceiling} bytes when decompressed")]
    TooLarge {
        /// What the caller allows.
        ceiling: usize,
    },
    /// A record within the batch cannot be read.
    #[error("record {index} of the batch at offset {base_offset}: {reason}")]
    Record {
        /// The record's place in the batch, counted from 0.
        index: i32,
        /// Where the batch starts in its log.
        base_offset: i64,
        /// What was wrong.
        reason: String,
    },
}
