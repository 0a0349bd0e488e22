//! Ends of transactions: what consumers are told to pass over.

use std::io;

use kavka_core::log::{Aborted, Marker, Outcome, Search};
use kavka_core::types::{Offset, Timestamp};

use super::{PartitionLog, ReadError};
use crate::disk::Disk;
use crate::segment::AbortedFile;

impl<D: Disk> PartitionLog<D> {
    /// The marker that was written at `offset` is part of the log now.
    pub(super) fn end_transaction(&mut self, marker: &Marker, offset: Offset, seen: Timestamp) {
        let Some(ended) = self.producers.end(marker, offset, seen) else {
            return;
        };
        self.unsettled.ended(ended.first, ended.marker);
        if ended.outcome == Outcome::Commit {
            return;
        }
        self.active.aborted.push(ended.aborted());
        match self.active.aborted.store(&self.shared.disk, &self.folder) {
            Ok(Some(_)) => self.unsynced.folder_changed(),
            Ok(None) => {}
            // The file is right again with the next entry, or when the segment is sealed.
            Err(error) => {
                tracing::warn!(%error, partition = %self.id, "entry of txnindex not written");
            }
        }
    }

    /// Completes the index of the segment that is written to no longer.
    pub(super) fn seal_aborted(&mut self) -> io::Result<()> {
        let active = &mut self.active;
        if let Some(file) = active.aborted.seal(&self.shared.disk, &self.folder)? {
            let (base, size) = (active.base, active.size);
            self.unsynced
                .aborted_sealed(base, size, file, || active.files());
        }
        Ok(())
    }

    /// The aborted transactions with records in `from..to`, in the order of their markers.
    pub fn aborted(&self, from: Offset, to: Offset) -> Result<Vec<Aborted>, ReadError> {
        let mut found = Vec::new();
        let first = self.sealed.partition_point(|segment| segment.end <= from);
        for segment in self.sealed.range(first.min(self.sealed.len())..) {
            if segment.aborted == 0 {
                continue;
            }
            let file = AbortedFile::read(&self.shared.disk, &self.folder, segment.base);
            let entries = match file.map_err(|error| self.read_io(error))? {
                AbortedFile::Whole(entries) => entries,
                AbortedFile::Missing => {
                    return Err(self.corrupt(segment.base, "its txnindex is gone".to_owned()));
                }
                AbortedFile::Damaged(error) => {
                    return Err(self.corrupt(segment.base, format!("its txnindex: {error}")));
                }
            };
            if Aborted::collect(&entries, from, to, &mut found) == Search::Finished {
                return Ok(found);
            }
        }
        Aborted::collect(self.active.aborted.entries(), from, to, &mut found);
        Ok(found)
    }
}
