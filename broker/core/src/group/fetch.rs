//! `OffsetFetch`: where groups go on reading.

use kavka_protocol::messages::offset_fetch_request::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopics,
};
use kavka_protocol::messages::offset_fetch_response::{
    OffsetFetchResponseGroup, OffsetFetchResponsePartition, OffsetFetchResponsePartitions,
    OffsetFetchResponseTopic, OffsetFetchResponseTopics,
};
use kavka_protocol::messages::{OffsetFetchRequest, OffsetFetchResponse};
use kavka_protocol::{ErrorCode, Uuid};

use super::GroupCoordinator;
use super::messages::Context;
use super::offset::{Committed, OffsetKey};
use super::state::{Group, State};

/// Several groups may be asked for at once from this version on.
const GROUPS_FROM: i16 = 8;
/// Topics go by identity from this version on.
const TOPIC_IDS_FROM: i16 = 10;
/// The answer has an error of its own from this version on; before, each partition has it.
const GROUP_ERROR_FROM: i16 = 2;

/// What holds for all groups of a request.
#[derive(Debug, Clone, Copy)]
struct Terms {
    by_id: bool,
    /// Offsets that an open transaction may change are withheld.
    stable: bool,
}

impl GroupCoordinator {
    pub(super) fn fetch_offsets(
        &self,
        request: OffsetFetchRequest,
        version: i16,
        context: &Context<'_>,
    ) -> OffsetFetchResponse {
        let terms = Terms {
            by_id: version >= TOPIC_IDS_FROM,
            stable: request.require_stable,
        };
        if version >= GROUPS_FROM {
            let groups = request.groups.iter();
            let groups = groups.map(|group| self.fetch_group(group, terms, context));
            return OffsetFetchResponse {
                groups: groups.collect(),
                ..Default::default()
            };
        }
        let topics = request.topics.map(|topics| {
            let topics = topics.into_iter().map(|topic| OffsetFetchRequestTopics {
                name: topic.name,
                partition_indexes: topic.partition_indexes,
                ..Default::default()
            });
            topics.collect()
        });
        let group_id = request.group_id;
        let group = OffsetFetchRequestGroup {
            group_id,
            topics,
            ..Default::default()
        };
        let found = self.fetch_group(&group, terms, context);
        let mut error_code = found.error_code;
        let mut topics: Vec<OffsetFetchResponseTopic> = found.topics.into_iter().map(old).collect();
        if version < GROUP_ERROR_FROM && error_code != 0 {
            let none = Vec::new();
            let asked = group.topics.as_ref().unwrap_or(&none).iter();
            topics = asked.map(|topic| old(failed(topic, error_code))).collect();
            error_code = 0;
        }
        OffsetFetchResponse {
            topics,
            error_code,
            ..Default::default()
        }
    }

    fn fetch_group(
        &self,
        request: &OffsetFetchRequestGroup,
        terms: Terms,
        context: &Context<'_>,
    ) -> OffsetFetchResponseGroup {
        let mut response = OffsetFetchResponseGroup {
            group_id: request.group_id.clone(),
            ..Default::default()
        };
        if let Err(code) = self.serving(&request.group_id) {
            response.error_code = code.code();
            return response;
        }
        let group = self
            .groups
            .get(&request.group_id)
            .filter(|group| group.state != State::Dead);
        response.topics = match &request.topics {
            None => group
                .map(|group| everything(group, terms, context))
                .unwrap_or_default(),
            Some(topics) => topics
                .iter()
                .map(|topic| fetch_topic(group, topic, terms, context))
                .collect(),
        };
        response
    }
}

fn fetch_topic(
    group: Option<&Group>,
    topic: &OffsetFetchRequestTopics,
    terms: Terms,
    context: &Context<'_>,
) -> OffsetFetchResponseTopics {
    let name = if terms.by_id {
        match context.image.topic_by_id(topic.topic_id) {
            Some(known) => known.name.to_string(),
            None => return failed(topic, ErrorCode::UnknownTopicId.code()),
        }
    } else {
        topic.name.clone()
    };
    let of = |index: &i32| {
        let key = OffsetKey {
            topic: name.clone(),
            partition: *index,
        };
        match group {
            Some(group) => of_group(group, &key, terms),
            None => found(*index, None),
        }
    };
    OffsetFetchResponseTopics {
        name: topic.name.clone(),
        topic_id: topic.topic_id,
        partitions: topic.partition_indexes.iter().map(of).collect(),
    }
}

fn everything(
    group: &Group,
    terms: Terms,
    context: &Context<'_>,
) -> Vec<OffsetFetchResponseTopics> {
    let mut topics: Vec<OffsetFetchResponseTopics> = Vec::new();
    let mut last: Option<&str> = None;
    for key in group.offsets.keys() {
        let id = if terms.by_id {
            // A topic that is gone has no identity to be told by.
            let Some(topic) = context.image.topic(&key.topic) else {
                continue;
            };
            topic.id
        } else {
            Uuid::ZERO
        };
        if last != Some(key.topic.as_str()) {
            let name = if terms.by_id {
                String::new()
            } else {
                key.topic.clone()
            };
            topics.push(OffsetFetchResponseTopics {
                name,
                topic_id: id,
                partitions: Vec::new(),
            });
            last = Some(&key.topic);
        }
        if let Some(topic) = topics.last_mut() {
            topic.partitions.push(of_group(group, key, terms));
        }
    }
    topics
}

/// A group's offset. Where a transaction may still commit another one, whoever asks for certainty
/// has to come again (KIP-447).
fn of_group(group: &Group, key: &OffsetKey, terms: Terms) -> OffsetFetchResponsePartitions {
    if terms.stable && group.is_pending(key) {
        return OffsetFetchResponsePartitions {
            error_code: ErrorCode::UnstableOffsetCommit.code(),
            ..found(key.partition, None)
        };
    }
    found(key.partition, group.offsets.get(key))
}

fn found(index: i32, committed: Option<&Committed>) -> OffsetFetchResponsePartitions {
    OffsetFetchResponsePartitions {
        partition_index: index,
        committed_offset: committed.map_or(-1, |committed| committed.offset.0),
        committed_leader_epoch: committed.map_or(-1, |committed| committed.leader_epoch.0),
        metadata: Some(
            committed
                .map(|committed| committed.metadata.clone())
                .unwrap_or_default(),
        ),
        error_code: ErrorCode::None.code(),
    }
}

fn failed(topic: &OffsetFetchRequestTopics, error_code: i16) -> OffsetFetchResponseTopics {
    let of = |index: &i32| OffsetFetchResponsePartitions {
        error_code,
        ..found(*index, None)
    };
    OffsetFetchResponseTopics {
        name: topic.name.clone(),
        topic_id: topic.topic_id,
        partitions: topic.partition_indexes.iter().map(of).collect(),
    }
}

fn old(topic: OffsetFetchResponseTopics) -> OffsetFetchResponseTopic {
    let partitions = topic
        .partitions
        .into_iter()
        .map(|partition| OffsetFetchResponsePartition {
            partition_index: partition.partition_index,
            committed_offset: partition.committed_offset,
            committed_leader_epoch: partition.committed_leader_epoch,
            metadata: partition.metadata,
            error_code: partition.error_code,
        });
    OffsetFetchResponseTopic {
        name: topic.name,
        partitions: partitions.collect(),
    }
}
