//! What the transaction coordinator says before transactional batches are written (KIP-890): newer
//! clients add a partition to their transaction by writing there, the partitions of older ones are
//! looked for.

use std::collections::HashMap;

use kavka_core::log::{Guard, ProducerBatch, Support};
use kavka_core::metadata::MetadataImage;
use kavka_core::transaction::{
    TopicPartition, TransactionRequest, TransactionResponse, TransactionVersion,
};
use kavka_core::types::{PartitionIndex, ProducerId};
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::ProduceRequest;
use kavka_protocol::messages::add_partitions_to_txn_request::{
    AddPartitionsToTxnTopic, AddPartitionsToTxnTransaction,
};
use kavka_protocol::records::BatchHeader;

use super::produce::target;
use super::transactions::ask_of;
use crate::call::Call;
use crate::partition::Admitted;
use crate::shard::PartitionKey;

/// The version in which the coordinator is asked, which knows every error.
const ASKED_IN: i16 = 5;

/// What a client can do about a partition that is not part of its transaction; the versions of
/// Produce and of `TxnOffsetCommit` tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Client {
    /// It knows none of the newer errors.
    Old,
    /// It aborts its transaction on `TRANSACTION_ABORTABLE`.
    Aborts,
    /// Its writes add partitions.
    Adds,
}

impl Client {
    fn of_produce(version: i16) -> Self {
        match version {
            ..=10 => Self::Old,
            11 => Self::Aborts,
            _ => Self::Adds,
        }
    }

    pub(super) fn of_offsets(version: i16) -> Self {
        match version {
            ..=3 => Self::Old,
            4 => Self::Aborts,
            _ => Self::Adds,
        }
    }

    /// What it is told for the coordinator's error.
    fn told(self, code: ErrorCode) -> ErrorCode {
        match code {
            ErrorCode::ProducerFenced => ErrorCode::InvalidProducerEpoch,
            ErrorCode::TransactionAbortable if self == Self::Old => ErrorCode::InvalidTxnState,
            ErrorCode::ConcurrentTransactions if self == Self::Adds => code,
            // It comes again without asking for the topic's leader first.
            ErrorCode::ConcurrentTransactions
            | ErrorCode::CoordinatorLoadInProgress
            | ErrorCode::CoordinatorNotAvailable
            | ErrorCode::NotCoordinator
            // Another partition of the request is at fault: without it this one can be added.
            | ErrorCode::OperationNotAttempted => ErrorCode::NotEnoughReplicas,
            code => code,
        }
    }
}

/// What the batches of a request may be written with.
#[derive(Debug, Default)]
pub(super) struct Admission {
    /// Of partitions with transactional batches.
    partitions: HashMap<PartitionKey, Result<Admitted, ErrorCode>>,
}

impl Admission {
    /// What the batch of a partition may be written with.
    pub(super) fn to(&self, key: PartitionKey) -> Result<Admitted, ErrorCode> {
        let known = self.partitions.get(&key).copied();
        known.unwrap_or(Ok(Admitted::With(None)))
    }
}

/// A transactional batch that is to be written.
pub(super) struct Wanted {
    pub(super) key: PartitionKey,
    pub(super) place: TopicPartition,
    pub(super) batch: ProducerBatch,
}

/// Asks for all transactional batches of a request.
pub(super) async fn of(
    call: &Call,
    image: &MetadataImage,
    request: &ProduceRequest,
) -> Result<Admission, ErrorCode> {
    let wanted = transactional(call, image, request);
    if wanted.is_empty() {
        return Ok(Admission::default());
    }
    let Some(id) = request.transactional_id.as_deref() else {
        return Err(ErrorCode::TransactionalIdAuthorizationFailed);
    };
    let producer = wanted.first().map(|first| first.batch.producer);
    if wanted
        .iter()
        .any(|one| Some(one.batch.producer) != producer)
    {
        return Err(ErrorCode::InvalidProducerIdMapping);
    }
    Ok(admit(call, id, wanted, Client::of_produce(call.version)).await)
}

fn transactional(call: &Call, image: &MetadataImage, request: &ProduceRequest) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for topic in &request.topic_data {
        // What is refused later must not become a part of the transaction now.
        let Ok(view) = target(call, image, topic) else {
            continue;
        };
        for data in &topic.partition_data {
            let header = data.records.as_ref().map(|bytes| BatchHeader::parse(bytes));
            let Some(Ok(header)) = header.filter(|header| {
                let header = header.as_ref();
                header.is_ok_and(BatchHeader::is_transactional)
            }) else {
                continue;
            };
            let index = PartitionIndex(data.index);
            let Some(batch) = ProducerBatch::of(&header) else {
                continue;
            };
            if view.partition(index).is_some() {
                wanted.push(Wanted {
                    key: (view.id, index),
                    place: TopicPartition {
                        topic: view.name.to_string(),
                        partition: index.0,
                    },
                    batch,
                });
            }
        }
    }
    wanted
}

