//! The work between two crashes, chosen by the seed.

use bytes::Bytes;
use kavka_core::config::Durability;
use kavka_core::log::{MarkerRule, Outcome, ProducedBatch};
use kavka_core::types::{LeaderEpoch, Lsn, Offset, Timestamp};
use kavka_disk::disk::sim::Random;
use kavka_disk::{AppendContext, AppendError, Appended, CompactionError, PartitionLog, SimDisk};
use kavka_protocol::records::{BatchBuilder, Compression};

use crate::compaction::{self, is_tombstone, key_of};
use crate::model::{Batch, Model, Partition};
use crate::plan::{Broker, Disk, log_settings};
use crate::transactions::{Role, WRITERS, Writer};

/// Producer id of all idempotent batches.
const PRODUCER: i64 = 4000;

/// Who writes a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Producer {
    /// Nobody in particular.
    Nobody,
    /// With a sequence number.
    Idempotent(i32),
    /// Within a transaction.
    Transactional(Writer),
}

/// What records look like on a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Without keys.
    Plain,
    /// With keys, and some without a value.
    Compacted,
}

impl Kind {
    pub(crate) fn of(topic: &str) -> Self {
        if compaction::is_compacted(topic) {
            Self::Compacted
        } else {
            Self::Plain
        }
    }
}

/// Works on an open broker until the steps are done or the power is gone.
pub(crate) struct Workload<'a> {
    pub(crate) disk: &'a SimDisk,
    pub(crate) random: &'a mut Random,
    pub(crate) model: &'a mut Model,
    /// Whether compacted topics are compacted.
    pub(crate) compacts: bool,
    /// Whether logs are cut.
    pub(crate) truncates: bool,
}

