//! What has to be on the disk: the simple truth beside the real thing.

use std::collections::BTreeMap;
use std::sync::Arc;

use kavka_core::config::Durability;
use kavka_core::types::{Lsn, Offset, PartitionIndex};
use kavka_disk::{PartitionId, PartitionLog};
use kavka_protocol::Uuid;

use crate::plan::Disk;
use crate::transactions::Role;

/// A batch that was written.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    pub(crate) base: Offset,
    /// What its records say, one number each.
    pub(crate) values: Vec<u64>,
    /// When it is synced; `None` while nobody knows whether it was written.
    pub(crate) lsn: Option<Lsn>,
    /// It is in memory only.
    pub(crate) waits: bool,
    pub(crate) acknowledged: bool,
    /// The sequence number of an idempotent producer's batch.
    pub(crate) sequence: Option<i32>,
    pub(crate) role: Role,
}

/// A partition as it has to be.
#[derive(Debug, Clone)]
pub(crate) struct Partition {
    pub(crate) id: PartitionId,
    pub(crate) batches: Vec<Batch>,
    /// Batches that were refused by a failing disk and may come back after a crash.
    pub(crate) ghosts: Vec<Batch>,
    /// What the end was cut of when the power went.
    pub(crate) cut: Vec<Batch>,
    /// The farthest start that was asked for.
    pub(crate) start: Offset,
    /// When that is synced, and the start that surely holds.
    pub(crate) start_lsn: Option<Lsn>,
    pub(crate) start_acknowledged: Offset,
    pub(crate) created: Option<Lsn>,
    pub(crate) exists_for_sure: bool,
    pub(crate) deletion: Option<Lsn>,
    pub(crate) may_be_deleted: bool,
    pub(crate) deleted_for_sure: bool,
    pub(crate) next_sequence: i32,
    /// Before this offset a compaction may have taken what was written again later.
    pub(crate) compacted_to: Offset,
}

/// Everything that has to be on the disk.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    /// When an append counts, in the round that runs or ran last.
    pub(crate) durability: Durability,
    pub(crate) partitions: BTreeMap<PartitionId, Partition>,
    /// Starts that were checked to the end.
    pub(crate) starts: u32,
    pub(crate) topics_made: u8,
    pub(crate) next_value: u64,
    /// Entries of the quorum's log from index `quorum_first` on.
    pub(crate) quorum: Vec<u64>,
    pub(crate) quorum_first: u64,
    /// Entries at the end that may be missing.
    pub(crate) quorum_synced: usize,
    /// Index of the entry that the last hard state was stored with, and the last synced one.
    pub(crate) quorum_state: u64,
    pub(crate) quorum_state_synced: u64,
    /// Bytes that compactions took.
    pub(crate) compacted_bytes: u64,
    /// The last entry was not stored yet.
    pub(crate) quorum_retry: bool,
}

impl Model {
    pub(crate) fn new() -> Self {
        Self {
            durability: Durability::Disk,
            partitions: BTreeMap::new(),
            starts: 0,
            topics_made: 0,
            next_value: 0,
            quorum: Vec::new(),
            quorum_first: 1,
            quorum_synced: 0,
            quorum_state: 0,
            quorum_state_synced: 0,
            compacted_bytes: 0,
            quorum_retry: false,
        }
    }

    /// The identity of the next topic; a few names are used again and again.
    pub(crate) fn next_id(&mut self) -> PartitionId {
        self.topics_made += 1;
        let topic: Arc<str> = format!("t{}", self.topics_made % 5).into();
        let topic_id = Uuid([self.topics_made; 16]);
        PartitionId {
            topic,
            topic_id,
            partition: PartitionIndex(0),
        }
    }

    pub(crate) fn value(&mut self) -> u64 {
        self.next_value += 1;
        self.next_value
    }

    /// The whole quorum log is synced.
    pub(crate) fn all_of_quorum_synced(&mut self) {
        self.quorum_synced = self.quorum.len();
        self.quorum_state_synced = self.quorum_state;
    }

    /// The journal is synced up to here.
    pub(crate) fn synced(&mut self, synced: Lsn) {
        let reached = |lsn: Option<Lsn>| lsn.is_some_and(|lsn| lsn <= synced);
        for partition in self.partitions.values_mut() {
            for batch in partition
                .batches
                .iter_mut()
                .filter(|batch| reached(batch.lsn))
            {
                batch.acknowledged = true;
            }
            partition.exists_for_sure |= reached(partition.created);
            if reached(partition.start_lsn) {
                partition.start_acknowledged = partition.start;
            }
            if reached(partition.deletion) {
                partition.deleted_for_sure = true;
            }
        }
    }

    /// Something may have been written that waited for it.
    pub(crate) fn written(&mut self, logs: &[PartitionLog<Disk>]) {
        for log in logs {
            if let Some(partition) = self.partitions.get_mut(log.id()) {
                partition.written(log);
            }
        }
    }

    /// All segments are synced.
    pub(crate) fn flushed(&mut self) {
        for partition in self.partitions.values_mut() {
            let written = partition.batches.iter_mut();
            for batch in written.filter(|batch| batch.lsn.is_some()) {
                batch.acknowledged = true;
            }
        }
    }

    /// The power went: nobody knows any more what of the unacknowledged is left.
    pub(crate) fn power_lost(&mut self) {
        for partition in self.partitions.values_mut() {
            for batch in partition
                .batches
                .iter_mut()
                .filter(|batch| !batch.acknowledged)
            {
                batch.lsn = None;
            }
            partition.created = None;
            partition.deletion = None;
            partition.start_lsn = None;
        }
    }

    /// The process dies and the page cache stays: all that was written counts.
    pub(crate) fn all_written(&mut self) {
        for partition in self.partitions.values_mut() {
            for batch in partition
                .batches
                .iter_mut()
                .filter(|batch| batch.lsn.is_some())
            {
                batch.acknowledged = true;
            }
            partition.exists_for_sure |= partition.created.is_some();
            partition.deleted_for_sure |= partition.deletion.is_some();
        }
    }
}

impl Partition {
    pub(crate) fn new(id: PartitionId) -> Self {
        Self {
            id,
            batches: Vec::new(),
            ghosts: Vec::new(),
            cut: Vec::new(),
            start: Offset(0),
            start_lsn: None,
            start_acknowledged: Offset(0),
            created: None,
            exists_for_sure: false,
            deletion: None,
            may_be_deleted: false,
            deleted_for_sure: false,
            next_sequence: 0,
            compacted_to: Offset(0),
        }
    }

    pub(crate) fn end(&self) -> Offset {
        self.batches.last().map_or(Offset(0), Batch::end)
    }

    /// The log has written what lies before its written end.
    pub(crate) fn written(&mut self, log: &PartitionLog<Disk>) {
        let end = log.written_end();
        let waiting = self.batches.iter_mut().filter(|batch| batch.waits);
        for batch in waiting.filter(|batch| batch.base < end) {
            batch.waits = false;
            // The journal's syncs say nothing of it.
            batch.lsn = Some(Lsn(u64::MAX));
        }
    }

    /// Which sequence number comes next; returns the last batch that has one.
    pub(crate) fn count_sequences(&mut self) -> Option<&Batch> {
        let mut numbered = self.batches.iter().rev();
        let last = numbered.find(|batch| batch.sequence.is_some());
        self.next_sequence = last.map_or(0, |last| {
            last.sequence.unwrap() + i32::try_from(last.values.len()).unwrap()
        });
        last
    }
}

impl Batch {
    pub(crate) fn end(&self) -> Offset {
        self.base.plus(i64::try_from(self.values.len()).unwrap())
    }
}
