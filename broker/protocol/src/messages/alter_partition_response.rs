// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `AlterPartitionResponse`, versions 2 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterPartitionResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub topics: Vec<TopicData>,
}

impl AlterPartitionResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterPartitionResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("AlterPartitionResponse.error_code");
        it.error_code = r.i16()?;
        r.field("AlterPartitionResponse.topics");
        it.topics = r.array(Form::Compact, 18, |r| TopicData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterPartitionResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("AlterPartitionResponse.error_code");
        w.i16(self.error_code);
        w.field("AlterPartitionResponse.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
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

/// A part of [`AlterPartitionResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicData {
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionData>,
}

impl TopicData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicData.topic_id");
        it.topic_id = r.uuid()?;
        r.field("TopicData.partitions");
        it.partitions = r.array(Form::Compact, 21, |r| PartitionData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TopicData.topic_id");
        w.uuid(self.topic_id);
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

/// A part of [`AlterPartitionResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub isr: Vec<i32>,
    pub leader_recovery_state: i8,
    pub partition_epoch: i32,
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
        r.field("PartitionData.isr");
        it.isr = r.array(Form::Compact, 4, Reader::i32)?;
        r.field("PartitionData.leader_recovery_state");
        it.leader_recovery_state = r.i8()?;
        r.field("PartitionData.partition_epoch");
        it.partition_epoch = r.i32()?;
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
        w.field("PartitionData.isr");
        w.array(Form::Compact, &self.isr, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.field("PartitionData.leader_recovery_state");
        w.i8(self.leader_recovery_state);
        w.field("PartitionData.partition_epoch");
        w.i32(self.partition_epoch);
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for AlterPartitionResponse {
    const NAME: &'static str = "AlterPartitionResponse";
    const MIN_VERSION: i16 = 2;
    const MAX_VERSION: i16 = 3;

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
