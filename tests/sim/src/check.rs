//! What has to hold after every start.

use std::collections::BTreeMap;
use std::fmt;

use kavka_core::config::Durability;
use kavka_core::types::{LeaderEpoch, Offset, Timestamp};
use kavka_disk::{AppendContext, Minimum, PartitionLog, StoredQuorum};
use kavka_protocol::records::{BatchHeader, Batches};

use crate::compaction::{self, is_compacted};
use crate::model::{Batch, Model, Partition};
use crate::plan::{Broker, Disk, Plan};
use crate::transactions;
use crate::workload::{Kind, Producer, build, snapshot_of};

/// A promise was broken.
#[derive(Debug)]
pub struct Fault {
    plan: Plan,
    round: u32,
    reason: String,
}

impl Fault {
    pub(crate) fn new(plan: &Plan, round: u32, reason: String) -> Self {
        Self {
            plan: plan.clone(),
            round,
            reason,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            plan,
            round,
            reason,
        } = self;
        write!(
            f,
            "seed {}, before round {round}: {reason}\n{plan:?}",
            plan.seed
        )
    }
}

/// Checks everything and brings the model to what survived.
pub(crate) fn all(mut broker: Broker, model: &mut Model) -> Result<Broker, String> {
    let report = &broker.opened.report;
    if let Some(damaged) = report.damaged.first() {
        return Err(format!(
            "{} is damaged: {}",
            damaged.folder.display(),
            damaged.reason
        ));
    }
    if let Some(damage) = report.journal_damage.first() {
        return Err(damage.clone());
    }
    check_quorum(&broker.stored, model)?;
    // The metadata decides which partitions there are; deletions that it knows are repeated.
    for partition in model.partitions.values() {
        let found = broker
            .opened
            .logs
            .iter()
            .position(|log| *log.id() == partition.id);
        let Some(found) = found else {
            if partition.exists_for_sure && !partition.may_be_deleted {
                return Err(format!("{} is gone", partition.id));
            }
            continue;
        };
        if partition.deleted_for_sure {
            return Err(format!("{} is back though it was deleted", partition.id));
        }
        if partition.may_be_deleted {
            let log = broker.opened.logs.swap_remove(found);
            let deleted = log.delete().map_err(|error| error.to_string())?;
            deleted.remove().map_err(|error| error.to_string())?;
        }
    }
    let logs = &mut broker.opened.logs;
    for log in logs.iter_mut() {
        let Some(partition) = model.partitions.get_mut(log.id()) else {
            return Err(format!("{} was never made", log.id()));
        };
        check_log(log, partition, model.durability)
            .map_err(|reason| format!("{}: {reason}", log.id()))?;
    }
    let alive: Vec<_> = logs.iter().map(|log| log.id().clone()).collect();
    // A deletion that is repeated here may be undone by the next crash.
    model
        .partitions
        .retain(|id, partition| alive.contains(id) || partition.may_be_deleted);
    for partition in model
        .partitions
        .values_mut()
        .filter(|partition| !partition.may_be_deleted)
    {
        settle(partition);
    }
    model.starts += 1;
    Ok(broker)
}

/// What survived is on the disk now, and stays.
fn settle(partition: &mut Partition) {
    partition.exists_for_sure = true;
    partition.start_acknowledged = partition.start;
    partition.start_lsn = None;
    for batch in &mut partition.batches {
        batch.acknowledged = true;
        batch.waits = false;
    }
}

fn check_quorum(stored: &StoredQuorum, model: &mut Model) -> Result<(), String> {
    let first = stored.first_index;
    let mut values = Vec::new();
    for entry in &stored.entries {
        let bytes: [u8; 8] = entry[..].try_into().map_err(|_| "a strange quorum entry")?;
        values.push(u64::from_be_bytes(bytes));
    }
    // A crash in the middle of a snapshot leaves the old state or the new one.
    if first > model.quorum_first {
        let covered = usize::try_from(first - model.quorum_first).unwrap();
        if covered > model.quorum_synced {
            return Err(format!("quorum log begins at {first}, never synced so far"));
        }
        model.quorum.drain(..covered);
        model.quorum_synced -= covered;
        model.quorum_first = first;
    }
    if first != model.quorum_first {
        return Err(format!(
            "quorum log begins at {first}, not at {}",
            model.quorum_first
        ));
    }
    if !model.quorum.starts_with(&values) {
        return Err(format!(
            "quorum log holds {values:?}, not {:?}",
            model.quorum
        ));
    }
    if values.len() < model.quorum_synced {
        return Err(format!(
            "quorum log: {} of {} left",
            values.len(),
            model.quorum_synced
        ));
    }
    if first > 1 {
        let expected = Some((first - 1, snapshot_of(first - 1)));
        let found = stored
            .snapshot
            .as_ref()
            .map(|(index, data)| (*index, data.to_vec()));
        if found != expected {
            return Err("quorum snapshot is not the one that was taken".to_owned());
        }
    }
    let last = first + u64::try_from(values.len()).unwrap() - 1;
    check_hard_state(stored, model, last)?;
    model.quorum = values;
    model.quorum_retry = false;
    model.quorum_synced = model.quorum.len();
    Ok(())
}

