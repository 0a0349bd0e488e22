//! Writes a segment beside the one whose place it will take.

use std::io;
use std::path::Path;

use bytes::{Bytes, BytesMut};
use kavka_core::log::LogSettings;
use kavka_core::log::index::{IndexEntry, OffsetEntry, TimeEntry, relative};
use kavka_core::types::{Offset, Timestamp};
use kavka_protocol::records::BatchHeader;

use crate::disk::{Disk, DiskFile, OpenMode};
use crate::partition::swap::cleaned;
use crate::segment::{LOG, OFFSET_INDEX, Sealed, TIME_INDEX};
use crate::width::wide;

/// Bytes that are written at a time.
const BUFFER: usize = 256 << 10;

/// Writes a segment beside the one whose place it will take.
#[derive(Debug)]
pub(super) struct SegmentWriter<D: Disk> {
    base: Offset,
    log: D::File,
    offset_index: D::File,
    time_index: D::File,
    /// What is not written yet, and where it belongs.
    buffer: BytesMut,
    written: u64,
    /// The entries, which `segment.index.bytes` bounds.
    offsets: Vec<u8>,
    times: Vec<u8>,
    last_time: Option<Timestamp>,
    latest: Option<(Timestamp, Offset)>,
    since_entry: u64,
}

impl<D: Disk> SegmentWriter<D> {
    /// Makes the files of an empty segment.
    pub(super) fn create(disk: &D, folder: &Path, base: Offset) -> io::Result<Self> {
        let create = |ending| {
            let file = disk.open(&cleaned(folder, base, ending), OpenMode::Create)?;
            file.set_len(0)?;
            Ok::<_, io::Error>(file)
        };
        Ok(Self {
            base,
            log: create(LOG)?,
            offset_index: create(OFFSET_INDEX)?,
            time_index: create(TIME_INDEX)?,
            buffer: BytesMut::new(),
            written: 0,
            offsets: Vec::new(),
            times: Vec::new(),
            last_time: None,
            latest: None,
            since_entry: 0,
        })
    }

    /// Appends a batch.
    pub(super) fn append(&mut self, batch: &Bytes, settings: &LogSettings) -> io::Result<()> {
        let header = BatchHeader::parse(batch).map_err(io::Error::other)?;
        let (last, time) = (
            Offset(header.last_offset()),
            Timestamp(header.max_timestamp),
        );
        if self.latest.is_none_or(|(latest, _)| latest < time) {
            self.latest = Some((time, last));
        }
        let position = self.written + wide(self.buffer.len());
        if self.since_entry > u64::from(settings.index_interval_bytes)
            && let (Some(relative), Ok(position)) =
                (relative(self.base, last), u32::try_from(position))
        {
            // An entry of the offset index promises that the time index is right up to its batch.
            self.note_time();
            OffsetEntry { relative, position }.encode(&mut self.offsets);
            self.since_entry = 0;
        }
        self.since_entry += wide(batch.len());
        self.buffer.extend_from_slice(batch);
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    fn note_time(&mut self) {
        let Some((timestamp, offset)) = self.latest else {
            return;
        };
        let is_newer = match self.last_time {
            Some(last) => last < timestamp,
            None => timestamp.0 >= 0,
        };
        if let Some(relative) = relative(self.base, offset).filter(|_| is_newer) {
            let entry = TimeEntry {
                timestamp,
                relative,
            };
            entry.encode(&mut self.times);
            self.last_time = Some(timestamp);
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.log.write_at(self.written, &[&self.buffer])?;
        self.written += wide(self.buffer.len());
        self.buffer.clear();
        Ok(())
    }

    /// Brings the files to the disk. The folder is left to the caller.
    pub(super) fn finish(mut self, end: Offset) -> io::Result<Sealed> {
        self.flush()?;
        self.note_time();
        self.offset_index.write_at(0, &[&self.offsets])?;
        self.time_index.write_at(0, &[&self.times])?;
        for file in [&self.log, &self.offset_index, &self.time_index] {
            file.sync_data()?;
        }
        Ok(Sealed {
            base: self.base,
            end,
            size: self.written,
            gaps_before: end,
            latest: self.latest,
            aborted: 0,
        })
    }
}
