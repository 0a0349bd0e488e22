// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `BeginQuorumEpochResponse`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BeginQuorumEpochResponse {
    pub error_code: i16,
    pub topics: Vec<TopicData>,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl BeginQuorumEpochResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("BeginQuorumEpochResponse.error_code");
        it.error_code = r.i16()?;
        r.field("BeginQuorumEpochResponse.topics");
        it.topics = r.array(Form::of(version, 1), 3, |r| TopicData::read(r, version))?;
        if version >= 1 {
            r.tags(|tag, r| {
                match tag {
                    0 => {
                        r.field("BeginQuorumEpochResponse.node_endpoints");
                        it.node_endpoints =
                            r.array(Form::Compact, 8, |r| NodeEndpoint::read(r, version))?;
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("BeginQuorumEpochResponse.error_code");
        w.i16(self.error_code);
        w.field("BeginQuorumEpochResponse.topics");
        w.array(Form::of(version, 1), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 1 {
            w.unsigned_varint(u32::from(!self.node_endpoints.is_empty()));
            if !self.node_endpoints.is_empty() {
                w.field("BeginQuorumEpochResponse.node_endpoints");
                w.tag(0, |w| {
                    w.array(Form::Compact, &self.node_endpoints, |w, it| {
                        it.write(w, version)
                    })?;
                    Ok(())
                })?;
            }
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

/// A part of [`BeginQuorumEpochResponse`].
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
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.partitions {
            it.each_error(each);
        }
    }
}

/// A part of [`BeginQuorumEpochResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
    pub leader_id: i32,
    pub leader_epoch: i32,
}

impl PartitionData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionData.partition_index");
        it.partition_index = r.i32()?;
        r.field("PartitionData.error_code");
        it.error_code = r.i16()?;
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
        w.field("PartitionData.error_code");
        w.i16(self.error_code);
        w.field("PartitionData.leader_id");
        w.i32(self.leader_id);
        w.field("PartitionData.leader_epoch");
        w.i32(self.leader_epoch);
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`BeginQuorumEpochResponse`].
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

impl Message for BeginQuorumEpochResponse {
    const NAME: &'static str = "BeginQuorumEpochResponse";
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

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
