//! Everything about transactions: finds the shard whose coordinator answers.

use std::collections::BTreeMap;

use kavka_core::group::{GroupRequest, GroupResponse, partition_for};
use kavka_core::log::{Marker, MarkerRule, Outcome, ProducerBatch};
use kavka_core::metadata::{MetadataImage, TRANSACTION_STATE};
use kavka_core::transaction::{
    TopicPartition, TransactionRequest, TransactionResponse, TransactionVersion,
};
use kavka_core::types::{CoordinatorEpoch, ProducerEpoch, ProducerId, Timestamp};
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::add_partitions_to_txn_request::AddPartitionsToTxnTransaction;
use kavka_protocol::messages::add_partitions_to_txn_response::{
    AddPartitionsToTxnPartitionResult, AddPartitionsToTxnResult, AddPartitionsToTxnTopicResult,
};
use kavka_protocol::messages::describe_transactions_response::TransactionState;
use kavka_protocol::messages::txn_offset_commit_response::{
    TxnOffsetCommitResponsePartition, TxnOffsetCommitResponseTopic,
};
use kavka_protocol::messages::write_txn_markers_request::WritableTxnMarker;
use kavka_protocol::messages::write_txn_markers_response::{
    WritableTxnMarkerPartitionResult, WritableTxnMarkerResult, WritableTxnMarkerTopicResult,
};
use kavka_protocol::messages::{
    AddOffsetsToTxnRequest, AddOffsetsToTxnResponse, AddPartitionsToTxnRequest,
    AddPartitionsToTxnResponse, DescribeTransactionsRequest, DescribeTransactionsResponse,
    EndTxnRequest, EndTxnResponse, InitProducerIdRequest, InitProducerIdResponse,
    ListTransactionsRequest, ListTransactionsResponse, TxnOffsetCommitRequest,
    TxnOffsetCommitResponse, WriteTxnMarkersRequest, WriteTxnMarkersResponse,
};

use super::admission::{self, Client, Wanted};
use super::groups::{self, ensure_topic};
use super::producer_ids;
use crate::call::Call;
use crate::failure::Failure;
use crate::partition::Admitted;
use crate::shard::groups::OFFSETS_TOPIC;
use crate::shard::markers::{Asker, Order};

/// From this version on `AddPartitionsToTxn` speaks of several transactions.
const FIRST_ADD_WITH_SEVERAL: i16 = 4;

/// From this version on it comes for writes that add partitions.
const FIRST_ADD_FOR_WRITES: i16 = 5;

/// The shard whose coordinator holds a transactional id. Without `__transaction_state` any shard
/// will do: each answers that it is not the coordinator, and the client looks for it.
fn shard_of(call: &Call, id: &str) -> usize {
    let shared = call.shard.shared();
    let image = shared.image();
    let Some(topic) = image.topic(TRANSACTION_STATE) else {
        return 0;
    };
    let count = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
    shared.shard_of(topic.id, partition_for(id, count))
}

async fn ask(
    call: &Call,
    shard: usize,
    version: i16,
    request: TransactionRequest,
) -> Result<TransactionResponse, Failure> {
    call.shard
        .on(shard, move |shard| {
            Box::pin(async move {
                let answer = shard.transaction_request(version, request);
                answer.await.map_err(|_| Failure::Stopping)
            })
        })
        .await?
}

/// Asks the coordinator of a transactional id.
pub(super) async fn ask_of(
    call: &Call,
    id: &str,
    version: i16,
    request: TransactionRequest,
) -> Result<TransactionResponse, Failure> {
    ask(call, shard_of(call, id), version, request).await
}

fn not_here() -> i16 {
    ErrorCode::NotCoordinator.code()
}

/// Answers `InitProducerId` with a transactional id.
pub(super) async fn init(call: Call, request: InitProducerIdRequest) -> InitProducerIdResponse {
    let id = request.transactional_id.clone().unwrap_or_default();
    let longest = call.shard.settings().transactional_id_bytes_max;
    if id.len() > usize::try_from(longest).unwrap_or(0) {
        call.shard
            .metrics()
            .limit_reached("kavka.transactional.id.bytes.max");
        return producer_ids::refused(ErrorCode::InvalidRequest);
    }
    let asked = TransactionRequest::InitProducerId(request);
    match ask_of(&call, &id, call.version, asked).await {
        Ok(TransactionResponse::InitProducerId(response)) => response,
        Ok(_) | Err(_) => producer_ids::refused(ErrorCode::NotCoordinator),
    }
}

