//! `CreateTopics`, and topics that are made because somebody asked for them.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::create_topics_request::{CreatableTopic, CreateTopicsRequest};
use kavka_protocol::messages::create_topics_response::{
    CreatableTopicConfigs, CreatableTopicResult, CreateTopicsResponse,
};
use kavka_protocol::messages::{MetadataRecord, TopicRecord};

use super::super::image::{ConfigResource, PartitionView};
use super::super::{TRANSACTION_STATE, is_internal, snapshot, topic_name};
use super::{Controller, Decision, PARTITIONS_PER_REQUEST_MAX, Refusal, configs, duplicates};
use crate::config::{ConfigMap, Layers, TOPIC};
use crate::types::{NodeId, TopicId};

/// A topic that may be made.
struct NewTopic {
    id: TopicId,
    partitions: Vec<PartitionView>,
    factor: i16,
    configs: ConfigMap,
}

impl Controller<'_> {
    /// Makes topics. `ids` gives random identities; `validate_only` leads to no records.
    pub fn create_topics(
        &self,
        request: &CreateTopicsRequest,
        ids: &mut dyn FnMut() -> TopicId,
    ) -> Decision<CreateTopicsResponse> {
        let twice = duplicates(request.topics.iter().map(|topic| topic.name.as_str()));
        let mut made: Vec<(&str, usize)> = Vec::new();
        let mut records = Vec::new();
        let mut topics: Vec<CreatableTopicResult> = twice
            .iter()
            .map(|name| {
                refused(
                    name,
                    Refusal::new(ErrorCode::InvalidRequest, "Duplicate topic name."),
                )
            })
            .collect();
        for topic in request
            .topics
            .iter()
            .filter(|t| !twice.contains(&t.name.as_str()))
        {
            let budget = PARTITIONS_PER_REQUEST_MAX
                .saturating_sub(made.iter().map(|(_, partitions)| partitions).sum());
            let others = made.iter().map(|(name, _)| *name);
            match self.new_topic(topic, others, budget, ids) {
                Ok(new) => {
                    made.push((&topic.name, new.partitions.len()));
                    topics.push(self.accepted(&topic.name, &new));
                    records.extend(new.records(&topic.name));
                }
                Err(refusal) => topics.push(refused(&topic.name, refusal)),
            }
        }
        if request.validate_only {
            records.clear();
        }
        let response = CreateTopicsResponse {
            topics,
            ..Default::default()
        };
        Decision { records, response }
    }

    /// Makes the topics of these names that there are not, as a Metadata request does. `None` is
    /// the result of those that are there or being made. The cluster's own topics get settings of
    /// their own.
    pub fn auto_create_topics(
        &self,
        names: &[String],
        ids: &mut dyn FnMut() -> TopicId,
    ) -> Decision<Vec<(String, ErrorCode)>> {
        let topics = names.iter().filter(|name| self.image.topic(name).is_none());
        let topics = topics.map(|name| self.by_default(name)).collect();
        let request = CreateTopicsRequest {
            topics,
            ..Default::default()
        };
        let made = self.create_topics(&request, ids);
        let result = |name: &String| {
            let topic = made
                .response
                .topics
                .iter()
                .find(|topic| topic.name == *name);
            let code = topic.map_or(ErrorCode::None, |t| ErrorCode::from_code(t.error_code));
            (name.clone(), code)
        };
        let response = names.iter().map(result).collect();
        Decision {
            records: made.records,
            response,
        }
    }

    fn by_default(&self, name: &str) -> CreatableTopic {
        let mut topic = CreatableTopic {
            name: name.to_owned(),
            num_partitions: -1,
            replication_factor: -1,
            ..Default::default()
        };
        if !is_internal(name) {
            return topic;
        }
        let brokers = i16::try_from(self.usable().len())
            .unwrap_or(i16::MAX)
            .max(1);
        let settings = self.settings;
        let transactions = name == TRANSACTION_STATE;
        let (partitions, wanted, segment_bytes) = if transactions {
            (
                settings.transaction_state_log_num_partitions,
                settings.transaction_state_log_replication_factor,
                settings.transaction_state_log_segment_bytes,
            )
        } else {
            (
                settings.offsets_topic_num_partitions,
                settings.offsets_topic_replication_factor,
                settings.offsets_topic_segment_bytes,
            )
        };
        topic.replication_factor = wanted.min(brokers);
        topic.num_partitions = partitions;
        let mut configs = vec![
            ("cleanup.policy", "compact".to_owned()),
            ("segment.bytes", segment_bytes.to_string()),
        ];
        if transactions {
            // Fewer brokers than it asks for would never acknowledge anything.
            let replicas = i32::from(topic.replication_factor);
            let least = settings.transaction_state_log_min_isr.min(replicas);
            configs.push(("compression.type", "uncompressed".to_owned()));
            configs.push(("unclean.leader.election.enable", "false".to_owned()));
            configs.push(("min.insync.replicas", least.to_string()));
        } else {
            configs.push(("compression.type", "producer".to_owned()));
        }
        topic.configs = configs
            .into_iter()
            .map(|(name, value)| config_of(name, value))
            .collect();
        topic
    }

    fn new_topic<'a>(
        &self,
        topic: &CreatableTopic,
        mut others: impl Iterator<Item = &'a str>,
        budget: usize,
        ids: &mut dyn FnMut() -> TopicId,
    ) -> Result<NewTopic, Refusal> {
        let name = topic.name.as_str();
        topic_name::validate(name)
            .map_err(|error| Refusal::new(ErrorCode::InvalidTopicException, error.to_string()))?;
        if self.image.topic(name).is_some() {
            let message = format!("Topic '{name}' already exists.");
            return Err(Refusal::new(ErrorCode::TopicAlreadyExists, message));
        }
        let known = self.image.topics().map(|topic| &*topic.name);
        let collides = |other: &&str| topic_name::collide(name, other);
        // Looking through all topics is only needed where a collision is possible at all.
        let clash = if name.contains(['.', '_']) {
            known
                .into_iter()
                .find(collides)
                .or_else(|| others.find(collides))
        } else {
            None
        };
        if let Some(clash) = clash {
            let message = format!("Topic '{name}' collides with existing topic: {clash}");
            return Err(Refusal::new(ErrorCode::InvalidTopicException, message));
        }
        let configs = self.checked_configs(topic)?;
        let id = fresh(self, ids);
        let (replicas, factor) = self.replicas_of(topic, id, budget)?;
        let partitions = (0..).zip(replicas);
        let partitions = partitions.map(|(index, nodes)| self.new_partition(index, nodes));
        Ok(NewTopic {
            id,
            partitions: partitions.collect(),
            factor,
            configs,
        })
    }

    fn checked_configs(&self, topic: &CreatableTopic) -> Result<ConfigMap, Refusal> {
        let twice = duplicates(topic.configs.iter().map(|config| config.name.as_str()));
        if let Some(name) = twice.first() {
            let message = format!("Duplicate config name: {name}");
            return Err(Refusal::new(ErrorCode::InvalidConfig, message));
        }
        let mut configs = ConfigMap::new();
        for config in &topic.configs {
            let value = configs::checked_topic_value(&config.name, config.value.as_deref())?;
            configs.insert(config.name.clone(), value);
        }
        self.check_topic_together(&configs)?;
        Ok(configs)
    }

    fn replicas_of(
        &self,
        topic: &CreatableTopic,
        id: TopicId,
        budget: usize,
    ) -> Result<(Vec<Vec<NodeId>>, i16), Refusal> {
        if !topic.assignments.is_empty() {
            return self.manual(topic, budget);
        }
        if topic.replication_factor < -1 || topic.replication_factor == 0 {
            let message = "Replication factor must be larger than 0, or -1 to use the default \
                           value.";
            return Err(Refusal::new(ErrorCode::InvalidReplicationFactor, message));
        }
        if topic.num_partitions < -1 || topic.num_partitions == 0 {
            let message = "Number of partitions was set to an invalid non-positive value.";
            return Err(Refusal::new(ErrorCode::InvalidPartitions, message));
        }
        let or_default = |wanted, default| if wanted == -1 { default } else { wanted };
        let partitions = or_default(topic.num_partitions, self.settings.num_partitions);
        let factor = match topic.replication_factor {
            -1 => self.settings.default_replication_factor,
            factor => factor,
        };
        within(usize::try_from(partitions).unwrap_or(usize::MAX), budget)?;
        Ok((self.place(id, 0, partitions, factor)?, factor))
    }

    fn manual(
        &self,
        topic: &CreatableTopic,
        budget: usize,
    ) -> Result<(Vec<Vec<NodeId>>, i16), Refusal> {
        let invalid = |what: &str| {
            let message = format!(
                "A manual partition assignment was specified, but {what} was not set to -1."
            );
            Err(Refusal::new(ErrorCode::InvalidRequest, message))
        };
        if topic.replication_factor != -1 {
            return invalid("replication factor");
        }
        if topic.num_partitions != -1 {
            return invalid("numPartitions");
        }
        within(topic.assignments.len(), budget)?;
        let refuse =
            |message: String| Err(Refusal::new(ErrorCode::InvalidReplicaAssignment, message));
        let mut assignments: Vec<_> = topic.assignments.iter().collect();
        assignments.sort_by_key(|assignment| assignment.partition_index);
        let mut replicas: Vec<Vec<NodeId>> = Vec::new();
        for (expected, assignment) in (0..).zip(assignments) {
            if assignment.partition_index != expected {
                return refuse(format!(
                    "partitions should be a consecutive 0-based integer sequence, but partition \
                     {expected} is missing or there twice"
                ));
            }
            let nodes = self.check_assignment(&assignment.broker_ids)?;
            if replicas
                .first()
                .is_some_and(|first| first.len() != nodes.len())
            {
                return refuse(format!(
                    "The manual partition assignment gives partition {expected} another number \
                     of replicas than partition 0."
                ));
            }
            replicas.push(nodes);
        }
        let factor = replicas.first().map_or(1, Vec::len);
        Ok((replicas, i16::try_from(factor).unwrap_or(i16::MAX)))
    }

    fn accepted(&self, name: &str, new: &NewTopic) -> CreatableTopicResult {
        let layers = Layers::of(self.settings, self.image);
        let configs = TOPIC
            .iter()
            .filter(|setting| setting.default.is_some())
            .map(|setting| {
                let resolved = layers.topic(setting, &new.configs);
                CreatableTopicConfigs {
                    name: setting.name.to_owned(),
                    value: resolved.value,
                    config_source: resolved.source.code(),
                    ..Default::default()
                }
            });
        CreatableTopicResult {
            name: name.to_owned(),
            topic_id: new.id,
            error_code: ErrorCode::None.code(),
            error_message: None,
            num_partitions: i32::try_from(new.partitions.len()).unwrap_or(i32::MAX),
            replication_factor: new.factor,
            configs: Some(configs.collect()),
            ..Default::default()
        }
    }
}

