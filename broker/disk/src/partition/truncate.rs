//! Cutting the end of a log: a follower's step back, or a start that finds the journal right.

use std::collections::BTreeMap;

use kavka_core::config::Durability;
use kavka_core::types::Offset;

use super::{AppendError, OpenFault, PartitionLog, snapshots};
use crate::disk::{Disk, DiskFile};
use crate::journal::Content;
use crate::segment::{AbortedFile, Active, Sealed, View};

impl<D: Disk> PartitionLog<D> {
    /// Drops the records from `end` on (and those that share a batch with it). Returns the new
    /// end.
    pub fn truncate_to(&mut self, end: Offset) -> Result<Offset, AppendError> {
        if end >= self.end {
            return Ok(self.end);
        }
        self.write_out()?;
        let content = Content::Truncated(end);
        let lsn = self.shared.journal.append(&self.id.address(), &content)?;
        self.last_lsn = lsn;
        self.truncated = lsn;
        // A start that finds the log shorter than it was synced must know why. What the journal has
        // taken is done in any case: a start does it, too.
        let synced = self.shared.journal.sync();
        self.cut(end).map_err(|fault| match fault {
            OpenFault::Io(error) => self.io_error(error),
            OpenFault::Damaged(reason) => self.io_error(std::io::Error::other(reason)),
        })?;
        if self.shared.durability == Durability::Replicas {
            // What comes behind goes to the journal, and what lies before must not be missing then.
            let (disk, reserve) = (&self.shared.disk, &self.shared.reserve);
            let flushed = self.unsynced.flush(disk, reserve);
            let flushed = flushed.and_then(|()| self.shared.sync_folders());
            flushed.map_err(|error| self.io_error(error))?;
        }
        synced?;
        Ok(self.end)
    }

    /// Cuts the files and all that is known about them.
    pub(super) fn cut(&mut self, end: Offset) -> Result<(), OpenFault> {
        if end >= self.end {
            return Ok(());
        }
        let end = end.max(self.start);
        let disk = self.shared.disk.clone();
        let mut index_removed = false;
        while end < self.active.base
            && let Some(previous) = self.sealed.pop_back()
        {
            let dropped = self.active.base;
            if previous.aborted > 0 {
                // One that came back in a crash would be taken for the index of what comes next.
                AbortedFile::remove(&disk, &self.folder, previous.base)?;
                disk.sync_dir(&self.folder)?;
                index_removed = true;
            }
            self.active = Active::open(&disk, &self.folder, previous.base, |_| true)?;
            self.active.gaps_before = previous.gaps_before;
            self.unsynced.forget_segment(dropped);
            Sealed::remove(&disk, &self.folder, dropped)?;
            self.unsynced.folder_changed();
        }
        let found = View::of_active(&self.active)
            .find(end)
            .map_err(|error| self.fault(&error))?;
        let (position, end) = match found {
            Some((position, header)) => (position, Offset(header.base_offset)),
            None => (self.active.size, end),
        };
        self.active.log.set_len(position)?;
        self.active.size = position;
        let scanned = self.active.load(end, &self.settings, |_| {})?;
        if let Some(reason) = scanned.broken {
            return Err(self.fault(&reason));
        }
        self.end = scanned.end;
        self.seen.truncate(self.end);
        self.after_cut(position)?;
        if index_removed {
            // The recovery point may be behind its markers already: no start looks for them.
            disk.sync_dir(&self.folder)?;
        }
        Ok(())
    }

    fn after_cut(&mut self, position: u64) -> Result<(), OpenFault> {
        let gone = self.unsynced.truncated(self.end);
        snapshots::remove(&self.shared.disk, &self.folder, &gone)?;
        self.unsynced
            .replaced(self.active.base, position, self.active.files());
        if self.epochs.truncate_to(self.end) {
            self.unsynced.epochs_changed(self.epochs.to_text());
        }
        self.durable_end = self.durable_end.min(self.end);
        let end = self.end;
        self.waiting
            .iter_mut()
            .for_each(|(_, waiting)| *waiting = end.min(*waiting));
        self.unsettled.truncate_to(end);
        let entries = self.shared.disk.read_dir(&self.folder)?;
        self.load_producers(&entries, &BTreeMap::new())
    }

    /// Begins the files anew at `base`: nothing of what they hold is wanted.
    pub(super) fn rebase(&mut self, base: Offset) -> Result<(), OpenFault> {
        self.seen.clear();
        let disk = self.shared.disk.clone();
        let bases: Vec<Offset> = self.sealed.drain(..).map(|segment| segment.base).collect();
        for base in bases.into_iter().chain([self.active.base]) {
            self.unsynced.forget_segment(base);
            Sealed::remove(&disk, &self.folder, base)?;
        }
        self.active = Active::create(&disk, &self.folder, base)?;
        self.unsynced.folder_changed();
        self.end = base;
        self.unsynced.set_end(base);
        self.durable_end = base;
        let entries = self.shared.disk.read_dir(&self.folder)?;
        self.load_producers(&entries, &BTreeMap::new())
    }
}
