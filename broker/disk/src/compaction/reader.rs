//! Reads a whole segment batch by batch.

use std::io;
use std::path::Path;
use std::sync::Arc;

use kavka_core::types::Offset;
use kavka_protocol::records::{Batch, BatchHeader, HEADER_LEN};

use crate::disk::{Disk, OpenMode};
use crate::segment::{LOG, Sealed, check_order, path_of};
use crate::width::wide;
use crate::window::Window;

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
    window: Window<Arc<D::File>>,
    segment: Sealed,
    position: u64,
    /// Offset that the next batch begins with, unless a compaction took some.
    expected: Offset,
}

impl<D: Disk> BatchReader<D> {
    pub(super) fn open(disk: &D, folder: &Path, segment: &Sealed) -> io::Result<Self> {
        let file = disk.open(&path_of(folder, segment.base, LOG), OpenMode::Read)?;
        Ok(Self {
            window: Window::new(Arc::new(file), segment.size),
            segment: *segment,
            position: 0,
            expected: segment.base,
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
        let bytes = self.window.read(self.position, HEADER_LEN)?;
        let header = BatchHeader::parse(&bytes).map_err(|error| self.damaged(&error))?;
        self.check_place(&header)?;
        let mut bytes = self.window.read(self.position, header.total_len())?;
        let batch = Batch::take(&mut bytes).map_err(|error| self.damaged(&error))?;
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

    fn damaged(&self, reason: &impl ToString) -> ReadFault {
        ReadFault::Damaged {
            position: self.position,
            reason: reason.to_string(),
        }
    }
}
