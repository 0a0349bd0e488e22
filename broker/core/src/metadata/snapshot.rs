//! An image as records: what a snapshot holds, so that the log before it can go.

use bytes::Bytes;
use kavka_protocol::messages::register_broker_record::BrokerEndpoint;
use kavka_protocol::messages::{
    ConfigRecord, FeatureLevelRecord, MetadataRecord, PartitionRecord, ProducerIdsRecord,
    RegisterBrokerRecord, TopicRecord,
};

use super::image::{BrokerView, ConfigResource, MetadataImage, PartitionView};
use super::records::{self, RecordError};
use super::replay::ApplyError;
use crate::types::{NodeId, TopicId};

impl MetadataImage {
    /// The records that build this image from nothing.
    pub fn to_records(&self) -> Vec<MetadataRecord> {
        let mut out = Vec::new();
        for (name, level) in self.features() {
            let name = name.to_owned();
            let record = FeatureLevelRecord {
                name,
                feature_level: level,
            };
            out.push(record.into());
        }
        out.extend(self.brokers().map(|broker| broker_record(broker).into()));
        for topic in self.topics() {
            let name = topic.name.to_string();
            out.push(
                TopicRecord {
                    name,
                    topic_id: topic.id,
                }
                .into(),
            );
            let partitions = topic.partitions.iter();
            out.extend(partitions.map(|partition| partition_record(topic.id, partition).into()));
        }
        for (resource, config) in &*self.configs {
            out.extend(
                config
                    .iter()
                    .map(|(name, value)| config_record(resource, name, Some(value.clone())).into()),
            );
        }
        if self.next_producer_id > 0 {
            let next_producer_id = self.next_producer_id;
            out.push(
                ProducerIdsRecord {
                    next_producer_id,
                    ..Default::default()
                }
                .into(),
            );
        }
        out
    }

    /// The snapshot's bytes.
    pub fn to_snapshot(&self) -> Result<Vec<u8>, RecordError> {
        records::encode(&self.to_records())
    }

    /// The image that a snapshot's bytes hold.
    pub fn from_snapshot(bytes: Bytes) -> Result<Self, ApplyError> {
        let mut image = Self::default();
        for record in records::decode(bytes)? {
            image.apply(&record)?;
        }
        Ok(image)
    }
}

/// A broker's registration as a record.
pub(super) fn broker_record(broker: &BrokerView) -> RegisterBrokerRecord {
    let endpoints = broker.endpoints.iter().map(|endpoint| BrokerEndpoint {
        name: endpoint.name.clone(),
        host: endpoint.host.clone(),
        port: endpoint.port,
        security_protocol: endpoint.security.code(),
    });
    RegisterBrokerRecord {
        broker_id: broker.id.0,
        incarnation_id: broker.incarnation,
        broker_epoch: broker.epoch,
        end_points: endpoints.collect(),
        rack: broker.rack.clone(),
        fenced: broker.fenced,
        log_dirs: broker.log_dirs.clone(),
        ..Default::default()
    }
}

/// A partition's state as a record.
pub(super) fn partition_record(topic: TopicId, partition: &PartitionView) -> PartitionRecord {
    PartitionRecord {
        partition_id: partition.index.0,
        topic_id: topic,
        replicas: ids(&partition.replicas),
        isr: ids(&partition.isr),
        removing_replicas: ids(&partition.removing),
        adding_replicas: ids(&partition.adding),
        leader: partition.leader.map_or(-1, |leader| leader.0),
        leader_epoch: partition.leader_epoch.0,
        partition_epoch: partition.partition_epoch,
        directories: partition.directories.clone(),
        ..Default::default()
    }
}

/// A setting as a record; no value takes it away.
pub(super) fn config_record(
    resource: &ConfigResource,
    name: &str,
    value: Option<String>,
) -> ConfigRecord {
    let (resource_type, resource_name) = match resource {
        ConfigResource::Topic(topic) => (2, topic.clone()),
        ConfigResource::Broker(None) => (4, String::new()),
        ConfigResource::Broker(Some(id)) => (4, id.to_string()),
    };
    let name = name.to_owned();
    ConfigRecord {
        resource_type,
        resource_name,
        name,
        value,
    }
}

pub(super) fn ids(nodes: &[NodeId]) -> Vec<i32> {
    nodes.iter().map(|node| node.0).collect()
}
