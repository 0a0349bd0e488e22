// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::OffsetCommitResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `OffsetCommitRequest`, versions 2 to 10.
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetCommitRequest {
    pub group_id: String,
    pub generation_id_or_member_epoch: i32,
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub retention_time_ms: i64,
    pub topics: Vec<OffsetCommitRequestTopic>,
}

impl Default for OffsetCommitRequest {
    fn default() -> Self {
        Self {
            group_id: String::new(),
            generation_id_or_member_epoch: -1,
            member_id: String::new(),
            group_instance_id: None,
            retention_time_ms: -1,
            topics: Vec::new(),
        }
    }
}

impl OffsetCommitRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetCommitRequest.group_id");
        it.group_id = r.string(Form::of(version, 8))?;
        r.field("OffsetCommitRequest.generation_id_or_member_epoch");
        it.generation_id_or_member_epoch = r.i32()?;
        r.field("OffsetCommitRequest.member_id");
        it.member_id = r.string(Form::of(version, 8))?;
        if version >= 7 {
            r.field("OffsetCommitRequest.group_instance_id");
            it.group_instance_id = r.nullable_string(Form::of(version, 8))?;
        }
        if version <= 4 {
            r.field("OffsetCommitRequest.retention_time_ms");
            it.retention_time_ms = r.i64()?;
        }
        r.field("OffsetCommitRequest.topics");
        it.topics = r.array(Form::of(version, 8), 3, |r| {
            OffsetCommitRequestTopic::read(r, version)
        })?;
        if version >= 8 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetCommitRequest.group_id");
        w.string(Form::of(version, 8), &self.group_id)?;
        w.field("OffsetCommitRequest.generation_id_or_member_epoch");
        w.i32(self.generation_id_or_member_epoch);
        w.field("OffsetCommitRequest.member_id");
        w.string(Form::of(version, 8), &self.member_id)?;
        if version >= 7 {
            w.field("OffsetCommitRequest.group_instance_id");
            w.nullable_string(Form::of(version, 8), self.group_instance_id.as_deref())?;
        }
        if !(version >= 7)
            && self
                .group_instance_id
                .as_ref()
                .is_some_and(|it| !it.is_empty())
        {
            return Err(w.not_in_version("OffsetCommitRequest.group_instance_id", version));
        }
        if version <= 4 {
            w.field("OffsetCommitRequest.retention_time_ms");
            w.i64(self.retention_time_ms);
        }
        w.field("OffsetCommitRequest.topics");
        w.array(Form::of(version, 8), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 8 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`OffsetCommitRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetCommitRequestTopic {
    pub name: String,
    pub topic_id: Uuid,
    pub partitions: Vec<OffsetCommitRequestPartition>,
}

impl OffsetCommitRequestTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version <= 9 {
            r.field("OffsetCommitRequestTopic.name");
            it.name = r.string(Form::of(version, 8))?;
        }
        if version >= 10 {
            r.field("OffsetCommitRequestTopic.topic_id");
            it.topic_id = r.uuid()?;
        }
        r.field("OffsetCommitRequestTopic.partitions");
        it.partitions = r.array(Form::of(version, 8), 14, |r| {
            OffsetCommitRequestPartition::read(r, version)
        })?;
        if version >= 8 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 9 {
            w.field("OffsetCommitRequestTopic.name");
            w.string(Form::of(version, 8), &self.name)?;
        }
        if version >= 10 {
            w.field("OffsetCommitRequestTopic.topic_id");
            w.uuid(self.topic_id);
        }
        w.field("OffsetCommitRequestTopic.partitions");
        w.array(Form::of(version, 8), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 8 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`OffsetCommitRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetCommitRequestPartition {
    pub partition_index: i32,
    pub committed_offset: i64,
    pub committed_leader_epoch: i32,
    pub committed_metadata: Option<String>,
}

impl Default for OffsetCommitRequestPartition {
    fn default() -> Self {
        Self {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            committed_metadata: None,
        }
    }
}

impl OffsetCommitRequestPartition {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetCommitRequestPartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("OffsetCommitRequestPartition.committed_offset");
        it.committed_offset = r.i64()?;
        if version >= 6 {
            r.field("OffsetCommitRequestPartition.committed_leader_epoch");
            it.committed_leader_epoch = r.i32()?;
        }
        r.field("OffsetCommitRequestPartition.committed_metadata");
        it.committed_metadata = r.nullable_string(Form::of(version, 8))?;
        if version >= 8 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetCommitRequestPartition.partition_index");
        w.i32(self.partition_index);
        w.field("OffsetCommitRequestPartition.committed_offset");
        w.i64(self.committed_offset);
        if version >= 6 {
            w.field("OffsetCommitRequestPartition.committed_leader_epoch");
            w.i32(self.committed_leader_epoch);
        }
        w.field("OffsetCommitRequestPartition.committed_metadata");
        w.nullable_string(Form::of(version, 8), self.committed_metadata.as_deref())?;
        if version >= 8 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for OffsetCommitRequest {
    const NAME: &'static str = "OffsetCommitRequest";
    const MIN_VERSION: i16 = 2;
    const MAX_VERSION: i16 = 10;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for OffsetCommitRequest {
    const KEY: ApiKey = ApiKey::OffsetCommit;
    type Response = OffsetCommitResponse;
}
