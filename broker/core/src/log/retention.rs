//! Which segments may go (`retention.ms`, `retention.bytes`).

use super::settings::LogSettings;
use crate::types::{Offset, Timestamp};

/// What retention needs to know of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentSummary {
    /// The offset behind its last record.
    pub end: Offset,
    /// Bytes in it.
    pub size: u64,
    /// The latest time in it (of its last change, where the records carry none).
    pub max_timestamp: Timestamp,
}

/// How many of the oldest segments may go. `segments` are all of the log, oldest first, the active
/// one last; only what lies below `up_to` (the high watermark) may go, and nothing empty.
pub fn expired_segments(
    segments: &[SegmentSummary],
    settings: &LogSettings,
    now: Timestamp,
    up_to: Offset,
) -> usize {
    let by_time = settings.retention_ms.map_or(0, |retention| {
        let old = |segment: &&SegmentSummary| {
            let age = now.0.saturating_sub(segment.max_timestamp.0);
            u64::try_from(age).is_ok_and(|age| age > retention)
        };
        leading(segments, up_to).take_while(old).count()
    });
    let by_size = settings.retention_bytes.map_or(0, |retention| {
        let total: u64 = segments.iter().map(|segment| segment.size).sum();
        let mut excess = total.saturating_sub(retention);
        leading(segments, up_to)
            .take_while(|segment| {
                let fits = excess >= segment.size;
                excess = excess.saturating_sub(segment.size);
                fits
            })
            .count()
    });
    by_time.max(by_size)
}

fn leading(segments: &[SegmentSummary], up_to: Offset) -> impl Iterator<Item = &SegmentSummary> {
    segments
        .iter()
        .take_while(move |segment| segment.end <= up_to && segment.size > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segment(end: i64, size: u64, time: i64) -> SegmentSummary {
        SegmentSummary {
            end: Offset(end),
            size,
            max_timestamp: Timestamp(time),
        }
    }

    fn settings(ms: Option<u64>, bytes: Option<u64>) -> LogSettings {
        LogSettings {
            retention_ms: ms,
            retention_bytes: bytes,
            ..Default::default()
        }
    }

    #[test]
    fn time_takes_the_oldest_until_one_is_young_enough() {
        let log = [segment(10, 5, 100), segment(20, 5, 300), segment(30, 5, 50)];
        let count = |now, up_to| {
            expired_segments(
                &log,
                &settings(Some(100), None),
                Timestamp(now),
                Offset(up_to),
            )
        };
        assert_eq!(count(200, 30), 0);
        assert_eq!(count(201, 30), 1);
        assert_eq!(count(401, 30), 3);
        assert_eq!(count(401, 29), 2);
        assert_eq!(count(401, 9), 0);
    }

    #[test]
    fn size_keeps_at_least_the_retained_bytes() {
        let log = [segment(10, 50, 0), segment(20, 50, 0), segment(30, 10, 0)];
        let count =
            |bytes| expired_segments(&log, &settings(None, Some(bytes)), Timestamp(0), Offset(30));
        assert_eq!(count(110), 0);
        assert_eq!(count(61), 0);
        assert_eq!(count(60), 1);
        assert_eq!(count(10), 2);
        assert_eq!(count(0), 3);
    }

    proptest! {
        #[test]
        fn what_stays_is_no_less_than_retained(sizes in prop::collection::vec(1u64..100, 1..20), retained in 0u64..1000) {
            let log: Vec<_> = (1..).zip(&sizes).map(|(end, size)| segment(end, *size, 0)).collect();
            let gone = expired_segments(&log, &settings(None, Some(retained)), Timestamp(0), Offset(1000));
            let left: u64 = sizes[gone..].iter().sum();
            let total: u64 = sizes.iter().sum();
            prop_assert!(left >= retained.min(total));
            if gone < sizes.len() {
                prop_assert!(left - sizes[gone] < retained);
            }
        }
    }
}
