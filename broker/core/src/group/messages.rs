//! What goes into the group coordinator and what comes out.

use bytes::Bytes;
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::{
    DeleteGroupsRequest, DeleteGroupsResponse, DescribeGroupsRequest, DescribeGroupsResponse,
    HeartbeatRequest, HeartbeatResponse, JoinGroupRequest, JoinGroupResponse, LeaveGroupRequest,
    LeaveGroupResponse, ListGroupsRequest, ListGroupsResponse, OffsetCommitRequest,
    OffsetCommitResponse, OffsetDeleteRequest, OffsetDeleteResponse, OffsetFetchRequest,
    OffsetFetchResponse, SyncGroupRequest, SyncGroupResponse, TxnOffsetCommitRequest,
    TxnOffsetCommitResponse,
};

use crate::log::{Guard, Outcome};
use crate::metadata::MetadataImage;
use crate::types::{Instant, PartitionIndex, ProducerEpoch, ProducerId, ReplyToken, Timestamp};

/// The world as of one step.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// For timeouts.
    pub now: Instant,
    /// For what is written down.
    pub wall: Timestamp,
    /// For the names and partitions of topics.
    pub image: &'a MetadataImage,
}

/// Stands for an append that is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppendToken(pub u64);

/// A record of `__consumer_offsets`, as Kafka writes it. No value takes the key away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoordinatorRecord {
    /// What it is about.
    pub key: Bytes,
    /// What is so.
    pub value: Option<Bytes>,
}

/// The transaction that an append is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transactional {
    /// Whose it is.
    pub producer: ProducerId,
    /// Its incarnation.
    pub epoch: ProducerEpoch,
    /// What the transaction coordinator was asked with, where the transaction is new to the
    /// partition.
    pub guard: Option<Guard>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    /// `client.id`
    pub id: String,
    /// Its address, as Kafka prints it: `/10.0.0.1`.
    pub host: String,
}

/// What the coordinator is asked for.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each is Kafka's request of that name")]
pub enum GroupRequest {
    JoinGroup(JoinGroupRequest),
    SyncGroup(SyncGroupRequest),
    Heartbeat(HeartbeatRequest),
    LeaveGroup(LeaveGroupRequest),
    OffsetCommit(OffsetCommitRequest),
    OffsetFetch(OffsetFetchRequest),
    OffsetDelete(OffsetDeleteRequest),
    TxnOffsetCommit(TxnOffsetCommitRequest, Option<Guard>),
    DescribeGroups(DescribeGroupsRequest),
    ListGroups(ListGroupsRequest),
    DeleteGroups(DeleteGroupsRequest),
}

/// What it answers.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each is Kafka's response of that name")]
pub enum GroupResponse {
    JoinGroup(JoinGroupResponse),
    SyncGroup(SyncGroupResponse),
    Heartbeat(HeartbeatResponse),
    LeaveGroup(LeaveGroupResponse),
    OffsetCommit(OffsetCommitResponse),
    OffsetFetch(OffsetFetchResponse),
    OffsetDelete(OffsetDeleteResponse),
    TxnOffsetCommit(TxnOffsetCommitResponse),
    DescribeGroups(DescribeGroupsResponse),
    ListGroups(ListGroupsResponse),
    DeleteGroups(DeleteGroupsResponse),
}

/// What happens to the coordinator.
#[derive(Debug, Clone, PartialEq)]
pub enum GroupInput {
    /// A request; every one is answered once, now or later.
    Request {
        /// Comes back with the answer.
        token: ReplyToken,
        /// The request's version, which decides what some answers look like.
        version: i16,
        /// Who asks.
        client: Client,
        /// What for.
        request: GroupRequest,
    },
    /// Time has passed: [`super::GroupCoordinator::next_deadline`] at the latest.
    Tick,
    /// An append is below the high watermark, or failed.
    Appended {
        /// Of a [`GroupOutput::Append`].
        append: AppendToken,
        /// The error is the one that a producer would get.
        result: Result<(), ErrorCode>,
    },
    /// How many partitions `__consumer_offsets` has.
    Partitions(i32),
    /// This broker leads a partition of `__consumer_offsets`; its records follow.
    Elected {
        /// Which one.
        partition: PartitionIndex,
    },
    /// Records of a partition, in order, as long as it loads.
    Loaded {
        /// Which one.
        partition: PartitionIndex,
        /// Some of its records.
        records: Vec<CoordinatorRecord>,
    },
    /// The same, of a transaction that may be open.
    LoadedPending {
        /// Which one.
        partition: PartitionIndex,
        /// Whose transaction.
        producer: ProducerId,
        /// Some of its records.
        records: Vec<CoordinatorRecord>,
    },
    /// A marker that is read back: it ends the transaction that lies before it in the log.
    LoadedEnd {
        /// Which one.
        partition: PartitionIndex,
        /// Whose transaction.
        producer: ProducerId,
        /// How it ended.
        outcome: Outcome,
    },
    /// A marker was written: what a transaction has committed counts now, or never will. While the
    /// partition loads it says nothing yet, as it will be read back in its turn.
    TransactionEnded {
        /// Which one.
        partition: PartitionIndex,
        /// Whose transaction.
        producer: ProducerId,
        /// How it ended.
        outcome: Outcome,
    },
    /// All records were there: requests are served.
    LoadDone {
        /// Which one.
        partition: PartitionIndex,
    },
    /// Another broker leads the partition.
    Resigned {
        /// Which one.
        partition: PartitionIndex,
    },
    /// Topics that are gone, and with them their offsets.
    TopicsDeleted {
        /// Their names.
        names: Vec<String>,
    },
}

/// What the coordinator wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum GroupOutput {
    /// An answer.
    Reply {
        /// Of the request.
        token: ReplyToken,
        /// To be encoded in the request's version.
        response: GroupResponse,
    },
    /// A request was refused because of a limit; its answer says no more than a code.
    LimitReached {
        /// Kafka's or Kavka's name of the limit.
        setting: &'static str,
    },
    /// Records to be appended as one batch, acknowledged by all in-sync replicas.
    Append {
        /// Comes back with the outcome.
        append: AppendToken,
        /// Of `__consumer_offsets`.
        partition: PartitionIndex,
        /// What to append.
        records: Vec<CoordinatorRecord>,
        /// The transaction that it is part of, if any.
        transaction: Option<Transactional>,
    },
}
