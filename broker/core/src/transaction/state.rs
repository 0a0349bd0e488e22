//! A transactional id: its producer, and how far its transaction is.

use std::collections::{BTreeSet, VecDeque};

use kavka_protocol::ErrorCode;

use super::Waiting;
use super::answer::Answer;
use super::messages::{MarkerToken, TopicPartition, TransactionRequest};
use super::version::TransactionVersion;
use crate::log::Outcome;
use crate::types::{
    CoordinatorEpoch, Instant, PartitionIndex, ProducerEpoch, ProducerId, Timestamp,
};

/// The epoch after which a producer gets another id: the one behind it is for the marker that
/// fences it.
pub(super) const LAST_EPOCH: ProducerEpoch = ProducerEpoch(i16::MAX - 1);

/// How far a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// None has begun.
    Empty,
    /// Partitions are being written to.
    Ongoing,
    /// It counts; markers are being written.
    PrepareCommit,
    /// It does not count; markers are being written.
    PrepareAbort,
    /// Every partition has its marker.
    CompleteCommit,
    /// Every partition has its marker.
    CompleteAbort,
    /// Nobody has used the id for a long time: it is being removed.
    Dead,
}

impl State {
    pub(super) const ALL: [Self; 7] = [
        Self::Empty,
        Self::Ongoing,
        Self::PrepareCommit,
        Self::PrepareAbort,
        Self::CompleteCommit,
        Self::CompleteAbort,
        Self::Dead,
    ];

    /// Kafka's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::Ongoing => "Ongoing",
            Self::PrepareCommit => "PrepareCommit",
            Self::PrepareAbort => "PrepareAbort",
            Self::CompleteCommit => "CompleteCommit",
            Self::CompleteAbort => "CompleteAbort",
            Self::Dead => "Dead",
        }
    }

    /// Kafka's number, as records have it.
    pub(super) fn code(self) -> i8 {
        match self {
            Self::Empty => 0,
            Self::Ongoing => 1,
            Self::PrepareCommit => 2,
            Self::PrepareAbort => 3,
            Self::CompleteCommit => 4,
            Self::CompleteAbort => 5,
            Self::Dead => 6,
        }
    }

    pub(super) fn from_code(code: i8) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    pub(super) fn prepare(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Commit => Self::PrepareCommit,
            Outcome::Abort => Self::PrepareAbort,
        }
    }

    /// How the transaction ends whose markers are being written.
    pub(crate) fn ending(self) -> Option<Outcome> {
        match self {
            Self::PrepareCommit => Some(Outcome::Commit),
            Self::PrepareAbort => Some(Outcome::Abort),
            _ => None,
        }
    }

    /// Whether one may follow on the other.
    pub(crate) fn may_become(self, to: Self) -> bool {
        use State::{
            CompleteAbort, CompleteCommit, Dead, Empty, Ongoing, PrepareAbort, PrepareCommit,
        };
        match self {
            // An abort of nothing gives the client a new epoch.
            Empty | CompleteCommit | CompleteAbort => {
                matches!(to, Empty | Ongoing | PrepareAbort | Dead)
            }
            Ongoing => matches!(to, Ongoing | PrepareCommit | PrepareAbort),
            PrepareCommit => to == CompleteCommit,
            PrepareAbort => to == CompleteAbort,
            Dead => false,
        }
    }

    /// How the last transaction ended.
    pub(crate) fn ended(self) -> Option<Outcome> {
        match self {
            Self::CompleteCommit => Some(Outcome::Commit),
            Self::CompleteAbort => Some(Outcome::Abort),
            _ => None,
        }
    }
}

/// What the log holds of a transactional id, and the epoch before, which it does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) producer: ProducerId,
    /// The id before the last change of ids.
    pub(crate) previous: ProducerId,
    /// The id that takes over when the transaction is complete, as the epochs of this one are used
    /// up.
    pub(crate) next: ProducerId,
    pub(crate) epoch: ProducerEpoch,
    /// What the client had before the last bump that it asked for itself: when it asks again it
    /// has not got the answer.
    pub(crate) last_epoch: ProducerEpoch,
    pub(crate) timeout_ms: i32,
    pub(crate) state: State,
    pub(crate) partitions: BTreeSet<TopicPartition>,
    /// When the transaction began; -1 before the first.
    pub(crate) started: Timestamp,
    pub(crate) updated: Timestamp,
    /// What the client spoke that ended the last transaction or began this one.
    pub(crate) client: TransactionVersion,
}

