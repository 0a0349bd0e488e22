//! Whether a partition is part of the transaction that a producer writes for (KIP-890): asked of
//! the transaction coordinator before the first batch, so that a batch which comes late opens no
//! transaction that nobody ends.

use std::collections::BTreeMap;

use super::marker::{Marker, MarkerRule};
use super::producers::{ProducerBatch, ProducerStates};
use crate::types::{ProducerEpoch, ProducerId, Sequence};

/// What the client that writes can do with an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It keeps its epoch from one transaction to the next.
    SameEpoch,
    /// It gets a new epoch with each transaction (`transaction.version` 2).
    EpochBump,
}

/// Stands for one question to the coordinator; appending what it was asked for needs the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard(u64);

/// For those whose epoch is not the newest that asked: nothing is appended with it.
const VOID: Guard = Guard(0);

/// A question that was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    guard: Guard,
    epoch: ProducerEpoch,
    /// Of all batches that asked: the first one must be written first.
    lowest: Option<Sequence>,
    support: Support,
    /// Those who have asked and were not refused.
    asking: u32,
}

/// The questions of one partition that are not answered by an append yet.
#[derive(Debug, Default)]
pub struct Verifications {
    asked: BTreeMap<ProducerId, Asked>,
    next: u64,
}

impl Verifications {
    /// What a transactional batch needs: `None` when its transaction is open here already, else the
    /// guard to ask the coordinator with.
    pub fn begin(
        &mut self,
        states: &ProducerStates,
        batch: &ProducerBatch,
        support: Support,
    ) -> Option<Guard> {
        if !batch.transactional || states.has_open(batch.producer, batch.epoch) {
            return None;
        }
        if let Some(asked) = self.asked.get_mut(&batch.producer)
            && asked.epoch >= batch.epoch
        {
            if asked.epoch > batch.epoch {
                return Some(VOID);
            }
            asked.asking = asked.asking.saturating_add(1);
            asked.lowest = match (asked.lowest, batch.first) {
                (Some(known), Some(first)) => Some(known.min(first)),
                (known, first) => known.or(first),
            };
            asked.support = support;
            return Some(asked.guard);
        }
        self.next += 1;
        let guard = Guard(self.next);
        let asked = Asked {
            guard,
            epoch: batch.epoch,
            lowest: batch.first,
            support,
            asking: 1,
        };
        self.asked.insert(batch.producer, asked);
        Some(guard)
    }

    /// Whether a transactional batch may be written with the guard that it asked with.
    pub fn check(
        &self,
        states: &ProducerStates,
        batch: &ProducerBatch,
        guard: Option<Guard>,
    ) -> Verified {
        if !batch.transactional || states.has_open(batch.producer, batch.epoch) {
            return Verified::Yes;
        }
        let Some(asked) = self.asked.get(&batch.producer) else {
            // A marker has been written since.
            return Verified::No;
        };
        if Some(asked.guard) != guard {
            return Verified::No;
        }
        let late = matches!((asked.lowest, batch.first), (Some(low), Some(first)) if first > low);
        let unknown = asked.support == Support::EpochBump
            && batch.first.is_some_and(|first| first != Sequence(0))
            && !states.knows_sequence(batch.producer);
        if late || unknown {
            Verified::OutOfOrder
        } else {
            Verified::Yes
        }
    }

    /// The producer's transaction is open here: whoever asked needs no answer any more.
    pub fn opened(&mut self, producer: ProducerId) {
        self.asked.remove(&producer);
    }

    /// A transaction was ended here: what was asked for it before does not count any more. Where each
    /// end raises the epoch, the epoch of the marker is that of the next transaction, whose first
    /// batch may wait for this very end.
    pub fn ended(&mut self, marker: &Marker, rule: MarkerRule) {
        let is_next = |asked: &Asked| match rule {
            MarkerRule::Above => asked.epoch >= marker.epoch,
            MarkerRule::AtLeast => asked.epoch > marker.epoch,
        };
        let asked = self.asked.get(&marker.producer);
        if asked.is_some_and(|asked| !is_next(asked)) {
            self.asked.remove(&marker.producer);
        }
    }

    /// The coordinator has refused one who asked with this guard.
    pub fn refused(&mut self, producer: ProducerId, guard: Guard) {
        let Some(asked) = self.asked.get_mut(&producer) else {
            return;
        };
        if asked.guard == guard {
            asked.asking = asked.asking.saturating_sub(1);
            if asked.asking == 0 {
                self.asked.remove(&producer);
            }
        }
    }
}

/// Whether a batch may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// It may.
    Yes,
    /// Nobody knows its transaction.
    No,
    /// A batch before it is missing.
    OutOfOrder,
}

#[cfg(test)]
mod tests {
    use super::super::marker::{Marker, Outcome};
    use super::*;
    use crate::types::{CoordinatorEpoch, Offset, Timestamp};

