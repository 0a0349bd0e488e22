//! What all logs of a store share.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use kavka_core::config::Durability;
use kavka_core::types::Lsn;

use crate::disk::Disk;
use crate::folder::DataFolder;
use crate::journal::{Address, Content, Journal, JournalError, locked};
use crate::partition::{Unsynced, remove_folder};
use crate::reserve::Reserve;

/// What all logs of a store share.
#[derive(Debug)]
pub(crate) struct Shared<D: Disk> {
    pub(crate) disk: D,
    pub(crate) root: PathBuf,
    pub(crate) journal: Arc<Journal<D>>,
    pub(crate) reserve: Arc<Reserve<D>>,
    /// Whether batches go to the journal.
    pub(crate) durability: Durability,
    /// What the journal holds below is not replayed by a start.
    flushed: AtomicU64,
    reserve_bytes: u64,
    nearly_full: AtomicBool,
    folders_dirty: AtomicBool,
    partitions: Mutex<BTreeMap<Address, Arc<Unsynced<D>>>>,
    /// Folders that are in the way, and the names under which they shall be removed; none for what
    /// is half made: under such a name a start would take the partition itself for deleted.
    abandoned: Mutex<BTreeMap<PathBuf, Option<PathBuf>>>,
    /// Deletions that the journal did not take.
    unwritten: Mutex<BTreeSet<Address>>,
    /// Keeps other brokers out for as long as anything writes here.
    _lock: Arc<D::Lock>,
}

impl<D: Disk> Shared<D> {
    pub(crate) fn new(
        folder: &DataFolder<D>,
        journal: Arc<Journal<D>>,
        durability: Durability,
        reserve: u64,
    ) -> Self {
        Self {
            disk: folder.disk().clone(),
            root: folder.path().to_owned(),
            journal,
            reserve: folder.reserve(),
            durability,
            flushed: AtomicU64::new(0),
            reserve_bytes: reserve,
            nearly_full: AtomicBool::new(false),
            folders_dirty: AtomicBool::new(false),
            partitions: Mutex::new(BTreeMap::new()),
            abandoned: Mutex::new(BTreeMap::new()),
            unwritten: Mutex::new(BTreeSet::new()),
            _lock: folder.hold_lock(),
        }
    }

    /// A checkpoint says that everything below is in synced segments.
    pub(crate) fn set_flushed(&self, mark: Lsn) {
        self.flushed.fetch_max(mark.0, Ordering::AcqRel);
    }

    /// Whether a start would replay what the journal holds up to here.
    pub(crate) fn is_replayed(&self, lsn: Lsn) -> bool {
        lsn.0 > self.flushed.load(Ordering::Acquire)
    }

    pub(crate) fn is_nearly_full(&self) -> bool {
        self.nearly_full.load(Ordering::Relaxed)
    }

    pub(crate) fn check_space(&self) -> io::Result<()> {
        let mut free = self.disk.free_space(&self.root)?;
        if free < self.reserve_bytes && self.journal.release_free_files() {
            free = self.disk.free_space(&self.root)?;
        }
        let full = free < self.reserve_bytes;
        if !full {
            self.reserve.refill(free - self.reserve_bytes);
        }
        if self.nearly_full.swap(full, Ordering::Relaxed) != full {
            let (folder, reserve) = (self.root.display(), self.reserve_bytes);
            if full {
                tracing::error!(%folder, reserve, "disk nearly full: no appends until there is space");
            } else {
                tracing::info!(%folder, "there is space again");
            }
        }
        Ok(())
    }

    /// Partition folders were made, renamed or removed.
    pub(crate) fn folders_changed(&self) {
        self.folders_dirty.store(true, Ordering::Release);
    }

    pub(crate) fn sync_folders(&self) -> io::Result<()> {
        if self.folders_dirty.swap(false, Ordering::AcqRel) {
            self.disk
                .sync_dir(&self.root)
                .inspect_err(|_| self.folders_changed())?;
        }
        Ok(())
    }

    pub(crate) fn remember(&self, unsynced: &Arc<Unsynced<D>>) {
        locked(&self.partitions).insert(unsynced.id.address(), unsynced.clone());
    }

    pub(crate) fn forget(&self, unsynced: &Arc<Unsynced<D>>) {
        locked(&self.partitions).remove(&unsynced.id.address());
        self.folders_changed();
    }

    /// A folder could not be taken out of the way: a new partition of its name tries again.
    pub(crate) fn abandon(&self, folder: PathBuf, deleted: Option<PathBuf>) {
        locked(&self.abandoned).insert(folder, deleted);
    }

    /// Takes the folder out of the way when it was abandoned.
    pub(crate) fn clear_abandoned(&self, folder: &Path) -> io::Result<()> {
        let mut abandoned = locked(&self.abandoned);
        let Some(deleted) = abandoned.get(folder) else {
            return Ok(());
        };
        let cleared = match deleted {
            Some(deleted) => self.disk.rename(folder, deleted),
            None => remove_folder(&self.disk, folder),
        };
        match cleared {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        abandoned.remove(folder);
        // The files go at the next start. The new name must be durable before a new folder is.
        self.disk.sync_dir(&self.root)
    }

    /// The journal did not take the partition's deletion.
    pub(crate) fn deletion_unwritten(&self, address: Address) {
        locked(&self.unwritten).insert(address);
    }

    /// Writes the deletions that the journal did not take. Without its deletion a start would make a
    /// partition again that the journal has seen made: in the place of a later one of its name.
    pub(crate) fn write_deletions(&self) -> Result<(), JournalError> {
        let mut unwritten = locked(&self.unwritten);
        while let Some(address) = unwritten.first().copied() {
            self.journal.append(&address, &Content::Deleted)?;
            unwritten.remove(&address);
        }
        Ok(())
    }

    /// Makes all deletions durable, before files go. On a disk that is too full for that they go all
    /// the same, to give it space.
    pub(crate) fn sync_deletions(&self) -> io::Result<()> {
        let written = self.write_deletions();
        match written.and_then(|()| self.journal.sync()) {
            Ok(_) | Err(JournalError::Full { .. }) => Ok(()),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    pub(crate) fn partitions(&self) -> Vec<Arc<Unsynced<D>>> {
        locked(&self.partitions).values().cloned().collect()
    }
}
