//! Metadata and `DescribeTopicPartitions`: which brokers, topics and partitions there are.

use std::collections::HashSet;
use std::sync::Arc;

use kavka_core::metadata::{MetadataImage, PartitionView, TopicView, is_internal};
use kavka_protocol::messages::describe_topic_partitions_response::{
    Cursor, DescribeTopicPartitionsResponsePartition, DescribeTopicPartitionsResponseTopic,
};
use kavka_protocol::messages::metadata_request::MetadataRequestTopic;
use kavka_protocol::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use kavka_protocol::messages::{
    DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse, MetadataRequest,
    MetadataResponse,
};
use kavka_protocol::{ErrorCode, Uuid};

use super::topics::auto_create;
use crate::call::Call;
use crate::shared::Shared;

/// Answers Metadata; topics that are asked for by name may be made on the way.
pub(crate) async fn handle(call: Call, request: MetadataRequest) -> MetadataResponse {
    let shared = Arc::clone(call.shard.shared());
    let asked = match request.topics {
        // Version 0 has no null: no names stand for all topics.
        Some(names) if names.is_empty() && call.version == 0 => None,
        other => other,
    };
    let topics = match asked {
        None => shared
            .image()
            .topics()
            .map(|topic| describe(topic, ErrorCode::None))
            .collect(),
        Some(mut asked) => {
            // Naming a topic often must not make the reply any larger.
            let mut named = HashSet::new();
            asked.retain(|topic| named.insert((topic.topic_id, topic.name.clone())));
            let allowed = request.allow_auto_topic_creation || call.version < 4;
            named_topics(&call, &asked, allowed).await
        }
    };
    let image = shared.image();
    MetadataResponse {
        brokers: brokers(&image, &shared, call.listener),
        cluster_id: Some(shared.cluster_id.clone()),
        controller_id: shared.node().0,
        topics,
        ..MetadataResponse::default()
    }
}

async fn named_topics(
    call: &Call,
    asked: &[MetadataRequestTopic],
    create: bool,
) -> Vec<MetadataResponseTopic> {
    let shared = call.shard.shared();
    let image = shared.image();
    let missing: Vec<String> = asked
        .iter()
        .filter(|topic| topic.topic_id.is_zero())
        .filter_map(|topic| topic.name.clone())
        .filter(|name| image.topic(name).is_none())
        .collect();
    let failed = if create && !missing.is_empty() {
        auto_create(shared, missing).await
    } else {
        Vec::new()
    };
    let image = shared.image();
    asked
        .iter()
        .map(|topic| named_topic(&image, topic, &failed))
        .collect()
}

fn named_topic(
    image: &MetadataImage,
    asked: &MetadataRequestTopic,
    failed: &[(String, ErrorCode)],
) -> MetadataResponseTopic {
    if !asked.topic_id.is_zero() {
        return match image.topic_by_id(asked.topic_id) {
            Some(topic) => describe(topic, ErrorCode::None),
            None => missing(None, asked.topic_id, ErrorCode::UnknownTopicId),
        };
    }
    let Some(name) = &asked.name else {
        return missing(None, Uuid::ZERO, ErrorCode::InvalidTopicException);
    };
    if let Some(topic) = image.topic(name) {
        return describe(topic, ErrorCode::None);
    }
    let code = failed
        .iter()
        .find(|(failed, _)| failed == name)
        .map_or(ErrorCode::UnknownTopicOrPartition, |(_, code)| *code);
    missing(Some(name.clone()), Uuid::ZERO, code)
}

fn missing(name: Option<String>, topic_id: Uuid, code: ErrorCode) -> MetadataResponseTopic {
    MetadataResponseTopic {
        error_code: code.code(),
        // Before version 12 a name is never null.
        name: Some(name.unwrap_or_default()),
        topic_id,
        ..MetadataResponseTopic::default()
    }
}

fn describe(topic: &TopicView, code: ErrorCode) -> MetadataResponseTopic {
    MetadataResponseTopic {
        error_code: code.code(),
        name: Some(topic.name.to_string()),
        topic_id: topic.id,
        is_internal: is_internal(&topic.name),
        partitions: topic.partitions.iter().map(describe_partition).collect(),
        ..MetadataResponseTopic::default()
    }
}

