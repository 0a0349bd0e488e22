//! `DeleteRecords` (KIP-107): a log begins later than it did.

use std::time::Duration;

use kavka_core::metadata::is_internal;
use kavka_core::types::{Lsn, Offset, PartitionIndex};
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::delete_records_request::DeleteRecordsTopic;
use kavka_protocol::messages::delete_records_response::{
    DeleteRecordsPartitionResult, DeleteRecordsTopicResult,
};
use kavka_protocol::messages::{DeleteRecordsRequest, DeleteRecordsResponse};

use crate::call::Call;
use crate::failure::Failure;
use crate::shard::{PartitionKey, Shard};

/// Stands for the high watermark.
const UP_TO_HIGH_WATERMARK: i64 = -1;

/// A partition's new start.
struct Deleted {
    start: Offset,
    /// Where the journal says so; nothing where the log began there or later before.
    lsn: Option<Lsn>,
}

/// Answers `DeleteRecords`, once a crash would not bring back what is deleted.
pub(crate) async fn handle(call: Call, request: DeleteRecordsRequest) -> DeleteRecordsResponse {
    let mut topics = Vec::with_capacity(request.topics.len());
    let mut last = None;
    for topic in request.topics {
        topics.push(delete_topic(&call, topic, &mut last).await);
    }
    let timeout_ms = u64::try_from(request.timeout_ms).unwrap_or(0);
    if let Some(lsn) = last
        && !synced(&call, lsn, Duration::from_millis(timeout_ms)).await
    {
        let partitions = topics.iter_mut().flat_map(|topic| &mut topic.partitions);
        for partition in partitions.filter(|partition| partition.error_code == 0) {
            *partition = refused(partition.partition_index, ErrorCode::RequestTimedOut);
        }
    }
    DeleteRecordsResponse {
        topics,
        ..DeleteRecordsResponse::default()
    }
}

async fn delete_topic(
    call: &Call,
    topic: DeleteRecordsTopic,
    last: &mut Option<Lsn>,
) -> DeleteRecordsTopicResult {
    let image = call.shard.shared().image();
    let id = match image.topic(&topic.name) {
        Some(_) if is_internal(&topic.name) => Err(ErrorCode::InvalidTopicException),
        Some(known) => Ok(known.id),
        None => Err(ErrorCode::UnknownTopicOrPartition),
    };
    let mut partitions = Vec::with_capacity(topic.partitions.len());
    for asked in topic.partitions {
        let (index, offset) = (asked.partition_index, asked.offset);
        let deleted = match id {
            Ok(id) => {
                let key = (id, PartitionIndex(index));
                let deleted = call.shard.on_owner(key, move |shard| {
                    Box::pin(async move { delete(&shard, key, offset) })
                });
                deleted.await.and_then(std::convert::identity)
            }
            Err(code) => Err(code.into()),
        };
        partitions.push(match deleted {
            Ok(deleted) => {
                *last = (*last).max(deleted.lsn);
                DeleteRecordsPartitionResult {
                    partition_index: index,
                    low_watermark: deleted.start.0,
                    error_code: ErrorCode::None.code(),
                }
            }
            Err(failure) => refused(index, failure.code()),
        });
    }
    DeleteRecordsTopicResult {
        name: topic.name,
        partitions,
    }
}

fn delete(shard: &Shard, key: PartitionKey, offset: i64) -> Result<Deleted, Failure> {
    let partition = shard
        .partition(key)
        .ok_or(Failure::Code(ErrorCode::UnknownTopicOrPartition))?;
    let mut partition = partition.borrow_mut();
    partition.check_sound()?;
    if !partition.settings().topic.cleanup.delete {
        return Err(ErrorCode::PolicyViolation.into());
    }
    let high_watermark = partition.replica().high_watermark().0;
    let start = match offset {
        UP_TO_HIGH_WATERMARK => high_watermark,
        offset if (0..=high_watermark).contains(&offset) => offset,
        _ => return Err(ErrorCode::OffsetOutOfRange.into()),
    };
    let expired = partition.delete_records_before(Offset(start))?;
    let lsn = expired.as_ref().map(kavka_disk::ExpiredSegments::lsn);
    if let Some(segments) = expired.filter(|segments| !segments.is_empty()) {
        shard.remove_segments(segments);
    }
    Ok(Deleted {
        start: partition.log_start(),
        lsn,
    })
}

/// Waits until the journal is on disk up to `lsn`; whether it was in time.
async fn synced(call: &Call, lsn: Lsn, patience: Duration) -> bool {
    let sync = &call.shard.shared().sync;
    let mut progress = sync.synced();
    sync.request();
    let waiting = tokio::time::timeout(patience, progress.wait_for(|synced| *synced >= lsn));
    let purgatory = &call.shard.metrics().purgatory.metadata;
    matches!(call.wait(purgatory, waiting).await, Ok(Ok(_)))
}

fn refused(index: i32, code: ErrorCode) -> DeleteRecordsPartitionResult {
    DeleteRecordsPartitionResult {
        partition_index: index,
        low_watermark: -1,
        error_code: code.code(),
    }
}
