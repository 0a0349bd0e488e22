// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::TxnOffsetCommitResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `TxnOffsetCommitRequest`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq)]
pub struct TxnOffsetCommitRequest {
    pub transactional_id: String,
    pub group_id: String,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub generation_id: i32,
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub topics: Vec<TxnOffsetCommitRequestTopic>,
}

impl Default for TxnOffsetCommitRequest {
    fn default() -> Self {
        Self {
            transactional_id: String::new(),
            group_id: String::new(),
            producer_id: 0,
            producer_epoch: 0,
            generation_id: -1,
            member_id: String::new(),
            group_instance_id: None,
            topics: Vec::new(),
        }
    }
}

impl TxnOffsetCommitRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TxnOffsetCommitRequest.transactional_id");
        it.transactional_id = r.string(Form::of(version, 3))?;
        r.field("TxnOffsetCommitRequest.group_id");
        it.group_id = r.string(Form::of(version, 3))?;
        r.field("TxnOffsetCommitRequest.producer_id");
        it.producer_id = r.i64()?;
        r.field("TxnOffsetCommitRequest.producer_epoch");
        it.producer_epoch = r.i16()?;
        if version >= 3 {
            r.field("TxnOffsetCommitRequest.generation_id");
            it.generation_id = r.i32()?;
        }
        if version >= 3 {
            r.field("TxnOffsetCommitRequest.member_id");
            it.member_id = r.string(Form::Compact)?;
        }
        if version >= 3 {
            r.field("TxnOffsetCommitRequest.group_instance_id");
            it.group_instance_id = r.nullable_string(Form::Compact)?;
        }
        r.field("TxnOffsetCommitRequest.topics");
        it.topics = r.array(Form::of(version, 3), 3, |r| {
            TxnOffsetCommitRequestTopic::read(r, version)
        })?;
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TxnOffsetCommitRequest.transactional_id");
        w.string(Form::of(version, 3), &self.transactional_id)?;
        w.field("TxnOffsetCommitRequest.group_id");
        w.string(Form::of(version, 3), &self.group_id)?;
        w.field("TxnOffsetCommitRequest.producer_id");
        w.i64(self.producer_id);
        w.field("TxnOffsetCommitRequest.producer_epoch");
        w.i16(self.producer_epoch);
        if version >= 3 {
            w.field("TxnOffsetCommitRequest.generation_id");
            w.i32(self.generation_id);
        }
        if !(version >= 3) && self.generation_id != -1 {
            return Err(w.not_in_version("TxnOffsetCommitRequest.generation_id", version));
        }
        if version >= 3 {
            w.field("TxnOffsetCommitRequest.member_id");
            w.string(Form::Compact, &self.member_id)?;
        }
        if !(version >= 3) && !self.member_id.is_empty() {
            return Err(w.not_in_version("TxnOffsetCommitRequest.member_id", version));
        }
        if version >= 3 {
            w.field("TxnOffsetCommitRequest.group_instance_id");
            w.nullable_string(Form::Compact, self.group_instance_id.as_deref())?;
        }
        if !(version >= 3)
            && self
                .group_instance_id
                .as_ref()
                .is_some_and(|it| !it.is_empty())
        {
            return Err(w.not_in_version("TxnOffsetCommitRequest.group_instance_id", version));
        }
        w.field("TxnOffsetCommitRequest.topics");
        w.array(Form::of(version, 3), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`TxnOffsetCommitRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TxnOffsetCommitRequestTopic {
    pub name: String,
    pub partitions: Vec<TxnOffsetCommitRequestPartition>,
}

impl TxnOffsetCommitRequestTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TxnOffsetCommitRequestTopic.name");
        it.name = r.string(Form::of(version, 3))?;
        r.field("TxnOffsetCommitRequestTopic.partitions");
        it.partitions = r.array(Form::of(version, 3), 14, |r| {
            TxnOffsetCommitRequestPartition::read(r, version)
        })?;
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TxnOffsetCommitRequestTopic.name");
        w.string(Form::of(version, 3), &self.name)?;
        w.field("TxnOffsetCommitRequestTopic.partitions");
        w.array(Form::of(version, 3), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`TxnOffsetCommitRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct TxnOffsetCommitRequestPartition {
    pub partition_index: i32,
    pub committed_offset: i64,
    pub committed_leader_epoch: i32,
    pub committed_metadata: Option<String>,
}

impl Default for TxnOffsetCommitRequestPartition {
    fn default() -> Self {
        Self {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            committed_metadata: None,
        }
    }
}

impl TxnOffsetCommitRequestPartition {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TxnOffsetCommitRequestPartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("TxnOffsetCommitRequestPartition.committed_offset");
        it.committed_offset = r.i64()?;
        if version >= 2 {
            r.field("TxnOffsetCommitRequestPartition.committed_leader_epoch");
            it.committed_leader_epoch = r.i32()?;
        }
        r.field("TxnOffsetCommitRequestPartition.committed_metadata");
        it.committed_metadata = r.nullable_string(Form::of(version, 3))?;
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TxnOffsetCommitRequestPartition.partition_index");
        w.i32(self.partition_index);
        w.field("TxnOffsetCommitRequestPartition.committed_offset");
        w.i64(self.committed_offset);
        if version >= 2 {
            w.field("TxnOffsetCommitRequestPartition.committed_leader_epoch");
            w.i32(self.committed_leader_epoch);
        }
        w.field("TxnOffsetCommitRequestPartition.committed_metadata");
        w.nullable_string(Form::of(version, 3), self.committed_metadata.as_deref())?;
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for TxnOffsetCommitRequest {
    const NAME: &'static str = "TxnOffsetCommitRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for TxnOffsetCommitRequest {
    const KEY: ApiKey = ApiKey::TxnOffsetCommit;
    type Response = TxnOffsetCommitResponse;
}
