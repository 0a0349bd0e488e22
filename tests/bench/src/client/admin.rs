//! Topics: made, found served, deleted.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use kavka_protocol::messages::create_topics_request::CreatableTopic;
use kavka_protocol::messages::delete_topics_request::DeleteTopicState;
use kavka_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kavka_protocol::messages::{
    CreateTopicsRequest, DeleteTopicsRequest, InitProducerIdRequest, ListOffsetsRequest,
};
use kavka_protocol::{ErrorCode, Uuid};

use super::{Connection, check};

/// How long a broker may take to make or serve partitions.
const PATIENCE: Duration = Duration::from_mins(4);
const PATIENCE_MS: i32 = 240_000;
/// How often it is asked again.
const RETRY: Duration = Duration::from_millis(2);
/// `ListOffsets`' word for the end of a partition.
const LATEST: i64 = -1;

/// A topic of the benchmark.
#[derive(Debug, Clone)]
pub(crate) struct Topic {
    pub(crate) name: String,
    pub(crate) id: Uuid,
    pub(crate) partitions: i32,
}

impl Connection {
    /// Makes a topic; [`Connection::wait_until_served`] tells when it can be used.
    pub(crate) fn create_topic(&mut self, name: &str, partitions: i32) -> Result<Topic> {
        let request = CreateTopicsRequest {
            topics: vec![CreatableTopic {
                name: name.to_owned(),
                num_partitions: partitions,
                replication_factor: 1,
                ..CreatableTopic::default()
            }],
            timeout_ms: PATIENCE_MS,
            ..CreateTopicsRequest::default()
        };
        let answer = self.call_when_ready(&request, |answer| {
            answer.topics.first().map_or(0, |topic| topic.error_code)
        })?;
        let made = answer.topics.first().context("no topic in the answer")?;
        check("CreateTopics", made.error_code)?;
        Ok(Topic {
            name: name.to_owned(),
            id: made.topic_id,
            partitions,
        })
    }

    /// Makes a topic and waits until all of it is served.
    pub(crate) fn create_served_topic(&mut self, name: &str, partitions: i32) -> Result<Topic> {
        let topic = self.create_topic(name, partitions)?;
        self.wait_until_served(&topic)?;
        Ok(topic)
    }

    /// Waits until every partition tells its end without an error, and returns all ends.
    pub(crate) fn wait_until_served(&mut self, topic: &Topic) -> Result<Vec<i64>> {
        let begun = Instant::now();
        loop {
            let error = match self.ends(topic)? {
                Ok(ends) => return Ok(ends),
                Err(error) => error,
            };
            ensure!(
                begun.elapsed() < PATIENCE,
                "{} is not served within {PATIENCE:?}: {error:?}",
                topic.name
            );
            thread::sleep(RETRY);
        }
    }

    /// The end of every partition, or the first error.
    fn ends(&mut self, topic: &Topic) -> Result<Result<Vec<i64>, ErrorCode>> {
        let partitions = (0..topic.partitions).map(|index| ListOffsetsPartition {
            partition_index: index,
            timestamp: LATEST,
            ..ListOffsetsPartition::default()
        });
        let request = ListOffsetsRequest {
            replica_id: -1,
            topics: vec![ListOffsetsTopic {
                name: topic.name.clone(),
                partitions: partitions.collect(),
            }],
            ..ListOffsetsRequest::default()
        };
        let answer = self.call(&request)?;
        let mut found: Vec<_> = answer
            .topics
            .into_iter()
            .flat_map(|topic| topic.partitions)
            .collect();
        found.sort_by_key(|partition| partition.partition_index);
        ensure!(
            i32::try_from(found.len()) == Ok(topic.partitions),
            "ListOffsets answers for {} of {} partitions",
            found.len(),
            topic.partitions
        );
        let ends = found.iter().map(|partition| {
            let code = ErrorCode::from_code(partition.error_code);
            if code == ErrorCode::None {
                Ok(partition.offset)
            } else {
                Err(code)
            }
        });
        Ok(ends.collect())
    }

    pub(crate) fn delete_topic(&mut self, topic: &Topic) -> Result<()> {
        let request = DeleteTopicsRequest {
            topics: vec![DeleteTopicState {
                name: Some(topic.name.clone()),
                ..DeleteTopicState::default()
            }],
            timeout_ms: PATIENCE_MS,
            ..DeleteTopicsRequest::default()
        };
        let answer = self.call_when_ready(&request, |answer| {
            answer.responses.first().map_or(0, |gone| gone.error_code)
        })?;
        let gone = answer.responses.first().context("no topic in the answer")?;
        check("DeleteTopics", gone.error_code)
    }

    /// A new idempotent producer: its id and epoch.
    pub(crate) fn producer_id(&mut self) -> Result<(i64, i16)> {
        let request = InitProducerIdRequest {
            transaction_timeout_ms: PATIENCE_MS,
            ..InitProducerIdRequest::default()
        };
        let answer = self.call_when_ready(&request, |answer| answer.error_code)?;
        check("InitProducerId", answer.error_code)?;
        Ok((answer.producer_id, answer.producer_epoch))
    }
}
