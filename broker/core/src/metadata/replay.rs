//! Replays records: the only way in which an image changes.

use std::sync::Arc;

use bytes::Bytes;
use kavka_protocol::Uuid;
use kavka_protocol::messages::{
    BrokerRegistrationChangeRecord, ConfigRecord, MetadataRecord, PartitionChangeRecord,
    PartitionRecord, RegisterBrokerRecord, RemoveTopicRecord, TopicRecord,
};
use thiserror::Error;

use super::image::{BrokerView, ConfigResource, MetadataImage, PartitionView, TopicView};
use super::records::{self, RecordError};
use crate::config::{Listener, SecurityProtocol};
use crate::types::{LeaderEpoch, NodeId, PartitionIndex};

/// Kafka's number for "the leader stays as it is" in a change.
const LEADER_UNCHANGED: i32 = -2;

/// A record that does not fit the image: the log is not what this cluster wrote.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ApplyError {
    /// The bytes are no records.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// It speaks of a topic that there is not.
    #[error("metadata record speaks of topic {0}, which there is not")]
    UnknownTopic(Uuid),
    /// It makes a topic that there is.
    #[error("metadata record makes topic {0}, which there is already")]
    DuplicateTopic(String),
    /// It speaks of a partition that there is not, or leaves a gap.
    #[error("metadata record speaks of partition {index} of topic {topic}, out of turn")]
    UnknownPartition {
        /// The topic.
        topic: Uuid,
        /// The partition.
        index: i32,
    },
    /// It speaks of a broker that there is not.
    #[error("metadata record speaks of broker {0}, which there is not")]
    UnknownBroker(i32),
    /// This version knows nothing of its kind.
    #[error("metadata record of kind {0} is not known to this version; run a newer one")]
    UnknownKind(i16),
}

impl MetadataImage {
    /// Replays one entry of the quorum's log: all of its records, or none when one does not fit.
    pub fn apply_entry(&mut self, entry: Bytes) -> Result<Vec<MetadataRecord>, ApplyError> {
        let records = records::decode(entry)?;
        let mut next = self.clone();
        for record in &records {
            next.apply(record)?;
        }
        *self = next;
        Ok(records)
    }

    /// Replays one record.
    pub fn apply(&mut self, record: &MetadataRecord) -> Result<(), ApplyError> {
        match record {
            MetadataRecord::RegisterBroker(record) => self.register_broker(record),
            MetadataRecord::UnregisterBroker(record) => {
                Arc::make_mut(&mut self.brokers).remove(&NodeId(record.broker_id));
            }
            MetadataRecord::BrokerRegistrationChange(record) => self.change_broker(record)?,
            MetadataRecord::FenceBroker(record) => self.broker_mut(record.id)?.fenced = true,
            MetadataRecord::UnfenceBroker(record) => self.broker_mut(record.id)?.fenced = false,
            MetadataRecord::Topic(record) => self.add_topic(record)?,
            MetadataRecord::RemoveTopic(record) => self.remove_topic(record)?,
            MetadataRecord::Partition(record) => self.put_partition(record)?,
            MetadataRecord::PartitionChange(record) => self.change_partition(record)?,
            MetadataRecord::Config(record) => self.set_config(record),
            MetadataRecord::ProducerIds(record) => self.next_producer_id = record.next_producer_id,
            MetadataRecord::FeatureLevel(record) => {
                let features = Arc::make_mut(&mut self.features);
                if record.feature_level == 0 {
                    features.remove(&record.name);
                } else {
                    features.insert(record.name.clone(), record.feature_level);
                }
            }
            MetadataRecord::NoOp(_) => {}
            other => return Err(ApplyError::UnknownKind(other.kind())),
        }
        Ok(())
    }

    fn register_broker(&mut self, record: &RegisterBrokerRecord) {
        let endpoints = record.end_points.iter().map(|endpoint| Listener {
            name: endpoint.name.clone(),
            host: endpoint.host.clone(),
            port: endpoint.port,
            security: SecurityProtocol::Plaintext,
        });
        let id = NodeId(record.broker_id);
        let view = BrokerView {
            id,
            epoch: record.broker_epoch,
            incarnation: record.incarnation_id,
            endpoints: endpoints.collect(),
            rack: record.rack.clone(),
            fenced: record.fenced,
            log_dirs: record.log_dirs.clone(),
        };
        Arc::make_mut(&mut self.brokers).insert(id, view);
    }

    fn change_broker(&mut self, record: &BrokerRegistrationChangeRecord) -> Result<(), ApplyError> {
        let broker = self.broker_mut(record.broker_id)?;
        match record.fenced {
            1 => broker.fenced = true,
            -1 => broker.fenced = false,
            _ => {}
        }
        if !record.log_dirs.is_empty() {
            broker.log_dirs.clone_from(&record.log_dirs);
        }
        Ok(())
    }

    fn broker_mut(&mut self, id: i32) -> Result<&mut BrokerView, ApplyError> {
        let brokers = Arc::make_mut(&mut self.brokers);
        brokers
            .get_mut(&NodeId(id))
            .ok_or(ApplyError::UnknownBroker(id))
    }

