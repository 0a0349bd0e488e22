//! A segment that is only read: a few numbers, no open files.

use std::io;
use std::path::Path;

use kavka_core::log::SegmentSummary;
use kavka_core::log::index::TimeEntry;
use kavka_core::types::{Offset, Timestamp};

use super::batches::behind;
use super::{Found, IndexFile, LOG, OFFSET_INDEX, TIME_INDEX, View, header_at, path_of};
use crate::disk::{Disk, DiskFile, OpenMode};

/// A segment that is only read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sealed {
    pub(crate) base: Offset,
    pub(crate) end: Offset,
    pub(crate) size: u64,
    /// The largest timestamp, and the last offset of the first batch that has it.
    pub(crate) latest: Option<(Timestamp, Offset)>,
}

impl Sealed {
    /// Reads the summary of a synced segment; the reason when it does not reach up to `end`.
    pub(crate) fn load<D: Disk>(
        disk: &D,
        folder: &Path,
        base: Offset,
        end: Offset,
    ) -> io::Result<Result<Self, String>> {
        let file = disk.open(&path_of(folder, base, LOG), OpenMode::Read)?;
        let size = file.len()?;
        let times = disk.open(&path_of(folder, base, TIME_INDEX), OpenMode::Create)?;
        let times: IndexFile<D::File, TimeEntry> = IndexFile::open(times)?;
        let latest = times
            .last()
            .map(|entry| (entry.timestamp, base.plus(i64::from(entry.relative))));
        let sealed = Self {
            base,
            end,
            size,
            latest,
        };
        let size = sealed.true_size(disk, folder)?;
        Ok(size.map(|size| Self { size, ..sealed }))
    }

    /// Walks from the last index entry to the end: a segment that was cut is noticed at start.
    /// Returns its true size: what lies behind the end is left of an append that was taken back.
    fn true_size<D: Disk>(&self, disk: &D, folder: &Path) -> io::Result<Result<u64, String>> {
        let view = View::of_sealed(disk, folder, self)?;
        let mut position = view.last_indexed_position()?;
        let mut end = self.base;
        while end < self.end {
            match header_at(view.file.as_ref(), position, self.size)? {
                Found::Batch(header) => {
                    end = Offset(header.last_offset()).plus(1);
                    position = behind(position, &header);
                }
                Found::End => {
                    return Ok(Err(format!("it ends at {end} instead of {}", self.end)));
                }
                Found::Broken(reason) => {
                    return Ok(Err(format!("at position {position}: {reason}")));
                }
            }
        }
        if end > self.end {
            return Ok(Err(format!(
                "a batch reaches from it to {end}, beyond {}",
                self.end
            )));
        }
        Ok(Ok(position))
    }

    /// What retention needs to know.
    pub(crate) fn retention(&self) -> SegmentSummary {
        SegmentSummary {
            end: self.end,
            size: self.size,
            max_timestamp: self.latest.map_or(Timestamp(-1), |(time, _)| time),
        }
    }

    /// Removes the files; those that are gone already are no error.
    pub(crate) fn remove<D: Disk>(disk: &D, folder: &Path, base: Offset) -> io::Result<()> {
        for ending in [LOG, OFFSET_INDEX, TIME_INDEX] {
            match disk.remove_file(&path_of(folder, base, ending)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}
