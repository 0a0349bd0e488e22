//! The segment that is written to.

use std::io;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use kavka_core::log::index::{OffsetEntry, TimeEntry, relative};
use kavka_core::log::{LogSettings, SegmentFill};
use kavka_core::types::{Offset, Timestamp};
use kavka_protocol::records::BatchHeader;

use super::batches::{behind, check_order};
use super::{
    AbortedFile, AbortedIndex, Found, HEAD, IndexFile, IndexStore, LOG, OFFSET_INDEX, Sealed,
    TIME_INDEX, path_of, verified_in,
};
use crate::disk::{Disk, DiskFile, OpenMode};
use crate::width::wide;
use crate::window::Window;

/// The files of a segment.
#[derive(Debug)]
pub(crate) struct SegmentFiles<D: Disk> {
    pub(crate) log: Arc<D::File>,
    pub(crate) offset_index: Arc<IndexStore<D>>,
    pub(crate) time_index: Arc<IndexStore<D>>,
}

impl<D: Disk> Clone for SegmentFiles<D> {
    fn clone(&self) -> Self {
        Self {
            log: self.log.clone(),
            offset_index: self.offset_index.clone(),
            time_index: self.time_index.clone(),
        }
    }
}

impl<D: Disk> SegmentFiles<D> {
    /// Writes the index entries that are in memory only: those of the time index first, since an
    /// entry of the offset index promises that it is right up to its batch.
    pub(crate) fn write_out(&self) -> io::Result<()> {
        self.time_index.write_out()?;
        self.offset_index.write_out()
    }
}

/// Batches at a segment's end that are not in its file yet, in the two parts that they come in.
#[derive(Debug, Default)]
struct Tail {
    parts: Vec<([u8; HEAD], Bytes)>,
    bytes: u64,
}

/// The segment that is written to.
#[derive(Debug)]
pub(crate) struct Active<D: Disk> {
    pub(crate) base: Offset,
    /// With the tail.
    pub(crate) size: u64,
    /// Before this offset a compaction may have left gaps.
    pub(crate) gaps_before: Offset,
    pub(crate) log: Arc<D::File>,
    tail: Tail,
    pub(crate) offsets: IndexFile<D, OffsetEntry>,
    pub(crate) times: IndexFile<D, TimeEntry>,
    /// The largest timestamp, and the last offset of the first batch that has it.
    pub(crate) latest: Option<(Timestamp, Offset)>,
    /// Transactions that were aborted by a marker in it.
    pub(crate) aborted: AbortedIndex<D>,
    begun: Option<Timestamp>,
    since_entry: u64,
}

/// Where a scan of a segment stopped and why.
#[derive(Debug)]
pub(crate) struct Scanned {
    /// Position from which on batches were verified.
    pub(crate) from: u64,
    /// Offset behind the last sound batch.
    pub(crate) end: Offset,
    /// What is wrong behind it.
    pub(crate) broken: Option<String>,
}

impl<D: Disk> Active<D> {
    /// Opens the files of a segment; that of the batches is made when missing, and of the indexes
    /// those are looked at that may be there. Call [`Active::load`] next.
    pub(crate) fn open(
        disk: &D,
        folder: &Path,
        base: Offset,
        may_be_there: impl Fn(&str) -> bool,
    ) -> io::Result<Self> {
        let path = |ending| path_of(folder, base, ending);
        let log = disk.open_resting(&path(LOG), OpenMode::Create)?;
        let size = log.len()?;
        Ok(Self {
            base,
            size,
            gaps_before: base,
            log: Arc::new(log),
            tail: Tail::default(),
            offsets: if may_be_there(OFFSET_INDEX) {
                IndexFile::open(disk, &path(OFFSET_INDEX))?
            } else {
                IndexFile::missing(disk, &path(OFFSET_INDEX))
            },
            times: if may_be_there(TIME_INDEX) {
                IndexFile::open(disk, &path(TIME_INDEX))?
            } else {
                IndexFile::missing(disk, &path(TIME_INDEX))
            },
            latest: None,
            aborted: AbortedIndex::new(base),
            begun: None,
            since_entry: 0,
        })
    }