impl Workload<'_> {
    /// Works, and sometimes ends in an orderly way. An error means that something failed though
    /// the power was there.
    pub(crate) fn run(&mut self, broker: Broker, steps: u64) -> Result<(), String> {
        let mut broker = self.run_on(broker, steps)?;
        if !self.disk.has_crashed() && self.random.chance(10) {
            let logs = std::mem::take(&mut broker.opened.logs);
            let closed = broker.opened.store.close(logs);
            self.model.synced(broker.opened.store.journal().synced());
            if !self.disk.has_crashed() {
                closed.map_err(text)?;
                self.model.flushed();
                broker.quorum.sync().map_err(text)?;
                self.model.all_of_quorum_synced();
            }
        }
        Ok(())
    }

    /// Works; nothing may fail but by a crash.
    pub(crate) fn run_on(&mut self, mut broker: Broker, steps: u64) -> Result<Broker, String> {
        for _ in 0..steps {
            let done = self.step(&mut broker);
            self.model.written(&broker.opened.logs);
            self.model.synced(broker.opened.store.journal().synced());
            if self.disk.has_crashed() {
                break;
            }
            done?;
        }
        Ok(broker)
    }

    /// Works whatever fails.
    #[cfg(test)]
    pub(crate) fn run_through_faults(&mut self, mut broker: Broker, steps: u64) -> Broker {
        for _ in 0..steps {
            let _ = self.step(&mut broker);
            self.model.written(&broker.opened.logs);
            self.model.synced(broker.opened.store.journal().synced());
        }
        broker
    }

    fn step(&mut self, broker: &mut Broker) -> Result<(), String> {
        match self.random.below(100) {
            0..50 => self.append(broker),
            50..60 if self.model.durability == Durability::Replicas => self.write_out(broker),
            50..68 => broker.opened.store.journal().sync().map(drop).map_err(text),
            68..76 => {
                broker.opened.store.flush().map_err(text)?;
                broker.opened.store.close_resting();
                self.model.flushed();
                Ok(())
            }
            76..84 => self.create(broker),
            84..87 => self.delete(broker),
            87..91 => self.advance_start(broker),
            91..95 if self.compacts => self.compact(broker),
            95..98 if self.truncates => self.truncate(broker),
            _ => self.quorum(broker),
        }
    }

    fn pick<'b>(&mut self, broker: &'b mut Broker) -> Option<&'b mut PartitionLog<Disk>> {
        let count = broker.opened.logs.len();
        let chosen = self.random.below(count.try_into().unwrap());
        broker.opened.logs.get_mut(usize::try_from(chosen).unwrap())
    }

    fn append(&mut self, broker: &mut Broker) -> Result<(), String> {
        let records = 1 + self.random.below(3);
        let filler = self.random.below(300);
        let idempotent = self.random.chance(50);
        let (number, choice) = (
            self.random.below(WRITERS.unsigned_abs()),
            self.random.below(10),
        );
        let epoch = LeaderEpoch(i32::try_from(self.random.below(20) / 19).unwrap());
        let durability = self.model.durability;
        let waits = durability == Durability::Replicas && self.random.chance(50);
        let Some(log) = self.pick(broker) else {
            return Ok(());
        };
        let partition = self.model.partitions.get_mut(log.id()).unwrap();
        let (writer, is_open) = partition.writer(i64::try_from(number).unwrap());
        let (role, kind) = (role(writer, is_open, choice), Kind::of(&log.id().topic));
        let records = if matches!(role, Role::End(..)) {
            1
        } else {
            records
        };
        let values: Vec<u64> = (0..records).map(|_| self.model.value()).collect();
        let partition = self.model.partitions.get_mut(log.id()).unwrap();
        let sequence = partition.next_sequence;
        let sequence = (idempotent && role == Role::Plain).then_some(sequence);
        let base = partition.end();
        let leader_epoch = log.leader_epochs().latest().unwrap_or(epoch).max(epoch);
        let mut context = AppendContext {
            leader_epoch,
            now: Timestamp(1_000),
        };
        let appended = match role {
            Role::End(writer, outcome) => {
                context.now = Timestamp(i64::try_from(values[0]).unwrap());
                log.append_marker(&writer.marker(outcome), MarkerRule::Above, context)
            }
            Role::Part(writer) => {
                let producer = Producer::Transactional(writer);
                append(log, build(&values, filler, producer, kind), context, waits)
            }
            Role::Plain => {
                let producer = sequence.map_or(Producer::Nobody, Producer::Idempotent);
                append(log, build(&values, filler, producer, kind), context, waits)
            }
        };
        let lsn = appended.as_ref().ok().map(|appended| match durability {
            Durability::Disk => appended.lsn,
            Durability::Replicas if appended.lsn > Lsn(0) => appended.lsn,
            // The journal's syncs say nothing of it.
            Durability::Replicas => Lsn(u64::MAX),
        });
        let mut batch = Batch {
            base,
            values,
            lsn,
            waits: false,
            acknowledged: false,
            sequence,
            role,
        };
        if lsn.is_none() {
            // Nothing was promised; a crash may still bring it back.
            partition.ghosts.push(batch);
        } else {
            if log.written_end() <= base {
                // Nobody is told that it was appended.
                batch.waits = true;
                batch.lsn = None;
            }
            partition.batches.push(batch);
            if sequence.is_some() {
                partition.next_sequence += i32::try_from(records).unwrap();
            }
        }
        let appended = appended.map_err(text)?;
        if appended.base_offset != base || appended.duplicate {
            return Err(format!(
                "appended at {} instead of {base}",
                appended.base_offset
            ));
        }
        Ok(())
    }

    fn write_out(&mut self, broker: &mut Broker) -> Result<(), String> {
        match self.pick(broker) {
            Some(log) => log.write_out().map_err(text),
            None => Ok(()),
        }
    }

    fn compact(&mut self, broker: &mut Broker) -> Result<(), String> {
        let store = broker.opened.store.clone();
        let uncleanable = broker.uncleanable.clone();
        let now = self.model.next_value;
        let compacted = broker.opened.logs.iter_mut().filter(|log| {
            let id = log.id();
            compaction::is_compacted(&id.topic) && !uncleanable.contains(id)
        });
        for log in compacted {
            let partition = self.model.partitions.get_mut(log.id()).unwrap();
            let before = partition.compacted_to;
            let up_to = |offset: Offset| partition.compacted_to = before.max(offset);
            match compaction::pass(&store, log, self.random, now, up_to) {
                Ok(Some(report)) => {
                    let gone = report.bytes_before.saturating_sub(report.bytes_after);
                    self.model.compacted_bytes += gone;
                }
                Ok(None) | Err(CompactionError::Stopped) => {}
                Err(error) => {
                    broker.uncleanable.insert(log.id().clone());
                    return Err(text(error));
                }
            }
        }
        Ok(())
    }

    fn create(&mut self, broker: &mut Broker) -> Result<(), String> {
        if broker.opened.logs.len() >= 4 {
            return Ok(());
        }
        let id = self.model.next_id();
        if broker
            .opened
            .logs
            .iter()
            .any(|log| log.id().topic == id.topic)
        {
            return Ok(());
        }
        self.model
            .partitions
            .insert(id.clone(), Partition::new(id.clone()));
        let log = broker
            .opened
            .store
            .create_partition(id.clone(), log_settings(&id.topic));
        let log = log.inspect_err(|_| {
            // What is left of it, if anything, is to go.
            self.model.partitions.get_mut(&id).unwrap().may_be_deleted = true;
        });
        let log = log.map_err(text)?;
        let created = broker.opened.store.journal().appended();
        self.model.partitions.get_mut(&id).unwrap().created = Some(created);
        broker.opened.logs.push(log);
        Ok(())
    }

    fn delete(&mut self, broker: &mut Broker) -> Result<(), String> {
        let count = broker.opened.logs.len();
        if count < 2 {
            return Ok(());
        }
        let chosen = usize::try_from(self.random.below(count.try_into().unwrap())).unwrap();
        let log = broker.opened.logs.swap_remove(chosen);
        let partition = self.model.partitions.get_mut(log.id()).unwrap();
        partition.may_be_deleted = true;
        let before = broker.opened.store.journal().appended();
        let deleted = log.delete().map_err(text)?;
        // A journal that fails gets to know it later, and a crash may come before that.
        let after = broker.opened.store.journal().appended();
        partition.deletion = (after > before).then_some(after);
        if self.random.chance(70) {
            deleted.remove().map_err(text)?;
        }
        Ok(())
    }

    fn advance_start(&mut self, broker: &mut Broker) -> Result<(), String> {
        let part = self.random.below(100);
        let remove = self.random.chance(80);
        let journal = broker.opened.store.journal().clone();
        let Some(log) = self.pick(broker) else {
            return Ok(());
        };
        let distance = u64::try_from(log.end_offset().0 - log.start_offset().0).unwrap();
        let start = log
            .start_offset()
            .plus(i64::try_from(distance * part / 100).unwrap());
        let partition = self.model.partitions.get_mut(log.id()).unwrap();
        if start <= partition.start {
            return Ok(());
        }
        partition.start = start;
        partition.start_lsn = None;
        let expired = log.delete_records_before(start).map_err(text)?;
        partition.start_lsn = Some(journal.appended());
        match expired {
            Some(expired) if remove => expired.remove().map_err(text),
            _ => Ok(()),
        }
    }

    /// Cuts what comes behind a batch, as long as nothing of it was compacted.
    fn truncate(&mut self, broker: &mut Broker) -> Result<(), String> {
        let choice = usize::try_from(self.random.below(1000)).unwrap();
        let durability = self.model.durability;
        let Some(log) = self.pick(broker) else {
            return Ok(());
        };
        let partition = self.model.partitions.get_mut(log.id()).unwrap();
        let lowest = partition.start.max(partition.compacted_to);
        let count = partition.batches.len();
        let places: Vec<usize> = (1..count)
            .filter(|place| partition.batches[*place].base >= lowest)
            .collect();
        if places.is_empty() {
            return Ok(());
        }
        let place = places[choice % places.len()];
        let end = partition.batches[place].base;
        let gone = partition.batches.split_off(place);
        match log.truncate_to(end) {
            Ok(found) if found == end => {}
            Ok(found) => return Err(format!("cut to {found} instead of {end}")),
            Err(error) => {
                // Either it is cut or not.
                partition.cut = gone;
                return Err(text(error));
            }
        }
        partition.written(log);
        partition.count_sequences();
        if durability == Durability::Replicas {
            let left = partition.batches.iter_mut();
            left.for_each(|batch| batch.acknowledged |= batch.lsn.is_some());
        }
        Ok(())
    }

    fn quorum(&mut self, broker: &mut Broker) -> Result<(), String> {
        let next = self.model.quorum_first + u64::try_from(self.model.quorum.len()).unwrap();
        let choice = if self.model.quorum_retry {
            2
        } else {
            self.random.below(4)
        };
        match choice {
            0 => {
                broker.quorum.sync().map_err(text)?;
                self.model.all_of_quorum_synced();
            }
            1 if self.model.quorum_synced > 0 && self.random.chance(40) => {
                self.quorum_snapshot(broker, next)?;
            }
            _ => {
                if !self.model.quorum_retry {
                    let value = self.model.value();
                    self.model.quorum.push(value);
                }
                // As the quorum does, the same is tried again until it is stored.
                self.model.quorum_retry = true;
                let last = self.model.quorum.len() - 1;
                let index = self.model.quorum_first + u64::try_from(last).unwrap();
                let entry = self.model.quorum[last].to_be_bytes();
                let state = hard_state_of(index);
                broker
                    .quorum
                    .persist(None, index, &[entry], Some(&state))
                    .map_err(text)?;
                self.model.quorum_retry = false;
                self.model.quorum_state = index;
            }
        }
        Ok(())
    }

    /// Takes a snapshot of everything that is synced.
    fn quorum_snapshot(&mut self, broker: &mut Broker, next: u64) -> Result<(), String> {
        let synced = u64::try_from(self.model.quorum_synced).unwrap();
        let index = self.model.quorum_first + synced - 1;
        let image = snapshot_of(index);
        let none: [&[u8]; 0] = [];
        broker
            .quorum
            .persist(Some((index, &image)), next, &none, None)
            .map_err(text)?;
        broker.quorum.sync().map_err(text)?;
        self.model.quorum.drain(..self.model.quorum_synced);
        self.model.quorum_first = index + 1;
        self.model.all_of_quorum_synced();
        Ok(())
    }
}