    fn add_topic(&mut self, record: &TopicRecord) -> Result<(), ApplyError> {
        let (id, name) = (record.topic_id, Arc::<str>::from(record.name.as_str()));
        if self.topics.contains_key(&name) || self.names.contains_key(&id) {
            return Err(ApplyError::DuplicateTopic(record.name.clone()));
        }
        let view = TopicView {
            name: Arc::clone(&name),
            id,
            partitions: Vec::new(),
        };
        Arc::make_mut(&mut self.names).insert(id, Arc::clone(&name));
        Arc::make_mut(&mut self.topics).insert(name, Arc::new(view));
        Ok(())
    }

    /// A topic's settings go with it.
    fn remove_topic(&mut self, record: &RemoveTopicRecord) -> Result<(), ApplyError> {
        let id = record.topic_id;
        let name = Arc::make_mut(&mut self.names).remove(&id);
        let name = name.ok_or(ApplyError::UnknownTopic(id))?;
        Arc::make_mut(&mut self.topics).remove(&name);
        let resource = ConfigResource::Topic(name.to_string());
        if self.configs.contains_key(&resource) {
            Arc::make_mut(&mut self.configs).remove(&resource);
        }
        Ok(())
    }

    fn topic_mut(&mut self, id: Uuid) -> Result<&mut TopicView, ApplyError> {
        let name = self.names.get(&id).ok_or(ApplyError::UnknownTopic(id))?;
        let topic = Arc::make_mut(&mut self.topics).get_mut(name);
        topic.map(Arc::make_mut).ok_or(ApplyError::UnknownTopic(id))
    }

    fn put_partition(&mut self, record: &PartitionRecord) -> Result<(), ApplyError> {
        let (id, index) = (record.topic_id, record.partition_id);
        let topic = self.topic_mut(id)?;
        let unknown = ApplyError::UnknownPartition { topic: id, index };
        let place = usize::try_from(index).map_err(|_| unknown.clone())?;
        let view = PartitionView {
            index: PartitionIndex(index),
            replicas: nodes(&record.replicas),
            isr: nodes(&record.isr),
            removing: nodes(&record.removing_replicas),
            adding: nodes(&record.adding_replicas),
            leader: leader(record.leader),
            leader_epoch: LeaderEpoch(record.leader_epoch),
            partition_epoch: record.partition_epoch,
            directories: record.directories.clone(),
        };
        if place == topic.partitions.len() {
            topic.partitions.push(view);
        } else {
            *topic.partitions.get_mut(place).ok_or(unknown)? = view;
        }
        Ok(())
    }

    fn change_partition(&mut self, record: &PartitionChangeRecord) -> Result<(), ApplyError> {
        let (id, index) = (record.topic_id, record.partition_id);
        let unknown = ApplyError::UnknownPartition { topic: id, index };
        let topic = self.topic_mut(id)?;
        let partition = usize::try_from(index)
            .ok()
            .and_then(|at| topic.partitions.get_mut(at));
        let partition = partition.ok_or(unknown)?;
        for (changed, place) in [
            (&record.isr, &mut partition.isr),
            (&record.replicas, &mut partition.replicas),
            (&record.removing_replicas, &mut partition.removing),
            (&record.adding_replicas, &mut partition.adding),
        ] {
            if let Some(changed) = changed {
                *place = nodes(changed);
            }
        }
        if let Some(directories) = &record.directories {
            partition.directories.clone_from(directories);
        }
        // Naming a leader is an election, even if the same one is elected again.
        if record.leader != LEADER_UNCHANGED {
            partition.leader = leader(record.leader);
            partition.leader_epoch = LeaderEpoch(partition.leader_epoch.0.saturating_add(1));
        }
        partition.partition_epoch = partition.partition_epoch.saturating_add(1);
        Ok(())
    }

    fn set_config(&mut self, record: &ConfigRecord) {
        let Some(resource) = resource(record.resource_type, &record.resource_name) else {
            return;
        };
        let configs = Arc::make_mut(&mut self.configs);
        match &record.value {
            Some(value) => {
                let config = configs.entry(resource).or_default();
                Arc::make_mut(config).insert(record.name.clone(), value.clone());
            }
            None => {
                if let Some(config) = configs.get_mut(&resource) {
                    let config = Arc::make_mut(config);
                    config.remove(&record.name);
                    if config.is_empty() {
                        configs.remove(&resource);
                    }
                }
            }
        }
    }
}

/// The resource of Kafka's number and name; none for kinds that this version does not keep.
pub(super) fn resource(kind: i8, name: &str) -> Option<ConfigResource> {
    match kind {
        2 => Some(ConfigResource::Topic(name.to_owned())),
        4 if name.is_empty() => Some(ConfigResource::Broker(None)),
        4 => name
            .parse()
            .ok()
            .map(|id| ConfigResource::Broker(Some(NodeId(id)))),
        _ => None,
    }
}

fn nodes(ids: &[i32]) -> Vec<NodeId> {
    ids.iter().copied().map(NodeId).collect()
}

fn leader(id: i32) -> Option<NodeId> {
    (id >= 0).then_some(NodeId(id))
}
