//! A segment that is only read: a few numbers, no open files.

use std::io;
use std::path::Path;

use kavka_core::log::SegmentSummary;
use kavka_core::log::compaction::LogSegment;
use kavka_core::types::{Offset, Timestamp};

use super::{ABORTED_INDEX, Found, LOG, OFFSET_INDEX, TIME_INDEX, View, header_at, path_of};
use crate::disk::{Disk, DiskFile, OpenMode};

/// A segment that is only read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) base: Offset,
    pub(crate) end: Offset,
    pub(crate) size: u64,
    /// Before this offset a compaction may have left gaps.
    pub(crate) gaps_before: Offset,
    /// The largest timestamp, and the last offset of the first batch that has it.
    pub(crate) latest: Option<(Timestamp, Offset)>,
    /// Transactions that were aborted by a marker in it.
    pub(crate) aborted: u32,
}

impl Sealed {
    /// Reads the summary of a synced segment; the reason when it does not reach up to `end`.
    pub(crate) fn load<D: Disk>(
        disk: &D,
        folder: &Path,
        (base, end): (Offset, Offset),
        gaps_before: Offset,
    ) -> io::Result<Result<Self, String>> {
        let file = disk.open(&path_of(folder, base, LOG), OpenMode::Read)?;
        let sealed = Self {
            base,
            end,
            size: file.len()?,
            gaps_before: gaps_before.min(end),
            latest: None,
            // Counted when the producers are loaded.
            aborted: 0,
        };
        let view = View::of_sealed(disk, folder, &sealed)?;
        sealed.walk_tail(&view)
    }

    /// Walks from the last index entry to the end: a segment that was cut is noticed at start. What
    /// lies behind the end is left of an append that was taken back. The time index is right up to the
    /// last entry of the offset index, and may lack what comes behind.
    fn walk_tail<D: Disk>(mut self, view: &View<'_, D>) -> io::Result<Result<Self, String>> {
        let indexed = view.last_time();
        self.latest = indexed.map(|entry| {
            let offset = self.base.plus(i64::from(entry.relative));
            (entry.timestamp, offset)
        });
        let mut place = view.last_indexed()?;
        let mut end = self.base;
        while end < self.end {
            let position = place.position;
            let header = match header_at(view.file.as_ref(), position, self.size)? {
                Found::Batch(header) => header,
                Found::End => {
                    return Ok(Err(format!("it ends at {end} instead of {}", self.end)));
                }
                Found::Broken(reason) => {
                    return Ok(Err(format!("at position {position}: {reason}")));
                }
            };
            if let Err(reason) = place.check(&header) {
                return Ok(Err(format!("at position {position}: {reason}")));
            }
            let time = Timestamp(header.max_timestamp);
            let last = Offset(header.last_offset());
            if self.latest.is_none_or(|(latest, _)| latest < time) {
                self.latest = Some((time, last));
            }
            end = last.plus(1);
            place = view.behind(position, &header);
        }
        if end > self.end {
            return Ok(Err(format!(
                "a batch reaches from it to {end}, beyond {}",
                self.end
            )));
        }
        self.size = place.position;
        Ok(Ok(self))
    }

    /// What retention needs to know.
    pub(crate) fn retention(&self) -> SegmentSummary {
        SegmentSummary {
            end: self.end,
            size: self.size,
            max_timestamp: self.latest.map_or(Timestamp(-1), |(time, _)| time),
        }
    }

    /// What compaction needs to know.
    pub(crate) fn compaction(&self) -> LogSegment {
        LogSegment {
            base: self.base,
            end: self.end,
            size: self.size,
            max_timestamp: self.latest.map_or(Timestamp(-1), |(time, _)| time),
        }
    }

    /// Removes the files; those that are gone already are no error.
    pub(crate) fn remove<D: Disk>(disk: &D, folder: &Path, base: Offset) -> io::Result<()> {
        for ending in [LOG, OFFSET_INDEX, TIME_INDEX, ABORTED_INDEX] {
            match disk.remove_file(&path_of(folder, base, ending)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}
