//! The settings of the thread that compacts logs.

use super::SettingsReader;

/// The most that `log.cleaner.dedupe.buffer.size` gives to the one thread; Kafka's limit.
const DEDUPE_BUFFER_MAX: u64 = (2 << 30) - 1;

/// The settings of the thread that compacts logs.
#[derive(Debug, Clone, PartialEq)]
pub struct CleanerConfig {
    /// `log.cleaner.enable`
    pub enable: bool,
    /// `log.cleaner.dedupe.buffer.size`: bytes for the keys of a pass.
    pub dedupe_buffer_size: usize,
    /// `log.cleaner.io.buffer.load.factor` in percent: how full that memory gets.
    pub load_percent: usize,
    /// `log.cleaner.io.max.bytes.per.second`: read and written.
    pub max_bytes_per_second: f64,
    /// `log.cleaner.backoff.ms`: how long the thread sleeps when nothing is to be done.
    pub backoff_ms: u64,
}

impl CleanerConfig {
    pub(super) fn read(reader: &mut SettingsReader<'_>) -> Self {
        let mut positive = |name| u64::try_from(reader.long(name)).unwrap_or(0);
        let dedupe_buffer_size = positive("log.cleaner.dedupe.buffer.size").min(DEDUPE_BUFFER_MAX);
        let backoff_ms = positive("log.cleaner.backoff.ms");
        Self {
            enable: reader.truth("log.cleaner.enable"),
            dedupe_buffer_size: usize::try_from(dedupe_buffer_size).unwrap_or(usize::MAX),
            load_percent: percent(reader.double("log.cleaner.io.buffer.load.factor")),
            max_bytes_per_second: reader.double("log.cleaner.io.max.bytes.per.second"),
            backoff_ms,
        }
    }
}

/// A factor from 0 to 1 in percent.
fn percent(factor: f64) -> usize {
    (1..=99_u8)
        .rev()
        .find(|percent| f64::from(*percent) <= factor * 100.0)
        .map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::super::{BrokerSettings, Properties};

    #[test]
    fn the_cleaner_s_settings_are_kafkas() {
        let read = |text| {
            let properties = Properties::parse(text).unwrap();
            let settings = BrokerSettings::from_properties(&properties, &|_| None);
            settings.unwrap().0.cleaner
        };
        let config = read("");
        assert!(config.enable);
        assert_eq!(
            (config.backoff_ms, config.dedupe_buffer_size),
            (15_000, 128 << 20)
        );
        assert_eq!(config.load_percent, 90);
        assert!(config.max_bytes_per_second > 1e300);
        let config = read(
            "log.cleaner.io.buffer.load.factor=0.5\nlog.cleaner.io.max.bytes.per.second=1.5e6\n",
        );
        assert_eq!(config.load_percent, 50);
        assert!((config.max_bytes_per_second - 1.5e6).abs() < 1.0);
        let config = read("log.cleaner.dedupe.buffer.size=9223372036854775807\n");
        assert_eq!(config.dedupe_buffer_size, 2_147_483_647);
    }
}