/// A hard state follows its entry: behind entries that were not synced the last one may be missing.
fn check_hard_state(stored: &StoredQuorum, model: &mut Model, last: u64) -> Result<(), String> {
    let synced = model.quorum_first + u64::try_from(model.quorum_synced).unwrap() - 1;
    let stored_with = |index| {
        if index > synced {
            index
        } else {
            model.quorum_state_synced
        }
    };
    let allowed = [stored_with(last), stored_with(last.saturating_sub(1))];
    let found = stored.hard_state.as_deref().map_or(Ok(0), |state| {
        let index = state.try_into().map(u64::from_be_bytes);
        index.map_err(|_| "a strange hard state")
    })?;
    if !allowed.contains(&found) {
        return Err(format!(
            "quorum hard state is {found}, not one of {allowed:?}"
        ));
    }
    model.quorum_state = found;
    model.quorum_state_synced = found;
    Ok(())
}

fn check_log(
    log: &mut PartitionLog<Disk>,
    partition: &mut Partition,
    durability: Durability,
) -> Result<(), String> {
    log.verify()?;
    let (start, end) = (log.start_offset(), log.end_offset());
    if start > partition.start || start < partition.start_acknowledged {
        let (low, high) = (partition.start_acknowledged, partition.start);
        return Err(format!("starts at {start}, not between {low} and {high}"));
    }
    let cut = std::mem::take(&mut partition.cut);
    if end > partition.end() {
        partition.batches.extend(cut);
    }
    let found = read_all(log)?;
    let needed = partition.is_compacted().then(|| partition.needed());
    let mut kept = 0;
    let mut ghosts = None;
    for batch in &partition.batches {
        if batch.end() > end {
            break;
        }
        if let Some(ghost) = ghost_of(partition, batch, &found).filter(|_| !batch.acknowledged) {
            ghosts = Some(ghost);
            break;
        }
        kept += 1;
        for (offset, value) in (batch.base.0..).zip(&batch.values) {
            let there = found
                .iter()
                .find(|(at, _)| *at == offset)
                .map(|(_, value)| *value);
            let may_be_gone = |needed: &BTreeMap<_, _>| !needed.contains_key(&offset);
            if there.is_none() && needed.as_ref().is_some_and(may_be_gone) {
                continue;
            }
            if offset >= start.0 && there != Some(*value) {
                return Err(format!(
                    "offset {offset} holds {there:?} instead of {value}"
                ));
            }
        }
    }
    // Without the journal, a start within a batch may be all that is left of it.
    if durability == Durability::Replicas
        && start == end
        && let Some(batch) = partition.batches.get_mut(kept)
        && !batch.acknowledged
        && batch.base < end
    {
        let left = usize::try_from(end.0 - batch.base.0).unwrap();
        batch.values.truncate(left);
        kept += 1;
    }
    if let Some(lost) = partition.batches[kept..]
        .iter()
        .find(|batch| batch.acknowledged)
    {
        return Err(format!("ends at {end}; acknowledged up to {}", lost.end()));
    }
    partition.batches.truncate(kept);
    let last = partition.batches.last().map_or(Offset(0), Batch::end);
    let at_end = partition
        .ghosts
        .iter()
        .find(|ghost| ghost.base == last && ghost.end() == end);
    partition.batches.extend(ghosts.or_else(|| at_end.cloned()));
    partition.ghosts.clear();
    if partition.end() != end {
        return Err(format!("ends at {end}, within or behind what was written"));
    }
    partition.start = start;
    check_lookups(log, &found)?;
    if partition.is_compacted() {
        compaction::check(partition, &found)?;
    }
    transactions::check(log, partition)?;
    check_producer(log, partition)
}