impl Status {
    /// A transactional id that nobody has used before.
    pub(super) fn new(producer: ProducerId, timeout_ms: i32, now: Timestamp) -> Self {
        Self {
            producer,
            previous: ProducerId::NONE,
            next: ProducerId::NONE,
            epoch: ProducerEpoch::NONE,
            last_epoch: ProducerEpoch::NONE,
            timeout_ms,
            state: State::Empty,
            partitions: BTreeSet::new(),
            started: Timestamp(-1),
            updated: now,
            client: TransactionVersion::V0,
        }
    }

    pub(super) fn is_exhausted(&self) -> bool {
        self.epoch >= LAST_EPOCH
    }

    /// Whether its epoch is the one behind the last: no client gets it, as no marker could have a
    /// later one.
    pub(super) fn only_fences(&self) -> bool {
        self.epoch > LAST_EPOCH && self.next == ProducerId::NONE
    }

    /// The epoch that comes next.
    pub(super) fn next_epoch(&self) -> ProducerEpoch {
        ProducerEpoch(self.epoch.0.saturating_add(1))
    }
}

/// What follows when a status is in the log.
#[derive(Debug, PartialEq)]
pub(super) enum Then {
    /// The request is answered.
    Reply(Answer),
    /// The request is taken up again: the transaction of the former client had to be ended first.
    ComeAgain(Waiting, TransactionRequest),
    /// Nobody waits.
    Nothing,
}

/// A change that is on its way to the log.
#[derive(Debug, PartialEq)]
pub(super) struct Change {
    pub(super) to: Status,
    pub(super) then: Then,
}

/// Markers that are being written.
#[derive(Debug, PartialEq)]
pub(super) struct Sending {
    /// Those on their way; none while a retry or the last record waits.
    pub(super) markers: Option<MarkerToken>,
    /// Partitions without a marker.
    pub(super) missing: BTreeSet<TopicPartition>,
    /// When the next try is due.
    pub(super) retry: Option<Instant>,
    /// Tries since one more partition has its marker.
    pub(super) failures: u32,
    /// Why the last try failed: told once.
    pub(super) cause: Option<ErrorCode>,
}

/// A request that waits for the transaction before it to be complete.
#[derive(Debug, PartialEq)]
pub(super) struct Parked {
    pub(super) waiting: Waiting,
    pub(super) request: TransactionRequest,
    pub(super) until: Instant,
}

/// A transactional id.
#[derive(Debug)]
pub(crate) struct Transaction {
    pub(crate) id: String,
    /// Of `__transaction_state`.
    pub(crate) partition: PartitionIndex,
    pub(crate) coordinator_epoch: CoordinatorEpoch,
    pub(crate) status: Status,
    pub(super) change: Option<Change>,
    pub(super) sending: Option<Sending>,
    pub(super) parked: VecDeque<Parked>,
}

impl Transaction {
    pub(super) fn new(
        id: &str,
        partition: PartitionIndex,
        coordinator_epoch: CoordinatorEpoch,
        status: Status,
    ) -> Self {
        Self {
            id: id.to_owned(),
            partition,
            coordinator_epoch,
            status,
            change: None,
            sending: None,
            parked: VecDeque::new(),
        }
    }

    /// What it becomes once the log has it.
    pub(crate) fn coming(&self) -> Option<&Status> {
        self.change.as_ref().map(|change| &change.to)
    }

    pub(crate) fn is_sending(&self) -> bool {
        self.sending.is_some()
    }

    pub(crate) fn parked_len(&self) -> usize {
        self.parked.len()
    }

    /// Whether it is as if it never was: nothing of it is in the log.
    pub(super) fn is_vacant(&self) -> bool {
        self.change.is_none() && self.status.epoch == ProducerEpoch::NONE
    }
}