/// Answers `AddPartitionsToTxn`.
pub(crate) async fn add_partitions(
    call: Call,
    request: AddPartitionsToTxnRequest,
) -> AddPartitionsToTxnResponse {
    let client = if call.version >= FIRST_ADD_FOR_WRITES {
        TransactionVersion::V2
    } else {
        TransactionVersion::V0
    };
    if call.version < FIRST_ADD_WITH_SEVERAL {
        let transaction = AddPartitionsToTxnTransaction {
            transactional_id: request.v3_and_below_transactional_id,
            producer_id: request.v3_and_below_producer_id,
            producer_epoch: request.v3_and_below_producer_epoch,
            verify_only: false,
            topics: request.v3_and_below_topics,
        };
        let result = add_to(&call, transaction, client).await;
        return AddPartitionsToTxnResponse {
            results_by_topic_v3_and_below: result.topic_results,
            ..AddPartitionsToTxnResponse::default()
        };
    }
    let mut results_by_transaction = Vec::with_capacity(request.transactions.len());
    for transaction in request.transactions {
        results_by_transaction.push(add_to(&call, transaction, client).await);
    }
    AddPartitionsToTxnResponse {
        results_by_transaction,
        ..AddPartitionsToTxnResponse::default()
    }
}

async fn add_to(
    call: &Call,
    transaction: AddPartitionsToTxnTransaction,
    client: TransactionVersion,
) -> AddPartitionsToTxnResult {
    let id = transaction.transactional_id.clone();
    let refused = not_added(&transaction);
    let asked = TransactionRequest::AddPartitions {
        transaction,
        client,
    };
    match ask_of(call, &id, call.version, asked).await {
        Ok(TransactionResponse::AddPartitions(result)) => result,
        Ok(_) | Err(_) => refused,
    }
}

/// Says of every partition that it was not added: silence would pass for success.
fn not_added(transaction: &AddPartitionsToTxnTransaction) -> AddPartitionsToTxnResult {
    let topics = transaction.topics.iter().map(|topic| {
        let results = topic.partitions.iter();
        let results = results.map(|index| AddPartitionsToTxnPartitionResult {
            partition_index: *index,
            partition_error_code: not_here(),
        });
        AddPartitionsToTxnTopicResult {
            name: topic.name.clone(),
            results_by_partition: results.collect(),
        }
    });
    AddPartitionsToTxnResult {
        transactional_id: transaction.transactional_id.clone(),
        topic_results: topics.collect(),
    }
}

/// Answers `AddOffsetsToTxn`.
pub(crate) async fn add_offsets(
    call: Call,
    request: AddOffsetsToTxnRequest,
) -> AddOffsetsToTxnResponse {
    // A client may come here before it looks for the group's coordinator.
    ensure_topic(&call, OFFSETS_TOPIC).await;
    let id = request.transactional_id.clone();
    let asked = TransactionRequest::AddOffsets(request);
    match ask_of(&call, &id, call.version, asked).await {
        Ok(TransactionResponse::AddOffsets(response)) => response,
        Ok(_) | Err(_) => AddOffsetsToTxnResponse {
            error_code: not_here(),
            ..AddOffsetsToTxnResponse::default()
        },
    }
}

/// Answers `EndTxn`.
pub(crate) async fn end(call: Call, request: EndTxnRequest) -> EndTxnResponse {
    let id = request.transactional_id.clone();
    let asked = TransactionRequest::EndTxn(request);
    match ask_of(&call, &id, call.version, asked).await {
        Ok(TransactionResponse::EndTxn(response)) => response,
        Ok(_) | Err(_) => EndTxnResponse {
            error_code: not_here(),
            ..EndTxnResponse::default()
        },
    }
}

/// Answers `TxnOffsetCommit`: the transaction coordinator is asked whether the group's partition is
/// part of the transaction, then the group coordinator takes the offsets.
pub(crate) async fn commit_offsets(
    call: Call,
    request: TxnOffsetCommitRequest,
) -> TxnOffsetCommitResponse {
    let guard = match admitted(&call, &request).await {
        Ok(Admitted::With(guard)) => guard,
        Ok(Admitted::Unasked) => None,
        Err(code) => return uncommitted(&request, code),
    };
    let shard = groups::shard_of_group(&call, &request.group_id);
    let refused = uncommitted(&request, ErrorCode::NotCoordinator);
    let asked = GroupRequest::TxnOffsetCommit(request, guard);
    match groups::ask(&call, shard, asked).await {
        Ok(GroupResponse::TxnOffsetCommit(response)) => response,
        Ok(_) | Err(_) => refused,
    }
}