/// A refused batch that lies where `batch` should.
fn ghost_of(partition: &Partition, batch: &Batch, found: &[(i64, u64)]) -> Option<Batch> {
    let value = found.iter().find(|(offset, _)| *offset == batch.base.0)?.1;
    let same = |ghost: &&Batch| ghost.base == batch.base && ghost.values.first() == Some(&value);
    partition.ghosts.iter().find(same).cloned()
}

/// All records as offset and value. The value of a marker is its time.
pub(crate) fn read_all(log: &PartitionLog<Disk>) -> Result<Vec<(i64, u64)>, String> {
    let (mut from, end) = (log.start_offset(), log.end_offset());
    let mut found: Vec<(i64, u64)> = Vec::new();
    while from < end {
        let bytes = log
            .read(from, 700, end, Minimum::OneBatch)
            .map_err(|e| e.to_string())?;
        if bytes.is_empty() {
            return Err(format!("nothing to read at {from}"));
        }
        for batch in Batches::new(bytes) {
            let batch = batch.map_err(|error| error.to_string())?;
            let is_marker = batch.header.is_control();
            for record in batch.records(1 << 20).map_err(|error| error.to_string())? {
                let record = record.map_err(|error| error.to_string())?;
                let value = record.value.as_deref().unwrap_or_default();
                let number = value.get(..8).and_then(|bytes| bytes.try_into().ok());
                let number = if is_marker || record.value.is_none() {
                    u64::try_from(record.timestamp).unwrap_or_default()
                } else {
                    u64::from_be_bytes(number.ok_or("no value")?)
                };
                if record.offset >= from.0 {
                    found.push((record.offset, number));
                }
            }
            from = from.max(Offset(batch.header.last_offset()).plus(1));
        }
    }
    let grows = found.windows(2).all(|pair| {
        let (one, next) = (pair[0].0, pair[1].0);
        one + 1 == next || (one < next && is_compacted(&log.id().topic))
    });
    if grows {
        Ok(found)
    } else {
        Err("offsets are not consecutive".to_owned())
    }
}

fn check_lookups(log: &PartitionLog<Disk>, found: &[(i64, u64)]) -> Result<(), String> {
    let end = log.end_offset();
    for (offset, value) in found.iter().step_by(3) {
        let time = Timestamp(i64::try_from(*value).unwrap());
        let hit = log
            .offset_for_timestamp(time, end)
            .map_err(|error| error.to_string())?;
        if hit.map(|hit| hit.offset.0) != Some(*offset) {
            return Err(format!("time {value} gives {hit:?} instead of {offset}"));
        }
        let read = log.read(Offset(*offset), 400, end, Minimum::OneBatch);
        let read = read.map_err(|error| error.to_string())?;
        let header = BatchHeader::parse(&read).map_err(|error| error.to_string())?;
        if !(header.base_offset..=header.last_offset()).contains(offset) {
            return Err(format!("a read from {offset} begins with {header:?}"));
        }
    }
    let latest = log.max_timestamp(end).map_err(|error| error.to_string())?;
    if latest.map(|hit| hit.offset.0) != found.last().map(|(offset, _)| *offset) {
        return Err(format!("largest time at {latest:?}"));
    }
    Ok(())
}

/// The last idempotent batch is known when it is sent again.
fn check_producer(log: &mut PartitionLog<Disk>, partition: &mut Partition) -> Result<(), String> {
    let (start, kind) = (partition.start, Kind::of(&partition.id.topic));
    let Some(last) = partition.count_sequences() else {
        return Ok(());
    };
    let sequence = last.sequence.unwrap();
    if last.base < start {
        return Ok(());
    }
    let again = build(&last.values, 0, Producer::Idempotent(sequence), kind);
    let context = AppendContext {
        leader_epoch: LeaderEpoch(1),
        now: Timestamp(1_000),
    };
    let answer = log
        .append_batch(again, context)
        .map_err(|error| error.to_string())?;
    if !answer.duplicate || answer.base_offset != last.base {
        return Err(format!(
            "sequence {sequence} was not recognised: {answer:?}"
        ));
    }
    Ok(())
}
