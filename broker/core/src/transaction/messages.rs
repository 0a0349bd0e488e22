//! What goes into the transaction coordinator and what comes out.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::add_partitions_to_txn_request::AddPartitionsToTxnTransaction;
use kavka_protocol::messages::add_partitions_to_txn_response::AddPartitionsToTxnResult;
use kavka_protocol::messages::{
    AddOffsetsToTxnRequest, AddOffsetsToTxnResponse, DescribeTransactionsRequest,
    DescribeTransactionsResponse, EndTxnRequest, EndTxnResponse, InitProducerIdRequest,
    InitProducerIdResponse, ListTransactionsRequest, ListTransactionsResponse,
};

use super::version::TransactionVersion;
use crate::group::{AppendToken, CoordinatorRecord};
use crate::log::{Marker, MarkerRule};
use crate::metadata::ProducerIdBlock;
use crate::types::{LeaderEpoch, PartitionIndex, ReplyToken};

/// A partition by its topic's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicPartition {
    /// The topic's name.
    pub topic: String,
    /// Its number.
    pub partition: i32,
}

/// Stands for markers that are being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarkerToken(pub u64);

/// What the coordinator is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum TransactionRequest {
    /// Kafka's request of that name, with a transactional id.
    InitProducerId(InitProducerIdRequest),
    /// One transaction of Kafka's request of that name, or what a Produce request asks for.
    AddPartitions {
        /// Which partitions, and whether they are only to be looked for.
        transaction: AddPartitionsToTxnTransaction,
        /// What the client speaks.
        client: TransactionVersion,
    },
    /// Kafka's request of that name.
    AddOffsets(AddOffsetsToTxnRequest),
    /// Kafka's request of that name.
    EndTxn(EndTxnRequest),
    /// Kafka's request of that name.
    Describe(DescribeTransactionsRequest),
    /// Kafka's request of that name.
    List(ListTransactionsRequest),
}

/// What it answers.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each answers the request of that name")]
pub enum TransactionResponse {
    InitProducerId(InitProducerIdResponse),
    AddPartitions(AddPartitionsToTxnResult),
    AddOffsets(AddOffsetsToTxnResponse),
    EndTxn(EndTxnResponse),
    Describe(DescribeTransactionsResponse),
    List(ListTransactionsResponse),
}

/// What happens to the coordinator.
#[derive(Debug, Clone, PartialEq)]
pub enum TransactionInput {
    /// A request; every one is answered once, now or later.
    Request {
        /// Comes back with the answer.
        token: ReplyToken,
        /// The request's version, which decides what some answers look like.
        version: i16,
        /// What for.
        request: TransactionRequest,
    },
    /// Time has passed: [`super::TransactionCoordinator::next_deadline`] at the latest.
    Tick,
    /// An append is below the high watermark, or failed.
    Appended {
        /// Of a [`TransactionOutput::Append`].
        append: AppendToken,
        /// The error is the one that a producer would get.
        result: Result<(), ErrorCode>,
    },
    /// Markers are below the high watermarks of their partitions, or failed.
    MarkersWritten {
        /// Of a [`TransactionOutput::WriteMarkers`].
        markers: MarkerToken,
        /// One for each partition.
        results: Vec<(TopicPartition, Result<(), ErrorCode>)>,
    },
    /// Producer ids that nobody has, or why there are none.
    ProducerIds(Result<ProducerIdBlock, ErrorCode>),
    /// How many partitions `__transaction_state` has.
    Partitions(i32),
    /// This broker leads a partition of `__transaction_state`; its records follow.
    Elected {
        /// Which one.
        partition: PartitionIndex,
        /// The number of this reign.
        leader_epoch: LeaderEpoch,
    },
    /// Records of a partition, in order, as long as it loads.
    Loaded {
        /// Which one.
        partition: PartitionIndex,
        /// Some of its records.
        records: Vec<CoordinatorRecord>,
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
}

/// What the coordinator wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum TransactionOutput {
    /// An answer.
    Reply {
        /// Of the request.
        token: ReplyToken,
        /// To be encoded in the request's version.
        response: TransactionResponse,
    },
    /// Records to be appended as one batch, acknowledged by all in-sync replicas.
    Append {
        /// Comes back with the outcome.
        append: AppendToken,
        /// Of `__transaction_state`.
        partition: PartitionIndex,
        /// What to append.
        records: Vec<CoordinatorRecord>,
    },
    /// Markers to be written to the partitions of a transaction.
    WriteMarkers {
        /// Comes back with the outcome.
        markers: MarkerToken,
        /// What to write.
        marker: Marker,
        /// Which epochs it may have.
        rule: MarkerRule,
        /// Where to.
        partitions: Vec<TopicPartition>,
    },
    /// Producer ids are needed.
    AllocateProducerIds,
}
