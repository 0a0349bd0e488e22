//! Which part of a log a pass reads, and which segments become one.

use super::super::index;
use crate::types::{Offset, Timestamp};

/// A topic's settings of compaction; times are milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct CompactionSettings {
    /// Part of the log that has to be dirty (`min.cleanable.dirty.ratio`).
    pub min_dirty_ratio: f64,
    /// How long a record stays untouched (`min.compaction.lag.ms`).
    pub min_lag_ms: u64,
    /// How long a record stays uncompacted at most (`max.compaction.lag.ms`).
    pub max_lag_ms: u64,
    /// How long a tombstone stays after it was first seen (`delete.retention.ms`).
    pub delete_retention_ms: u64,
}

impl Default for CompactionSettings {
    fn default() -> Self {
        Self {
            min_dirty_ratio: 0.5,
            min_lag_ms: 0,
            max_lag_ms: NO_LIMIT,
            delete_retention_ms: 24 * 3_600_000,
        }
    }
}

/// The lag that stands for none.
const NO_LIMIT: u64 = i64::MAX.unsigned_abs();

/// A segment that is written no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogSegment {
    /// Offset of its first record when it was made.
    pub base: Offset,
    /// Offset behind its last record.
    pub end: Offset,
    /// Bytes in it.
    pub size: u64,
    /// The latest time in it.
    pub max_timestamp: Timestamp,
}

/// A log that a pass would make smaller.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Where the part begins that no pass has read yet.
    pub first_dirty: Offset,
    /// Where the part ends that a pass may read.
    pub up_to: Offset,
    /// How much of what the pass would write anew is dirty: 0 to 1.
    pub dirty_ratio: f64,
    /// It has waited for `max.compaction.lag.ms`.
    pub is_overdue: bool,
}

/// The part of a log that a pass should read now. `segments` are all but the active one, oldest
/// first; what lies at `stable` or behind it may still change; `first_timestamp` reads the time of
/// a segment's first batch.
pub fn select(
    segments: &[LogSegment],
    first_dirty: Offset,
    stable: Offset,
    settings: &CompactionSettings,
    now: Timestamp,
    first_timestamp: impl FnOnce(&LogSegment) -> Option<Timestamp>,
) -> Option<Candidate> {
    let start = segments.first()?.base;
    // What no record lies behind belongs to another life of this log.
    let first_dirty = if segments.iter().any(|segment| first_dirty <= segment.end) {
        first_dirty.max(start)
    } else {
        start
    };
    let young = |segment: &&LogSegment| {
        let age = now.0.saturating_sub(segment.max_timestamp.0);
        u64::try_from(age).map_or(true, |age| age < settings.min_lag_ms)
    };
    let (mut clean_bytes, mut dirty_bytes, mut up_to) = (0, 0, first_dirty);
    let mut earliest: Option<&LogSegment> = None;
    for segment in segments {
        if segment.end <= first_dirty {
            clean_bytes += segment.size;
            continue;
        }
        if segment.end > stable || (settings.min_lag_ms > 0 && young(&segment)) {
            break;
        }
        dirty_bytes += segment.size;
        up_to = segment.end;
        earliest = earliest.or(Some(segment));
    }
    let earliest = earliest.filter(|_| dirty_bytes > 0)?;
    let dirty_ratio = ratio(dirty_bytes, clean_bytes);
    let is_overdue = settings.max_lag_ms < NO_LIMIT && {
        let since = first_timestamp(earliest).filter(|time| time.0 >= 0);
        let waited = since.map(|time| now.0.saturating_sub(time.0));
        waited.is_some_and(|waited| {
            u64::try_from(waited).is_ok_and(|waited| waited > settings.max_lag_ms)
        })
    };
    let candidate = Candidate {
        first_dirty,
        up_to,
        dirty_ratio,
        is_overdue,
    };
    (is_overdue || dirty_ratio > settings.min_dirty_ratio).then_some(candidate)
}

#[expect(clippy::cast_precision_loss, reason = "a ratio of sizes needs no more")]
fn ratio(dirty: u64, clean: u64) -> f64 {
    dirty as f64 / dirty.saturating_add(clean) as f64
}

/// Puts neighbours together that may become one segment: their numbers from the first on. A
/// segment may have `bytes_max`, and `index_max` entries of an index are enough for it.
pub fn groups(
    segments: &[LogSegment],
    bytes_max: u64,
    index_bytes: impl Fn(&LogSegment) -> u64,
    index_bytes_max: u64,
) -> Vec<std::ops::Range<usize>> {
    let mut groups: Vec<std::ops::Range<usize>> = Vec::new();
    let (mut bytes, mut indexed, mut base) = (0u64, 0u64, Offset(0));
    for (number, segment) in segments.iter().enumerate() {
        let index = index_bytes(segment);
        let last = Offset(segment.end.0.saturating_sub(1).max(segment.base.0));
        let fits = bytes.saturating_add(segment.size) <= bytes_max
            && indexed.saturating_add(index) <= index_bytes_max
            && index::relative(base, last).is_some();
        if let Some(group) = groups.last_mut().filter(|_| fits) {
            group.end = number + 1;
        } else {
            groups.push(number..number + 1);
            (bytes, indexed, base) = (0, 0, segment.base);
        }
        bytes = bytes.saturating_add(segment.size);
        indexed = indexed.saturating_add(index);
    }
    groups
}