async fn admitted(call: &Call, request: &TxnOffsetCommitRequest) -> Result<Admitted, ErrorCode> {
    let image = call.shard.shared().image();
    let topic = image
        .topic(OFFSETS_TOPIC)
        .ok_or(ErrorCode::NotCoordinator)?;
    let count = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
    let key = (topic.id, partition_for(&request.group_id, count));
    drop(image);
    let wanted = Wanted {
        key,
        place: TopicPartition {
            topic: OFFSETS_TOPIC.to_owned(),
            partition: key.1.0,
        },
        batch: ProducerBatch {
            producer: ProducerId(request.producer_id),
            epoch: ProducerEpoch(request.producer_epoch),
            first: None,
            last_delta: 0,
            timestamp: Timestamp(0),
            transactional: true,
        },
    };
    let client = Client::of_offsets(call.version);
    let admission = admission::admit(call, &request.transactional_id, vec![wanted], client).await;
    admission.to(key).map_err(|code| match code {
        // The group's coordinator has no replicas to speak of for the client.
        ErrorCode::NotEnoughReplicas => ErrorCode::CoordinatorNotAvailable,
        code => code,
    })
}

/// The same error for every offset.
fn uncommitted(request: &TxnOffsetCommitRequest, code: ErrorCode) -> TxnOffsetCommitResponse {
    let topics = request.topics.iter().map(|topic| {
        let partitions =
            topic
                .partitions
                .iter()
                .map(|partition| TxnOffsetCommitResponsePartition {
                    partition_index: partition.partition_index,
                    error_code: code.code(),
                });
        TxnOffsetCommitResponseTopic {
            name: topic.name.clone(),
            partitions: partitions.collect(),
        }
    });
    TxnOffsetCommitResponse {
        topics: topics.collect(),
        ..TxnOffsetCommitResponse::default()
    }
}

/// Answers `WriteTxnMarkers`: the way to end a transaction that hangs.
pub(crate) async fn write_markers(
    call: Call,
    request: WriteTxnMarkersRequest,
) -> WriteTxnMarkersResponse {
    let mut markers = Vec::with_capacity(request.markers.len());
    for marker in request.markers {
        markers.push(write_marker(&call, marker).await);
    }
    WriteTxnMarkersResponse { markers }
}

async fn write_marker(call: &Call, asked: WritableTxnMarker) -> WritableTxnMarkerResult {
    let outcome = if asked.transaction_result {
        Outcome::Commit
    } else {
        Outcome::Abort
    };
    let marker = Marker {
        producer: ProducerId(asked.producer_id),
        epoch: ProducerEpoch(asked.producer_epoch),
        coordinator_epoch: CoordinatorEpoch(asked.coordinator_epoch),
        outcome,
    };
    let topics = asked.topics.iter();
    let partitions = topics.flat_map(|topic| {
        let indexes = topic.partition_indexes.iter();
        indexes.map(|partition| TopicPartition {
            topic: topic.name.clone(),
            partition: *partition,
        })
    });
    let rule = MarkerRule::of_version(asked.transaction_version);
    let order = Order {
        marker,
        rule,
        asker: Asker::Client {
            oldest: oldest_coordinator(&call.shard.shared().image()),
        },
    };
    let written = call.shard.write_markers(order, partitions.collect());
    let mut topics: BTreeMap<String, Vec<WritableTxnMarkerPartitionResult>> = BTreeMap::new();
    for (place, result) in written.await {
        let results = topics.entry(place.topic).or_default();
        results.push(WritableTxnMarkerPartitionResult {
            partition_index: place.partition,
            error_code: result.err().unwrap_or(ErrorCode::None).code(),
        });
    }
    let topics = topics
        .into_iter()
        .map(|(name, partitions)| WritableTxnMarkerTopicResult { name, partitions });
    WritableTxnMarkerResult {
        producer_id: asked.producer_id,
        topics: topics.collect(),
    }
}

/// The lowest epoch of all transaction coordinators.
fn oldest_coordinator(image: &MetadataImage) -> CoordinatorEpoch {
    let partitions = image.topic(TRANSACTION_STATE).map(|it| &it.partitions);
    let epochs = partitions.into_iter().flatten();
    let oldest = epochs.map(|partition| partition.leader_epoch.0).min();
    CoordinatorEpoch(oldest.unwrap_or(0))
}

/// Answers `DescribeTransactions`.
pub(crate) async fn describe(
    call: Call,
    request: DescribeTransactionsRequest,
) -> DescribeTransactionsResponse {
    let mut by_shard: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for id in request.transactional_ids {
        by_shard.entry(shard_of(&call, &id)).or_default().push(id);
    }
    let mut response = DescribeTransactionsResponse::default();
    for (shard, ids) in by_shard {
        let asked = TransactionRequest::Describe(DescribeTransactionsRequest {
            transactional_ids: ids.clone(),
        });
        let answer = ask(&call, shard, call.version, asked).await;
        response.transaction_states.extend(described(ids, answer));
    }
    response
}

