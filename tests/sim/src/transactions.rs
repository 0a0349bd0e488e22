//! Transactions in one partition: what of them `read_committed` consumers see.

use std::collections::{BTreeMap, BTreeSet};

use kavka_core::log::{Aborted, Marker, MarkerRule, Outcome};
use kavka_core::types::{
    CoordinatorEpoch, LeaderEpoch, Offset, ProducerEpoch, ProducerId, Timestamp,
};
use kavka_disk::{AppendContext, Minimum, PartitionLog};
use kavka_protocol::records::Batches;

use crate::model::{Batch, Partition};
use crate::plan::Disk;

/// Producer ids of transactional producers begin here.
const FIRST: i64 = 5000;
/// How many of them write to a partition.
pub(crate) const WRITERS: i64 = 3;
/// Bytes of a fetch.
const FETCH: usize = 700;

/// A transactional producer at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Writer {
    pub(crate) number: i64,
    pub(crate) epoch: i16,
}

/// What a batch is to a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing.
    Plain,
    /// A part of it.
    Part(Writer),
    /// Its end.
    End(Writer, Outcome),
}

impl Writer {
    pub(crate) fn id(self) -> i64 {
        FIRST + self.number
    }

    /// The marker that ends its transaction; the next one has the marker's epoch.
    pub(crate) fn marker(self, outcome: Outcome) -> Marker {
        Marker {
            producer: ProducerId(self.id()),
            epoch: ProducerEpoch(self.epoch),
            coordinator_epoch: CoordinatorEpoch(0),
            outcome,
        }
    }
}

impl Partition {
    /// A producer as its last batch leaves it, and whether its transaction is open.
    pub(crate) fn writer(&self, number: i64) -> (Writer, bool) {
        let of = |batch: &Batch| match batch.role {
            Role::Part(writer) if writer.number == number => Some((writer, true)),
            Role::End(writer, _) if writer.number == number => Some((writer, false)),
            _ => None,
        };
        let last = self.batches.iter().rev().find_map(of);
        last.unwrap_or((Writer { number, epoch: 0 }, false))
    }

    /// Where each open transaction begins, of all that was written and of what is left.
    fn open(&self) -> [BTreeMap<i64, Offset>; 2] {
        let (mut all, mut left) = (BTreeMap::new(), BTreeMap::new());
        for batch in &self.batches {
            match batch.role {
                Role::Plain => {}
                Role::Part(writer) => {
                    all.entry(writer.number).or_insert(batch.base);
                    if batch.end() > self.start {
                        left.entry(writer.number).or_insert(batch.base);
                    }
                }
                Role::End(writer, _) => {
                    all.remove(&writer.number);
                    left.remove(&writer.number);
                }
            }
        }
        [all, left]
    }

    /// The values in `from..to` that a `read_committed` consumer is to see.
    fn committed(&self, from: Offset, to: Offset) -> Result<Vec<(i64, u64)>, String> {
        let mut seen = Vec::new();
        for (place, batch) in self.batches.iter().enumerate() {
            let counts = match batch.role {
                Role::Plain => true,
                Role::End(..) => false,
                Role::Part(writer) => {
                    let ends = self.batches[place..]
                        .iter()
                        .find_map(|later| match later.role {
                            Role::End(other, outcome) if other.number == writer.number => {
                                Some(outcome)
                            }
                            _ => None,
                        });
                    if ends.is_none() && batch.base < to && batch.end() > from {
                        return Err(format!("the open transaction at {} is stable", batch.base));
                    }
                    ends == Some(Outcome::Commit)
                }
            };
            let offsets = (batch.base.0..).zip(&batch.values);
            let within = offsets.filter(|(offset, _)| *offset >= from.0 && *offset < to.0);
            seen.extend(within.filter(|_| counts).map(|(at, value)| (at, *value)));
        }
        Ok(seen)
    }
}

