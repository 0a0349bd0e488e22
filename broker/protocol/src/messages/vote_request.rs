// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::VoteResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `VoteRequest`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct VoteRequest {
    pub cluster_id: Option<String>,
    pub voter_id: i32,
    pub topics: Vec<TopicData>,
}

impl Default for VoteRequest {
    fn default() -> Self {
        Self {
            cluster_id: None,
            voter_id: -1,
            topics: Vec::new(),
        }
    }
}

impl VoteRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("VoteRequest.cluster_id");
        it.cluster_id = r.nullable_string(Form::Compact)?;
        if version >= 1 {
            r.field("VoteRequest.voter_id");
            it.voter_id = r.i32()?;
        }
        r.field("VoteRequest.topics");
        it.topics = r.array(Form::Compact, 3, |r| TopicData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("VoteRequest.cluster_id");
        w.nullable_string(Form::Compact, self.cluster_id.as_deref())?;
        if version >= 1 {
            w.field("VoteRequest.voter_id");
            w.i32(self.voter_id);
        }
        w.field("VoteRequest.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`VoteRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicData {
    pub topic_name: String,
    pub partitions: Vec<PartitionData>,
}

impl TopicData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicData.topic_name");
        it.topic_name = r.string(Form::Compact)?;
        r.field("TopicData.partitions");
        it.partitions = r.array(Form::Compact, 25, |r| PartitionData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TopicData.topic_name");
        w.string(Form::Compact, &self.topic_name)?;
        w.field("TopicData.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`VoteRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub replica_epoch: i32,
    pub replica_id: i32,
    pub replica_directory_id: Uuid,
    pub voter_directory_id: Uuid,
    pub last_offset_epoch: i32,
    pub last_offset: i64,
    pub pre_vote: bool,
}

impl PartitionData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionData.partition_index");
        it.partition_index = r.i32()?;
        r.field("PartitionData.replica_epoch");
        it.replica_epoch = r.i32()?;
        r.field("PartitionData.replica_id");
        it.replica_id = r.i32()?;
        if version >= 1 {
            r.field("PartitionData.replica_directory_id");
            it.replica_directory_id = r.uuid()?;
        }
        if version >= 1 {
            r.field("PartitionData.voter_directory_id");
            it.voter_directory_id = r.uuid()?;
        }
        r.field("PartitionData.last_offset_epoch");
        it.last_offset_epoch = r.i32()?;
        r.field("PartitionData.last_offset");
        it.last_offset = r.i64()?;
        if version >= 2 {
            r.field("PartitionData.pre_vote");
            it.pre_vote = r.bool()?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionData.partition_index");
        w.i32(self.partition_index);
        w.field("PartitionData.replica_epoch");
        w.i32(self.replica_epoch);
        w.field("PartitionData.replica_id");
        w.i32(self.replica_id);
        if version >= 1 {
            w.field("PartitionData.replica_directory_id");
            w.uuid(self.replica_directory_id);
        }
        if version >= 1 {
            w.field("PartitionData.voter_directory_id");
            w.uuid(self.voter_directory_id);
        }
        w.field("PartitionData.last_offset_epoch");
        w.i32(self.last_offset_epoch);
        w.field("PartitionData.last_offset");
        w.i64(self.last_offset);
        if version >= 2 {
            w.field("PartitionData.pre_vote");
            w.bool(self.pre_vote);
        }
        if !(version >= 2) && self.pre_vote {
            return Err(w.not_in_version("PartitionData.pre_vote", version));
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for VoteRequest {
    const NAME: &'static str = "VoteRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for VoteRequest {
    const KEY: ApiKey = ApiKey::Vote;
    type Response = VoteResponse;
}
