//! Offsets: what a log holds, and what a group committed.

use std::collections::BTreeMap;

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kavka_protocol::messages::offset_commit_request::{
    OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use kavka_protocol::messages::{
    ListOffsetsRequest, ListOffsetsResponse, OffsetCommitRequest, OffsetCommitResponse,
    OffsetFetchRequest, OffsetFetchResponse,
};

use super::Results;
use super::coordination::Place;
use crate::client::{Client, Target};
use crate::error::{ApiError, ClientError};

/// A topic's name and the number of one of its partitions.
pub type TopicPartition = (String, i32);

/// How far a group has come in one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedOffset {
    /// The topic's name.
    pub topic: String,
    /// The partition's number.
    pub partition: i32,
    /// The next offset to be consumed.
    pub offset: i64,
    /// The consumer's own note.
    pub metadata: Option<String>,
}

/// Which offset of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffsetAt {
    /// The first one kept.
    Earliest,
    /// The next one to be written.
    Latest,
    /// That of the first record at or after this time, in milliseconds since 1970.
    Timestamp(i64),
}

impl OffsetAt {
    fn on_wire(self) -> i64 {
        match self {
            Self::Earliest => -2,
            Self::Latest => -1,
            Self::Timestamp(milliseconds) => milliseconds,
        }
    }
}

/// The highest versions that name one group, and topics by name instead of by id.
const ONE_GROUP: i16 = 7;
const BY_NAME: i16 = 9;

impl Client {
    /// All offsets that the group committed.
    pub async fn fetch_offsets(&self, group: &str) -> Result<Vec<CommittedOffset>, ClientError> {
        let request = OffsetFetchRequest {
            group_id: group.to_owned(),
            topics: None,
            ..OffsetFetchRequest::default()
        };
        let place = Place::CoordinatorOf(group);
        let code = |response: &OffsetFetchResponse| response.error_code;
        let response = self.send_settled(place, ONE_GROUP, &request, code).await?;
        ApiError::check(response.error_code, None)
            .map_err(|error| self.refused::<OffsetFetchRequest>(error))?;
        let mut offsets = Vec::new();
        for topic in response.topics {
            for partition in topic
                .partitions
                .into_iter()
                .filter(|one| one.committed_offset >= 0)
            {
                offsets.push(CommittedOffset {
                    topic: topic.name.clone(),
                    partition: partition.partition_index,
                    offset: partition.committed_offset,
                    metadata: partition.metadata.filter(|note| !note.is_empty()),
                });
            }
        }
        offsets.sort_by(|one, other| {
            (&one.topic, one.partition).cmp(&(&other.topic, other.partition))
        });
        Ok(offsets)
    }

    /// Commits offsets for a group that has no members.
    pub async fn commit_offsets(
        &self,
        group: &str,
        offsets: &[CommittedOffset],
    ) -> Result<Results<TopicPartition, ()>, ClientError> {
        let mut topics: BTreeMap<&str, Vec<OffsetCommitRequestPartition>> = BTreeMap::new();
        for offset in offsets {
            topics
                .entry(&offset.topic)
                .or_default()
                .push(OffsetCommitRequestPartition {
                    partition_index: offset.partition,
                    committed_offset: offset.offset,
                    committed_metadata: Some(offset.metadata.clone().unwrap_or_default()),
                    ..OffsetCommitRequestPartition::default()
                });
        }
        let topics = topics
            .into_iter()
            .map(|(name, partitions)| OffsetCommitRequestTopic {
                name: name.to_owned(),
                partitions,
                ..OffsetCommitRequestTopic::default()
            });
        let request = OffsetCommitRequest {
            group_id: group.to_owned(),
            topics: topics.collect(),
            ..OffsetCommitRequest::default()
        };
        let place = Place::CoordinatorOf(group);
        // A group that moves is gone for all partitions alike.
        let code = |response: &OffsetCommitResponse| {
            let mut partitions = response.topics.iter().flat_map(|topic| &topic.partitions);
            partitions
                .next()
                .map_or(0, |partition| partition.error_code)
        };
        let response = self.send_settled(place, BY_NAME, &request, code).await?;
        let mut results = Vec::new();
        for topic in response.topics {
            for partition in topic.partitions {
                let place = (topic.name.clone(), partition.partition_index);
                results.push((place, ApiError::check(partition.error_code, None)));
            }
        }
        Ok(results)
    }

    /// The offset of each partition's log at the given place; -1 where there is none, such as
    /// for a time after the last record.
    pub async fn list_offsets(
        &self,
        partitions: &[TopicPartition],
        at: OffsetAt,
    ) -> Result<Results<TopicPartition, i64>, ClientError> {
        let mut results = Vec::new();
        for (leader, topics) in self.by_leader(partitions, &mut results).await? {
            let topics = topics.into_iter().map(|(name, indexes)| ListOffsetsTopic {
                name,
                partitions: indexes
                    .into_iter()
                    .map(|partition_index| ListOffsetsPartition {
                        partition_index,
                        timestamp: at.on_wire(),
                        ..ListOffsetsPartition::default()
                    })
                    .collect(),
            });
            let request = ListOffsetsRequest {
                replica_id: -1,
                topics: topics.collect(),
                ..ListOffsetsRequest::default()
            };
            let response = self.send(Target::Node(leader), &request).await?;
            results.extend(listed(response));
        }
        let place = |one: &TopicPartition| partitions.iter().position(|asked| asked == one);
        results.sort_by_key(|(one, _)| place(one));
        Ok(results)
    }

    /// The partitions by the broker that leads them; those without a leader are answered here.
    async fn by_leader(
        &self,
        partitions: &[TopicPartition],
        results: &mut Results<TopicPartition, i64>,
    ) -> Result<BTreeMap<i32, BTreeMap<String, Vec<i32>>>, ClientError> {
        let mut names: Vec<&str> = partitions.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let topics = self.describe_topics(&names).await?;
        let mut leaders: BTreeMap<i32, BTreeMap<String, Vec<i32>>> = BTreeMap::new();
        for (name, index) in partitions {
            let topic = topics.iter().find(|topic| topic.name == *name);
            let partition = topic.and_then(|topic| {
                topic
                    .partitions
                    .iter()
                    .find(|partition| partition.index == *index)
            });
            let code = match partition.map(|partition| partition.leader) {
                Some(Some(leader)) => {
                    let topics = leaders.entry(leader).or_default();
                    topics.entry(name.clone()).or_default().push(*index);
                    continue;
                }
                Some(None) => ErrorCode::LeaderNotAvailable,
                None => ErrorCode::UnknownTopicOrPartition,
            };
            results.push((
                (name.clone(), *index),
                Err(ApiError {
                    code,
                    message: None,
                }),
            ));
        }
        Ok(leaders)
    }
}

fn listed(response: ListOffsetsResponse) -> Results<TopicPartition, i64> {
    let mut results = Vec::new();
    for topic in response.topics {
        for partition in topic.partitions {
            let place = (topic.name.clone(), partition.partition_index);
            let result = ApiError::check(partition.error_code, None);
            results.push((place, result.map(|()| partition.offset)));
        }
    }
    results
}
