//! Fetch: whole batches up to the high watermark, waiting for more where there is not enough
//! (KIP-74 for the limits, KIP-227 for sessions).

use std::sync::Arc;
use std::time::Duration;

use kavka_core::log::Aborted;
use kavka_core::metadata::MetadataImage;
use kavka_core::types::{Offset, PartitionIndex};
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::fetch_response::{
    AbortedTransaction, FetchableTopicResponse, PartitionData,
};
use kavka_protocol::messages::{FetchRequest, FetchResponse};
use tokio::sync::Notify;

use crate::call::Call;
use crate::connection::budget::Share;
use crate::failure::Failure;
use crate::partition::{Isolation, ReadResult};
use crate::records;
use crate::shard::sessions::{Asked, Found, Mode, Quiet};
use crate::shard::{ReadTask, ReadTerms};

/// From this version on topics go by their ids (KIP-516).
const FIRST_WITH_IDS: i16 = 13;

/// The longest wait that is granted; a larger `max_wait_ms` is cut.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// One partition to read.
struct Target {
    asked: Asked,
    task: Result<ReadTask, ErrorCode>,
}

/// What one pass over all partitions found.
struct Pass {
    results: Vec<Result<ReadResult, Failure>>,
    bytes: usize,
    share: Share,
    /// Something was not read for lack of memory.
    starved: bool,
}

impl Pass {
    /// Whether no partition has anything: the next look is due when the waiter is told.
    fn is_quiet(&self) -> bool {
        self.bytes == 0 && !self.starved && self.results.iter().all(Result::is_ok)
    }
}

/// What a wait for more has ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waited {
    /// A partition has more.
    News,
    /// Time is up, or the broker stops.
    Over,
}

/// Answers Fetch; the share is what the records in the response hold of the memory for replies.
pub(crate) async fn handle(call: &Call, request: FetchRequest) -> (FetchResponse, Share) {
    let by_id = call.version >= FIRST_WITH_IDS;
    let sessions = call.shard.sessions();
    let mode = match sessions.begin(&request, by_id) {
        Ok(mode) => mode,
        Err(code) => {
            let refusal = FetchResponse {
                error_code: code.code(),
                ..FetchResponse::default()
            };
            return (refusal, Share::EMPTY);
        }
    };
    let wait = Duration::from_millis(u64::try_from(request.max_wait_ms).unwrap_or(0));
    let mut deadline = tokio::time::Instant::now() + wait.min(LONGEST_WAIT);
    let least = usize::try_from(request.min_bytes).unwrap_or(0);
    let most = request.max_bytes.min(call.shard.settings().fetch_max_bytes);
    let most = usize::try_from(most).unwrap_or(0);
    // A reply that is full is enough, whatever was wanted at least.
    let least = least.min(most);
    let isolation = Isolation::from_wire(request.isolation_level);
    if let Some(quiet) = sessions.quiet(mode, isolation)
        && (least == 0 || news(call, &quiet.waiter, deadline).await == Waited::Over)
    {
        sessions.rest(mode, quiet);
        return (response(mode, Vec::new()), Share::EMPTY);
    }
    let image = call.shard.shared().image();
    let asked = sessions.asked(mode, &request).into_iter();
    let targets: Vec<Target> = asked.map(|asked| target(&image, asked, by_id)).collect();
    drop(image);
    loop {
        let waiter = Arc::new(Notify::new());
        let pass = read_all(call, &targets, (most, isolation), &waiter).await;
        let failed = pass.results.iter().any(Result::is_err);
        let finished = pass.bytes >= least || failed || tokio::time::Instant::now() >= deadline;
        if finished {
            return respond(call, mode, &targets, pass, Quiet { waiter, isolation });
        }
        // What was found is read again: until then its memory serves others.
        let nothing = Some(pass).filter(Pass::is_quiet);
        match (news(call, &waiter, deadline).await, nothing) {
            (Waited::News, _) => {}
            (Waited::Over, Some(pass)) => {
                return respond(call, mode, &targets, pass, Quiet { waiter, isolation });
            }
            // One last look.
            (Waited::Over, None) => deadline = tokio::time::Instant::now(),
        }
    }
}

/// Waits until a partition has more.
async fn news(call: &Call, waiter: &Notify, deadline: tokio::time::Instant) -> Waited {
    let waiting = async {
        tokio::select! {
            () = waiter.notified() => Waited::News,
            () = tokio::time::sleep_until(deadline) => Waited::Over,
            // An answer before the broker goes.
            () = call.shard.stopping() => Waited::Over,
        }
    };
    call.wait(&call.shard.metrics().purgatory.fetch, waiting)
        .await
}

fn target(image: &MetadataImage, asked: Asked, by_id: bool) -> Target {
    let (view, unknown) = if by_id {
        (image.topic_by_id(asked.topic_id), ErrorCode::UnknownTopicId)
    } else {
        (
            image.topic(&asked.topic),
            ErrorCode::UnknownTopicOrPartition,
        )
    };
    let index = PartitionIndex(asked.partition.partition);
    let task = match view {
        None => Err(unknown),
        Some(view) if view.partition(index).is_some() => Ok(ReadTask {
            key: (view.id, index),
            from: Offset(asked.partition.fetch_offset),
            max_bytes: usize::try_from(asked.partition.partition_max_bytes).unwrap_or(0),
            current_leader_epoch: asked.partition.current_leader_epoch,
        }),
        Some(_) => Err(ErrorCode::UnknownTopicOrPartition),
    };
    Target { asked, task }
}

