// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `MetadataResponse`, versions 0 to 13.
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataResponse {
    pub throttle_time_ms: i32,
    pub brokers: Vec<MetadataResponseBroker>,
    pub cluster_id: Option<String>,
    pub controller_id: i32,
    pub topics: Vec<MetadataResponseTopic>,
    pub cluster_authorized_operations: i32,
    pub error_code: i16,
}

impl Default for MetadataResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            brokers: Vec::new(),
            cluster_id: None,
            controller_id: -1,
            topics: Vec::new(),
            cluster_authorized_operations: i32::MIN,
            error_code: 0,
        }
    }
}

impl MetadataResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 3 {
            r.field("MetadataResponse.throttle_time_ms");
            it.throttle_time_ms = r.i32()?;
        }
        r.field("MetadataResponse.brokers");
        it.brokers = r.array(Form::of(version, 9), 10, |r| {
            MetadataResponseBroker::read(r, version)
        })?;
        if version >= 2 {
            r.field("MetadataResponse.cluster_id");
            it.cluster_id = r.nullable_string(Form::of(version, 9))?;
        }
        if version >= 1 {
            r.field("MetadataResponse.controller_id");
            it.controller_id = r.i32()?;
        }
        r.field("MetadataResponse.topics");
        it.topics = r.array(Form::of(version, 9), 8, |r| {
            MetadataResponseTopic::read(r, version)
        })?;
        if (8..=10).contains(&version) {
            r.field("MetadataResponse.cluster_authorized_operations");
            it.cluster_authorized_operations = r.i32()?;
        }
        if version >= 13 {
            r.field("MetadataResponse.error_code");
            it.error_code = r.i16()?;
        }
        if version >= 9 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 3 {
            w.field("MetadataResponse.throttle_time_ms");
            w.i32(self.throttle_time_ms);
        }
        w.field("MetadataResponse.brokers");
        w.array(Form::of(version, 9), &self.brokers, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.field("MetadataResponse.cluster_id");
            w.nullable_string(Form::of(version, 9), self.cluster_id.as_deref())?;
        }
        if version >= 1 {
            w.field("MetadataResponse.controller_id");
            w.i32(self.controller_id);
        }
        w.field("MetadataResponse.topics");
        w.array(Form::of(version, 9), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if (8..=10).contains(&version) {
            w.field("MetadataResponse.cluster_authorized_operations");
            w.i32(self.cluster_authorized_operations);
        }
        if version >= 13 {
            w.field("MetadataResponse.error_code");
            w.i16(self.error_code);
        }
        if version >= 9 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.topics {
            it.each_error(each);
        }
        each(self.error_code);
    }
}

/// A part of [`MetadataResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MetadataResponseBroker {
    pub node_id: i32,
    pub host: String,
    pub port: i32,
    pub rack: Option<String>,
}

