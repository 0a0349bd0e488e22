//! The state of idempotent producers (KIP-98): the last five batches of each, so that a batch that
//! is sent again is recognised and answered with its first offset, and the open transaction.

mod snapshot;

use std::collections::{BTreeMap, VecDeque};

use kavka_protocol::ErrorCode;
use kavka_protocol::records::{Batch, BatchHeader};
use thiserror::Error;

pub use snapshot::{ProducerSnapshot, SnapshotError};

use super::aborted::Aborted;
use super::compaction::RetainedProducers;
use super::marker::{Marker, MarkerRule, Outcome};
use crate::types::{CoordinatorEpoch, Offset, ProducerEpoch, ProducerId, Sequence, Timestamp};

/// Batches that a producer may have in flight and that are therefore remembered (KIP-98).
pub const WINDOW: usize = 5;

/// What an idempotent producer says about a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProducerBatch {
    /// The producer.
    pub producer: ProducerId,
    /// Its incarnation.
    pub epoch: ProducerEpoch,
    /// Sequence number of the first record; none where a coordinator writes for a transaction.
    pub first: Option<Sequence>,
    /// Number of records less one.
    pub last_delta: i32,
    /// The batch's largest timestamp.
    pub timestamp: Timestamp,
    /// Whether it belongs to a transaction.
    pub transactional: bool,
}

/// What a batch of the log does to its producer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProducerEvent {
    /// It writes.
    Batch(ProducerBatch),
    /// Its transaction ends.
    Marker(Marker),
}

/// A remembered batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remembered {
    /// Sequence number of the last record.
    pub last: Sequence,
    /// Offset of the last record.
    pub last_offset: Offset,
    /// Number of records less one.
    pub last_delta: i32,
    /// The batch's largest timestamp.
    pub timestamp: Timestamp,
}

/// What to do with a producer's batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Append it.
    New,
    /// It is in the log already; answer with where.
    Duplicate(Remembered),
}

/// What to do with a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkerVerdict {
    /// Append it.
    New,
    /// The transaction was ended by the same marker before.
    Duplicate,
}

/// A transaction that a marker has ended in this partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Whose it was.
    pub producer: ProducerId,
    /// Offset of its first record.
    pub first: Offset,
    /// Offset of the marker.
    pub marker: Offset,
    /// How it ended.
    pub outcome: Outcome,
    /// Where the first transaction begins that is still open; else the offset behind the marker.
    pub stable: Offset,
}

/// What is told of a producer (KIP-664).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProducerView {
    /// The producer.
    pub producer: ProducerId,
    /// Its newest incarnation.
    pub epoch: ProducerEpoch,
    /// Sequence number of its last record, where one is known.
    pub last_sequence: Option<Sequence>,
    /// When it last wrote.
    pub seen: Timestamp,
    /// Who last ended a transaction of it.
    pub coordinator_epoch: CoordinatorEpoch,
    /// Where its open transaction begins.
    pub open: Option<Offset>,
}

/// Why a producer's batch is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProducerError {
    /// A newer incarnation of the producer has written.
    #[error("producer {producer} writes with epoch {epoch}; epoch {current} has begun")]
    Fenced {
        /// The producer.
        producer: ProducerId,
        /// Its epoch.
        epoch: ProducerEpoch,
        /// The newest epoch.
        current: ProducerEpoch,
    },
    /// A batch before this one is missing.
    #[error("producer {producer} sends sequence {first}; {expected} comes next")]
    OutOfOrder {
        /// The producer.
        producer: ProducerId,
        /// The sequence that it sends.
        first: Sequence,
        /// The one that is expected.
        expected: Sequence,
    },
    /// It has a transaction open and writes outside of it.
    #[error("producer {producer} has a transaction open and writes outside of it")]
    OutsideTransaction {
        /// The producer.
        producer: ProducerId,
    },
    /// A newer coordinator has ended a transaction of the producer.
    #[error("coordinator epoch {epoch} ends no transactions any more; {current} has begun")]
    CoordinatorFenced {
        /// The marker's.
        epoch: CoordinatorEpoch,
        /// The newest one.
        current: CoordinatorEpoch,
    },
}

impl ProducerError {
    /// The wire's error code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Fenced { .. } => ErrorCode::InvalidProducerEpoch,
            Self::OutOfOrder { .. } => ErrorCode::OutOfOrderSequenceNumber,
            Self::OutsideTransaction { .. } => ErrorCode::InvalidTxnState,
            Self::CoordinatorFenced { .. } => ErrorCode::TransactionCoordinatorFenced,
        }
    }
}

/// What is known of one producer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Producer {
    epoch: ProducerEpoch,
    /// Oldest first, at most [`WINDOW`]; empty when nothing of this epoch has a sequence number.
    window: VecDeque<Remembered>,
    /// When it last wrote, by the broker's clock or the batch's.
    seen: Timestamp,
    /// Who last ended a transaction of it.
    coordinator_epoch: CoordinatorEpoch,
    /// Where its open transaction begins.
    open: Option<Offset>,
}

