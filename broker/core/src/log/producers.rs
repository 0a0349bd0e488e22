//! The state of idempotent producers (KIP-98): the last five batches of each, so that a batch that
//! is sent again is recognised and answered with its first offset.

mod snapshot;

use std::collections::{BTreeMap, VecDeque};

use kavka_protocol::ErrorCode;
use thiserror::Error;

pub use snapshot::SnapshotError;

use crate::types::{Offset, ProducerEpoch, ProducerId, Sequence, Timestamp};

/// Batches that a producer may have in flight and that are therefore remembered (KIP-98).
pub const WINDOW: usize = 5;

/// What an idempotent producer says about a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProducerBatch {
    /// The producer.
    pub producer: ProducerId,
    /// Its incarnation.
    pub epoch: ProducerEpoch,
    /// Sequence number of the first record.
    pub first: Sequence,
    /// Number of records less one.
    pub last_delta: i32,
    /// The batch's largest timestamp.
    pub timestamp: Timestamp,
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
}

impl ProducerError {
    /// The wire's error code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Fenced { .. } => ErrorCode::InvalidProducerEpoch,
            Self::OutOfOrder { .. } => ErrorCode::OutOfOrderSequenceNumber,
        }
    }
}

/// What is known of one producer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Producer {
    epoch: ProducerEpoch,
    /// Oldest first, at most [`WINDOW`], never empty.
    window: VecDeque<Remembered>,
    /// When it last wrote, by the broker's clock or the batch's.
    seen: Timestamp,
}

/// The idempotent producers of one partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProducerStates {
    producers: BTreeMap<ProducerId, Producer>,
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
    /// Sequence number of the last record.
    pub fn last(&self) -> Sequence {
        self.first.plus(self.last_delta)
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
        let expected = if batch.epoch > producer.epoch {
            Sequence(0)
        } else {
            let known = |old: &&Remembered| old.first() == batch.first && old.last == batch.last();
            if let Some(duplicate) = producer.window.iter().find(known) {
                return Ok(Verdict::Duplicate(*duplicate));
            }
            producer
                .window
                .back()
                .map_or(Sequence(0), |newest| newest.last.plus(1))
        };
        if batch.first == expected {
            return Ok(Verdict::New);
        }
        Err(ProducerError::OutOfOrder {
            producer: batch.producer,
            first: batch.first,
            expected,
        })
    }

    /// Notes that a batch was appended and its last record got `last_offset`.
    pub fn record(&mut self, batch: &ProducerBatch, last_offset: Offset, seen: Timestamp) {
        let remembered = Remembered {
            last: batch.last(),
            last_offset,
            last_delta: batch.last_delta,
            timestamp: batch.timestamp,
        };
        let producer = self
            .producers
            .entry(batch.producer)
            .or_insert_with(|| Producer {
                epoch: batch.epoch,
                window: VecDeque::with_capacity(1),
                seen,
            });
        if producer.epoch != batch.epoch {
            producer.epoch = batch.epoch;
            producer.window.clear();
        }
        if producer.window.len() == WINDOW {
            producer.window.pop_front();
        }
        producer.window.push_back(remembered);
        producer.seen = producer.seen.max(seen);
    }

    /// Forgets producers that have been silent for longer than `expiration_ms`. Returns how many.
    pub fn expire(&mut self, now: Timestamp, expiration_ms: u64) -> usize {
        let before = self.producers.len();
        self.producers.retain(|_, producer| {
            let silence = now.0.saturating_sub(producer.seen.0);
            u64::try_from(silence).map_or(true, |silence| silence <= expiration_ms)
        });
        before - self.producers.len()
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
