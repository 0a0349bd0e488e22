// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `OffsetCommitResponse`, versions 2 to 10.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetCommitResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<OffsetCommitResponseTopic>,
}

impl OffsetCommitResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 3 {
            r.field("OffsetCommitResponse.throttle_time_ms");
            it.throttle_time_ms = r.i32()?;
        }
        r.field("OffsetCommitResponse.topics");
        it.topics = r.array(Form::of(version, 8), 3, |r| {
            OffsetCommitResponseTopic::read(r, version)
        })?;
        if version >= 8 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 3 {
            w.field("OffsetCommitResponse.throttle_time_ms");
            w.i32(self.throttle_time_ms);
        }
        w.field("OffsetCommitResponse.topics");
        w.array(Form::of(version, 8), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 8 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.topics {
            it.each_error(each);
        }
    }
}

/// A part of [`OffsetCommitResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetCommitResponseTopic {
    pub name: String,
    pub topic_id: Uuid,
    pub partitions: Vec<OffsetCommitResponsePartition>,
}

impl OffsetCommitResponseTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version <= 9 {
            r.field("OffsetCommitResponseTopic.name");
            it.name = r.string(Form::of(version, 8))?;
        }
        if version >= 10 {
            r.field("OffsetCommitResponseTopic.topic_id");
            it.topic_id = r.uuid()?;
        }
        r.field("OffsetCommitResponseTopic.partitions");
        it.partitions = r.array(Form::of(version, 8), 6, |r| {
            OffsetCommitResponsePartition::read(r, version)
        })?;
        if version >= 8 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 9 {
            w.field("OffsetCommitResponseTopic.name");
            w.string(Form::of(version, 8), &self.name)?;
        }
        if version >= 10 {
            w.field("OffsetCommitResponseTopic.topic_id");
            w.uuid(self.topic_id);
        }
        w.field("OffsetCommitResponseTopic.partitions");
        w.array(Form::of(version, 8), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 8 {
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

/// A part of [`OffsetCommitResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetCommitResponsePartition {
    pub partition_index: i32,
    pub error_code: i16,
}

impl OffsetCommitResponsePartition {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetCommitResponsePartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("OffsetCommitResponsePartition.error_code");
        it.error_code = r.i16()?;
        if version >= 8 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetCommitResponsePartition.partition_index");
        w.i32(self.partition_index);
        w.field("OffsetCommitResponsePartition.error_code");
        w.i16(self.error_code);
        if version >= 8 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for OffsetCommitResponse {
    const NAME: &'static str = "OffsetCommitResponse";
    const MIN_VERSION: i16 = 2;
    const MAX_VERSION: i16 = 10;

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
