// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `ShareAcknowledgeResponse`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareAcknowledgeResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub acquisition_lock_timeout_ms: i32,
    pub responses: Vec<ShareAcknowledgeTopicResponse>,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl ShareAcknowledgeResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ShareAcknowledgeResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("ShareAcknowledgeResponse.error_code");
        it.error_code = r.i16()?;
        r.field("ShareAcknowledgeResponse.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        if version >= 2 {
            r.field("ShareAcknowledgeResponse.acquisition_lock_timeout_ms");
            it.acquisition_lock_timeout_ms = r.i32()?;
        }
        r.field("ShareAcknowledgeResponse.responses");
        it.responses = r.array(Form::Compact, 18, |r| {
            ShareAcknowledgeTopicResponse::read(r, version)
        })?;
        r.field("ShareAcknowledgeResponse.node_endpoints");
        it.node_endpoints = r.array(Form::Compact, 11, |r| NodeEndpoint::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ShareAcknowledgeResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("ShareAcknowledgeResponse.error_code");
        w.i16(self.error_code);
        w.field("ShareAcknowledgeResponse.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        if version >= 2 {
            w.field("ShareAcknowledgeResponse.acquisition_lock_timeout_ms");
            w.i32(self.acquisition_lock_timeout_ms);
        }
        w.field("ShareAcknowledgeResponse.responses");
        w.array(Form::Compact, &self.responses, |w, it| it.write(w, version))?;
        w.field("ShareAcknowledgeResponse.node_endpoints");
        w.array(Form::Compact, &self.node_endpoints, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.responses {
            it.each_error(each);
        }
    }
}

/// A part of [`ShareAcknowledgeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareAcknowledgeTopicResponse {
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionData>,
}

impl ShareAcknowledgeTopicResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ShareAcknowledgeTopicResponse.topic_id");
        it.topic_id = r.uuid()?;
        r.field("ShareAcknowledgeTopicResponse.partitions");
        it.partitions = r.array(Form::Compact, 17, |r| PartitionData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ShareAcknowledgeTopicResponse.topic_id");
        w.uuid(self.topic_id);
        w.field("ShareAcknowledgeTopicResponse.partitions");
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

/// A part of [`ShareAcknowledgeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub current_leader: LeaderIdAndEpoch,
}

impl PartitionData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionData.partition_index");
        it.partition_index = r.i32()?;
        r.field("PartitionData.error_code");
        it.error_code = r.i16()?;
        r.field("PartitionData.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.field("PartitionData.current_leader");
        it.current_leader = LeaderIdAndEpoch::read(r, version)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionData.partition_index");
        w.i32(self.partition_index);
        w.field("PartitionData.error_code");
        w.i16(self.error_code);
        w.field("PartitionData.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.field("PartitionData.current_leader");
        self.current_leader.write(w, version)?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`ShareAcknowledgeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
}

impl LeaderIdAndEpoch {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("LeaderIdAndEpoch.leader_id");
        it.leader_id = r.i32()?;
        r.field("LeaderIdAndEpoch.leader_epoch");
        it.leader_epoch = r.i32()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("LeaderIdAndEpoch.leader_id");
        w.i32(self.leader_id);
        w.field("LeaderIdAndEpoch.leader_epoch");
        w.i32(self.leader_epoch);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareAcknowledgeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeEndpoint {
    pub node_id: i32,
    pub host: String,
    pub port: i32,
    pub rack: Option<String>,
}

impl NodeEndpoint {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("NodeEndpoint.node_id");
        it.node_id = r.i32()?;
        r.field("NodeEndpoint.host");
        it.host = r.string(Form::Compact)?;
        r.field("NodeEndpoint.port");
        it.port = r.i32()?;
        r.field("NodeEndpoint.rack");
        it.rack = r.nullable_string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("NodeEndpoint.node_id");
        w.i32(self.node_id);
        w.field("NodeEndpoint.host");
        w.string(Form::Compact, &self.host)?;
        w.field("NodeEndpoint.port");
        w.i32(self.port);
        w.field("NodeEndpoint.rack");
        w.nullable_string(Form::Compact, self.rack.as_deref())?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ShareAcknowledgeResponse {
    const NAME: &'static str = "ShareAcknowledgeResponse";
    const MIN_VERSION: i16 = 1;
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
