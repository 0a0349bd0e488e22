//! All logs of a data folder: opening with recovery, making partitions, flushing.

mod checkpoint;
mod recovery;
mod shared;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use kavka_core::config::Durability;
use kavka_core::log::LogSettings;
use thiserror::Error;

use crate::disk::Disk;
use crate::flusher::Flusher;
use crate::folder::DataFolder;
use crate::journal::{Address, Content, Journal, JournalError, JournalSettings};
use crate::partition::{AppendError, DeletedPartition, PartitionId, PartitionLog};

pub(crate) use checkpoint::Checkpoint;
pub use recovery::{DamagedPartition, RecoveryReport};
pub(crate) use shared::Shared;

/// Name of the journal's folder within the data folder.
const JOURNAL: &str = "journal";

/// Sizes and limits of the store.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// The journal's sizes.
    pub journal: JournalSettings,
    /// When an append counts: with [`Durability::Replicas`] batches do not go to the journal.
    pub durability: Durability,
    /// Bytes of the journal from which on [`LogStore::wants_flush`] says yes.
    pub flush_journal_bytes: u64,
    /// Free space below which appends are refused, so that a start, a deletion and the metadata
    /// still have room.
    pub reserve_bytes: u64,
    /// Threads that open logs at a start.
    pub opening_threads: usize,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self {
            journal: JournalSettings::default(),
            durability: Durability::Disk,
            flush_journal_bytes: 192 << 20,
            reserve_bytes: 32 << 20,
            opening_threads: 1,
        }
    }
}

/// The store cannot do what it should.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A partition's files, or the data folder itself.
    #[error("{}: {source}", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the disk says.
        source: io::Error,
    },
    /// A new partition's folder exists.
    #[error("{} exists: move it away, or delete the topic that it belongs to", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
}

impl From<StoreError> for AppendError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Journal(error) => Self::Journal(error),
            StoreError::Io { path, source } => Self::Io {
                folder: path.display().to_string(),
                source,
            },
            StoreError::Exists { path } => Self::Io {
                folder: path.display().to_string(),
                source: io::ErrorKind::AlreadyExists.into(),
            },
        }
    }
}

/// A store and what it held.
#[derive(Debug)]
pub struct Opened<D: Disk> {
    /// The store.
    pub store: LogStore<D>,
    /// The recovered logs, in the order of topic and partition.
    pub logs: Vec<PartitionLog<D>>,
    /// What recovery did and found.
    pub report: RecoveryReport,
}

/// All logs of a data folder. Clones are the same store.
#[derive(Debug)]
pub struct LogStore<D: Disk> {
    shared: Arc<Shared<D>>,
    flusher: Arc<Flusher<D>>,
    flush_journal_bytes: u64,
}

impl<D: Disk> Clone for LogStore<D> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            flusher: self.flusher.clone(),
            flush_journal_bytes: self.flush_journal_bytes,
        }
    }
}

impl<D: Disk> LogStore<D> {
    /// Opens all logs of the folder and brings them to where they were: what was synced is there,
    /// in order and once. `settings` gives each partition's settings.
    pub fn open(
        folder: &DataFolder<D>,
        settings: StoreSettings,
        partition_settings: impl FnMut(&PartitionId) -> LogSettings,
    ) -> Result<Opened<D>, StoreError> {
        let (disk, root) = (folder.disk(), folder.path());
        let fault = |source| StoreError::Io {
            path: root.to_owned(),
            source,
        };
        let checkpoint = Checkpoint::read(disk, root).map_err(fault)?;
        let (journal, replay) = Journal::open_from(
            disk,
            &root.join(JOURNAL),
            settings.journal,
            checkpoint.journal,
            folder.reserve(),
        )?;
        let checkpoint = checkpoint.expected_by(replay.has_checkpoint());
        let shared = Arc::new(Shared::new(
            folder,
            Arc::new(journal),
            settings.durability,
            settings.reserve_bytes,
        ));
        shared.check_space().map_err(fault)?;
        let recovery = recovery::Recovery::new(&shared, &replay, &checkpoint);
        let (logs, report) = recovery.run(settings.opening_threads, partition_settings)?;
        for log in &logs {
            shared.remember(log.unsynced());
        }
        shared.check_space().map_err(fault)?;
        let damaged = report.damaged.iter().map(|damaged| damaged.id.address());
        let damaged = damaged
            .chain(report.missing.iter().copied())
            .map(|address| (address, checkpoint.trust(&address)));
        let damaged = damaged.collect();
        let flusher = Arc::new(Flusher::new(shared.clone(), checkpoint, damaged));
        let store = Self {
            shared,
            flusher,
            flush_journal_bytes: settings.flush_journal_bytes,
        };
        Ok(Opened {
            store,
            logs,
            report,
        })
    }

