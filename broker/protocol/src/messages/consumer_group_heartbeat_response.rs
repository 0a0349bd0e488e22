// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `ConsumerGroupHeartbeatResponse`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupHeartbeatResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub member_id: Option<String>,
    pub member_epoch: i32,
    pub heartbeat_interval_ms: i32,
    pub assignment: Option<Assignment>,
}

impl ConsumerGroupHeartbeatResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ConsumerGroupHeartbeatResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("ConsumerGroupHeartbeatResponse.error_code");
        it.error_code = r.i16()?;
        r.field("ConsumerGroupHeartbeatResponse.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.field("ConsumerGroupHeartbeatResponse.member_id");
        it.member_id = r.nullable_string(Form::Compact)?;
        r.field("ConsumerGroupHeartbeatResponse.member_epoch");
        it.member_epoch = r.i32()?;
        r.field("ConsumerGroupHeartbeatResponse.heartbeat_interval_ms");
        it.heartbeat_interval_ms = r.i32()?;
        r.field("ConsumerGroupHeartbeatResponse.assignment");
        it.assignment = r.nullable_struct(|r| Assignment::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ConsumerGroupHeartbeatResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("ConsumerGroupHeartbeatResponse.error_code");
        w.i16(self.error_code);
        w.field("ConsumerGroupHeartbeatResponse.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.field("ConsumerGroupHeartbeatResponse.member_id");
        w.nullable_string(Form::Compact, self.member_id.as_deref())?;
        w.field("ConsumerGroupHeartbeatResponse.member_epoch");
        w.i32(self.member_epoch);
        w.field("ConsumerGroupHeartbeatResponse.heartbeat_interval_ms");
        w.i32(self.heartbeat_interval_ms);
        w.field("ConsumerGroupHeartbeatResponse.assignment");
        match &self.assignment {
            None => w.i8(-1),
            Some(it) => {
                w.i8(1);
                it.write(w, version)?;
            }
        }
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`ConsumerGroupHeartbeatResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assignment {
    pub topic_partitions: Vec<TopicPartitions>,
}

impl Assignment {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Assignment.topic_partitions");
        it.topic_partitions = r.array(Form::Compact, 18, |r| TopicPartitions::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("Assignment.topic_partitions");
        w.array(Form::Compact, &self.topic_partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ConsumerGroupHeartbeatResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartitions {
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
}

impl TopicPartitions {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicPartitions.topic_id");
        it.topic_id = r.uuid()?;
        r.field("TopicPartitions.partitions");
        it.partitions = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TopicPartitions.topic_id");
        w.uuid(self.topic_id);
        w.field("TopicPartitions.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ConsumerGroupHeartbeatResponse {
    const NAME: &'static str = "ConsumerGroupHeartbeatResponse";
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