/// Reads all partitions in the order of the request, shard by shard.
async fn read_all(
    call: &Call,
    targets: &[Target],
    (max_bytes, isolation): (usize, Isolation),
    waiter: &Arc<Notify>,
) -> Pass {
    let shared = Arc::clone(call.shard.shared());
    let mut by_shard: Vec<(Vec<usize>, Vec<ReadTask>)> = Vec::new();
    by_shard.resize_with(shared.shards.len(), Default::default);
    let mut results = Vec::new();
    for target in targets {
        match &target.task {
            Err(code) => results.push(Err(Failure::Code(*code))),
            Ok(task) => {
                let owner = shared.shard_of(task.key.0, task.key.1);
                if let Some((places, tasks)) = by_shard.get_mut(owner) {
                    places.push(results.len());
                    tasks.push(task.clone());
                }
                // Replaced below; what stays was for a shard that has ended.
                results.push(Err(Failure::Stopping));
            }
        }
    }
    let mut pass = Pass {
        results,
        bytes: 0,
        share: Share::EMPTY,
        starved: false,
    };
    for (index, (places, tasks)) in by_shard.into_iter().enumerate() {
        if tasks.is_empty() {
            continue;
        }
        let terms = ReadTerms {
            max_bytes: max_bytes.saturating_sub(pass.bytes),
            nothing_yet: pass.bytes == 0,
            isolation,
            waiter: Arc::clone(waiter),
        };
        let read = call
            .shard
            .on(index, move |shard| {
                Box::pin(async move { shard.read(&tasks, &terms) })
            })
            .await;
        let Ok(read) = read else { continue };
        pass.share.absorb(read.share);
        pass.starved |= read.starved;
        for (place, result) in places.into_iter().zip(read.results) {
            if let Ok(read) = &result {
                pass.bytes += read.records.len();
            }
            if let Some(slot) = pass.results.get_mut(place) {
                *slot = result;
            }
        }
    }
    pass
}

fn respond(
    call: &Call,
    mode: Mode,
    targets: &[Target],
    pass: Pass,
    quiet: Quiet,
) -> (FetchResponse, Share) {
    let isolation = quiet.isolation;
    let is_quiet = pass.is_quiet();
    let told: Vec<(&Asked, Found)> = targets
        .iter()
        .zip(&pass.results)
        .map(|(target, result)| (&target.asked, found(result)))
        .collect();
    let named = call.shard.sessions().finish(mode, &told);
    if is_quiet {
        call.shard.sessions().rest(mode, quiet);
    }
    let mut responses: Vec<FetchableTopicResponse> = Vec::new();
    for ((target, result), named) in targets.iter().zip(pass.results).zip(named) {
        if !named {
            continue;
        }
        let data = partition_data(target.asked.partition.partition, result, isolation);
        let asked = &target.asked;
        match responses.last_mut() {
            Some(last) if last.topic == asked.topic && last.topic_id == asked.topic_id => {
                last.partitions.push(data);
            }
            _ => responses.push(FetchableTopicResponse {
                topic: asked.topic.clone(),
                topic_id: asked.topic_id,
                partitions: vec![data],
            }),
        }
    }
    (response(mode, responses), pass.share)
}

fn response(mode: Mode, responses: Vec<FetchableTopicResponse>) -> FetchResponse {
    FetchResponse {
        session_id: mode.session_id(),
        responses,
        ..FetchResponse::default()
    }
}

fn found(result: &Result<ReadResult, Failure>) -> Found {
    match result {
        Ok(read) => Found::Read {
            records: !read.records.is_empty(),
            high_watermark: read.high_watermark.0,
            log_start: read.log_start.0,
        },
        Err(_) => Found::Error,
    }
}

/// Counts what is sent of a topic.
fn count(read: &ReadResult) {
    if !read.records.is_empty() {
        let records = records::count(&read.records);
        read.metrics.fetched_bytes.inc_by(read.records.len() as u64);
        read.metrics.fetched_records.inc_by(records);
    }
}

fn aborted(entry: &Aborted) -> AbortedTransaction {
    AbortedTransaction {
        producer_id: entry.producer.0,
        first_offset: entry.first.0,
    }
}

fn partition_data(
    partition_index: i32,
    result: Result<ReadResult, Failure>,
    isolation: Isolation,
) -> PartitionData {
    match result {
        Ok(read) => {
            count(&read);
            PartitionData {
                partition_index,
                high_watermark: read.high_watermark.0,
                last_stable_offset: read.last_stable.0,
                log_start_offset: read.log_start.0,
                aborted_transactions: (isolation == Isolation::ReadCommitted)
                    .then(|| read.aborted.iter().map(aborted).collect()),
                records: Some(read.records),
                ..PartitionData::default()
            }
        }
        Err(failure) => {
            if failure.is_storage() {
                tracing::error!(error = %failure, partition = partition_index, "read failed");
            }
            PartitionData {
                partition_index,
                error_code: failure.code().code(),
                high_watermark: -1,
                aborted_transactions: None,
                ..PartitionData::default()
            }
        }
    }
}
