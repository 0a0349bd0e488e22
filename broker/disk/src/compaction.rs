//! A pass of compaction over one partition. It runs on a thread of its own: it only reads segments
//! that nobody writes any more and writes new ones beside them; how these take the old ones' place
//! stands in `partition/swap.rs`. What stays of each batch is decided in
//! `kavka_core::log::compaction`.
//!
//! A pass begins with a flush. After it the journal does not repeat any more what is about to be
//! compacted, and the checkpoint says up to where gaps between batches are no damage.

mod reader;
mod writer;

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kavka_core::log::compaction::{
    AbortedRanges, Candidate, CompactionSettings, Filter, Filtered, OffsetMap, RetainedProducers,
    Survey, Transactions, aborted_ranges, groups,
};
use kavka_core::log::{Aborted, LogSettings};
use kavka_core::types::{Offset, Timestamp};
use kavka_protocol::records::{Batch, Record};
use thiserror::Error;

use crate::disk::{self, Disk};
use crate::journal::JournalError;
use crate::partition::Unsynced;
use crate::partition::swap::{self, Span};
use crate::segment::{AbortedFile, Sealed};
use crate::store::{LogStore, Shared, StoreError};
use crate::width::wide;
use reader::{BatchReader, ReadFault};
use writer::SegmentWriter;

/// Bytes of a time index entry, the widest there is.
const INDEX_ENTRY: u64 = 12;
/// What the records of a batch may take once decompressed. A batch with more is left as it is.
const DECOMPRESSED_MAX: usize = 128 << 20;

/// A pass of compaction was given up; the log is as it was, or smaller.
#[derive(Debug, Error)]
pub enum CompactionError {
    /// The partition was deleted, or what was to be replaced is gone.
    #[error("the segments to compact are gone")]
    Gone,
    /// The broker is shutting down.
    #[error("stopped")]
    Stopped,
    /// The disk is full.
    #[error("the disk is full: no room for compacted segments below {}", folder.display())]
    Full {
        /// The partition's folder.
        folder: PathBuf,
    },
    /// A segment is damaged.
    #[error("segment {base} of {} is damaged at {reason}", folder.display())]
    Damaged {
        /// The partition's folder.
        folder: PathBuf,
        /// The segment's base offset.
        base: Offset,
        /// Where and what.
        reason: String,
    },
    /// The disk failed.
    #[error("compaction of {}: {source}", folder.display())]
    Io {
        /// The partition's folder.
        folder: PathBuf,
        /// What the disk says.
        source: io::Error,
    },
    /// What was written before could not be brought to the disk.
    #[error("before compaction: {0}")]
    Flush(#[from] StoreError),
    /// The journal failed.
    #[error("before compaction: {0}")]
    Journal(#[from] JournalError),
    /// It is not known whether the new segment counts; the next start settles it.
    #[error("{} has to be settled by a restart: {reason}", folder.display())]
    Unsettled {
        /// The partition's folder.
        folder: PathBuf,
        /// What went wrong.
        reason: String,
    },
}

impl CompactionError {
    pub(crate) fn io(folder: &Path, source: io::Error) -> Self {
        let folder = folder.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::Gone,
            _ if disk::is_full(&source) => Self::Full { folder },
            _ => Self::Io { folder, source },
        }
    }
}

/// What a pass did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CompactionReport {
    /// Bytes of the segments that were written anew, before.
    pub bytes_before: u64,
    /// Bytes of those that took their place.
    pub bytes_after: u64,
    /// Keys in the dirty part that was read.
    pub keys: usize,
    /// Where the next pass begins to read.
    pub first_dirty: Offset,
}

/// A new segment that is on the disk and waits to take the place of others.
#[derive(Debug)]
pub struct Replacement {
    /// The new segment.
    pub(crate) segment: Sealed,
    /// The old ones.
    pub(crate) replaced: Vec<Sealed>,
}

/// A pass of compaction over one partition.
#[derive(Debug)]
pub struct Compaction<D: Disk> {
    pub(crate) shared: Arc<Shared<D>>,
    pub(crate) unsynced: Arc<Unsynced<D>>,
    pub(crate) folder: PathBuf,
    pub(crate) settings: LogSettings,
    /// All up to where the pass may read, oldest first.
    pub(crate) segments: Vec<Sealed>,
    /// Those behind, but for the one that is written to.
    pub(crate) later: Vec<Sealed>,
    /// Transactions that were aborted in the segment that is written to.
    pub(crate) aborted: Vec<Aborted>,
    pub(crate) candidate: Candidate,
    pub(crate) producers: RetainedProducers,
}