/// The idempotent producers of one partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProducerStates {
    producers: BTreeMap<ProducerId, Producer>,
    /// Open transactions by where they begin.
    open: BTreeMap<Offset, ProducerId>,
}

impl Remembered {
    /// Sequence number of the first record.
    pub fn first(&self) -> Sequence {
        let modulus = i64::from(i32::MAX) + 1;
        let first = (i64::from(self.last.0) - i64::from(self.last_delta)).rem_euclid(modulus);
        Sequence(i32::try_from(first).unwrap_or(0))
    }

    /// Offset of the first record.
    pub fn first_offset(&self) -> Offset {
        self.last_offset.plus(-i64::from(self.last_delta))
    }
}

impl ProducerBatch {
    /// What a batch header says about its producer; `None` when that is not idempotent, and for
    /// control batches.
    pub fn of(header: &BatchHeader) -> Option<Self> {
        let writes = header.producer_id >= 0 && !header.is_control();
        writes.then_some(Self {
            producer: ProducerId(header.producer_id),
            epoch: ProducerEpoch(header.producer_epoch),
            first: (header.base_sequence >= 0).then_some(Sequence(header.base_sequence)),
            last_delta: header.last_offset_delta,
            timestamp: Timestamp(header.max_timestamp),
            transactional: header.is_transactional(),
        })
    }
}

impl ProducerEvent {
    /// What a batch of the log does to its producer.
    pub fn of(batch: &Batch) -> Option<Self> {
        if batch.header.is_control() {
            Marker::of(batch).map(Self::Marker)
        } else {
            ProducerBatch::of(&batch.header).map(Self::Batch)
        }
    }
}

impl Ended {
    /// The entry of the index, when the transaction was aborted.
    pub fn aborted(&self) -> Aborted {
        Aborted {
            producer: self.producer,
            first: self.first,
            last: self.marker,
            last_stable: self.stable,
        }
    }
}

impl Producer {
    fn new(epoch: ProducerEpoch, seen: Timestamp) -> Self {
        Self {
            epoch,
            window: VecDeque::with_capacity(1),
            seen,
            coordinator_epoch: CoordinatorEpoch::NONE,
            open: None,
        }
    }

    /// Goes over to an epoch; sequence numbers begin anew with each.
    fn enter(&mut self, epoch: ProducerEpoch, seen: Timestamp) {
        if self.epoch != epoch {
            self.epoch = epoch;
            self.window.clear();
        }
        self.seen = self.seen.max(seen);
    }

    /// What a batch with the sequence number `first` is.
    fn sequence(&self, batch: &ProducerBatch, first: Sequence) -> Result<Verdict, ProducerError> {
        let expected = if batch.epoch > self.epoch {
            Sequence(0)
        } else {
            let last = first.plus(batch.last_delta);
            let known = |old: &&Remembered| old.first() == first && old.last == last;
            if let Some(duplicate) = self.window.iter().find(known) {
                return Ok(Verdict::Duplicate(*duplicate));
            }
            let newest = self.window.back();
            newest.map_or(Sequence(0), |newest| newest.last.plus(1))
        };
        if first == expected {
            return Ok(Verdict::New);
        }
        Err(ProducerError::OutOfOrder {
            producer: batch.producer,
            first,
            expected,
        })
    }
}

impl ProducerStates {
    /// What to do with a batch that a client sent. Changes nothing: the batch counts when
    /// [`ProducerStates::record`] says that it was appended.
    pub fn check(&self, batch: &ProducerBatch) -> Result<Verdict, ProducerError> {
        let Some(producer) = self.producers.get(&batch.producer) else {
            // Its state may have expired here, so any sequence may be its next one.
            return Ok(Verdict::New);
        };
        if batch.epoch < producer.epoch {
            return Err(ProducerError::Fenced {
                producer: batch.producer,
                epoch: batch.epoch,
                current: producer.epoch,
            });
        }
        let verdict = match batch.first {
            Some(first) => producer.sequence(batch, first)?,
            None => Verdict::New,
        };
        if verdict == Verdict::New && producer.open.is_some() && !batch.transactional {
            let producer = batch.producer;
            return Err(ProducerError::OutsideTransaction { producer });
        }
        Ok(verdict)
    }

    /// Notes that a batch was appended and its last record got `last_offset`.
    pub fn record(&mut self, batch: &ProducerBatch, last_offset: Offset, seen: Timestamp) {
        let producer = self
            .producers
            .entry(batch.producer)
            .or_insert_with(|| Producer::new(batch.epoch, seen));
        producer.enter(batch.epoch, seen);
        if let Some(first) = batch.first {
            if producer.window.len() == WINDOW {
                producer.window.pop_front();
            }
            producer.window.push_back(Remembered {
                last: first.plus(batch.last_delta),
                last_offset,
                last_delta: batch.last_delta,
                timestamp: batch.timestamp,
            });
        }
        if batch.transactional && producer.open.is_none() {
            let first = last_offset.plus(-i64::from(batch.last_delta));
            producer.open = Some(first);
            self.open.insert(first, batch.producer);
        }
    }

