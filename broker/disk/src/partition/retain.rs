//! Removing what retention or `DeleteRecords` lets go.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use kavka_core::log::{SegmentSummary, expired_segments};
use kavka_core::types::{Lsn, Offset, Timestamp};

use super::{AppendError, PartitionLog};
use crate::disk::Disk;
use crate::journal::{Content, JournalError};
use crate::segment::Sealed;
use crate::store::Shared;

/// Segments that are no part of the log any more and whose files wait to be removed.
#[derive(Debug)]
#[must_use = "the files go when `remove` is called"]
pub struct ExpiredSegments<D: Disk> {
    shared: Arc<Shared<D>>,
    folder: PathBuf,
    bases: Vec<Offset>,
    lsn: Lsn,
}

impl<D: Disk> ExpiredSegments<D> {
    /// Once the journal is synced up to here, the log begins later also after a crash.
    pub fn lsn(&self) -> Lsn {
        self.lsn
    }

    /// Number of segments.
    pub fn len(&self) -> usize {
        self.bases.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bases.is_empty()
    }

    /// Removes the files, on a background thread. Those that are left after an error go at the
    /// next start.
    pub fn remove(self) -> Result<(), JournalError> {
        // A start must know that the log begins later before it can find segments missing.
        self.shared.journal.sync()?;
        let fault = |source| JournalError::Io {
            path: self.folder.clone(),
            source,
        };
        for base in &self.bases {
            match Sealed::remove(&self.shared.disk, &self.folder, *base) {
                // The whole partition may be gone meanwhile.
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fault(error)),
                _ => {}
            }
        }
        match self.shared.disk.sync_dir(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(fault(error)),
            _ => Ok(()),
        }
    }
}

impl<D: Disk> PartitionLog<D> {
    /// Takes the segments out of the log that `retention.ms` and `retention.bytes` let go; only
    /// what lies below `up_to` (the high watermark). Forgets silent producers too.
    pub fn expire(
        &mut self,
        now: Timestamp,
        up_to: Offset,
    ) -> Result<Option<ExpiredSegments<D>>, AppendError> {
        self.producers
            .expire(now, self.settings.producer_expiration_ms);
        let segments = self.sealed.iter().map(Sealed::retention);
        let active = self.active.summary(self.end).retention();
        let segments: Vec<SegmentSummary> = segments.chain([active]).collect();
        let expired = expired_segments(&segments, &self.settings, now, up_to);
        let Some(last) = expired.checked_sub(1).and_then(|last| segments.get(last)) else {
            return Ok(None);
        };
        self.delete_records_before(last.end)
    }

    /// Makes `start` the first offset that can be read (`DeleteRecords`); segments that end before
    /// it are handed out to be removed.
    pub fn delete_records_before(
        &mut self,
        start: Offset,
    ) -> Result<Option<ExpiredSegments<D>>, AppendError> {
        let start = start.min(self.end);
        if start <= self.start {
            return Ok(None);
        }
        if start == self.end && self.active.size > 0 {
            self.roll().map_err(|error| self.io_error(error))?;
        }
        let content = Content::StartOffset(start);
        let lsn = self.shared.journal.append(&self.id.address(), &content)?;
        let bases = self.advance_start(start);
        Ok(Some(ExpiredSegments {
            shared: self.shared.clone(),
            folder: self.folder.clone(),
            bases,
            lsn,
        }))
    }

    /// Takes everything before `start` out of the log; returns the segments whose files may go.
    pub(super) fn advance_start(&mut self, start: Offset) -> Vec<Offset> {
        let mut gone = Vec::new();
        while let Some(segment) = self.sealed.pop_front_if(|segment| segment.end <= start) {
            self.unsynced.forget_segment(segment.base);
            gone.push(segment.base);
        }
        self.start = self.start.max(start);
        self.unsynced.set_start(self.start);
        if self.epochs.advance_start(self.start) {
            self.unsynced.epochs_changed(self.epochs.to_text());
        }
        gone
    }

    /// Ends the active segment when `segment.ms` has passed since its first record.
    pub fn roll_if_due(&mut self, now: Timestamp) -> io::Result<()> {
        if kavka_core::log::roll::is_aged(&self.active.fill(now), &self.settings, now) {
            self.roll()?;
        }
        Ok(())
    }
}
