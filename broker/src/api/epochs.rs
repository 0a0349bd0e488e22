//! `OffsetForLeaderEpoch` (KIP-320): where a leader's reign ended, for consumers that check whether
//! what they have read is still there.

use kavka_core::types::{LeaderEpoch, PartitionIndex};
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::offset_for_leader_epoch_request::OffsetForLeaderPartition;
use kavka_protocol::messages::offset_for_leader_epoch_response::{
    EpochEndOffset, OffsetForLeaderTopicResult,
};
use kavka_protocol::messages::{OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse};

use crate::call::Call;
use crate::failure::Failure;
use crate::shard::{PartitionKey, Shard};

/// Answers `OffsetForLeaderEpoch`.
pub(crate) async fn handle(
    call: Call,
    request: OffsetForLeaderEpochRequest,
) -> OffsetForLeaderEpochResponse {
    let mut topics = Vec::with_capacity(request.topics.len());
    for topic in request.topics {
        let id = call
            .shard
            .shared()
            .image()
            .topic(&topic.topic)
            .map(|topic| topic.id);
        let mut partitions = Vec::with_capacity(topic.partitions.len());
        for asked in topic.partitions {
            let partition = asked.partition;
            let found = match id {
                Some(id) => {
                    let key = (id, PartitionIndex(partition));
                    call.shard
                        .on_owner(key, move |shard| {
                            Box::pin(async move { look_up(&shard, key, &asked) })
                        })
                        .await
                        .and_then(std::convert::identity)
                }
                None => Err(ErrorCode::UnknownTopicOrPartition.into()),
            };
            partitions.push(found.unwrap_or_else(|failure| EpochEndOffset {
                error_code: failure.code().code(),
                partition,
                ..EpochEndOffset::default()
            }));
        }
        topics.push(OffsetForLeaderTopicResult {
            topic: topic.topic,
            partitions,
        });
    }
    OffsetForLeaderEpochResponse {
        topics,
        ..OffsetForLeaderEpochResponse::default()
    }
}

fn look_up(
    shard: &Shard,
    key: PartitionKey,
    asked: &OffsetForLeaderPartition,
) -> Result<EpochEndOffset, Failure> {
    let partition = shard
        .partition(key)
        .ok_or(Failure::Code(ErrorCode::UnknownTopicOrPartition))?;
    let mut partition = partition.borrow_mut();
    partition.check_sound()?;
    partition
        .replica()
        .check_epoch(asked.current_leader_epoch)?;
    let end = partition.log_end();
    let current = partition.replica().leader_epoch();
    let asked_epoch = LeaderEpoch(asked.leader_epoch);
    let (epoch, offset) = match partition.log() {
        // The reign goes on: it ends where the log does.
        _ if asked_epoch == current => (current.0, end.0),
        Some(log) => {
            let ended = log.leader_epochs().end_offset_for(asked_epoch, end);
            ended.map_or((-1, -1), |(epoch, offset)| (epoch.0, offset.0))
        }
        None => (-1, -1),
    };
    Ok(EpochEndOffset {
        error_code: ErrorCode::None.code(),
        partition: asked.partition,
        leader_epoch: epoch,
        end_offset: offset,
    })
}
