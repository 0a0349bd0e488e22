// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `ProduceResponse`, versions 3 to 13.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProduceResponse {
    pub responses: Vec<TopicProduceResponse>,
    pub throttle_time_ms: i32,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl ProduceResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ProduceResponse.responses");
        it.responses = r.array(Form::of(version, 9), 3, |r| {
            TopicProduceResponse::read(r, version)
        })?;
        r.field("ProduceResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        if version >= 9 {
            r.tags(|tag, r| {
                match tag {
                    0 if version >= 10 => {
                        r.field("ProduceResponse.node_endpoints");
                        it.node_endpoints =
                            r.array(Form::Compact, 11, |r| NodeEndpoint::read(r, version))?;
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ProduceResponse.responses");
        w.array(Form::of(version, 9), &self.responses, |w, it| {
            it.write(w, version)
        })?;
        w.field("ProduceResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        if version >= 9 {
            w.unsigned_varint(u32::from(version >= 10 && !self.node_endpoints.is_empty()));
            if version >= 10 && !self.node_endpoints.is_empty() {
                w.field("ProduceResponse.node_endpoints");
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
        for it in &self.responses {
            it.each_error(each);
        }
    }
}

/// A part of [`ProduceResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicProduceResponse {
    pub name: String,
    pub topic_id: Uuid,
    pub partition_responses: Vec<PartitionProduceResponse>,
}

impl TopicProduceResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version <= 12 {
            r.field("TopicProduceResponse.name");
            it.name = r.string(Form::of(version, 9))?;
        }
        if version >= 13 {
            r.field("TopicProduceResponse.topic_id");
            it.topic_id = r.uuid()?;
        }
        r.field("TopicProduceResponse.partition_responses");
        it.partition_responses = r.array(Form::of(version, 9), 22, |r| {
            PartitionProduceResponse::read(r, version)
        })?;
        if version >= 9 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 12 {
            w.field("TopicProduceResponse.name");
            w.string(Form::of(version, 9), &self.name)?;
        }
        if version >= 13 {
            w.field("TopicProduceResponse.topic_id");
            w.uuid(self.topic_id);
        }
        w.field("TopicProduceResponse.partition_responses");
        w.array(Form::of(version, 9), &self.partition_responses, |w, it| {
            it.write(w, version)
        })?;
        if version >= 9 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.partition_responses {
            it.each_error(each);
        }
    }
}

/// A part of [`ProduceResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionProduceResponse {
    pub index: i32,
    pub error_code: i16,
    pub base_offset: i64,
    pub log_append_time_ms: i64,
    pub log_start_offset: i64,
    pub record_errors: Vec<BatchIndexAndErrorMessage>,
    pub error_message: Option<String>,
    pub current_leader: LeaderIdAndEpoch,
}

impl Default for PartitionProduceResponse {
    fn default() -> Self {
        Self {
            index: 0,
            error_code: 0,
            base_offset: 0,
            log_append_time_ms: -1,
            log_start_offset: -1,
            record_errors: Vec::new(),
            error_message: None,
            current_leader: LeaderIdAndEpoch::default(),
        }
    }
}

impl PartitionProduceResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionProduceResponse.index");
        it.index = r.i32()?;
        r.field("PartitionProduceResponse.error_code");
        it.error_code = r.i16()?;
        r.field("PartitionProduceResponse.base_offset");
        it.base_offset = r.i64()?;
        r.field("PartitionProduceResponse.log_append_time_ms");
        it.log_append_time_ms = r.i64()?;
        if version >= 5 {
            r.field("PartitionProduceResponse.log_start_offset");
            it.log_start_offset = r.i64()?;
        }
        if version >= 8 {
            r.field("PartitionProduceResponse.record_errors");
            it.record_errors = r.array(Form::of(version, 9), 6, |r| {
                BatchIndexAndErrorMessage::read(r, version)
            })?;
        }
        if version >= 8 {
            r.field("PartitionProduceResponse.error_message");
            it.error_message = r.nullable_string(Form::of(version, 9))?;
        }
        if version >= 9 {
            r.tags(|tag, r| {
                match tag {
                    0 if version >= 10 => {
                        r.field("PartitionProduceResponse.current_leader");
                        it.current_leader = LeaderIdAndEpoch::read(r, version)?;
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionProduceResponse.index");
        w.i32(self.index);
        w.field("PartitionProduceResponse.error_code");
        w.i16(self.error_code);
        w.field("PartitionProduceResponse.base_offset");
        w.i64(self.base_offset);
        w.field("PartitionProduceResponse.log_append_time_ms");
        w.i64(self.log_append_time_ms);
        if version >= 5 {
            w.field("PartitionProduceResponse.log_start_offset");
            w.i64(self.log_start_offset);
        }
        if version >= 8 {
            w.field("PartitionProduceResponse.record_errors");
            w.array(Form::of(version, 9), &self.record_errors, |w, it| {
                it.write(w, version)
            })?;
        }
        if version >= 8 {
            w.field("PartitionProduceResponse.error_message");
            w.nullable_string(Form::of(version, 9), self.error_message.as_deref())?;
        }
        if version >= 9 {
            w.unsigned_varint(u32::from(
                version >= 10 && self.current_leader != LeaderIdAndEpoch::default(),
            ));
            if version >= 10 && self.current_leader != LeaderIdAndEpoch::default() {
                w.field("PartitionProduceResponse.current_leader");
                w.tag(0, |w| {
                    self.current_leader.write(w, version)?;
                    Ok(())
                })?;
            }
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`ProduceResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BatchIndexAndErrorMessage {
    pub batch_index: i32,
    pub batch_index_error_message: Option<String>,
}

impl BatchIndexAndErrorMessage {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("BatchIndexAndErrorMessage.batch_index");
        it.batch_index = r.i32()?;
        r.field("BatchIndexAndErrorMessage.batch_index_error_message");
        it.batch_index_error_message = r.nullable_string(Form::of(version, 9))?;
        if version >= 9 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("BatchIndexAndErrorMessage.batch_index");
        w.i32(self.batch_index);
        w.field("BatchIndexAndErrorMessage.batch_index_error_message");
        w.nullable_string(
            Form::of(version, 9),
            self.batch_index_error_message.as_deref(),
        )?;
        if version >= 9 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`ProduceResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
}

impl Default for LeaderIdAndEpoch {
    fn default() -> Self {
        Self {
            leader_id: -1,
            leader_epoch: -1,
        }
    }
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

/// A part of [`ProduceResponse`].
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

impl Message for ProduceResponse {
    const NAME: &'static str = "ProduceResponse";
    const MIN_VERSION: i16 = 3;
    const MAX_VERSION: i16 = 13;

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
