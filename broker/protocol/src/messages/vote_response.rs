// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `VoteResponse`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VoteResponse {
    pub error_code: i16,
    pub topics: Vec<TopicData>,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl VoteResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("VoteResponse.error_code");
        it.error_code = r.i16()?;
        r.field("VoteResponse.topics");
        it.topics = r.array(Form::Compact, 3, |r| TopicData::read(r, version))?;
        r.tags(|tag, r| {
            match tag {
                0 if version >= 1 => {
                    r.field("VoteResponse.node_endpoints");
                    it.node_endpoints =
                        r.array(Form::Compact, 8, |r| NodeEndpoint::read(r, version))?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("VoteResponse.error_code");
        w.i16(self.error_code);
        w.field("VoteResponse.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(u32::from(version >= 1 && !self.node_endpoints.is_empty()));
        if version >= 1 && !self.node_endpoints.is_empty() {
            w.field("VoteResponse.node_endpoints");
            w.tag(0, |w| {
                w.array(Form::Compact, &self.node_endpoints, |w, it| {
                    it.write(w, version)
                })?;
                Ok(())
            })?;
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.topics {
            it.each_error(each);
        }
    }
}

/// A part of [`VoteResponse`].
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
        it.partitions = r.array(Form::Compact, 16, |r| PartitionData::read(r, version))?;
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
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.partitions {
            it.each_error(each);
        }
    }
}

/// A part of [`VoteResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub vote_granted: bool,
}

impl PartitionData {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionData.partition_index");
        it.partition_index = r.i32()?;
        r.field("PartitionData.error_code");
        it.error_code = r.i16()?;
        r.field("PartitionData.leader_id");
        it.leader_id = r.i32()?;
        r.field("PartitionData.leader_epoch");
        it.leader_epoch = r.i32()?;
        r.field("PartitionData.vote_granted");
        it.vote_granted = r.bool()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("PartitionData.partition_index");
        w.i32(self.partition_index);
        w.field("PartitionData.error_code");
        w.i16(self.error_code);
        w.field("PartitionData.leader_id");
        w.i32(self.leader_id);
        w.field("PartitionData.leader_epoch");
        w.i32(self.leader_epoch);
        w.field("PartitionData.vote_granted");
        w.bool(self.vote_granted);
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`VoteResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeEndpoint {
    pub node_id: i32,
    pub host: String,
    pub port: u16,
}

impl NodeEndpoint {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("NodeEndpoint.node_id");
        it.node_id = r.i32()?;
        r.field("NodeEndpoint.host");
        it.host = r.string(Form::Compact)?;
        r.field("NodeEndpoint.port");
        it.port = r.u16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("NodeEndpoint.node_id");
        w.i32(self.node_id);
        w.field("NodeEndpoint.host");
        w.string(Form::Compact, &self.host)?;
        w.field("NodeEndpoint.port");
        w.u16(self.port);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for VoteResponse {
    const NAME: &'static str = "VoteResponse";
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

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
