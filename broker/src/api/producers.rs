//! `DescribeProducers` (KIP-664): who writes to a partition, and whose transaction is open.

use kavka_core::log::ProducerView;
use kavka_core::types::PartitionIndex;
use kavka_disk::PartitionLog;
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::describe_producers_response::{
    PartitionResponse, ProducerState, TopicResponse,
};
use kavka_protocol::messages::{DescribeProducersRequest, DescribeProducersResponse};

use crate::call::Call;
use crate::failure::Failure;
use crate::shard::PartitionKey;

/// Answers `DescribeProducers`.
pub(crate) async fn describe(
    call: Call,
    request: DescribeProducersRequest,
) -> DescribeProducersResponse {
    let mut topics = Vec::with_capacity(request.topics.len());
    for topic in request.topics {
        let image = call.shard.shared().image();
        let view = image.topic(&topic.name).cloned();
        drop(image);
        let mut partitions = Vec::with_capacity(topic.partition_indexes.len());
        for partition_index in topic.partition_indexes {
            let index = PartitionIndex(partition_index);
            let known = view.as_ref().filter(|view| view.partition(index).is_some());
            let found = match known {
                Some(view) => producers_of(&call, (view.id, index)).await,
                None => Err(ErrorCode::UnknownTopicOrPartition.into()),
            };
            partitions.push(respond(partition_index, found));
        }
        topics.push(TopicResponse {
            name: topic.name,
            partitions,
        });
    }
    DescribeProducersResponse {
        topics,
        ..DescribeProducersResponse::default()
    }
}

async fn producers_of(call: &Call, key: PartitionKey) -> Result<Vec<ProducerView>, Failure> {
    call.shard
        .on_owner(key, move |shard| {
            Box::pin(async move {
                let partition = shard
                    .partition(key)
                    .ok_or(Failure::Code(ErrorCode::NotLeaderOrFollower))?;
                let mut partition = partition.borrow_mut();
                partition.check_sound()?;
                let log = partition.log();
                Ok(log.map_or_else(Vec::new, |log| {
                    PartitionLog::producers(log).views().collect()
                }))
            })
        })
        .await?
}

fn respond(partition_index: i32, found: Result<Vec<ProducerView>, Failure>) -> PartitionResponse {
    match found {
        Ok(producers) => PartitionResponse {
            partition_index,
            active_producers: producers.iter().map(state).collect(),
            ..PartitionResponse::default()
        },
        Err(failure) => PartitionResponse {
            partition_index,
            error_code: failure.code().code(),
            error_message: failure.message(),
            ..PartitionResponse::default()
        },
    }
}

fn state(producer: &ProducerView) -> ProducerState {
    ProducerState {
        producer_id: producer.producer.0,
        producer_epoch: producer.epoch.0.into(),
        last_sequence: producer.last_sequence.map_or(-1, |sequence| sequence.0),
        last_timestamp: producer.seen.0,
        coordinator_epoch: producer.coordinator_epoch.0,
        current_txn_start_offset: producer.open.map_or(-1, |first| first.0),
    }
}
