// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `OffsetDeleteResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetDeleteResponse {
    pub error_code: i16,
    pub throttle_time_ms: i32,
    pub topics: Vec<OffsetDeleteResponseTopic>,
}

impl OffsetDeleteResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetDeleteResponse.error_code");
        it.error_code = r.i16()?;
        r.field("OffsetDeleteResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("OffsetDeleteResponse.topics");
        it.topics = r.array(Form::Classic, 6, |r| {
            OffsetDeleteResponseTopic::read(r, version)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetDeleteResponse.error_code");
        w.i16(self.error_code);
        w.field("OffsetDeleteResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("OffsetDeleteResponse.topics");
        w.array(Form::Classic, &self.topics, |w, it| it.write(w, version))?;

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.topics {
            it.each_error(each);
        }
    }
}

/// A part of [`OffsetDeleteResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetDeleteResponseTopic {
    pub name: String,
    pub partitions: Vec<OffsetDeleteResponsePartition>,
}

impl OffsetDeleteResponseTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetDeleteResponseTopic.name");
        it.name = r.string(Form::Classic)?;
        r.field("OffsetDeleteResponseTopic.partitions");
        it.partitions = r.array(Form::Classic, 6, |r| {
            OffsetDeleteResponsePartition::read(r, version)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetDeleteResponseTopic.name");
        w.string(Form::Classic, &self.name)?;
        w.field("OffsetDeleteResponseTopic.partitions");
        w.array(Form::Classic, &self.partitions, |w, it| {
            it.write(w, version)
        })?;

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.partitions {
            it.each_error(each);
        }
    }
}

/// A part of [`OffsetDeleteResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetDeleteResponsePartition {
    pub partition_index: i32,
    pub error_code: i16,
}

impl OffsetDeleteResponsePartition {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetDeleteResponsePartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("OffsetDeleteResponsePartition.error_code");
        it.error_code = r.i16()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("OffsetDeleteResponsePartition.partition_index");
        w.i32(self.partition_index);
        w.field("OffsetDeleteResponsePartition.error_code");
        w.i16(self.error_code);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for OffsetDeleteResponse {
    const NAME: &'static str = "OffsetDeleteResponse";
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
