//! A topic's settings as values of the right type.

use super::{ConfigMap, Layers, items, topic_setting};

/// What becomes of old records (`cleanup.policy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CleanupPolicy {
    /// Only the last record of a key is kept.
    pub compact: bool,
    /// Old segments are deleted by time and size.
    pub delete: bool,
}

/// How batches lie in the log (`compression.type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompressionSetting {
    /// As the producer sent them.
    Producer,
    /// Not compressed.
    Uncompressed,
    /// With gzip.
    Gzip,
    /// With snappy.
    Snappy,
    /// With lz4.
    Lz4,
    /// With zstd.
    Zstd,
}

/// Which time a record carries (`message.timestamp.type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampType {
    /// The producer's.
    CreateTime,
    /// The broker's at the append.
    LogAppendTime,
}

/// A topic's settings. Times are milliseconds, sizes bytes; -1 is no limit.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicConfig {
    /// `cleanup.policy`
    pub cleanup: CleanupPolicy,
    /// `compression.type`
    pub compression_type: CompressionSetting,
    /// `compression.gzip.level`
    pub gzip_level: i32,
    /// `compression.zstd.level`
    pub zstd_level: i32,
    /// `max.message.bytes`: the largest batch.
    pub max_message_bytes: i32,
    /// `retention.ms`
    pub retention_ms: i64,
    /// `retention.bytes`, of one partition.
    pub retention_bytes: i64,
    /// `segment.bytes`
    pub segment_bytes: i32,
    /// `segment.ms`
    pub segment_ms: i64,
    /// `segment.jitter.ms`
    pub segment_jitter_ms: i64,
    /// `segment.index.bytes`
    pub segment_index_bytes: i32,
    /// `index.interval.bytes`
    pub index_interval_bytes: i32,
    /// `min.insync.replicas`
    pub min_insync_replicas: i32,
    /// `message.timestamp.type`
    pub timestamp_type: TimestampType,
    /// `message.timestamp.before.max.ms`
    pub timestamp_before_max_ms: i64,
    /// `message.timestamp.after.max.ms`
    pub timestamp_after_max_ms: i64,
    /// `delete.retention.ms`
    pub delete_retention_ms: i64,
    /// `file.delete.delay.ms`
    pub file_delete_delay_ms: i64,
    /// `flush.messages`
    pub flush_messages: i64,
    /// `flush.ms`
    pub flush_ms: i64,
    /// `min.compaction.lag.ms`
    pub min_compaction_lag_ms: i64,
    /// `max.compaction.lag.ms`
    pub max_compaction_lag_ms: i64,
    /// `min.cleanable.dirty.ratio`
    pub min_cleanable_dirty_ratio: f64,
    /// `preallocate`
    pub preallocate: bool,
    /// `unclean.leader.election.enable`
    pub unclean_leader_election: bool,
}

struct Values<'a> {
    overrides: &'a ConfigMap,
    layers: &'a Layers<'a>,
}

impl Values<'_> {
    fn text(&self, name: &str) -> String {
        topic_setting(name)
            .and_then(|setting| self.layers.topic(setting, self.overrides).value)
            .unwrap_or_default()
    }

    /// Values are checked where they are set; one that an older version let through becomes
    /// Kafka's default.
    fn long(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or_else(|_| default(name))
    }

    fn int(&self, name: &str) -> i32 {
        i32::try_from(self.long(name)).unwrap_or(i32::MAX)
    }

    fn truth(&self, name: &str) -> bool {
        self.text(name).eq_ignore_ascii_case("true")
    }
}

fn default(name: &str) -> i64 {
    let default = topic_setting(name).and_then(|setting| setting.default);
    default.and_then(|text| text.parse().ok()).unwrap_or(0)
}

impl TopicConfig {
    /// A topic's settings from its own and the broker's.
    pub fn effective(overrides: &ConfigMap, layers: &Layers<'_>) -> Self {
        let values = Values { overrides, layers };
        let cleanup = values.text("cleanup.policy");
        let cleanup = items(&cleanup);
        Self {
            cleanup: CleanupPolicy {
                compact: cleanup.contains(&"compact"),
                delete: cleanup.contains(&"delete"),
            },
            compression_type: compression(&values.text("compression.type")),
            gzip_level: values.int("compression.gzip.level"),
            zstd_level: values.int("compression.zstd.level"),
            max_message_bytes: values.int("max.message.bytes"),
            retention_ms: values.long("retention.ms"),
            retention_bytes: values.long("retention.bytes"),
            segment_bytes: values.int("segment.bytes"),
            segment_ms: values.long("segment.ms"),
            segment_jitter_ms: values.long("segment.jitter.ms"),
            segment_index_bytes: values.int("segment.index.bytes"),
            index_interval_bytes: values.int("index.interval.bytes"),
            min_insync_replicas: values.int("min.insync.replicas"),
            timestamp_type: if values.text("message.timestamp.type") == "LogAppendTime" {
                TimestampType::LogAppendTime
            } else {
                TimestampType::CreateTime
            },
            timestamp_before_max_ms: values.long("message.timestamp.before.max.ms"),
            timestamp_after_max_ms: values.long("message.timestamp.after.max.ms"),
            delete_retention_ms: values.long("delete.retention.ms"),
            file_delete_delay_ms: values.long("file.delete.delay.ms"),
            flush_messages: values.long("flush.messages"),
            flush_ms: values.long("flush.ms"),
            min_compaction_lag_ms: values.long("min.compaction.lag.ms"),
            max_compaction_lag_ms: values.long("max.compaction.lag.ms"),
            min_cleanable_dirty_ratio: values
                .text("min.cleanable.dirty.ratio")
                .parse()
                .unwrap_or(0.5),
            preallocate: values.truth("preallocate"),
            unclean_leader_election: values.truth("unclean.leader.election.enable"),
        }
    }
}

impl Default for TopicConfig {
    /// Kafka's defaults.
    fn default() -> Self {
        let none = ConfigMap::new();
        let layers = Layers {
            broker: &none,
            cluster: &none,
            fixed: &none,
        };
        Self::effective(&none, &layers)
    }
}

fn compression(text: &str) -> CompressionSetting {
    match text {
        "uncompressed" => CompressionSetting::Uncompressed,
        "gzip" => CompressionSetting::Gzip,
        "snappy" => CompressionSetting::Snappy,
        "lz4" => CompressionSetting::Lz4,
        "zstd" => CompressionSetting::Zstd,
        _ => CompressionSetting::Producer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_without_settings_has_kafkas_defaults() {
        let config = TopicConfig::default();
        assert_eq!(
            config.cleanup,
            CleanupPolicy {
                compact: false,
                delete: true
            }
        );
        assert_eq!(config.max_message_bytes, 1_048_588);
        assert_eq!(config.retention_ms, 604_800_000);
        assert_eq!(config.segment_ms, 604_800_000);
        assert_eq!(config.segment_bytes, 1 << 30);
        assert_eq!(config.flush_ms, i64::MAX);
        assert_eq!(config.retention_bytes, -1);
        assert_eq!(config.compression_type, CompressionSetting::Producer);
    }
}