impl<D: Disk> Compaction<D> {
    /// Does the pass. `replace` has the owner of the log put each new segment in its place
    /// ([`crate::PartitionLog::replace`]); `pace` is told of every part that was read or written,
    /// in bytes, and may take its time or end the pass.
    pub fn run(
        &self,
        store: &LogStore<D>,
        map: &mut OffsetMap,
        now: Timestamp,
        mut replace: impl FnMut(Replacement) -> Result<(), CompactionError>,
        mut pace: impl FnMut(u64) -> Result<(), CompactionError>,
    ) -> Result<CompactionReport, CompactionError> {
        self.unsynced.allow_gaps(self.candidate.up_to);
        store.flush()?;
        self.shared.journal.sync()?;
        let aborted = self.aborted()?;
        let read_up_to = self.survey(map, &aborted, &mut pace)?;
        let mut filter = Filter {
            map,
            read_up_to,
            now,
            delete_retention_ms: self.compaction_settings().delete_retention_ms,
            producers: &self.producers,
            transactions: Transactions::new(&aborted),
        };
        let mut report = CompactionReport {
            keys: filter.map.len(),
            first_dirty: read_up_to,
            ..CompactionReport::default()
        };
        for group in self.groups(read_up_to) {
            let Some(replaced) = self.segments.get(group) else {
                continue;
            };
            let before: u64 = replaced.iter().map(|segment| segment.size).sum();
            report.bytes_before += before;
            let segment = self.rewrite(replaced, &mut filter, &mut pace)?;
            report.bytes_after += segment.map_or(before, |segment| segment.size);
            if let Some(segment) = segment {
                let replaced = replaced.to_vec();
                self.commit(Replacement { segment, replaced }, &mut replace)?;
            }
        }
        self.unsynced.set_first_dirty(read_up_to);
        Ok(report)
    }

    fn compaction_settings(&self) -> CompactionSettings {
        self.settings.compaction.clone().unwrap_or_default()
    }

    /// The transactions that were aborted, of the whole log: a marker may lie behind the part that
    /// the pass may read.
    fn aborted(&self) -> Result<AbortedRanges, CompactionError> {
        let mut entries = self.aborted.clone();
        for segment in self.segments.iter().chain(&self.later) {
            if segment.aborted == 0 {
                continue;
            }
            let read = || AbortedFile::read(&self.shared.disk, &self.folder, segment.base);
            match self.while_alive(read)? {
                AbortedFile::Whole(found) => entries.extend(found),
                // Retention has been faster.
                AbortedFile::Missing => return Err(CompactionError::Gone),
                AbortedFile::Damaged(error) => {
                    return Err(self.damaged(segment, format!("its txnindex: {error}")));
                }
            }
        }
        Ok(aborted_ranges(entries))
    }

    /// Reads the keys of the dirty part, as far as the map goes; returns up to where.
    fn survey(
        &self,
        map: &mut OffsetMap,
        aborted: &AbortedRanges,
        pace: &mut impl FnMut(u64) -> Result<(), CompactionError>,
    ) -> Result<Offset, CompactionError> {
        let mut survey = Survey::new(map, Transactions::new(aborted), self.candidate.first_dirty);
        for segment in &self.segments {
            if segment.end <= self.candidate.first_dirty {
                continue;
            }
            let mut reader = self.reader(segment)?;
            while let Some(batch) = self.next(&mut reader, segment)? {
                pace(wide(batch.bytes.len()))?;
                if survey.take(&batch, || records(&batch)).is_err() {
                    return Ok(survey.read_up_to());
                }
            }
        }
        Ok(survey.read_up_to())
    }

    /// The segments that become one, by their numbers.
    fn groups(&self, read_up_to: Offset) -> Vec<Range<usize>> {
        let segments: Vec<_> = self
            .segments
            .iter()
            .take_while(|segment| segment.base < read_up_to)
            .map(Sealed::compaction)
            .collect();
        let interval = u64::from(self.settings.index_interval_bytes).max(1);
        groups(
            &segments,
            u64::from(self.settings.segment_bytes),
            |segment| segment.size / interval * INDEX_ENTRY,
            u64::from(self.settings.index_bytes),
        )
    }

    /// Writes what stays of the segments into a new one, which is synced; nothing when that is all
    /// of a single one.
    fn rewrite(
        &self,
        replaced: &[Sealed],
        filter: &mut Filter<'_>,
        pace: &mut impl FnMut(u64) -> Result<(), CompactionError>,
    ) -> Result<Option<Sealed>, CompactionError> {
        let (Some(first), Some(last)) = (replaced.first(), replaced.last()) else {
            return Ok(None);
        };
        let written = self.write_new(replaced, filter, (first.base, last.end), pace);
        if !matches!(written, Ok(Some(_))) {
            self.discard(first.base)?;
        }
        written
    }