/// Appends a batch; it `waits` in memory where the log lets it.
fn append(
    log: &mut PartitionLog<Disk>,
    batch: Bytes,
    context: AppendContext,
    waits: bool,
) -> Result<Appended, AppendError> {
    if waits {
        log.append_later(ProducedBatch::internal(batch)?, context)
    } else {
        log.append_batch(batch, context)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
fn text(error: impl ToString) -> String {
    error.to_string()
}

/// What a producer does next: most batches are no part of a transaction, and most transactions have
/// several.
fn role(writer: Writer, is_open: bool, choice: u64) -> Role {
    match choice {
        0..6 => Role::Plain,
        6..9 => Role::Part(writer),
        _ if !is_open => Role::Part(writer),
        _ => {
            let epoch = writer.epoch + 1;
            // Every other transaction of a producer commits.
            let outcome = match epoch % 2 {
                0 => Outcome::Commit,
                _ => Outcome::Abort,
            };
            Role::End(Writer { epoch, ..writer }, outcome)
        }
    }
}

/// The snapshot that belongs to an index.
pub(crate) fn snapshot_of(index: u64) -> Vec<u8> {
    index.to_be_bytes().repeat(20)
}

/// The hard state that is written with the entry of an index.
pub(crate) fn hard_state_of(index: u64) -> Vec<u8> {
    index.to_be_bytes().to_vec()
}

/// A batch whose records say `values`.
pub(crate) fn build(values: &[u64], filler: u64, producer: Producer, kind: Kind) -> Bytes {
    let builder = BatchBuilder::new(Compression::None);
    let mut builder = match producer {
        Producer::Nobody => builder,
        Producer::Idempotent(sequence) => builder.producer(PRODUCER, 0, sequence),
        // As a group coordinator writes for a transaction.
        Producer::Transactional(writer) => {
            let builder = builder.producer(writer.id(), writer.epoch, -1);
            builder.transactional()
        }
    };
    for value in values {
        let mut content = value.to_be_bytes().to_vec();
        content.resize(8 + usize::try_from(filler).unwrap(), 0x5a);
        // The time grows with the value, so that look-ups by time have one answer.
        let time = i64::try_from(*value).unwrap();
        let key = key_of(*value).to_be_bytes();
        match kind {
            Kind::Plain => builder.push(time, None, Some(&content), &[]),
            Kind::Compacted if is_tombstone(*value) => builder.push(time, Some(&key), None, &[]),
            Kind::Compacted => builder.push(time, Some(&key), Some(&content), &[]),
        }
    }
    builder.build().unwrap()
}