/// Whether consumers see what is committed, all of it and nothing else, and whether markers that
/// come again are known.
pub(crate) fn check(log: &mut PartitionLog<Disk>, partition: &Partition) -> Result<(), String> {
    let (start, end) = (log.start_offset(), log.end_offset());
    // Whoever leads takes everything for certain that recovery has found.
    log.settle(end);
    let unstable = log.first_unstable();
    let first = |open: &BTreeMap<i64, Offset>| open.values().min().map(|at| (*at).max(start));
    // Of a transaction whose beginning was deleted a snapshot may still know.
    let allowed = partition.open().map(|open| first(&open));
    if !allowed.contains(&unstable) {
        return Err(format!("unstable from {unstable:?} on, not {allowed:?}"));
    }
    let stable = unstable.unwrap_or(end);
    let mut from = start;
    while from < stable {
        let seen = consume(log, from, stable)?;
        let expected = partition.committed(from, stable)?;
        let needed = partition.needed();
        let may_be_gone = |offset: &i64| partition.is_compacted() && !needed.contains_key(offset);
        let agree = is_part(&seen, &expected, may_be_gone);
        if !agree {
            return Err(format!(
                "from {from} to {stable} {seen:?} is read as committed instead of {expected:?}"
            ));
        }
        from = from.plus(5);
    }
    for number in 0..WRITERS {
        check_marker_again(log, partition, number)?;
    }
    Ok(())
}

/// Whether `seen` is what was expected, but for what may be gone.
fn is_part(
    seen: &[(i64, u64)],
    expected: &[(i64, u64)],
    may_be_gone: impl Fn(&i64) -> bool,
) -> bool {
    let mut seen = seen.iter().peekable();
    let all = expected
        .iter()
        .all(|entry| seen.next_if_eq(&entry).is_some() || may_be_gone(&entry.0));
    all && seen.next().is_none()
}

/// What a `read_committed` consumer makes of several fetches.
pub(crate) fn consume(
    log: &PartitionLog<Disk>,
    first: Offset,
    stable: Offset,
) -> Result<Vec<(i64, u64)>, String> {
    let mut seen = Vec::new();
    let mut from = first;
    while from < stable {
        let bytes = log
            .read(from, FETCH, stable, Minimum::OneBatch)
            .map_err(|error| error.to_string())?;
        let batches: Result<Vec<_>, _> = Batches::new(bytes).collect();
        let batches = batches.map_err(|error| error.to_string())?;
        let last = batches
            .last()
            .ok_or("nothing to read")?
            .header
            .last_offset();
        let next = Offset(last).plus(1);
        let mut aborted = log.aborted(from, next).map_err(|error| error.to_string())?;
        aborted.sort_by_key(|entry| entry.first);
        let mut aborted = aborted.into_iter().peekable();
        let mut passed: BTreeSet<i64> = BTreeSet::new();
        for batch in batches {
            let header = &batch.header;
            let begun = |entry: &Aborted| entry.first.0 <= header.last_offset();
            while let Some(entry) = aborted.next_if(begun) {
                passed.insert(entry.producer.0);
            }
            if header.is_control() {
                passed.remove(&header.producer_id);
                continue;
            }
            if header.is_transactional() && passed.contains(&header.producer_id) {
                continue;
            }
            for record in batch.records(1 << 20).map_err(|error| error.to_string())? {
                let record = record.map_err(|error| error.to_string())?;
                // A tombstone has the number as its time only.
                let number = match record.value {
                    Some(value) => {
                        let number = value.get(..8).and_then(|bytes| bytes.try_into().ok());
                        u64::from_be_bytes(number.ok_or("no value")?)
                    }
                    None => u64::try_from(record.timestamp).map_err(|error| error.to_string())?,
                };
                if record.offset >= first.0 {
                    seen.push((record.offset, number));
                }
            }
        }
        from = next;
    }
    Ok(seen)
}

/// A coordinator that has not heard of its marker writes it again.
fn check_marker_again(
    log: &mut PartitionLog<Disk>,
    partition: &Partition,
    number: i64,
) -> Result<(), String> {
    let of = |batch: &&Batch| match batch.role {
        Role::Part(writer) | Role::End(writer, _) => writer.number == number,
        Role::Plain => false,
    };
    let Some(last) = partition.batches.iter().rev().find(of) else {
        return Ok(());
    };
    let Role::End(writer, outcome) = last.role else {
        return Ok(());
    };
    if last.base < partition.start {
        return Ok(());
    }
    let context = AppendContext {
        leader_epoch: LeaderEpoch(1),
        now: Timestamp(1_000),
    };
    let again = log
        .append_marker(&writer.marker(outcome), MarkerRule::Above, context)
        .map_err(|error| error.to_string())?;
    if again.duplicate {
        Ok(())
    } else {
        Err(format!("the marker at {} was written again", last.base))
    }
}