fn describe_partition(partition: &PartitionView) -> MetadataResponsePartition {
    let code = match partition.leader {
        Some(_) => ErrorCode::None,
        None => ErrorCode::LeaderNotAvailable,
    };
    MetadataResponsePartition {
        error_code: code.code(),
        partition_index: partition.index.0,
        leader_id: partition.leader.map_or(-1, |leader| leader.0),
        leader_epoch: partition.leader_epoch.0,
        replica_nodes: partition.replicas.iter().map(|node| node.0).collect(),
        isr_nodes: partition.isr.iter().map(|node| node.0).collect(),
        offline_replicas: Vec::new(),
    }
}

/// Where the brokers are, for a client that came in on a certain listener.
fn brokers(image: &MetadataImage, shared: &Shared, listener: usize) -> Vec<MetadataResponseBroker> {
    image
        .brokers()
        .filter(|broker| !broker.fenced)
        .map(|broker| {
            let (host, port) = shared.address_of(broker, listener);
            MetadataResponseBroker {
                node_id: broker.id.0,
                host,
                port,
                rack: broker.rack.clone(),
            }
        })
        .collect()
}

/// Answers `DescribeTopicPartitions` (KIP-966), in pages.
pub(crate) async fn describe_topic_partitions(
    call: Call,
    request: DescribeTopicPartitionsRequest,
) -> DescribeTopicPartitionsResponse {
    let image = call.shard.shared().image();
    let mut names: Vec<String> = if request.topics.is_empty() {
        image.topics().map(|topic| topic.name.to_string()).collect()
    } else {
        request.topics.into_iter().map(|topic| topic.name).collect()
    };
    names.sort_unstable();
    names.dedup();
    let (first_name, mut first_partition) = match request.cursor {
        Some(cursor) => (cursor.topic_name, cursor.partition_index),
        None => (String::new(), 0),
    };
    let limit = usize::try_from(request.response_partition_limit).unwrap_or(0);
    let most = call.shard.settings().max_request_partition_size_limit;
    let mut room = limit.clamp(1, usize::try_from(most).unwrap_or(1).max(1));
    let mut response = DescribeTopicPartitionsResponse::default();
    for name in names.into_iter().filter(|name| *name >= first_name) {
        let skip = if name == first_name {
            std::mem::take(&mut first_partition)
        } else {
            0
        };
        if room == 0 {
            response.next_cursor = Some(cursor(name, skip));
            break;
        }
        let (topic, next) = page(&image, &name, skip, room);
        room -= topic.partitions.len().min(room);
        response.topics.push(topic);
        if let Some(next) = next {
            response.next_cursor = Some(cursor(name, next));
            break;
        }
    }
    response
}

fn cursor(topic_name: String, partition_index: i32) -> Cursor {
    Cursor {
        topic_name,
        partition_index,
    }
}

/// Up to `room` partitions of a topic, and the first one that did not fit.
fn page(
    image: &MetadataImage,
    name: &str,
    skip: i32,
    room: usize,
) -> (DescribeTopicPartitionsResponseTopic, Option<i32>) {
    let Some(topic) = image.topic(name) else {
        let absent = DescribeTopicPartitionsResponseTopic {
            error_code: ErrorCode::UnknownTopicOrPartition.code(),
            name: Some(name.to_owned()),
            ..DescribeTopicPartitionsResponseTopic::default()
        };
        return (absent, None);
    };
    let skip = usize::try_from(skip).unwrap_or(0);
    let rest = topic.partitions.iter().skip(skip);
    let partitions = rest.clone().take(room).map(|view| {
        let known = describe_partition(view);
        DescribeTopicPartitionsResponsePartition {
            error_code: known.error_code,
            partition_index: known.partition_index,
            leader_id: known.leader_id,
            leader_epoch: known.leader_epoch,
            replica_nodes: known.replica_nodes,
            isr_nodes: known.isr_nodes,
            eligible_leader_replicas: Some(Vec::new()),
            last_known_elr: Some(Vec::new()),
            offline_replicas: known.offline_replicas,
        }
    });
    let described = DescribeTopicPartitionsResponseTopic {
        name: Some(topic.name.to_string()),
        topic_id: topic.id,
        is_internal: is_internal(&topic.name),
        partitions: partitions.collect(),
        ..DescribeTopicPartitionsResponseTopic::default()
    };
    let next = rest.clone().nth(room).map(|view| view.index.0);
    (described, next)
}
