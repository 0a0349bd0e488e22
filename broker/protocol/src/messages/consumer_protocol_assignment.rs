// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `ConsumerProtocolAssignment`, versions 0 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerProtocolAssignment {
    pub assigned_partitions: Vec<TopicPartition>,
    pub user_data: Option<Bytes>,
}

impl ConsumerProtocolAssignment {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ConsumerProtocolAssignment.assigned_partitions");
        it.assigned_partitions = r.array(Form::Classic, 6, |r| TopicPartition::read(r, version))?;
        r.field("ConsumerProtocolAssignment.user_data");
        it.user_data = r.nullable_bytes(Form::Classic)?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ConsumerProtocolAssignment.assigned_partitions");
        w.array(Form::Classic, &self.assigned_partitions, |w, it| {
            it.write(w, version)
        })?;
        w.field("ConsumerProtocolAssignment.user_data");
        w.nullable_bytes(Form::Classic, self.user_data.as_ref())?;

        Ok(())
    }
}

/// A part of [`ConsumerProtocolAssignment`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartition {
    pub topic: String,
    pub partitions: Vec<i32>,
}

impl TopicPartition {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicPartition.topic");
        it.topic = r.string(Form::Classic)?;
        r.field("TopicPartition.partitions");
        it.partitions = r.array(Form::Classic, 4, Reader::i32)?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TopicPartition.topic");
        w.string(Form::Classic, &self.topic)?;
        w.field("TopicPartition.partitions");
        w.array(Form::Classic, &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;

        Ok(())
    }
}

impl Message for ConsumerProtocolAssignment {
    const NAME: &'static str = "ConsumerProtocolAssignment";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 3;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}