    fn batch(epoch: i16, first: i32) -> ProducerBatch {
        ProducerBatch {
            producer: ProducerId(1),
            epoch: ProducerEpoch(epoch),
            first: Some(Sequence(first)),
            last_delta: 0,
            timestamp: Timestamp(0),
            transactional: true,
        }
    }

    fn marker(epoch: i16) -> Marker {
        Marker {
            producer: ProducerId(1),
            epoch: ProducerEpoch(epoch),
            coordinator_epoch: CoordinatorEpoch(0),
            outcome: Outcome::Abort,
        }
    }

    #[test]
    fn an_answer_is_void_once_a_marker_was_written() {
        let (mut states, mut asked) = (ProducerStates::default(), Verifications::default());
        let guard = asked.begin(&states, &batch(0, 0), Support::SameEpoch);
        assert!(guard.is_some());
        assert_eq!(asked.check(&states, &batch(0, 0), guard), Verified::Yes);
        assert_eq!(asked.check(&states, &batch(0, 0), None), Verified::No);
        states.end(&marker(0), Offset(0), Timestamp(0));
        asked.ended(&marker(0), MarkerRule::AtLeast);
        assert_eq!(asked.check(&states, &batch(0, 0), guard), Verified::No);
        let later = asked.begin(&states, &batch(0, 0), Support::SameEpoch);
        assert_ne!(guard, later);
        assert_eq!(asked.check(&states, &batch(0, 0), guard), Verified::No);
    }

    /// The coordinator keeps the question until the transaction before is complete, so that its
    /// markers come between the question and the append.
    #[test]
    fn the_end_of_the_transaction_before_voids_no_question_of_the_next() {
        let (mut states, mut asked) = (ProducerStates::default(), Verifications::default());
        states.record(&batch(0, 0), Offset(0), Timestamp(0));
        let guard = asked.begin(&states, &batch(1, 0), Support::EpochBump);
        assert!(guard.is_some());
        states.end(&marker(1), Offset(1), Timestamp(0));
        asked.ended(&marker(1), MarkerRule::Above);
        assert_eq!(asked.check(&states, &batch(1, 0), guard), Verified::Yes);
        // The end of its own transaction does.
        states.end(&marker(2), Offset(2), Timestamp(0));
        asked.ended(&marker(2), MarkerRule::Above);
        assert_eq!(asked.check(&states, &batch(1, 0), guard), Verified::No);
    }

    #[test]
    fn whoever_is_fenced_voids_no_question_of_the_next() {
        let (states, mut asked) = (ProducerStates::default(), Verifications::default());
        let guard = asked.begin(&states, &batch(4, 0), Support::EpochBump);
        let fenced = asked.begin(&states, &batch(3, 0), Support::EpochBump);
        asked.refused(ProducerId(1), fenced.unwrap());
        assert_eq!(asked.check(&states, &batch(3, 0), fenced), Verified::No);
        assert_eq!(asked.check(&states, &batch(4, 0), guard), Verified::Yes);
    }

    #[test]
    fn who_is_refused_takes_the_guard_from_nobody_else() {
        let (states, mut asked) = (ProducerStates::default(), Verifications::default());
        let guard = asked.begin(&states, &batch(0, 0), Support::EpochBump);
        asked.begin(&states, &batch(0, 0), Support::EpochBump);
        asked.refused(ProducerId(1), guard.unwrap());
        assert_eq!(asked.check(&states, &batch(0, 0), guard), Verified::Yes);
        asked.refused(ProducerId(1), guard.unwrap());
        assert_eq!(asked.check(&states, &batch(0, 0), guard), Verified::No);
        assert!(asked.asked.is_empty());
    }

    #[test]
    fn an_open_transaction_needs_no_question() {
        let (mut states, mut asked) = (ProducerStates::default(), Verifications::default());
        states.record(&batch(3, 0), Offset(0), Timestamp(0));
        assert_eq!(asked.begin(&states, &batch(3, 1), Support::EpochBump), None);
        let next = batch(4, 0);
        assert!(asked.begin(&states, &next, Support::EpochBump).is_some());
    }

    #[test]
    fn the_first_batch_that_asked_is_written_first() {
        let (states, mut asked) = (ProducerStates::default(), Verifications::default());
        let guard = asked.begin(&states, &batch(0, 7), Support::SameEpoch);
        asked.begin(&states, &batch(0, 8), Support::SameEpoch);
        let second = asked.check(&states, &batch(0, 8), guard);
        assert_eq!(second, Verified::OutOfOrder);
        assert_eq!(asked.check(&states, &batch(0, 7), guard), Verified::Yes);
    }

    #[test]
    fn an_unknown_producer_begins_at_zero_where_epochs_are_bumped() {
        let (states, mut asked) = (ProducerStates::default(), Verifications::default());
        let guard = asked.begin(&states, &batch(5, 7), Support::EpochBump);
        let verdict = asked.check(&states, &batch(5, 7), guard);
        assert_eq!(verdict, Verified::OutOfOrder);
    }
}
