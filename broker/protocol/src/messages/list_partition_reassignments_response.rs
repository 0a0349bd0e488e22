// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `ListPartitionReassignmentsResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListPartitionReassignmentsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub topics: Vec<OngoingTopicReassignment>,
}

impl ListPartitionReassignmentsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ListPartitionReassignmentsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("ListPartitionReassignmentsResponse.error_code");
        it.error_code = r.i16()?;
        r.field("ListPartitionReassignmentsResponse.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.field("ListPartitionReassignmentsResponse.topics");
        it.topics = r.array(Form::Compact, 3, |r| {
            OngoingTopicReassignment::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ListPartitionReassignmentsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("ListPartitionReassignmentsResponse.error_code");
        w.i16(self.error_code);
        w.field("ListPartitionReassignmentsResponse.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.field("ListPartitionReassignmentsResponse.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`ListPartitionReassignmentsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OngoingTopicReassignment {
    pub name: String,
    pub partitions: Vec<OngoingPartitionReassignment>,
}

impl OngoingTopicReassignment {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OngoingTopicReassignment.name");
        it.name = r.string(Form::Compact)?;
        r.field("OngoingTopicReassignment.partitions");
        it.partitions = r.array(Form::Compact, 8, |r| {
            OngoingPartitionReassignment::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OngoingTopicReassignment.name");
        w.string(Form::Compact, &self.name)?;
        w.field("OngoingTopicReassignment.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ListPartitionReassignmentsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OngoingPartitionReassignment {
    pub partition_index: i32,
    pub replicas: Vec<i32>,
    pub adding_replicas: Vec<i32>,
    pub removing_replicas: Vec<i32>,
}

impl OngoingPartitionReassignment {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OngoingPartitionReassignment.partition_index");
        it.partition_index = r.i32()?;
        r.field("OngoingPartitionReassignment.replicas");
        it.replicas = r.array(Form::Compact, 4, Reader::i32)?;
        r.field("OngoingPartitionReassignment.adding_replicas");
        it.adding_replicas = r.array(Form::Compact, 4, Reader::i32)?;
        r.field("OngoingPartitionReassignment.removing_replicas");
        it.removing_replicas = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("OngoingPartitionReassignment.partition_index");
        w.i32(self.partition_index);
        w.field("OngoingPartitionReassignment.replicas");
        w.array(Form::Compact, &self.replicas, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.field("OngoingPartitionReassignment.adding_replicas");
        w.array(Form::Compact, &self.adding_replicas, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.field("OngoingPartitionReassignment.removing_replicas");
        w.array(Form::Compact, &self.removing_replicas, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ListPartitionReassignmentsResponse {
    const NAME: &'static str = "ListPartitionReassignmentsResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;

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
