// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::CreateTopicsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `CreateTopicsRequest`, versions 2 to 7.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTopicsRequest {
    pub topics: Vec<CreatableTopic>,
    pub timeout_ms: i32,
    pub validate_only: bool,
}

impl Default for CreateTopicsRequest {
    fn default() -> Self {
        Self {
            topics: Vec::new(),
            timeout_ms: 60000,
            validate_only: false,
        }
    }
}

impl CreateTopicsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreateTopicsRequest.topics");
        it.topics = r.array(Form::of(version, 5), 10, |r| {
            CreatableTopic::read(r, version)
        })?;
        r.field("CreateTopicsRequest.timeout_ms");
        it.timeout_ms = r.i32()?;
        r.field("CreateTopicsRequest.validate_only");
        it.validate_only = r.bool()?;
        if version >= 5 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreateTopicsRequest.topics");
        w.array(Form::of(version, 5), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        w.field("CreateTopicsRequest.timeout_ms");
        w.i32(self.timeout_ms);
        w.field("CreateTopicsRequest.validate_only");
        w.bool(self.validate_only);
        if version >= 5 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`CreateTopicsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatableTopic {
    pub name: String,
    pub num_partitions: i32,
    pub replication_factor: i16,
    pub assignments: Vec<CreatableReplicaAssignment>,
    pub configs: Vec<CreatableTopicConfig>,
}

impl CreatableTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreatableTopic.name");
        it.name = r.string(Form::of(version, 5))?;
        r.field("CreatableTopic.num_partitions");
        it.num_partitions = r.i32()?;
        r.field("CreatableTopic.replication_factor");
        it.replication_factor = r.i16()?;
        r.field("CreatableTopic.assignments");
        it.assignments = r.array(Form::of(version, 5), 6, |r| {
            CreatableReplicaAssignment::read(r, version)
        })?;
        r.field("CreatableTopic.configs");
        it.configs = r.array(Form::of(version, 5), 3, |r| {
            CreatableTopicConfig::read(r, version)
        })?;
        if version >= 5 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreatableTopic.name");
        w.string(Form::of(version, 5), &self.name)?;
        w.field("CreatableTopic.num_partitions");
        w.i32(self.num_partitions);
        w.field("CreatableTopic.replication_factor");
        w.i16(self.replication_factor);
        w.field("CreatableTopic.assignments");
        w.array(Form::of(version, 5), &self.assignments, |w, it| {
            it.write(w, version)
        })?;
        w.field("CreatableTopic.configs");
        w.array(Form::of(version, 5), &self.configs, |w, it| {
            it.write(w, version)
        })?;
        if version >= 5 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`CreateTopicsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatableReplicaAssignment {
    pub partition_index: i32,
    pub broker_ids: Vec<i32>,
}

impl CreatableReplicaAssignment {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreatableReplicaAssignment.partition_index");
        it.partition_index = r.i32()?;
        r.field("CreatableReplicaAssignment.broker_ids");
        it.broker_ids = r.array(Form::of(version, 5), 4, Reader::i32)?;
        if version >= 5 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreatableReplicaAssignment.partition_index");
        w.i32(self.partition_index);
        w.field("CreatableReplicaAssignment.broker_ids");
        w.array(Form::of(version, 5), &self.broker_ids, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        if version >= 5 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`CreateTopicsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatableTopicConfig {
    pub name: String,
    pub value: Option<String>,
}

impl CreatableTopicConfig {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreatableTopicConfig.name");
        it.name = r.string(Form::of(version, 5))?;
        r.field("CreatableTopicConfig.value");
        it.value = r.nullable_string(Form::of(version, 5))?;
        if version >= 5 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreatableTopicConfig.name");
        w.string(Form::of(version, 5), &self.name)?;
        w.field("CreatableTopicConfig.value");
        w.nullable_string(Form::of(version, 5), self.value.as_deref())?;
        if version >= 5 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for CreateTopicsRequest {
    const NAME: &'static str = "CreateTopicsRequest";
    const MIN_VERSION: i16 = 2;
    const MAX_VERSION: i16 = 7;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for CreateTopicsRequest {
    const KEY: ApiKey = ApiKey::CreateTopics;
    type Response = CreateTopicsResponse;
}
