// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::EndQuorumEpochResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `EndQuorumEpochRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EndQuorumEpochRequest {
    pub cluster_id: Option<String>,
    pub topics: Vec<TopicData>,
    pub leader_endpoints: Vec<LeaderEndpoint>,
}

impl EndQuorumEpochRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("EndQuorumEpochRequest.cluster_id");
        it.cluster_id = r.nullable_string(Form::of(version, 1))?;
        r.field("EndQuorumEpochRequest.topics");
        it.topics = r.array(Form::of(version, 1), 3, |r| TopicData::read(r, version))?;
        if version >= 1 {
            r.field("EndQuorumEpochRequest.leader_endpoints");
            it.leader_endpoints =
                r.array(Form::Compact, 5, |r| LeaderEndpoint::read(r, version))?;
        }
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("EndQuorumEpochRequest.cluster_id");
        w.nullable_string(Form::of(version, 1), self.cluster_id.as_deref())?;
        w.field("EndQuorumEpochRequest.topics");
        w.array(Form::of(version, 1), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 1 {
            w.field("EndQuorumEpochRequest.leader_endpoints");
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

/// A part of [`EndQuorumEpochRequest`].
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
        it.partitions = r.array(Form::of(version, 1), 14, |r| {
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

/// A part of [`EndQuorumEpochRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub preferred_successors: Vec<i32>,
    pub preferred_candidates: Vec<ReplicaInfo>,
}

impl PartitionData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionData.partition_index");
        it.partition_index = r.i32()?;
        r.field("PartitionData.leader_id");
        it.leader_id = r.i32()?;
        r.field("PartitionData.leader_epoch");
        it.leader_epoch = r.i32()?;
        if version <= 0 {
            r.field("PartitionData.preferred_successors");
            it.preferred_successors = r.array(Form::Classic, 4, Reader::i32)?;
        }
        if version >= 1 {
            r.field("PartitionData.preferred_candidates");
            it.preferred_candidates =
                r.array(Form::Compact, 21, |r| ReplicaInfo::read(r, version))?;
        }
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionData.partition_index");
        w.i32(self.partition_index);
        w.field("PartitionData.leader_id");
        w.i32(self.leader_id);
        w.field("PartitionData.leader_epoch");
        w.i32(self.leader_epoch);
        if version <= 0 {
            w.field("PartitionData.preferred_successors");
            w.array(Form::Classic, &self.preferred_successors, |w, it| {
                w.i32(*it);
                Ok(())
            })?;
        }
        if version >= 1 {
            w.field("PartitionData.preferred_candidates");
            w.array(Form::Compact, &self.preferred_candidates, |w, it| {
                it.write(w, version)
            })?;
        }
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`EndQuorumEpochRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReplicaInfo {
    pub candidate_id: i32,
    pub candidate_directory_id: Uuid,
}

impl ReplicaInfo {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ReplicaInfo.candidate_id");
        it.candidate_id = r.i32()?;
        r.field("ReplicaInfo.candidate_directory_id");
        it.candidate_directory_id = r.uuid()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ReplicaInfo.candidate_id");
        w.i32(self.candidate_id);
        w.field("ReplicaInfo.candidate_directory_id");
        w.uuid(self.candidate_directory_id);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`EndQuorumEpochRequest`].
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

impl Message for EndQuorumEpochRequest {
    const NAME: &'static str = "EndQuorumEpochRequest";
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

impl Request for EndQuorumEpochRequest {
    const KEY: ApiKey = ApiKey::EndQuorumEpoch;
    type Response = EndQuorumEpochResponse;
}
