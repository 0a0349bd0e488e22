//! Ends of transactions: what consumers are told to pass over.

use std::io;

use kavka_core::log::{Aborted, Marker, Outcome, Search};
use kavka_core::types::{Offset, Timestamp};

use super::{PartitionLog, ReadError};
use crate::disk::Disk;
use crate::segment::SealedAborted;

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
        self.store_aborted();
    }

    /// Brings the index of the segment that is written to up to date. Where its file is not there
    /// no start may take the segment for one in which nothing was aborted: until it is, the markers
    /// stay behind the recovery point, where a start looks for them.
    pub(super) fn store_aborted(&mut self) {
        let index = &mut self.active.aborted;
        match index.store(&self.shared.disk, &self.folder) {
            Ok(true) => self.unsynced.folder_changed(),
            Ok(false) => {}
            // The file is right again with the next entry, or when the segment is sealed.
            Err(error) => {
                tracing::warn!(%error, partition = %self.id, "entry of txnindex not written");
            }
        }
        self.unsynced.hold_back(self.active.aborted.unsafe_from());
    }

    /// Completes the index of the segment that is written to no longer.
    pub(super) fn seal_aborted(&mut self) -> io::Result<()> {
        let active = &mut self.active;
        if let Some(file) = active.aborted.seal(&self.shared.disk, &self.folder)? {
            let (base, size) = (active.base, active.size);
            self.unsynced
                .aborted_sealed(base, size, file, || active.files());
            self.unsynced.folder_changed();
        }
        self.unsynced.hold_back(None);
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
            let found_in = SealedAborted::open(&self.shared.disk, &self.folder, *segment)
                .and_then(|file| file.collect(from, to, &mut found));
            let found_in = found_in.map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => {
                    self.corrupt(segment.base, "its txnindex is gone".to_owned())
                }
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                    self.corrupt(segment.base, format!("its txnindex: {error}"))
                }
                _ => self.read_io(error),
            })?;
            if found_in == Search::Finished {
                return Ok(found);
            }
        }
        Aborted::collect(self.active.aborted.entries(), from, to, &mut found);
        Ok(found)
    }
}
