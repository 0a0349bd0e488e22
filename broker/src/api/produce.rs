//! Produce: batches into logs, and the acknowledgement once they count.

use std::sync::Arc;

use bytes::Bytes;
use kavka_core::metadata::{MetadataImage, TopicView};
use kavka_core::replica::Acks;
use kavka_core::types::PartitionIndex;
use kavka_protocol::messages::produce_request::TopicProduceData;
use kavka_protocol::messages::produce_response::{PartitionProduceResponse, TopicProduceResponse};
use kavka_protocol::messages::{ProduceRequest, ProduceResponse};
use kavka_protocol::{ErrorCode, Uuid};
use tokio::sync::oneshot;

use super::admission::{self, Admission};
use crate::call::Call;
use crate::failure::Failure;
use crate::shard::{Acknowledgement, ProduceTask};

/// From this version on topics go by their ids (KIP-516).
const FIRST_WITH_IDS: i16 = 13;

/// What a client calls itself that writes to internal topics; whatever else is in them is the
/// coordinators' truth.
const ADMIN_CLIENT: &str = "__admin_client";

/// A Produce request whose batches are on their way.
pub(crate) struct Outcome {
    topics: Vec<PendingTopic>,
}

struct PendingTopic {
    name: String,
    topic_id: Uuid,
    partitions: Vec<(i32, PendingPartition)>,
}

enum PendingPartition {
    /// Handled by this shard.
    Here(Result<Acknowledgement, Failure>),
    /// Handed to the shard that owns it.
    Elsewhere(oneshot::Receiver<Result<Acknowledgement, Failure>>),
}

/// Appends what the request holds, in its order; what is left to do is to wait.
pub(crate) async fn append(call: &Call, request: ProduceRequest) -> Outcome {
    let image = call.shard.shared().image();
    let acks = match Acks::from_wire(request.acks) {
        Some(acks) => Ok(acks),
        None => Err(ErrorCode::InvalidRequiredAcks),
    };
    let admission = match acks {
        Ok(_) => admission::of(call, &image, &request).await,
        Err(_) => Ok(Admission::default()),
    };
    let (acks, admission) = match admission {
        Ok(admission) => (acks, admission),
        Err(code) => (Err(code), Admission::default()),
    };
    let terms = Terms {
        acks,
        timeout_ms: u64::try_from(request.timeout_ms).unwrap_or(0),
    };
    let mut topics = Vec::with_capacity(request.topic_data.len());
    for topic in request.topic_data {
        topics.push(append_topic(call, &image, topic, terms, &admission).await);
    }
    Outcome { topics }
}

/// What holds for all batches of a request.
#[derive(Debug, Clone, Copy)]
struct Terms {
    acks: Result<Acks, ErrorCode>,
    timeout_ms: u64,
}

/// The topic that data are for, if clients may write there. Asked before a transaction takes its
/// partitions in, too.
pub(super) fn target<'a>(
    call: &Call,
    image: &'a MetadataImage,
    topic: &TopicProduceData,
) -> Result<&'a TopicView, ErrorCode> {
    let view = if call.version >= FIRST_WITH_IDS {
        let known = image.topic_by_id(topic.topic_id);
        known.ok_or(ErrorCode::UnknownTopicId)?
    } else {
        let known = image.topic(&topic.name);
        known.ok_or(ErrorCode::UnknownTopicOrPartition)?
    };
    if view.is_internal() && call.client_id != ADMIN_CLIENT {
        return Err(ErrorCode::InvalidTopicException);
    }
    Ok(view)
}