    /// Whether a transaction may be ended by a marker. Changes nothing, as
    /// [`ProducerStates::check`].
    pub fn check_marker(
        &self,
        marker: &Marker,
        rule: MarkerRule,
    ) -> Result<MarkerVerdict, ProducerError> {
        let Some(producer) = self.producers.get(&marker.producer) else {
            return Ok(MarkerVerdict::New);
        };
        let ended_before = marker.epoch == producer.epoch && rule == MarkerRule::Above;
        if marker.epoch < producer.epoch || (ended_before && producer.open.is_some()) {
            return Err(ProducerError::Fenced {
                producer: marker.producer,
                epoch: marker.epoch,
                current: producer.epoch,
            });
        }
        if marker.coordinator_epoch < producer.coordinator_epoch {
            return Err(ProducerError::CoordinatorFenced {
                epoch: marker.coordinator_epoch,
                current: producer.coordinator_epoch,
            });
        }
        // Written before the coordinator could note that it was; once is enough.
        Ok(if ended_before {
            MarkerVerdict::Duplicate
        } else {
            MarkerVerdict::New
        })
    }

    /// The marker that a client asks for, who may name any coordinator: it makes none known that
    /// does not exist, as all that one really writes would be refused from then on. `oldest` is the
    /// lowest epoch of those that coordinate now.
    pub fn marker_of_client(&self, asked: &Marker, oldest: CoordinatorEpoch) -> Marker {
        let known = self.producers.get(&asked.producer);
        let known = known.map_or(CoordinatorEpoch::NONE, |known| known.coordinator_epoch);
        let coordinator_epoch = asked.coordinator_epoch.min(oldest.max(known));
        Marker {
            coordinator_epoch,
            ..*asked
        }
    }

    /// Notes that a marker was appended at `offset`. Returns the transaction that it ended, if
    /// anything of it was written here.
    pub fn end(&mut self, marker: &Marker, offset: Offset, seen: Timestamp) -> Option<Ended> {
        let producer = self
            .producers
            .entry(marker.producer)
            .or_insert_with(|| Producer::new(marker.epoch, seen));
        producer.enter(marker.epoch, seen);
        producer.coordinator_epoch = marker.coordinator_epoch;
        let first = producer.open.take()?;
        self.open.remove(&first);
        Some(Ended {
            producer: marker.producer,
            first,
            marker: offset,
            outcome: marker.outcome,
            stable: self.first_open().unwrap_or(offset.plus(1)),
        })
    }

    /// Where the first open transaction begins.
    pub fn first_open(&self) -> Option<Offset> {
        self.open.first_key_value().map(|(first, _)| *first)
    }

    /// Whether a producer has a transaction of this epoch open here.
    pub fn has_open(&self, producer: ProducerId, epoch: ProducerEpoch) -> bool {
        self.producers
            .get(&producer)
            .is_some_and(|known| known.epoch == epoch && known.open.is_some())
    }

    /// Whether anything with a sequence number is known of a producer.
    pub fn knows_sequence(&self, producer: ProducerId) -> bool {
        let known = self.producers.get(&producer);
        known.is_some_and(|known| !known.window.is_empty())
    }

    /// All producers, for whoever looks for a transaction that hangs.
    pub fn views(&self) -> impl Iterator<Item = ProducerView> {
        self.producers.iter().map(|(id, producer)| ProducerView {
            producer: *id,
            epoch: producer.epoch,
            last_sequence: producer.window.back().map(|newest| newest.last),
            seen: producer.seen,
            coordinator_epoch: producer.coordinator_epoch,
            open: producer.open,
        })
    }

    /// Forgets producers that have been silent for longer than `expiration_ms`, but none whose
    /// transaction is open: it would never end. Returns how many.
    pub fn expire(&mut self, now: Timestamp, expiration_ms: u64) -> usize {
        let before = self.producers.len();
        self.producers.retain(|_, producer| {
            let silence = now.0.saturating_sub(producer.seen.0);
            let recent = u64::try_from(silence).map_or(true, |silence| silence <= expiration_ms);
            recent || producer.open.is_some()
        });
        before - self.producers.len()
    }

    /// What a compaction has to leave of each producer.
    pub fn retained(&self) -> RetainedProducers {
        let of = |(id, producer): (&ProducerId, &Producer)| {
            let newest = producer.window.back().map(|newest| newest.last_offset);
            (*id, (producer.epoch, newest))
        };
        self.producers.iter().map(of).collect()
    }

    /// Number of known producers.
    pub fn len(&self) -> usize {
        self.producers.len()
    }

    /// Whether no producer is known.
    pub fn is_empty(&self) -> bool {
        self.producers.is_empty()
    }
}

#[cfg(test)]
mod tests;
