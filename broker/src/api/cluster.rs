//! `DescribeCluster` and `DescribeLogDirs`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::describe_cluster_response::DescribeClusterBroker;
use kavka_protocol::messages::describe_log_dirs_response::{
    DescribeLogDirsPartition, DescribeLogDirsResult, DescribeLogDirsTopic,
};
use kavka_protocol::messages::{
    DescribeClusterRequest, DescribeClusterResponse, DescribeLogDirsRequest,
    DescribeLogDirsResponse,
};

use crate::call::Call;

/// `endpoint_type` for brokers (KIP-919).
const BROKERS: i8 = 1;

/// Answers `DescribeCluster`.
pub(crate) async fn describe(
    call: Call,
    request: DescribeClusterRequest,
) -> DescribeClusterResponse {
    let shared = call.shard.shared();
    if request.endpoint_type != BROKERS {
        return DescribeClusterResponse {
            error_code: ErrorCode::MismatchedEndpointType.code(),
            error_message: Some("this endpoint serves brokers (endpoint type 1)".to_owned()),
            endpoint_type: BROKERS,
            ..DescribeClusterResponse::default()
        };
    }
    let image = shared.image();
    let brokers = image
        .brokers()
        .filter(|broker| request.include_fenced_brokers || !broker.fenced)
        .map(|broker| {
            let (host, port) = shared.address_of(broker, call.listener);
            DescribeClusterBroker {
                broker_id: broker.id.0,
                host,
                port,
                rack: broker.rack.clone(),
                is_fenced: broker.fenced,
            }
        })
        .collect();
    DescribeClusterResponse {
        cluster_id: shared.cluster_id.clone(),
        controller_id: shared.node().0,
        brokers,
        ..DescribeClusterResponse::default()
    }
}

/// Answers `DescribeLogDirs`: one folder, and what the partitions in it take.
pub(crate) async fn describe_log_dirs(
    call: Call,
    request: DescribeLogDirsRequest,
) -> DescribeLogDirsResponse {
    let asked: Option<BTreeSet<(String, i32)>> = request.topics.map(|topics| {
        topics
            .into_iter()
            .flat_map(|topic| {
                let name = topic.topic;
                topic
                    .partitions
                    .into_iter()
                    .map(move |index| (name.clone(), index))
            })
            .collect()
    });
    let shared = Arc::clone(call.shard.shared());
    let mut topics: BTreeMap<String, Vec<DescribeLogDirsPartition>> = BTreeMap::new();
    for index in 0..shared.shards.len() {
        let states = call
            .shard
            .on(index, |shard| Box::pin(async move { shard.log_states() }))
            .await;
        for log in states.unwrap_or_default() {
            let name = log.topic.to_string();
            let wanted = asked
                .as_ref()
                .is_none_or(|asked| asked.contains(&(name.clone(), log.partition)));
            if wanted {
                let told = DescribeLogDirsPartition {
                    partition_index: log.partition,
                    partition_size: i64::try_from(log.bytes).unwrap_or(i64::MAX),
                    // Acknowledged records that this log lacks: a leader lacks none.
                    offset_lag: log.high_watermark.saturating_sub(log.end).max(0),
                    is_future_key: false,
                };
                topics.entry(name).or_default().push(told);
            }
        }
    }
    let topics = topics
        .into_iter()
        .map(|(name, partitions)| DescribeLogDirsTopic { name, partitions })
        .collect();
    let space = rustix::fs::statvfs(&shared.data_dir).ok();
    let bytes = |blocks: u64, unit: u64| i64::try_from(blocks.saturating_mul(unit)).unwrap_or(-1);
    DescribeLogDirsResponse {
        results: vec![DescribeLogDirsResult {
            log_dir: shared.data_dir.display().to_string(),
            topics,
            total_bytes: space.as_ref().map_or(-1, |s| bytes(s.f_blocks, s.f_frsize)),
            usable_bytes: space.as_ref().map_or(-1, |s| bytes(s.f_bavail, s.f_frsize)),
            ..DescribeLogDirsResult::default()
        }],
        ..DescribeLogDirsResponse::default()
    }
}