    /// Makes a partition. It survives a crash as soon as anything of it does.
    pub fn create_partition(
        &self,
        id: PartitionId,
        settings: LogSettings,
    ) -> Result<PartitionLog<D>, StoreError> {
        let path = self.shared.root.join(crate::partition::folder_name(&id));
        let fault = |source| StoreError::Io {
            path: path.clone(),
            source,
        };
        if self.shared.is_nearly_full() {
            return Err(JournalError::Full { path }.into());
        }
        self.shared.write_deletions()?;
        self.shared.clear_abandoned(&path).map_err(fault)?;
        if self
            .shared
            .disk
            .read_dir(&path)
            .is_ok_and(|entries| !entries.is_empty())
        {
            return Err(StoreError::Exists { path });
        }
        let (address, topic) = (id.address(), id.topic.clone());
        let log = PartitionLog::create(&self.shared, id, settings).map_err(|source| {
            // What is half made goes when a partition of this name is made again.
            self.shared.abandon(path.clone(), None);
            fault(source)
        })?;
        self.shared.remember(log.unsynced());
        self.shared.folders_changed();
        let content = Content::Created { topic };
        if let Err(error) = self.shared.journal.append(&address, &content) {
            self.shared.forget(log.unsynced());
            self.shared.abandon(path.clone(), None);
            return Err(error.into());
        }
        Ok(log)
    }

    /// A missing partition need not be looked for any more: its topic is deleted.
    pub fn forget_missing(&self, address: &Address) {
        self.flusher.forget(address);
    }

    /// Takes a partition off the disk that was not opened: afterwards a new one may have its name.
    pub fn delete_unopened(&self, id: &PartitionId) -> io::Result<DeletedPartition<D>> {
        self.flusher.forget(&id.address());
        crate::partition::take_away(&self.shared, id, None)
    }

    /// Gives the folder of a partition that was not opened another name and leaves it to a person.
    /// Returns where it lies now.
    pub fn set_aside_unopened(&self, id: &PartitionId) -> io::Result<PathBuf> {
        self.flusher.forget(&id.address());
        crate::partition::set_aside(&self.shared, id, None)
    }

    /// The journal.
    pub fn journal(&self) -> &Arc<Journal<D>> {
        &self.shared.journal
    }

    /// The flusher.
    pub fn flusher(&self) -> &Arc<Flusher<D>> {
        &self.flusher
    }

    /// Whether the journal is so long that a flush should come soon.
    pub fn wants_flush(&self) -> bool {
        self.shared.journal.live_bytes() >= self.flush_journal_bytes
    }

    /// Syncs what is not synced and lets the journal's files be used again; for a background
    /// thread. After an error everything is as before: log it and try later.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.flusher.flush()
    }

    /// Closes the files of partitions that were not used since the last call; for a background
    /// thread, and so seldom that those in use stay open.
    pub fn close_resting(&self) {
        self.shared.disk.close_resting();
    }

    /// Looks at the free space; appends are refused while it is below the reserve.
    pub fn check_space(&self) -> Result<(), StoreError> {
        self.shared.check_space().map_err(|source| StoreError::Io {
            path: self.shared.root.clone(),
            source,
        })
    }

    /// Ends in an orderly way: the next start has nothing to replay.
    pub fn close(&self, logs: Vec<PartitionLog<D>>) -> Result<(), StoreError> {
        for mut log in logs {
            log.before_close();
        }
        self.flush()
    }
}