    fn write_new(
        &self,
        replaced: &[Sealed],
        filter: &mut Filter<'_>,
        (base, end): (Offset, Offset),
        pace: &mut impl FnMut(u64) -> Result<(), CompactionError>,
    ) -> Result<Option<Sealed>, CompactionError> {
        let fault = |error| CompactionError::io(&self.folder, error);
        let create = || SegmentWriter::create(&self.shared.disk, &self.folder, base);
        let mut writer = self.while_alive(create)?;
        let mut has_changed = replaced.len() > 1;
        let segment_last = end.plus(-1);
        for segment in replaced {
            let mut reader = self.reader(segment)?;
            while let Some(batch) = self.next(&mut reader, segment)? {
                pace(wide(batch.bytes.len()))?;
                let filtered = filter.apply(&batch, || records(&batch), segment_last);
                let kept = match filtered {
                    Ok(Filtered::Whole) => batch.bytes,
                    Ok(Filtered::Changed(bytes)) => {
                        has_changed = true;
                        bytes
                    }
                    Ok(Filtered::Nothing) => {
                        has_changed = true;
                        continue;
                    }
                    Err(error) => return Err(self.damaged(segment, error.to_string())),
                };
                pace(wide(kept.len()))?;
                writer.append(&kept, &self.settings).map_err(fault)?;
            }
        }
        if !has_changed {
            return Ok(None);
        }
        writer.finish(end).map(Some).map_err(fault)
    }

    /// Makes the replacement durable and has it done.
    fn commit(
        &self,
        replacement: Replacement,
        replace: &mut impl FnMut(Replacement) -> Result<(), CompactionError>,
    ) -> Result<(), CompactionError> {
        let span = Span {
            base: replacement.segment.base,
            end: replacement.segment.end,
        };
        let disk = &self.shared.disk;
        let committed = self.while_alive(|| swap::commit(disk, &self.folder, span));
        if let Err(error) = committed.and_then(|()| replace(replacement)) {
            // The log is as before, and so must be the folder: it is not known what a start would
            // find of a marker that could not be written.
            self.discard(span.base)?;
            return Err(error);
        }
        let finished = self
            .unsynced
            .while_alive(|| swap::finish(disk, &self.folder));
        match finished {
            None | Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(self.unsettled(&error)),
        }
    }

    /// Removes the new files of a segment that is not wanted, and the marker.
    fn discard(&self, base: Offset) -> Result<(), CompactionError> {
        let disk = &self.shared.disk;
        let discarded = self
            .unsynced
            .while_alive(|| swap::discard(disk, &self.folder, base));
        match discarded {
            None | Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(self.unsettled(&error)),
        }
    }

    fn unsettled(&self, reason: &impl ToString) -> CompactionError {
        CompactionError::Unsettled {
            folder: self.folder.clone(),
            reason: reason.to_string(),
        }
    }

    /// Does something in the folder, which is not another partition's as long as this one lives.
    fn while_alive<T>(&self, action: impl FnOnce() -> io::Result<T>) -> Result<T, CompactionError> {
        match self.unsynced.while_alive(action) {
            Some(result) => result.map_err(|error| CompactionError::io(&self.folder, error)),
            None => Err(CompactionError::Gone),
        }
    }

    fn reader(&self, segment: &Sealed) -> Result<BatchReader<D>, CompactionError> {
        self.while_alive(|| BatchReader::open(&self.shared.disk, &self.folder, segment))
    }

    fn next(
        &self,
        reader: &mut BatchReader<D>,
        segment: &Sealed,
    ) -> Result<Option<Batch>, CompactionError> {
        reader.next().map_err(|fault| match fault {
            ReadFault::Io(error) => CompactionError::io(&self.folder, error),
            ReadFault::Damaged { position, reason } => {
                self.damaged(segment, format!("position {position}: {reason}"))
            }
        })
    }

    fn damaged(&self, segment: &Sealed, reason: String) -> CompactionError {
        CompactionError::Damaged {
            folder: self.folder.clone(),
            base: segment.base,
            reason,
        }
    }
}

/// The records of a batch that compaction understands. Others stay as they are: what a producer
/// wrote when the topic was not compacted was never looked at.
fn records(batch: &Batch) -> Option<Vec<Record>> {
    let records = batch.records(DECOMPRESSED_MAX).ok()?;
    records.collect::<Result<Vec<_>, _>>().ok()
}
