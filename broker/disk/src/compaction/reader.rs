//! Reads a whole segment batch by batch.

use std::io;
use std::path::Path;

use bytes::Bytes;
use kavka_core::types::Offset;
use kavka_protocol::records::{Batch, BatchHeader, HEADER_LEN};

use crate::disk::{Disk, DiskFile, OpenMode};
use crate::segment::{LOG, Sealed, check_order, path_of};
use crate::width::{narrow, wide};

/// Bytes that are read at a time.
const WINDOW: usize = 256 << 10;

/// A segment cannot be read.
#[derive(Debug)]
pub(super) enum ReadFault {
    Io(io::Error),
    Damaged { position: u64, reason: String },
}

impl From<io::Error> for ReadFault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads a whole segment batch by batch and verifies each, its place included: what is read here
/// is written anew, and damage must not be.
#[derive(Debug)]
pub(super) struct BatchReader<D: Disk> {
    file: D::File,
    segment: Sealed,
    position: u64,
    /// Offset that the next batch begins with, unless a compaction took some.
    expected: Offset,
    window: Bytes,
}

impl<D: Disk> BatchReader<D> {
    pub(super) fn open(disk: &D, folder: &Path, segment: &Sealed) -> io::Result<Self> {
        Ok(Self {
            file: disk.open(&path_of(folder, segment.base, LOG), OpenMode::Read)?,
            segment: *segment,
            position: 0,
            expected: segment.base,
            window: Bytes::new(),
        })
    }

    /// The next batch; nothing at the end.
    pub(super) fn next(&mut self) -> Result<Option<Batch>, ReadFault> {
        if self.position >= self.segment.size {
            return if self.expected == self.segment.end {
                Ok(None)
            } else {
                let (found, end) = (self.expected, self.segment.end);
                Err(self.damaged(&format!("it ends at {found} instead of {end}")))
            };
        }
        self.fill(HEADER_LEN)?;
        let header = BatchHeader::parse(&self.window).map_err(|error| self.damaged(&error))?;
        self.check_place(&header)?;
        self.fill(header.total_len())?;
        let batch = Batch::take(&mut self.window).map_err(|error| self.damaged(&error))?;
        batch.check_crc().map_err(|error| self.damaged(&error))?;
        self.position += wide(batch.bytes.len());
        self.expected = Offset(header.last_offset()).plus(1);
        Ok(Some(batch))
    }

    fn check_place(&self, header: &BatchHeader) -> Result<(), ReadFault> {
        check_order(header, self.expected, self.segment.gaps_before)
            .map_err(|reason| self.damaged(&reason))?;
        if header.last_offset() < self.segment.end.0 {
            return Ok(());
        }
        let (last, end) = (header.last_offset(), self.segment.end);
        Err(self.damaged(&format!("a batch up to {last} lies before {end}")))
    }

    /// Reads on until `length` bytes are there, or all that are left.
    fn fill(&mut self, length: usize) -> io::Result<()> {
        let left = narrow(self.segment.size - self.position);
        if self.window.len() < length.min(left) {
            self.window = self
                .file
                .read_at(self.position, length.max(WINDOW).min(left))?;
        }
        Ok(())
    }

    fn damaged(&self, reason: &impl ToString) -> ReadFault {
        ReadFault::Damaged {
            position: self.position,
            reason: reason.to_string(),
        }
    }
}
