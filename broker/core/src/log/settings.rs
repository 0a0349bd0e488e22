//! The settings of one partition's log.

pub use kavka_protocol::records::TimestampType;

use super::compaction::CompactionSettings;

/// What is asked of batches from producers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendRules {
    /// Largest batch in bytes (`max.message.bytes`).
    pub max_message_bytes: u32,
    /// Whose clock stamps the records (`message.timestamp.type`).
    pub timestamp_type: TimestampType,
    /// How far a record's time may lie behind the broker's (`message.timestamp.before.max.ms`).
    pub timestamp_before_max_ms: u64,
    /// How far it may lie ahead (`message.timestamp.after.max.ms`).
    pub timestamp_after_max_ms: u64,
}

/// The settings of one partition's log, in Kafka's terms.
#[derive(Debug, Clone, PartialEq)]
pub struct LogSettings {
    /// Size at which a segment is rolled (`segment.bytes`).
    pub segment_bytes: u32,
    /// Age at which a segment is rolled (`segment.ms`, jitter already taken off).
    pub segment_ms: u64,
    /// Bytes of batches between two entries of the offset index (`index.interval.bytes`).
    pub index_interval_bytes: u32,
    /// Largest size of an index file (`segment.index.bytes`).
    pub index_bytes: u32,
    /// Age after which segments may go (`retention.ms`); `None` keeps them for ever, as do
    /// compacted topics.
    pub retention_ms: Option<u64>,
    /// Size above which the oldest segments may go (`retention.bytes`).
    pub retention_bytes: Option<u64>,
    /// How the log is compacted, if it is (`cleanup.policy`).
    pub compaction: Option<CompactionSettings>,
    /// Silence after which a producer id is forgotten (`producer.id.expiration.ms`).
    pub producer_expiration_ms: u64,
    /// What is asked of batches.
    pub rules: AppendRules,
}

impl Default for AppendRules {
    fn default() -> Self {
        Self {
            max_message_bytes: 1_048_588,
            timestamp_type: TimestampType::CreateTime,
            timestamp_before_max_ms: u64::MAX,
            timestamp_after_max_ms: 3_600_000,
        }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            segment_bytes: 1 << 30,
            segment_ms: 7 * 24 * 3_600_000,
            index_interval_bytes: 4096,
            index_bytes: 10 << 20,
            retention_ms: Some(7 * 24 * 3_600_000),
            retention_bytes: None,
            compaction: None,
            producer_expiration_ms: 24 * 3_600_000,
            rules: AppendRules::default(),
        }
    }
}