/// Asks the coordinator for partitions whose transaction is not open yet.
pub(super) async fn admit(call: &Call, id: &str, wanted: Vec<Wanted>, client: Client) -> Admission {
    let mut admission = Admission::default();
    if client < Client::Adds && !call.shard.settings().transaction_partition_verification {
        let unasked = |one: Wanted| (one.key, Ok(Admitted::Unasked));
        admission.partitions.extend(wanted.into_iter().map(unasked));
        return admission;
    }
    let support = match client {
        Client::Adds => Support::EpochBump,
        Client::Old | Client::Aborts => Support::SameEpoch,
    };
    let mut unknown: Vec<(Wanted, Guard)> = Vec::new();
    for one in wanted {
        let (key, batch) = (one.key, one.batch);
        let begun = call
            .shard
            .on_owner(key, move |shard| {
                Box::pin(async move { shard.begin_verification(key, &batch, support) })
            })
            .await
            .and_then(std::convert::identity);
        match begun {
            Ok(None) => {}
            Ok(Some(guard)) => unknown.push((one, guard)),
            Err(failure) => {
                admission.partitions.insert(key, Err(failure.code()));
            }
        }
    }
    if !unknown.is_empty() {
        ask_for(call, id, unknown, client, &mut admission).await;
    }
    admission
}

async fn ask_for(
    call: &Call,
    id: &str,
    unknown: Vec<(Wanted, Guard)>,
    client: Client,
    admission: &mut Admission,
) {
    let results = coordinator_says(call, id, &unknown, client).await;
    for (one, guard) in unknown {
        let code = results.get(&one.place).copied();
        let code = code.unwrap_or(ErrorCode::CoordinatorNotAvailable);
        let admitted = if code == ErrorCode::None {
            Ok(Admitted::With(Some(guard)))
        } else {
            let (key, producer) = (one.key, one.batch.producer);
            refused(call, key, producer, guard).await;
            Err(client.told(code))
        };
        admission.partitions.insert(one.key, admitted);
    }
}

async fn refused(call: &Call, key: PartitionKey, producer: ProducerId, guard: Guard) {
    let told = call.shard.on_owner(key, move |shard| {
        Box::pin(async move { shard.verification_failed(key, producer, guard) })
    });
    // A shard that has ended has forgotten everything.
    drop(told.await);
}

async fn coordinator_says(
    call: &Call,
    id: &str,
    unknown: &[(Wanted, Guard)],
    client: Client,
) -> HashMap<TopicPartition, ErrorCode> {
    let mut topics: Vec<AddPartitionsToTxnTopic> = Vec::new();
    for (one, _) in unknown {
        match topics
            .iter_mut()
            .find(|topic| topic.name == one.place.topic)
        {
            Some(topic) => topic.partitions.push(one.place.partition),
            None => topics.push(AddPartitionsToTxnTopic {
                name: one.place.topic.clone(),
                partitions: vec![one.place.partition],
            }),
        }
    }
    let Some((first, _)) = unknown.first() else {
        return HashMap::new();
    };
    let request = TransactionRequest::AddPartitions {
        transaction: AddPartitionsToTxnTransaction {
            transactional_id: id.to_owned(),
            producer_id: first.batch.producer.0,
            producer_epoch: first.batch.epoch.0,
            verify_only: client < Client::Adds,
            topics,
        },
        client: TransactionVersion::V2,
    };
    let mut results = HashMap::new();
    if let Ok(TransactionResponse::AddPartitions(result)) =
        ask_of(call, id, ASKED_IN, request).await
    {
        for topic in result.topic_results {
            for partition in topic.results_by_partition {
                let place = TopicPartition {
                    topic: topic.name.clone(),
                    partition: partition.partition_index,
                };
                let code = ErrorCode::from_code(partition.partition_error_code);
                results.insert(place, code);
            }
        }
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENTS: [Client; 3] = [Client::Old, Client::Aborts, Client::Adds];

    #[test]
    fn a_partition_that_was_not_tried_for_anothers_fault_may_come_again() {
        for client in CLIENTS {
            let told = client.told(ErrorCode::OperationNotAttempted);
            assert_eq!(told, ErrorCode::NotEnoughReplicas, "{client:?}");
        }
    }
}
