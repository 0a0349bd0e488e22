//! Topics: list, describe, create, delete, more partitions.

use kavka_protocol::messages::create_partitions_request::CreatePartitionsTopic;
use kavka_protocol::messages::create_topics_request::{CreatableTopic, CreatableTopicConfig};
use kavka_protocol::messages::metadata_request::MetadataRequestTopic;
use kavka_protocol::messages::metadata_response::MetadataResponseTopic;
use kavka_protocol::messages::{
    CreatePartitionsRequest, CreateTopicsRequest, DeleteTopicsRequest, MetadataRequest,
};
use kavka_protocol::{ErrorCode, Uuid};

use super::Results;
use crate::client::{Client, Mode, Target};
use crate::error::{ApiError, ClientError};

/// A topic as the cluster describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicDescription {
    /// Its name.
    pub name: String,
    /// Its identity, zero where the broker has none for it (KIP-516).
    pub id: Uuid,
    /// Whether the cluster made it for itself.
    pub internal: bool,
    /// Why it cannot be described, such as `UNKNOWN_TOPIC_OR_PARTITION`.
    pub error: Option<ErrorCode>,
    /// Its partitions, by number.
    pub partitions: Vec<PartitionDescription>,
}

/// A partition as the cluster describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionDescription {
    /// Its number.
    pub index: i32,
    /// The broker that leads it, when one does.
    pub leader: Option<i32>,
    /// Number of the leader's reign; -1 where the broker does not say.
    pub leader_epoch: i32,
    /// Brokers that hold it.
    pub replicas: Vec<i32>,
    /// Brokers that hold all of it.
    pub isr: Vec<i32>,
}

/// A topic to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTopic {
    /// Its name.
    pub name: String,
    /// How many partitions; -1 leaves it to the broker.
    pub partitions: i32,
    /// How many brokers hold each; -1 leaves it to the broker.
    pub replication_factor: i16,
    /// Settings by Kafka's names.
    pub configs: Vec<(String, String)>,
}

impl NewTopic {
    /// A topic with the broker's own numbers and settings.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            partitions: -1,
            replication_factor: -1,
            configs: Vec::new(),
        }
    }
}

/// What became of a topic to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedTopic {
    /// Its identity.
    pub id: Uuid,
    /// How many partitions it has; -1 where the broker does not say.
    pub partitions: i32,
    /// How many brokers hold each; -1 where the broker does not say.
    pub replication_factor: i16,
}

impl Client {
    /// Every topic of the cluster, by name.
    pub async fn list_topics(&self) -> Result<Vec<TopicDescription>, ClientError> {
        self.metadata(None).await
    }

    /// The named topics, in this order; none is created by asking.
    pub async fn describe_topics(
        &self,
        names: &[&str],
    ) -> Result<Vec<TopicDescription>, ClientError> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.metadata(Some(names)).await?;
        let place = |name: &str| names.iter().position(|asked| *asked == name);
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by_key(|topic| place(&topic.name));
        Ok(found)
    }

    async fn metadata(&self, names: Option<&[&str]>) -> Result<Vec<TopicDescription>, ClientError> {
        let topics = names.map(|names| {
            let topic = |name: &&str| MetadataRequestTopic {
                name: Some((*name).to_owned()),
                ..MetadataRequestTopic::default()
            };
            names.iter().map(topic).collect()
        });
        let request = MetadataRequest {
            topics,
            allow_auto_topic_creation: false,
            ..MetadataRequest::default()
        };
        let response = self.send(Target::Any, &request).await?;
        ApiError::check(response.error_code, None)
            .map_err(|error| self.refused::<MetadataRequest>(error))?;
        let mut topics: Vec<_> = response.topics.into_iter().map(described).collect();
        topics.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(topics)
    }

    /// Makes topics.
    pub async fn create_topics(
        &self,
        topics: &[NewTopic],
        mode: Mode,
    ) -> Result<Results<String, CreatedTopic>, ClientError> {
        let request = CreateTopicsRequest {
            topics: topics.iter().map(creatable).collect(),
            timeout_ms: self.timeout_ms(),
            validate_only: mode.is_validate(),
        };
        let response = self.send(Target::Controller, &request).await?;
        let results = response.topics.into_iter().map(|topic| {
            let created = CreatedTopic {
                id: topic.topic_id,
                partitions: topic.num_partitions,
                replication_factor: topic.replication_factor,
            };
            let result = ApiError::check(topic.error_code, topic.error_message);
            (topic.name, result.map(|()| created))
        });
        Ok(results.collect())
    }

    /// Deletes topics with everything in them.
    pub async fn delete_topics(&self, names: &[&str]) -> Result<Results<String, ()>, ClientError> {
        let request = DeleteTopicsRequest {
            topic_names: names.iter().map(|name| (*name).to_owned()).collect(),
            timeout_ms: self.timeout_ms(),
            ..DeleteTopicsRequest::default()
        };
        // Version 6 names topics in another field, for ids that are not needed here.
        let response = self.send_up_to(Target::Controller, 5, &request).await?;
        let results = response.responses.into_iter().map(|topic| {
            let result = ApiError::check(topic.error_code, topic.error_message);
            (topic.name.unwrap_or_default(), result)
        });
        Ok(results.collect())
    }

    /// Raises topics to the given numbers of partitions.
    pub async fn create_partitions(
        &self,
        counts: &[(String, i32)],
    ) -> Result<Results<String, ()>, ClientError> {
        let topic = |(name, count): &(String, i32)| CreatePartitionsTopic {
            name: name.clone(),
            count: *count,
            assignments: None,
        };
        let request = CreatePartitionsRequest {
            topics: counts.iter().map(topic).collect(),
            timeout_ms: self.timeout_ms(),
            validate_only: false,
        };
        let response = self.send(Target::Controller, &request).await?;
        let results = response.results.into_iter().map(|topic| {
            (
                topic.name,
                ApiError::check(topic.error_code, topic.error_message),
            )
        });
        Ok(results.collect())
    }

    fn timeout_ms(&self) -> i32 {
        i32::try_from(self.options().request_timeout.as_millis()).unwrap_or(i32::MAX)
    }
}

fn creatable(topic: &NewTopic) -> CreatableTopic {
    let config = |(name, value): &(String, String)| CreatableTopicConfig {
        name: name.clone(),
        value: Some(value.clone()),
    };
    CreatableTopic {
        name: topic.name.clone(),
        num_partitions: topic.partitions,
        replication_factor: topic.replication_factor,
        assignments: Vec::new(),
        configs: topic.configs.iter().map(config).collect(),
    }
}

fn described(topic: MetadataResponseTopic) -> TopicDescription {
    let partitions = topic
        .partitions
        .into_iter()
        .map(|partition| PartitionDescription {
            index: partition.partition_index,
            leader: Some(partition.leader_id).filter(|id| *id >= 0),
            leader_epoch: partition.leader_epoch,
            replicas: partition.replica_nodes,
            isr: partition.isr_nodes,
        });
    let mut partitions: Vec<_> = partitions.collect();
    partitions.sort_by_key(|partition| partition.index);
    TopicDescription {
        name: topic.name.unwrap_or_default(),
        id: topic.topic_id,
        internal: topic.is_internal,
        error: Some(ErrorCode::from_code(topic.error_code)).filter(|_| topic.error_code != 0),
        partitions,
    }
}
