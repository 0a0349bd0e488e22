//! `ListOffsets`: where a log starts, where it ends, and what lies at a moment in time.

use kavka_core::types::{Offset, PartitionIndex, Timestamp};
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::list_offsets_request::ListOffsetsPartition;
use kavka_protocol::messages::list_offsets_response::{
    ListOffsetsPartitionResponse, ListOffsetsTopicResponse,
};
use kavka_protocol::messages::{ListOffsetsRequest, ListOffsetsResponse};

use crate::call::Call;
use crate::failure::Failure;
use crate::partition::{Isolation, Partition};
use crate::shard::Shard;

/// What stands for a place instead of a moment.
const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
const MAX_TIMESTAMP: i64 = -3;
const EARLIEST_LOCAL: i64 = -4;
const LATEST_TIERED: i64 = -5;
const EARLIEST_PENDING_UPLOAD: i64 = -6;

/// From this version on leader epochs are told (KIP-320).
const FIRST_WITH_EPOCHS: i16 = 4;

/// A place in a log; -1 stands for what is not known.
#[derive(Debug, Clone, Copy)]
struct Place {
    offset: i64,
    timestamp: i64,
    leader_epoch: i32,
}

const NOWHERE: Place = Place {
    offset: -1,
    timestamp: -1,
    leader_epoch: -1,
};

/// Answers `ListOffsets`.
pub(crate) async fn handle(call: Call, request: ListOffsetsRequest) -> ListOffsetsResponse {
    let isolation = Isolation::from_wire(request.isolation_level);
    let mut topics = Vec::with_capacity(request.topics.len());
    for topic in request.topics {
        let id = call
            .shard
            .shared()
            .image()
            .topic(&topic.name)
            .map(|topic| topic.id);
        let mut partitions = Vec::with_capacity(topic.partitions.len());
        for asked in topic.partitions {
            let partition_index = asked.partition_index;
            let found = match id {
                Some(id) => {
                    let key = (id, PartitionIndex(partition_index));
                    call.shard
                        .on_owner(key, move |shard| {
                            Box::pin(async move { look_up(&shard, key, &asked, isolation) })
                        })
                        .await
                        .and_then(std::convert::identity)
                }
                None => Err(ErrorCode::UnknownTopicOrPartition.into()),
            };
            partitions.push(respond(call.version, partition_index, found));
        }
        topics.push(ListOffsetsTopicResponse {
            name: topic.name,
            partitions,
        });
    }
    ListOffsetsResponse {
        topics,
        ..ListOffsetsResponse::default()
    }
}

fn respond(
    version: i16,
    partition_index: i32,
    found: Result<Place, Failure>,
) -> ListOffsetsPartitionResponse {
    let (code, place) = match found {
        Ok(place) => (ErrorCode::None, place),
        Err(failure) => (failure.code(), NOWHERE),
    };
    ListOffsetsPartitionResponse {
        partition_index,
        error_code: code.code(),
        timestamp: place.timestamp,
        offset: place.offset,
        // Older versions have no place for it.
        leader_epoch: if version < FIRST_WITH_EPOCHS {
            -1
        } else {
            place.leader_epoch
        },
    }
}

fn look_up(
    shard: &Shard,
    key: crate::shard::PartitionKey,
    asked: &ListOffsetsPartition,
    isolation: Isolation,
) -> Result<Place, Failure> {
    let partition = shard
        .partition(key)
        .ok_or(Failure::Code(ErrorCode::UnknownTopicOrPartition))?;
    let mut partition = partition.borrow_mut();
    partition.check_sound()?;
    partition
        .replica()
        .check_epoch(asked.current_leader_epoch)?;
    let bound = partition.bound(isolation);
    let current_epoch = partition.replica().leader_epoch().0;
    match asked.timestamp {
        LATEST => Ok(Place {
            offset: bound.0,
            timestamp: -1,
            leader_epoch: current_epoch,
        }),
        EARLIEST | EARLIEST_LOCAL => {
            let offset = partition.log_start();
            let leader_epoch = epoch_at(&mut partition, offset).unwrap_or(current_epoch);
            Ok(Place {
                offset: offset.0,
                timestamp: -1,
                leader_epoch,
            })
        }
        // Nothing is ever uploaded anywhere.
        LATEST_TIERED | EARLIEST_PENDING_UPLOAD => Ok(NOWHERE),
        MAX_TIMESTAMP => {
            let hit = match partition.log() {
                Some(log) => log.max_timestamp(bound)?,
                None => None,
            };
            Ok(hit.map_or(NOWHERE, |hit| Place {
                offset: hit.offset.0,
                timestamp: hit.timestamp.0,
                leader_epoch: hit.leader_epoch.0,
            }))
        }
        moment if moment >= 0 => {
            let hit = match partition.log() {
                Some(log) => log.offset_for_timestamp(Timestamp(moment), bound)?,
                None => None,
            };
            Ok(hit.map_or(NOWHERE, |hit| Place {
                offset: hit.offset.0,
                timestamp: hit.timestamp.0,
                leader_epoch: hit.leader_epoch.0,
            }))
        }
        _ => Err(ErrorCode::UnsupportedVersion.into()),
    }
}

fn epoch_at(partition: &mut Partition, offset: Offset) -> Option<i32> {
    partition
        .log()?
        .leader_epochs()
        .epoch_at(offset)
        .map(|epoch| epoch.0)
}