impl MetadataResponseBroker {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("MetadataResponseBroker.node_id");
        it.node_id = r.i32()?;
        r.field("MetadataResponseBroker.host");
        it.host = r.string(Form::of(version, 9))?;
        r.field("MetadataResponseBroker.port");
        it.port = r.i32()?;
        if version >= 1 {
            r.field("MetadataResponseBroker.rack");
            it.rack = r.nullable_string(Form::of(version, 9))?;
        }
        if version >= 9 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("MetadataResponseBroker.node_id");
        w.i32(self.node_id);
        w.field("MetadataResponseBroker.host");
        w.string(Form::of(version, 9), &self.host)?;
        w.field("MetadataResponseBroker.port");
        w.i32(self.port);
        if version >= 1 {
            w.field("MetadataResponseBroker.rack");
            w.nullable_string(Form::of(version, 9), self.rack.as_deref())?;
        }
        if version >= 9 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`MetadataResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataResponseTopic {
    pub error_code: i16,
    pub name: Option<String>,
    pub topic_id: Uuid,
    pub is_internal: bool,
    pub partitions: Vec<MetadataResponsePartition>,
    pub topic_authorized_operations: i32,
}

impl Default for MetadataResponseTopic {
    fn default() -> Self {
        Self {
            error_code: 0,
            name: Some(String::new()),
            topic_id: Uuid::ZERO,
            is_internal: false,
            partitions: Vec::new(),
            topic_authorized_operations: i32::MIN,
        }
    }
}

impl MetadataResponseTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("MetadataResponseTopic.error_code");
        it.error_code = r.i16()?;
        r.field("MetadataResponseTopic.name");
        it.name = {
            let it = r.nullable_string(Form::of(version, 9))?;
            if version >= 12 {
                it
            } else {
                Some(r.required(it)?)
            }
        };
        if version >= 10 {
            r.field("MetadataResponseTopic.topic_id");
            it.topic_id = r.uuid()?;
        }
        if version >= 1 {
            r.field("MetadataResponseTopic.is_internal");
            it.is_internal = r.bool()?;
        }
        r.field("MetadataResponseTopic.partitions");
        it.partitions = r.array(Form::of(version, 9), 18, |r| {
            MetadataResponsePartition::read(r, version)
        })?;
        if version >= 8 {
            r.field("MetadataResponseTopic.topic_authorized_operations");
            it.topic_authorized_operations = r.i32()?;
        }
        if version >= 9 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("MetadataResponseTopic.error_code");
        w.i16(self.error_code);
        w.field("MetadataResponseTopic.name");
        if !(version >= 12) && self.name.is_none() {
            return Err(w.no_null(version));
        }
        w.nullable_string(Form::of(version, 9), self.name.as_deref())?;
        if version >= 10 {
            w.field("MetadataResponseTopic.topic_id");
            w.uuid(self.topic_id);
        }
        if version >= 1 {
            w.field("MetadataResponseTopic.is_internal");
            w.bool(self.is_internal);
        }
        w.field("MetadataResponseTopic.partitions");
        w.array(Form::of(version, 9), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 8 {
            w.field("MetadataResponseTopic.topic_authorized_operations");
            w.i32(self.topic_authorized_operations);
        }
        if version >= 9 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.partitions {
            it.each_error(each);
        }
    }
}

/// A part of [`MetadataResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataResponsePartition {
    pub error_code: i16,
    pub partition_index: i32,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub replica_nodes: Vec<i32>,
    pub isr_nodes: Vec<i32>,
    pub offline_replicas: Vec<i32>,
}

impl Default for MetadataResponsePartition {
    fn default() -> Self {
        Self {
            error_code: 0,
            partition_index: 0,
            leader_id: 0,
            leader_epoch: -1,
            replica_nodes: Vec::new(),
            isr_nodes: Vec::new(),
            offline_replicas: Vec::new(),
        }
    }
}

impl MetadataResponsePartition {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("MetadataResponsePartition.error_code");
        it.error_code = r.i16()?;
        r.field("MetadataResponsePartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("MetadataResponsePartition.leader_id");
        it.leader_id = r.i32()?;
        if version >= 7 {
            r.field("MetadataResponsePartition.leader_epoch");
            it.leader_epoch = r.i32()?;
        }
        r.field("MetadataResponsePartition.replica_nodes");
        it.replica_nodes = r.array(Form::of(version, 9), 4, Reader::i32)?;
        r.field("MetadataResponsePartition.isr_nodes");
        it.isr_nodes = r.array(Form::of(version, 9), 4, Reader::i32)?;
        if version >= 5 {
            r.field("MetadataResponsePartition.offline_replicas");
            it.offline_replicas = r.array(Form::of(version, 9), 4, Reader::i32)?;
        }
        if version >= 9 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("MetadataResponsePartition.error_code");
        w.i16(self.error_code);
        w.field("MetadataResponsePartition.partition_index");
        w.i32(self.partition_index);
        w.field("MetadataResponsePartition.leader_id");
        w.i32(self.leader_id);
        if version >= 7 {
            w.field("MetadataResponsePartition.leader_epoch");
            w.i32(self.leader_epoch);
        }
        w.field("MetadataResponsePartition.replica_nodes");
        w.array(Form::of(version, 9), &self.replica_nodes, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.field("MetadataResponsePartition.isr_nodes");
        w.array(Form::of(version, 9), &self.isr_nodes, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        if version >= 5 {
            w.field("MetadataResponsePartition.offline_replicas");
            w.array(Form::of(version, 9), &self.offline_replicas, |w, it| {
                w.i32(*it);
                Ok(())
            })?;
        }
        if version >= 9 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for MetadataResponse {
    const NAME: &'static str = "MetadataResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 13;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
