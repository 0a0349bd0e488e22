// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `DescribeQuorumResponse`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeQuorumResponse {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub topics: Vec<TopicData>,
    pub nodes: Vec<Node>,
}

impl DescribeQuorumResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeQuorumResponse.error_code");
        it.error_code = r.i16()?;
        if version >= 2 {
            r.field("DescribeQuorumResponse.error_message");
            it.error_message = r.nullable_string(Form::Compact)?;
        }
        r.field("DescribeQuorumResponse.topics");
        it.topics = r.array(Form::Compact, 3, |r| TopicData::read(r, version))?;
        if version >= 2 {
            r.field("DescribeQuorumResponse.nodes");
            it.nodes = r.array(Form::Compact, 6, |r| Node::read(r, version))?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeQuorumResponse.error_code");
        w.i16(self.error_code);
        if version >= 2 {
            w.field("DescribeQuorumResponse.error_message");
            w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        }
        w.field("DescribeQuorumResponse.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        if version >= 2 {
            w.field("DescribeQuorumResponse.nodes");
            w.array(Form::Compact, &self.nodes, |w, it| it.write(w, version))?;
        }
        if !(version >= 2) && !self.nodes.is_empty() {
            return Err(w.not_in_version("DescribeQuorumResponse.nodes", version));
        }
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.topics {
            it.each_error(each);
        }
    }
}

/// A part of [`DescribeQuorumResponse`].
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
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.partitions {
            it.each_error(each);
        }
    }
}

/// A part of [`DescribeQuorumResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub high_watermark: i64,
    pub current_voters: Vec<ReplicaState>,
    pub observers: Vec<ReplicaState>,
}

impl PartitionData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionData.partition_index");
        it.partition_index = r.i32()?;
        r.field("PartitionData.error_code");
        it.error_code = r.i16()?;
        if version >= 2 {
            r.field("PartitionData.error_message");
            it.error_message = r.nullable_string(Form::Compact)?;
        }
        r.field("PartitionData.leader_id");
        it.leader_id = r.i32()?;
        r.field("PartitionData.leader_epoch");
        it.leader_epoch = r.i32()?;
        r.field("PartitionData.high_watermark");
        it.high_watermark = r.i64()?;
        r.field("PartitionData.current_voters");
        it.current_voters = r.array(Form::Compact, 13, |r| ReplicaState::read(r, version))?;
        r.field("PartitionData.observers");
        it.observers = r.array(Form::Compact, 13, |r| ReplicaState::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionData.partition_index");
        w.i32(self.partition_index);
        w.field("PartitionData.error_code");
        w.i16(self.error_code);
        if version >= 2 {
            w.field("PartitionData.error_message");
            w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        }
        w.field("PartitionData.leader_id");
        w.i32(self.leader_id);
        w.field("PartitionData.leader_epoch");
        w.i32(self.leader_epoch);
        w.field("PartitionData.high_watermark");
        w.i64(self.high_watermark);
        w.field("PartitionData.current_voters");
        w.array(Form::Compact, &self.current_voters, |w, it| {
            it.write(w, version)
        })?;
        w.field("PartitionData.observers");
        w.array(Form::Compact, &self.observers, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`DescribeQuorumResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicaState {
    pub replica_id: i32,
    pub replica_directory_id: Uuid,
    pub log_end_offset: i64,
    pub last_fetch_timestamp: i64,
    pub last_caught_up_timestamp: i64,
}

impl Default for ReplicaState {
    fn default() -> Self {
        Self {
            replica_id: 0,
            replica_directory_id: Uuid::ZERO,
            log_end_offset: 0,
            last_fetch_timestamp: -1,
            last_caught_up_timestamp: -1,
        }
    }
}

impl ReplicaState {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ReplicaState.replica_id");
        it.replica_id = r.i32()?;
        if version >= 2 {
            r.field("ReplicaState.replica_directory_id");
            it.replica_directory_id = r.uuid()?;
        }
        r.field("ReplicaState.log_end_offset");
        it.log_end_offset = r.i64()?;
        if version >= 1 {
            r.field("ReplicaState.last_fetch_timestamp");
            it.last_fetch_timestamp = r.i64()?;
        }
        if version >= 1 {
            r.field("ReplicaState.last_caught_up_timestamp");
            it.last_caught_up_timestamp = r.i64()?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ReplicaState.replica_id");
        w.i32(self.replica_id);
        if version >= 2 {
            w.field("ReplicaState.replica_directory_id");
            w.uuid(self.replica_directory_id);
        }
        w.field("ReplicaState.log_end_offset");
        w.i64(self.log_end_offset);
        if version >= 1 {
            w.field("ReplicaState.last_fetch_timestamp");
            w.i64(self.last_fetch_timestamp);
        }
        if version >= 1 {
            w.field("ReplicaState.last_caught_up_timestamp");
            w.i64(self.last_caught_up_timestamp);
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`DescribeQuorumResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    pub node_id: i32,
    pub listeners: Vec<Listener>,
}

impl Node {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Node.node_id");
        it.node_id = r.i32()?;
        r.field("Node.listeners");
        it.listeners = r.array(Form::Compact, 5, |r| Listener::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("Node.node_id");
        w.i32(self.node_id);
        w.field("Node.listeners");
        w.array(Form::Compact, &self.listeners, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`DescribeQuorumResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listener {
    pub name: String,
    pub host: String,
    pub port: u16,
}

impl Listener {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Listener.name");
        it.name = r.string(Form::Compact)?;
        r.field("Listener.host");
        it.host = r.string(Form::Compact)?;
        r.field("Listener.port");
        it.port = r.u16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("Listener.name");
        w.string(Form::Compact, &self.name)?;
        w.field("Listener.host");
        w.string(Form::Compact, &self.host)?;
        w.field("Listener.port");
        w.u16(self.port);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for DescribeQuorumResponse {
    const NAME: &'static str = "DescribeQuorumResponse";
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
