//! When the active segment ends and a new one begins.

use super::index;
use super::settings::LogSettings;
use crate::types::{Offset, Timestamp};

/// How full the active segment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentFill {
    /// Offset of its first record.
    pub base: Offset,
    /// Bytes in it.
    pub size: u32,
    /// Bytes of the larger of its two index files.
    pub index_bytes: u32,
    /// Time of the first record (or of the segment's making, where the records carry no time).
    pub begun: Timestamp,
}

/// Why a segment is rolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollReason {
    /// `segment.bytes` would be exceeded.
    Size,
    /// `segment.ms` has passed.
    Age,
    /// An index file has no room for another entry.
    IndexFull,
    /// The offset is too far from the base for the index.
    OffsetRange,
}

/// Widest entry of an index file.
const WIDEST_ENTRY: u32 = 12;

/// Whether a batch of `incoming` bytes that ends with `last_offset` needs a new segment.
pub fn roll_reason(
    segment: &SegmentFill,
    incoming: u32,
    last_offset: Offset,
    settings: &LogSettings,
    now: Timestamp,
) -> Option<RollReason> {
    if index::relative(segment.base, last_offset).is_none() {
        return Some(RollReason::OffsetRange);
    }
    if segment.size == 0 {
        return None;
    }
    if segment.size.saturating_add(incoming) > settings.segment_bytes {
        return Some(RollReason::Size);
    }
    if is_aged(segment, settings, now) {
        return Some(RollReason::Age);
    }
    if segment.index_bytes.saturating_add(WIDEST_ENTRY) > settings.index_bytes {
        return Some(RollReason::IndexFull);
    }
    None
}

/// Whether `segment.ms` has passed for a segment that holds something.
pub fn is_aged(segment: &SegmentFill, settings: &LogSettings, now: Timestamp) -> bool {
    let age = u64::try_from(now.0.saturating_sub(segment.begun.0)).unwrap_or(0);
    segment.size > 0 && age > settings.segment_ms
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILL: SegmentFill = SegmentFill {
        base: Offset(100),
        size: 1000,
        index_bytes: 24,
        begun: Timestamp(5000),
    };

    fn settings() -> LogSettings {
        LogSettings {
            segment_bytes: 2000,
            segment_ms: 100,
            index_bytes: 48,
            ..Default::default()
        }
    }

    fn reason(fill: SegmentFill, incoming: u32, last: i64, now: i64) -> Option<RollReason> {
        roll_reason(&fill, incoming, Offset(last), &settings(), Timestamp(now))
    }

    #[test]
    fn each_limit_rolls_exactly_when_it_would_be_exceeded() {
        assert_eq!(reason(FILL, 1000, 110, 5100), None);
        assert_eq!(reason(FILL, 1001, 110, 5100), Some(RollReason::Size));
        assert_eq!(reason(FILL, 1000, 110, 5101), Some(RollReason::Age));
        let full = SegmentFill {
            index_bytes: 37,
            ..FILL
        };
        assert_eq!(reason(full, 1, 110, 5000), Some(RollReason::IndexFull));
        let far = 100 + i64::from(i32::MAX);
        assert_eq!(reason(FILL, 1, far, 5000), None);
        assert_eq!(
            reason(FILL, 1, far + 1, 5000),
            Some(RollReason::OffsetRange)
        );
    }

    #[test]
    fn an_empty_segment_takes_whatever_comes() {
        let empty = SegmentFill { size: 0, ..FILL };
        assert_eq!(reason(empty, 100_000, 110, 1_000_000), None);
    }
}
