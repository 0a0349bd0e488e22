// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::BeginQuorumEpochResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `BeginQuorumEpochRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct BeginQuorumEpochRequest {
    pub cluster_id: Option<String>,
    pub voter_id: i32,
    pub topics: Vec<TopicData>,
    pub leader_endpoints: Vec<LeaderEndpoint>,
}

impl Default for BeginQuorumEpochRequest {
    fn default() -> Self {
        Self {
            cluster_id: None,
            voter_id: -1,
            topics: Vec::new(),
            leader_endpoints: Vec::new(),
        }
    }
}

impl BeginQuorumEpochRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("BeginQuorumEpochRequest.cluster_id");
        it.cluster_id = r.nullable_string(Form::of(version, 1))?;
        if version >= 1 {
            r.field("BeginQuorumEpochRequest.voter_id");
            it.voter_id = r.i32()?;
        }
        r.field("BeginQuorumEpochRequest.topics");
        it.topics = r.array(Form::of(version, 1), 3, |r| TopicData::read(r, version))?;
        if version >= 1 {
            r.field("BeginQuorumEpochRequest.leader_endpoints");
            it.leader_endpoints =
                r.array(Form::Compact, 5, |r| LeaderEndpoint::read(r, version))?;
        }
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("BeginQuorumEpochRequest.cluster_id");
        w.nullable_string(Form::of(version, 1), self.cluster_id.as_deref())?;
        if version >= 1 {
            w.field("BeginQuorumEpochRequest.voter_id");
            w.i32(self.voter_id);
        }
        w.field("BeginQuorumEpochRequest.topics");
        w.array(Form::of(version, 1), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 1 {
            w.field("BeginQuorumEpochRequest.leader_endpoints");
            w.array(Form::Compact, &self.leader_endpoints, |w, it| {
                it.write(w, version)
            })?;
        }
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`BeginQuorumEpochRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicData {
    pub topic_name: String,
    pub partitions: Vec<PartitionData>,
}

impl TopicData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicData.topic_name");
        it.topic_name = r.string(Form::of(version, 1))?;
        r.field("TopicData.partitions");
        it.partitions = r.array(Form::of(version, 1), 12, |r| {
            PartitionData::read(r, version)
        })?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TopicData.topic_name");
        w.string(Form::of(version, 1), &self.topic_name)?;
        w.field("TopicData.partitions");
        w.array(Form::of(version, 1), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`BeginQuorumEpochRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub voter_directory_id: Uuid,
    pub leader_id: i32,
    pub leader_epoch: i32,
}

impl PartitionData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionData.partition_index");
        it.partition_index = r.i32()?;
        if version >= 1 {
            r.field("PartitionData.voter_directory_id");
            it.voter_directory_id = r.uuid()?;
        }
        r.field("PartitionData.leader_id");
        it.leader_id = r.i32()?;
        r.field("PartitionData.leader_epoch");
        it.leader_epoch = r.i32()?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionData.partition_index");
        w.i32(self.partition_index);
        if version >= 1 {
            w.field("PartitionData.voter_directory_id");
            w.uuid(self.voter_directory_id);
        }
        w.field("PartitionData.leader_id");
        w.i32(self.leader_id);
        w.field("PartitionData.leader_epoch");
        w.i32(self.leader_epoch);
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`BeginQuorumEpochRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaderEndpoint {
    pub name: String,
    pub host: String,
    pub port: u16,
}

impl LeaderEndpoint {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("LeaderEndpoint.name");
        it.name = r.string(Form::Compact)?;
        r.field("LeaderEndpoint.host");
        it.host = r.string(Form::Compact)?;
        r.field("LeaderEndpoint.port");
        it.port = r.u16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("LeaderEndpoint.name");
        w.string(Form::Compact, &self.name)?;
        w.field("LeaderEndpoint.host");
        w.string(Form::Compact, &self.host)?;
        w.field("LeaderEndpoint.port");
        w.u16(self.port);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for BeginQuorumEpochRequest {
    const NAME: &'static str = "BeginQuorumEpochRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for BeginQuorumEpochRequest {
    const KEY: ApiKey = ApiKey::BeginQuorumEpoch;
    type Response = BeginQuorumEpochResponse;
}