impl NewTopic {
    fn records(&self, name: &str) -> impl Iterator<Item = MetadataRecord> {
        let topic = TopicRecord {
            name: name.to_owned(),
            topic_id: self.id,
        };
        let partitions = self.partitions.iter();
        let partitions = partitions.map(|p| snapshot::partition_record(self.id, p).into());
        let resource = ConfigResource::Topic(name.to_owned());
        let configs = self.configs.iter().map(move |(name, value)| {
            snapshot::config_record(&resource, name, Some(value.clone())).into()
        });
        std::iter::once(topic.into())
            .chain(configs)
            .chain(partitions)
    }
}

/// An identity that no topic has.
fn fresh(controller: &Controller<'_>, ids: &mut dyn FnMut() -> TopicId) -> TopicId {
    loop {
        let id = ids();
        if !id.is_zero() && controller.image.topic_by_id(id).is_none() {
            return id;
        }
    }
}

fn within(partitions: usize, budget: usize) -> Result<(), Refusal> {
    if partitions <= budget {
        return Ok(());
    }
    let message = format!(
        "Excessively large number of partitions per request: {partitions} more; make at most \
         {PARTITIONS_PER_REQUEST_MAX} at once."
    );
    Err(Refusal::new(ErrorCode::PolicyViolation, message))
}

fn refused(name: &str, refusal: Refusal) -> CreatableTopicResult {
    CreatableTopicResult {
        name: name.to_owned(),
        error_code: refusal.code.code(),
        error_message: Some(refusal.message),
        ..Default::default()
    }
}

fn config_of(
    name: &str,
    value: String,
) -> kavka_protocol::messages::create_topics_request::CreatableTopicConfig {
    kavka_protocol::messages::create_topics_request::CreatableTopicConfig {
        name: name.to_owned(),
        value: Some(value),
    }
}