async fn append_topic(
    call: &Call,
    image: &MetadataImage,
    topic: TopicProduceData,
    terms: Terms,
    admission: &Admission,
) -> PendingTopic {
    let target = terms
        .acks
        .and_then(|acks| Ok((target(call, image, &topic)?, acks)));
    let TopicProduceData {
        name,
        topic_id,
        partition_data,
    } = topic;
    let mut partitions = Vec::with_capacity(partition_data.len());
    for data in partition_data {
        let index = PartitionIndex(data.index);
        let known = target.and_then(|(view, acks)| {
            let exists = view.partition(index).is_some();
            exists
                .then_some((view.id, acks))
                .ok_or(ErrorCode::UnknownTopicOrPartition)
        });
        let pending = match known {
            Err(code) => PendingPartition::Here(Err(code.into())),
            Ok((id, acks)) => {
                let records = data.records.unwrap_or_else(Bytes::new);
                let timeout_ms = terms.timeout_ms;
                match admission.to((id, index)) {
                    Err(code) => PendingPartition::Here(Err(code.into())),
                    Ok(admitted) => {
                        let task = ProduceTask {
                            key: (id, index),
                            records,
                            acks,
                            admitted,
                            timeout_ms,
                        };
                        append_partition(call, task).await
                    }
                }
            }
        };
        partitions.push((data.index, pending));
    }
    PendingTopic {
        name,
        topic_id,
        partitions,
    }
}

async fn append_partition(call: &Call, task: ProduceTask) -> PendingPartition {
    let shared = Arc::clone(call.shard.shared());
    let owner = shared.shard_of(task.key.0, task.key.1);
    if owner == call.shard.index() {
        return PendingPartition::Here(call.shard.produce(task));
    }
    let Some(handle) = shared.shards.get(owner) else {
        return PendingPartition::Here(Err(Failure::Stopping));
    };
    let (reply, answer) = oneshot::channel();
    let handed = handle.send(Box::new(move |shard| {
        // The asker may have gone.
        drop(reply.send(shard.produce(task)));
    }));
    match handed.await {
        Ok(()) => PendingPartition::Elsewhere(answer),
        Err(failure) => PendingPartition::Here(Err(failure)),
    }
}

impl Outcome {
    /// The response, once every batch counts or will not.
    pub(crate) async fn wait(self, call: &Call) -> ProduceResponse {
        let purgatory = &call.shard.metrics().purgatory.produce;
        call.wait(purgatory, self.settled()).await
    }

    async fn settled(self) -> ProduceResponse {
        let mut responses = Vec::with_capacity(self.topics.len());
        for topic in self.topics {
            let mut partition_responses = Vec::with_capacity(topic.partitions.len());
            for (index, pending) in topic.partitions {
                partition_responses.push(respond(index, settle(pending).await));
            }
            responses.push(TopicProduceResponse {
                name: topic.name,
                topic_id: topic.topic_id,
                partition_responses,
            });
        }
        ProduceResponse {
            responses,
            ..ProduceResponse::default()
        }
    }
}

async fn settle(pending: PendingPartition) -> Result<Acknowledgement, Failure> {
    let mut acknowledgement = match pending {
        PendingPartition::Here(result) => result?,
        PendingPartition::Elsewhere(answer) => answer.await.map_err(|_| Failure::Stopping)??,
    };
    if let Some(released) = acknowledgement.released.take() {
        released.await.map_err(|_| Failure::Stopping)??;
    }
    Ok(acknowledgement)
}

fn respond(index: i32, result: Result<Acknowledgement, Failure>) -> PartitionProduceResponse {
    match result {
        Ok(acknowledgement) => PartitionProduceResponse {
            index,
            error_code: ErrorCode::None.code(),
            base_offset: acknowledgement.base_offset.0,
            log_append_time_ms: acknowledgement.log_append_time.map_or(-1, |time| time.0),
            log_start_offset: acknowledgement.log_start.0,
            ..PartitionProduceResponse::default()
        },
        Err(failure) => PartitionProduceResponse {
            index,
            error_code: failure.code().code(),
            base_offset: -1,
            log_append_time_ms: -1,
            log_start_offset: -1,
            error_message: failure.message(),
            ..PartitionProduceResponse::default()
        },
    }
}