    /// Makes an empty segment.
    pub(crate) fn create(disk: &D, folder: &Path, base: Offset) -> io::Result<Self> {
        let mut segment = Self::open(disk, folder, base, |_| true)?;
        if segment.size > 0 {
            segment.log.set_len(0)?;
            segment.size = 0;
        }
        segment.offsets.truncate(0)?;
        segment.times.truncate(0)?;
        AbortedFile::remove(disk, folder, base)?;
        Ok(segment)
    }

    /// Reads what is not trusted: batches that end behind `trusted` are verified, their index
    /// entries made anew. A torn end is cut off unless `trusted` says that it was synced.
    pub(crate) fn load(
        &mut self,
        trusted: Offset,
        settings: &LogSettings,
        mut each: impl FnMut(&BatchHeader),
    ) -> io::Result<Scanned> {
        let mut position = self.trusted_position(trusted)?;
        let from = position;
        let mut end = match position {
            0 => self.base,
            _ => self.offsets.last().map_or(self.base, |entry| {
                self.base.plus(i64::from(entry.relative) + 1)
            }),
        };
        let mut window = Window::new(self.log.clone(), self.size);
        let broken = loop {
            let (found, _) = verified_in(&mut window, position)?;
            let header = match found {
                Found::End => break None,
                Found::Broken(reason) => break Some(reason),
                Found::Batch(header) => header,
            };
            if let Err(reason) = check_order(&header, end, self.gaps_before) {
                break Some(reason);
            }
            let last = Offset(header.last_offset());
            self.note(&header, position, last, settings);
            each(&header);
            end = last.plus(1);
            position = behind(position, &header);
        };
        if broken.is_some() && end >= trusted {
            self.log.set_len(position)?;
            // What is written next must not reach the disk before: whole batches behind the torn one
            // would go on behind it.
            self.log.sync_data()?;
            self.size = position;
        }
        Ok(Scanned { from, end, broken })
    }

    /// Cuts the indexes to what lies below `trusted` and returns the position to read from: behind
    /// the batch of the last entry that is left.
    fn trusted_position(&mut self, trusted: Offset) -> io::Result<u64> {
        let mut count = match relative(self.base, trusted) {
            Some(limit) => self.offsets.sound_before(
                // No entry points at the segment's start; one of zeros is torn.
                |entry| entry.relative < limit && entry.position > 0,
                |last, next| last.relative < next.relative && last.position < next.position,
            )?,
            None if trusted < self.base => 0,
            None => self.offsets.count(),
        };
        let mut position = 0;
        while let Some(number) = count.checked_sub(1) {
            let entry = self.offsets.entry(number)?;
            let at = u64::from(entry.position);
            if let Found::Batch(header) = super::header_at(self.log.as_ref(), at, self.size)?
                && relative(self.base, Offset(header.last_offset())) == Some(entry.relative)
            {
                position = behind(at, &header);
                break;
            }
            // The index does not fit the segment: it is made anew from the start.
            count = 0;
        }
        self.offsets.truncate(count)?;
        let limit = self.offsets.last().map_or(0, |entry| entry.relative);
        let times = match count {
            0 => 0,
            _ => self.times.sound_before(
                |entry| entry.relative <= limit,
                |last, next| last.relative < next.relative && last.timestamp < next.timestamp,
            )?,
        };
        self.times.truncate(times)?;
        self.latest = self
            .times
            .last()
            .map(|entry| (entry.timestamp, self.base.plus(i64::from(entry.relative))));
        if position > 0 {
            self.begun = match super::header_at(self.log.as_ref(), 0, self.size)? {
                Found::Batch(first) => Some(Timestamp(first.max_timestamp)),
                _ => None,
            };
        }
        self.since_entry = 0;
        Ok(position)
    }

    /// Appends a batch in two parts; there is no tail. Nothing counts until [`Active::appended`].
    pub(crate) fn write(&self, head: &[u8], rest: &Bytes) -> io::Result<()> {
        self.log.write_at(self.size, &[head, rest])
    }

