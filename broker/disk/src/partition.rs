//! The log of one partition: append, read, look up, expire, cut, delete. It belongs to one thread
//! (`&mut`); what the background thread needs to sync it is shared through its `Unsynced`.

mod aborted;
mod append;
mod compact;
mod delete;
mod files;
mod open;
mod read;
mod retain;
mod snapshots;
pub(crate) mod swap;
mod truncate;
mod unsynced;
mod verify;

use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use kavka_core::config::Durability;
use kavka_core::log::{LeaderEpochs, LogSettings, ProducerStates, Unsettled};
use kavka_core::types::{Lsn, Offset, PartitionIndex, TopicId};

use crate::disk::Disk;
use crate::journal::Address;
use crate::segment::{Active, Sealed};
use crate::store::Shared;

pub use append::{AppendContext, AppendError, Appended};
pub use delete::DeletedPartition;
pub use read::{Minimum, ReadError, TimestampHit};
pub use retain::ExpiredSegments;

pub(crate) use delete::{remove_folder, set_aside, take_away};
pub(crate) use files::{
    deleted_name, folder_name, is_deleted_name, log_bytes, parse_deleted_name, parse_folder_name,
    read_metadata, stray_path,
};
use open::Seen;
pub(crate) use open::{OpenFault, Trust};
pub(crate) use unsynced::Unsynced;

/// Which partition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartitionId {
    /// The topic's name.
    pub topic: Arc<str>,
    /// The topic's identity.
    pub topic_id: TopicId,
    /// The partition.
    pub partition: PartitionIndex,
}

impl PartitionId {
    /// How the journal names it.
    pub fn address(&self) -> Address {
        Address {
            topic_id: self.topic_id,
            partition: self.partition,
        }
    }
}

impl fmt::Display for PartitionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic, self.partition)
    }
}

/// The log of one partition.
#[derive(Debug)]
pub struct PartitionLog<D: Disk> {
    id: PartitionId,
    folder: PathBuf,
    settings: LogSettings,
    shared: Arc<Shared<D>>,
    unsynced: Arc<Unsynced<D>>,
    sealed: VecDeque<Sealed>,
    active: Active<D>,
    /// What is not in the active segment's file could not be written.
    is_stuck: bool,
    start: Offset,
    end: Offset,
    producers: ProducerStates,
    /// Transactions that ended not long ago.
    unsettled: Unsettled,
    epochs: LeaderEpochs,
    /// End offsets that wait for the journal to be synced up to an LSN, oldest first.
    waiting: VecDeque<(Lsn, Offset)>,
    /// Of a start that replays the journal; empty otherwise.
    seen: Seen,
    durable_end: Offset,
    last_lsn: Lsn,
    /// Position of the last truncation in the journal.
    truncated: Lsn,
    bytes_since_snapshot: u64,
}

impl<D: Disk> PartitionLog<D> {
    /// Which partition it is.
    pub fn id(&self) -> &PartitionId {
        &self.id
    }

    /// Offset of the first record that can be read.
    pub fn start_offset(&self) -> Offset {
        self.start
    }

    /// Offset that the next record gets.
    pub fn end_offset(&self) -> Offset {
        self.end
    }

    /// End of what is in the files and can be read; what lies behind waits for
    /// [`PartitionLog::write_out`].
    pub fn written_end(&self) -> Offset {
        self.unsynced.end()
    }

    /// End of what is durable when the journal is synced up to `synced`, or of what was flushed
    /// where batches do not go to the journal; never goes back but by a truncation.
    pub fn synced_offset(&mut self, synced: Lsn) -> Offset {
        while let Some((_, end)) = self.waiting.pop_front_if(|(lsn, _)| *lsn <= synced) {
            self.durable_end = self.durable_end.max(end);
        }
        if self.shared.durability == Durability::Replicas {
            let flushed = self.unsynced.recovery_point();
            self.durable_end = self.durable_end.max(flushed);
        }
        self.durable_end
    }

    /// The settings.
    pub fn settings(&self) -> &LogSettings {
        &self.settings
    }

    /// Changes the settings; they hold from the next append, roll or expiry on.
    pub fn set_settings(&mut self, settings: LogSettings) {
        self.settings = settings;
    }

    /// Bytes of all segments, without indexes.
    pub fn size_bytes(&self) -> u64 {
        self.sealed.iter().map(|segment| segment.size).sum::<u64>() + self.active.size
    }

    /// Number of segments.
    pub fn segment_count(&self) -> usize {
        self.sealed.len() + 1
    }

    /// The leader epochs of the log.
    pub fn leader_epochs(&self) -> &LeaderEpochs {
        &self.epochs
    }

    /// Where the first transaction begins whose end is not certain; `None` when everything in the
    /// log is stable.
    pub fn first_unstable(&self) -> Option<Offset> {
        let open = self.producers.first_open();
        let first = open.into_iter().chain(self.unsettled.first()).min();
        first.map(|first| first.max(self.start))
    }

    /// What lies before `high_watermark` stays: transactions that ended there have.
    pub fn settle(&mut self, high_watermark: Offset) {
        self.unsettled.settle(high_watermark);
    }

    /// The idempotent producers of the log.
    pub fn producers(&self) -> &ProducerStates {
        &self.producers
    }
}

#[cfg(test)]
mod tests;
