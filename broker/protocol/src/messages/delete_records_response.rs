// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DeleteRecordsResponse`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteRecordsResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<DeleteRecordsTopicResult>,
}

impl DeleteRecordsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteRecordsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DeleteRecordsResponse.topics");
        it.topics = r.array(Form::of(version, 2), 3, |r| {
            DeleteRecordsTopicResult::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeleteRecordsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DeleteRecordsResponse.topics");
        w.array(Form::of(version, 2), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
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

/// A part of [`DeleteRecordsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteRecordsTopicResult {
    pub name: String,
    pub partitions: Vec<DeleteRecordsPartitionResult>,
}

impl DeleteRecordsTopicResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteRecordsTopicResult.name");
        it.name = r.string(Form::of(version, 2))?;
        r.field("DeleteRecordsTopicResult.partitions");
        it.partitions = r.array(Form::of(version, 2), 14, |r| {
            DeleteRecordsPartitionResult::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeleteRecordsTopicResult.name");
        w.string(Form::of(version, 2), &self.name)?;
        w.field("DeleteRecordsTopicResult.partitions");
        w.array(Form::of(version, 2), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
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

/// A part of [`DeleteRecordsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteRecordsPartitionResult {
    pub partition_index: i32,
    pub low_watermark: i64,
    pub error_code: i16,
}

impl DeleteRecordsPartitionResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteRecordsPartitionResult.partition_index");
        it.partition_index = r.i32()?;
        r.field("DeleteRecordsPartitionResult.low_watermark");
        it.low_watermark = r.i64()?;
        r.field("DeleteRecordsPartitionResult.error_code");
        it.error_code = r.i16()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeleteRecordsPartitionResult.partition_index");
        w.i32(self.partition_index);
        w.field("DeleteRecordsPartitionResult.low_watermark");
        w.i64(self.low_watermark);
        w.field("DeleteRecordsPartitionResult.error_code");
        w.i16(self.error_code);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for DeleteRecordsResponse {
    const NAME: &'static str = "DeleteRecordsResponse";
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
