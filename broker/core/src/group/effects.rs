//! What a group may use while it decides.

use std::collections::{BTreeMap, BTreeSet};

use kavka_protocol::ErrorCode;

use super::member::{Member, Waiting};
use super::messages::{
    AppendToken, Context, CoordinatorRecord, GroupOutput, GroupResponse, Transactional,
};
use super::offset::{Committed, OffsetKey};
use super::timers::{Due, Timers};
use crate::config::GroupConfig;
use crate::random::Random;
use crate::types::{Instant, PartitionIndex, ProducerId, ReplyToken};

/// What follows when an append has its outcome.
#[derive(Debug)]
pub(super) enum After {
    /// The leader's assignment of this generation takes effect.
    Assignment {
        generation: i32,
        assignments: BTreeMap<String, bytes::Bytes>,
    },
    /// Nobody waits for it: a group without members.
    Empty,
    /// A static member that came back under a new id without a rebalance.
    StaticJoin {
        member: String,
        before: Box<Member>,
        was_leader: Option<String>,
        waiting: Waiting,
    },
    /// Offsets become visible.
    Offsets {
        offsets: Vec<(OffsetKey, Committed)>,
        token: ReplyToken,
        response: GroupResponse,
    },
    /// Offsets of a transaction wait for its end.
    Pending {
        producer: ProducerId,
        offsets: Vec<(OffsetKey, u64)>,
        token: ReplyToken,
        response: GroupResponse,
    },
    /// Offsets are gone; a request may wait for it.
    OffsetsGone {
        keys: Vec<OffsetKey>,
        /// The last commit that it is about: later ones stand.
        last: u64,
        reply: Option<(ReplyToken, GroupResponse)>,
    },
    /// The group is gone with everything; `batch` is the request that waits for several.
    GroupGone { batch: Option<u64> },
}

/// An append on its way.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) partition: PartitionIndex,
    pub(super) group: String,
    pub(super) after: After,
}

/// A `DeleteGroups` that waits for the appends of several groups.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) token: ReplyToken,
    pub(super) waiting: usize,
    pub(super) results: Vec<(String, ErrorCode)>,
}

/// Appends on their way and what waits for them.
#[derive(Debug, Default)]
pub(super) struct Appends {
    pub(super) next: u64,
    pub(super) pending: BTreeMap<AppendToken, Pending>,
    pub(super) batches: BTreeMap<u64, Batch>,
}

/// The groups in which each producer has a transaction open.
pub(super) type OpenTransactions = BTreeMap<(PartitionIndex, ProducerId), BTreeSet<String>>;

/// Everything outside of the group.
pub(super) struct Effects<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) config: &'a GroupConfig,
    pub(super) timers: &'a mut Timers,
    pub(super) appends: &'a mut Appends,
    pub(super) random: &'a mut Random,
    pub(super) open: &'a mut OpenTransactions,
    pub(super) out: &'a mut Vec<GroupOutput>,
}

impl Effects<'_> {
    pub(super) fn reply(&mut self, token: ReplyToken, response: GroupResponse) {
        self.out.push(GroupOutput::Reply { token, response });
    }

    /// Hands records to the log.
    pub(super) fn append(
        &mut self,
        records: Vec<CoordinatorRecord>,
        transaction: Option<Transactional>,
        pending: Pending,
    ) {
        self.appends.next += 1;
        let append = AppendToken(self.appends.next);
        let partition = pending.partition;
        self.appends.pending.insert(append, pending);
        self.out.push(GroupOutput::Append {
            append,
            partition,
            records,
            transaction,
        });
    }

    pub(super) fn after_ms(&self, milliseconds: i32) -> Instant {
        self.context
            .now
            .plus_ms(u64::try_from(milliseconds).unwrap_or(0))
    }

    pub(super) fn timer(&mut self, at: Instant, due: Due) {
        self.timers.set(at, due);
    }
}
