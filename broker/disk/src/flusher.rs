//! Brings segments to the disk in the background, so that the journal stays short.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::disk::Disk;
use crate::journal::{Address, locked};
use crate::parallel::side_by_side;
use crate::partition::{Trust, Unsynced};
use crate::store::{Checkpoint, Shared, StoreError};

/// Threads that flush: what many partitions wait for is the file system's journal.
const THREADS: usize = 8;

/// Brings segments to the disk in the background. It needs nothing from the threads that own the
/// logs.
#[derive(Debug)]
pub struct Flusher<D: Disk> {
    shared: Arc<Shared<D>>,
    /// The checkpoint file's content; held over a whole flush.
    written: Mutex<Checkpoint>,
    /// What is known of partitions that could not be opened.
    damaged: Mutex<BTreeMap<Address, Trust>>,
}

impl<D: Disk> Flusher<D> {
    pub(crate) fn new(
        shared: Arc<Shared<D>>,
        written: Checkpoint,
        damaged: BTreeMap<Address, Trust>,
    ) -> Self {
        Self {
            shared,
            written: Mutex::new(written),
            damaged: Mutex::new(damaged),
        }
    }

    /// A partition that could not be opened is deleted.
    pub(crate) fn forget(&self, address: &Address) {
        locked(&self.damaged).remove(address);
    }

    /// Syncs every partition, writes the checkpoint and lets the journal's older files be used
    /// again.
    pub fn flush(&self) -> Result<(), StoreError> {
        let mut written = locked(&self.written);
        let shared = &self.shared;
        let root_fault = |source| StoreError::Io {
            path: shared.root.clone(),
            source,
        };
        if let Err(error) = shared.write_deletions() {
            tracing::warn!(%error, "deletions are not in the journal yet");
        }
        // Everything in the journal up to here is in segments that are marked as unsynced.
        let mark = shared.journal.appended();
        let was_quiet = shared.journal.is_quiet();
        let mut checkpoint = Checkpoint::up_to(mark);
        checkpoint.partitions.extend(locked(&self.damaged).iter());
        let partitions = shared.partitions();
        let fault = self.flush_all(&partitions);
        for partition in &partitions {
            let recovery_point = partition.recovery_point();
            let trust = Trust {
                recovery_point,
                start: partition.start(),
                start_unknown: false,
                first_dirty: partition.first_dirty(),
                gaps_before: partition.gaps_before(),
            };
            if !partition.is_deleted() {
                checkpoint.partitions.insert(partition.id.address(), trust);
            }
        }
        shared.sync_folders().map_err(root_fault)?;
        shared.check_space().map_err(root_fault)?;
        if let Some(fault) = fault {
            return Err(fault);
        }
        if *written != checkpoint {
            shared
                .reserve
                .with_room(|| checkpoint.write(&shared.disk, &shared.root))
                .map_err(root_fault)?;
            *written = checkpoint;
        }
        for partition in &partitions {
            partition.checkpointed();
        }
        if !was_quiet {
            shared.journal.checkpoint(mark)?;
        }
        // Not before: a start that has lost the checkpoint file goes by the journal's own record.
        shared.set_flushed(mark);
        Ok(())
    }

    /// Syncs all partitions. Gives a fault of one of them, where there is any; the others are synced
    /// all the same.
    fn flush_all(&self, partitions: &[Arc<Unsynced<D>>]) -> Option<StoreError> {
        let shared = &self.shared;
        let flushed = side_by_side(partitions, THREADS, |partition| {
            partition.flush(&shared.disk, &shared.reserve)
        });
        let faults = partitions.iter().zip(flushed);
        let mut faults =
            faults.filter_map(|(partition, flushed)| Some((partition, flushed.err()?)));
        let (partition, source) = faults.next()?;
        let path = shared
            .root
            .join(crate::partition::folder_name(&partition.id));
        Some(StoreError::Io { path, source })
    }
}
