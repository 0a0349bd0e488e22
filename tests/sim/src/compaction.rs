//! Compacted topics: what may be gone of them, and what has to be there.

use std::collections::BTreeMap;

use kavka_core::log::Outcome;
use kavka_core::log::compaction::{CompactionSettings, OffsetMap};
use kavka_core::types::{Offset, Timestamp};
use kavka_disk::disk::sim::Random;
use kavka_disk::{CompactionError, CompactionReport, LogStore, PartitionLog};

use crate::model::{Batch, Partition};
use crate::plan::Disk;
use crate::transactions::Role;

/// Keys of a compacted topic.
const KEYS: u64 = 5;
/// One of so many records is a tombstone.
const TOMBSTONES: u64 = 6;
/// How long a tombstone stays, in the sim's time, which is the number of values.
const DELETE_RETENTION: u64 = 30;

/// The settings of a compacted topic.
pub(crate) fn settings() -> CompactionSettings {
    CompactionSettings {
        min_dirty_ratio: 0.1,
        delete_retention_ms: DELETE_RETENTION,
        ..CompactionSettings::default()
    }
}

/// Whether a topic of this name is compacted: two of five.
pub(crate) fn is_compacted(topic: &str) -> bool {
    matches!(topic, "t1" | "t3")
}

/// The key of a record with this value on a compacted topic.
pub(crate) fn key_of(value: u64) -> u64 {
    value / TOMBSTONES % KEYS
}

/// Whether the record has no value there.
pub(crate) fn is_tombstone(value: u64) -> bool {
    value.is_multiple_of(TOMBSTONES)
}

/// Does a pass over a log when one is due. `up_to` is told where it ends before it begins.
pub(crate) fn pass(
    store: &LogStore<Disk>,
    log: &mut PartitionLog<Disk>,
    random: &mut Random,
    now: u64,
    up_to: impl FnOnce(Offset),
) -> Result<Option<CompactionReport>, CompactionError> {
    let high_watermark = log.synced_offset(store.journal().synced());
    log.settle(high_watermark);
    let unstable = log.first_unstable();
    let stable = unstable.map_or(high_watermark, |first| first.min(high_watermark));
    let now = Timestamp(i64::try_from(now).unwrap());
    let Some(candidate) = log.compaction_candidate(stable, now) else {
        return Ok(None);
    };
    up_to(candidate.up_to);
    let compaction = log.compaction(candidate)?;
    let slots = usize::try_from(2 + random.below(12)).unwrap();
    let mut map = OffsetMap::new([random.next_u64(), random.next_u64()], slots * 24, 99);
    let mut left = random.chance(15).then(|| random.below(30));
    let pace = |_: u64| match &mut left {
        Some(0) => Err(CompactionError::Stopped),
        Some(left) => {
            *left -= 1;
            Ok(())
        }
        None => Ok(()),
    };
    let report = compaction.run(store, &mut map, now, |new| log.replace(new), pace)?;
    Ok(Some(report))
}

impl Partition {
    /// Whether the topic is compacted.
    pub(crate) fn is_compacted(&self) -> bool {
        is_compacted(&self.id.topic)
    }

    /// The outcome of the transaction of a batch; nothing while it is open.
    fn outcome(&self, place: usize) -> Option<Outcome> {
        let Role::Part(writer) = self.batches[place].role else {
            return Some(Outcome::Commit);
        };
        let later = self.batches[place..].iter();
        later
            .filter_map(ended_by)
            .find_map(|(number, outcome)| (number == writer.number).then_some(outcome))
    }

    /// Offsets whose records have to be there though the log was compacted.
    pub(crate) fn needed(&self) -> BTreeMap<i64, u64> {
        let mut needed = BTreeMap::new();
        let mut last_of_key = BTreeMap::new();
        for (place, batch) in self.batches.iter().enumerate() {
            let outcome = self.outcome(place);
            for (offset, value) in (batch.base.0..).zip(&batch.values) {
                let may_go = offset < self.compacted_to.0;
                if !may_go {
                    needed.insert(offset, *value);
                } else if outcome == Some(Outcome::Commit) && !matches!(batch.role, Role::End(..)) {
                    // What comes later has taken the place of what was written before.
                    if let Some(before) = last_of_key.insert(key_of(*value), offset) {
                        needed.remove(&before);
                    }
                    if !is_tombstone(*value) {
                        needed.insert(offset, *value);
                    }
                }
            }
        }
        needed
    }
}

/// A tombstone must not go before what it deletes.
pub(crate) fn check(partition: &Partition, found: &[(i64, u64)]) -> Result<(), String> {
    let mut last_of_key: BTreeMap<u64, (i64, u64)> = BTreeMap::new();
    let mut counting = BTreeMap::new();
    for (place, batch) in partition.batches.iter().enumerate() {
        let is_record = !matches!(batch.role, Role::End(..));
        if is_record && partition.outcome(place) == Some(Outcome::Commit) {
            for (offset, value) in (batch.base.0..).zip(&batch.values) {
                last_of_key.insert(key_of(*value), (offset, *value));
                counting.insert(offset, *value);
            }
        }
    }
    for (offset, value) in found
        .iter()
        .filter(|(offset, _)| counting.contains_key(offset))
    {
        let (last, newest) = last_of_key[&key_of(*value)];
        if is_tombstone(newest) && !found.contains(&(last, newest)) {
            return Err(format!(
                "offset {offset} is there though {last}, which deletes it, is gone"
            ));
        }
    }
    Ok(())
}

fn ended_by(batch: &Batch) -> Option<(i64, Outcome)> {
    match batch.role {
        Role::End(writer, outcome) => Some((writer.number, outcome)),
        _ => None,
    }
}
