//! What the cleaner thread asks of the shard that owns a log.

use kavka_core::log::compaction::Candidate;
use kavka_disk::{Compaction, CompactionError, RealDisk, Replacement};

use super::{PartitionKey, Shard};
use crate::clock::Clock;

impl Shard {
    /// The logs that a pass of compaction is due for.
    pub(crate) fn compaction_candidates(&self) -> Vec<(PartitionKey, Candidate)> {
        let now = Clock::wall();
        let partitions = self.partitions.borrow();
        let candidates = partitions.iter().filter_map(|(key, partition)| {
            let mut partition = partition.borrow_mut();
            let stable = partition.last_stable();
            let candidate = partition.log()?.compaction_candidate(stable, now)?;
            Some((*key, candidate))
        });
        candidates.collect()
    }

    /// What a pass over a log needs to know; nothing when the log is gone.
    pub(crate) fn begin_compaction(
        &self,
        key: PartitionKey,
        candidate: Candidate,
    ) -> Result<Option<Compaction<RealDisk>>, CompactionError> {
        let Some(partition) = self.partition(key) else {
            return Ok(None);
        };
        let mut partition = partition.borrow_mut();
        let log = partition.log();
        log.map(|log| log.compaction(candidate)).transpose()
    }

    /// Puts a new segment in the place of old ones.
    pub(crate) fn replace_segments(
        &self,
        key: PartitionKey,
        replacement: Replacement,
    ) -> Result<(), CompactionError> {
        let partition = self.partition(key).ok_or(CompactionError::Gone)?;
        let mut partition = partition.borrow_mut();
        let log = partition.log().ok_or(CompactionError::Gone)?;
        log.replace(replacement)
    }
}
