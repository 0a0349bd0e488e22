// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Uuid, Writer};

/// Kafka's `ShareGroupCurrentMemberAssignmentValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupCurrentMemberAssignmentValue {
    pub member_epoch: i32,
    pub previous_member_epoch: i32,
    pub state: i8,
    pub assigned_partitions: Vec<TopicPartitions>,
}

impl ShareGroupCurrentMemberAssignmentValue {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ShareGroupCurrentMemberAssignmentValue.member_epoch");
        it.member_epoch = r.i32()?;
        r.field("ShareGroupCurrentMemberAssignmentValue.previous_member_epoch");
        it.previous_member_epoch = r.i32()?;
        r.field("ShareGroupCurrentMemberAssignmentValue.state");
        it.state = r.i8()?;
        r.field("ShareGroupCurrentMemberAssignmentValue.assigned_partitions");
        it.assigned_partitions =
            r.array(Form::Compact, 18, |r| TopicPartitions::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ShareGroupCurrentMemberAssignmentValue.member_epoch");
        w.i32(self.member_epoch);
        w.field("ShareGroupCurrentMemberAssignmentValue.previous_member_epoch");
        w.i32(self.previous_member_epoch);
        w.field("ShareGroupCurrentMemberAssignmentValue.state");
        w.i8(self.state);
        w.field("ShareGroupCurrentMemberAssignmentValue.assigned_partitions");
        w.array(Form::Compact, &self.assigned_partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareGroupCurrentMemberAssignmentValue`].
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

impl Message for ShareGroupCurrentMemberAssignmentValue {
    const NAME: &'static str = "ShareGroupCurrentMemberAssignmentValue";
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
}

impl Keyed for ShareGroupCurrentMemberAssignmentValue {
    const KIND: i16 = 14;
}