    /// Adds a batch to the tail. Nothing counts until [`Active::appended`].
    pub(crate) fn push(&mut self, head: [u8; HEAD], rest: Bytes) {
        self.tail.bytes += wide(head.len() + rest.len());
        self.tail.parts.push((head, rest));
    }

    /// Bytes that are not in the file yet.
    pub(crate) fn tail_bytes(&self) -> u64 {
        self.tail.bytes
    }

    /// Bytes that are in the file.
    pub(crate) fn written(&self) -> u64 {
        self.size - self.tail.bytes
    }

    /// Writes the tail. After an error it is still there.
    pub(crate) fn write_tail(&mut self) -> io::Result<()> {
        let parts = self.tail.parts.iter();
        let chunks: Vec<&[u8]> = parts.flat_map(|(head, rest)| [&head[..], rest]).collect();
        self.log.write_at(self.written(), &chunks)?;
        self.tail.parts.clear();
        self.tail.bytes = 0;
        Ok(())
    }

    /// The batch that was written or added to the tail is part of the segment now.
    pub(crate) fn appended(&mut self, header: &BatchHeader, last: Offset, settings: &LogSettings) {
        self.note(header, self.size, last, settings);
        self.size += wide(header.total_len());
    }

    fn note(&mut self, header: &BatchHeader, position: u64, last: Offset, settings: &LogSettings) {
        if self.begun.is_none() && header.max_timestamp >= 0 {
            self.begun = Some(Timestamp(header.max_timestamp));
        }
        if self
            .latest
            .is_none_or(|(latest, _)| latest.0 < header.max_timestamp)
        {
            self.latest = Some((Timestamp(header.max_timestamp), last));
        }
        if self.since_entry > u64::from(settings.index_interval_bytes)
            && let (Some(relative), Ok(position)) =
                (relative(self.base, last), u32::try_from(position))
        {
            // An entry of the offset index promises that the time index is right up to its batch.
            // One that is missing costs a longer walk and nothing else.
            let entry = OffsetEntry { relative, position };
            match self.note_time().and_then(|()| self.offsets.push(entry)) {
                Ok(()) => self.since_entry = 0,
                Err(error) => {
                    tracing::warn!(%error, base = %self.base, "index entry not written");
                }
            }
        }
        self.since_entry += wide(header.total_len());
    }

    /// Brings the time index up to date.
    pub(crate) fn note_time(&mut self) -> io::Result<()> {
        let Some((timestamp, offset)) = self.latest else {
            return Ok(());
        };
        let is_newer = match self.times.last() {
            Some(last) => last.timestamp < timestamp,
            None => timestamp.0 >= 0,
        };
        match relative(self.base, offset) {
            Some(relative) if is_newer => self.times.push(TimeEntry {
                timestamp,
                relative,
            }),
            _ => Ok(()),
        }
    }

    /// Ends both indexes: the segment gets no more batches.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.note_time()?;
        self.times.store().finish()?;
        self.offsets.store().finish()
    }

    /// How full it is; `now` stands in for records without a time.
    pub(crate) fn fill(&self, now: Timestamp) -> SegmentFill {
        SegmentFill {
            base: self.base,
            size: u32::try_from(self.size).unwrap_or(u32::MAX),
            index_bytes: self.offsets.bytes().max(self.times.bytes()),
            begun: self.begun.unwrap_or(now),
        }
    }

    /// The files, for whoever syncs them.
    pub(crate) fn files(&self) -> SegmentFiles<D> {
        SegmentFiles {
            log: self.log.clone(),
            offset_index: self.offsets.store().clone(),
            time_index: self.times.store().clone(),
        }
    }

    /// What stays known of the segment when a new one takes its place.
    pub(crate) fn summary(&self, end: Offset) -> Sealed {
        Sealed {
            base: self.base,
            end,
            size: self.size,
            gaps_before: self.gaps_before.min(end),
            latest: self.latest,
            aborted: self.aborted.len(),
        }
    }
}