/// What one shard says of transactional ids. One that does not answer has none of them any more:
/// silence would pass for an answer.
fn described(
    ids: Vec<String>,
    answer: Result<TransactionResponse, Failure>,
) -> Vec<TransactionState> {
    if let Ok(TransactionResponse::Describe(part)) = answer {
        return part.transaction_states;
    }
    let moved = ids.into_iter().map(|transactional_id| TransactionState {
        error_code: not_here(),
        transactional_id,
        ..TransactionState::default()
    });
    moved.collect()
}

/// Answers `ListTransactions`: what all coordinators of this broker hold.
pub(crate) async fn list(call: Call, request: ListTransactionsRequest) -> ListTransactionsResponse {
    let mut response = ListTransactionsResponse::default();
    for shard in 0..call.shard.shared().shards.len() {
        let asked = TransactionRequest::List(request.clone());
        list_also(&mut response, ask(&call, shard, call.version, asked).await);
    }
    response
}

/// Adds what one shard lists. A list that lacks a part is none: it says why and is empty.
fn list_also(
    response: &mut ListTransactionsResponse,
    answer: Result<TransactionResponse, Failure>,
) {
    match answer {
        Ok(TransactionResponse::List(part)) => {
            response.unknown_state_filters = part.unknown_state_filters;
            response.transaction_states.extend(part.transaction_states);
            if part.error_code != ErrorCode::None.code() {
                response.error_code = part.error_code;
            }
        }
        Ok(_) | Err(_) => response.error_code = ErrorCode::CoordinatorNotAvailable.code(),
    }
    if response.error_code != ErrorCode::None.code() {
        response.transaction_states.clear();
    }
}

#[cfg(test)]
mod tests {
    use kavka_core::types::PartitionIndex;
    use kavka_protocol::Uuid;
    use kavka_protocol::messages::list_transactions_response::TransactionState as Listed;
    use kavka_protocol::messages::{PartitionRecord, TopicRecord};

    use super::*;

    #[test]
    fn ids_of_a_shard_that_does_not_answer_are_not_left_out() {
        let ids = ["a", "b"].map(str::to_owned).to_vec();
        let told = described(ids, Err(Failure::Stopping));
        let told = told
            .iter()
            .map(|one| (&*one.transactional_id, one.error_code));
        let moved = ErrorCode::NotCoordinator.code();
        assert_eq!(told.collect::<Vec<_>>(), [("a", moved), ("b", moved)]);
    }

    #[test]
    fn a_list_that_lacks_a_shards_part_is_not_given_for_the_whole() {
        let part = || ListTransactionsResponse {
            transaction_states: vec![Listed::default()],
            ..ListTransactionsResponse::default()
        };
        let whole = || Ok(TransactionResponse::List(part()));
        let mut response = ListTransactionsResponse::default();
        list_also(&mut response, whole());
        list_also(&mut response, whole());
        assert_eq!(response.transaction_states.len(), 2);
        for answers in [
            [whole(), Err(Failure::Stopping)],
            [Err(Failure::Stopping), whole()],
        ] {
            let mut response = ListTransactionsResponse::default();
            for answer in answers {
                list_also(&mut response, answer);
            }
            let code = ErrorCode::from_code(response.error_code);
            assert_eq!(code, ErrorCode::CoordinatorNotAvailable);
            assert!(response.transaction_states.is_empty());
        }
    }

    #[test]
    fn the_oldest_coordinator_has_the_lowest_epoch_of_all_partitions() {
        let mut image = MetadataImage::default();
        assert_eq!(oldest_coordinator(&image), CoordinatorEpoch(0));
        let topic_id = Uuid([7; 16]);
        let topic = TopicRecord {
            name: TRANSACTION_STATE.to_owned(),
            topic_id,
        };
        image.apply(&topic.into()).unwrap();
        for (partition_id, leader_epoch) in [(0, 7), (1, 5), (2, 6)] {
            let partition = PartitionRecord {
                partition_id,
                topic_id,
                leader_epoch,
                replicas: vec![0],
                isr: vec![0],
                ..PartitionRecord::default()
            };
            image.apply(&partition.into()).unwrap();
        }
        assert!(
            image
                .partition(TRANSACTION_STATE, PartitionIndex(2))
                .is_some()
        );
        assert_eq!(oldest_coordinator(&image), CoordinatorEpoch(5));
    }
}
