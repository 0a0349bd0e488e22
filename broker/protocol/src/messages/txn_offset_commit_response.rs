// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `TxnOffsetCommitResponse`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TxnOffsetCommitResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<TxnOffsetCommitResponseTopic>,
}

impl TxnOffsetCommitResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TxnOffsetCommitResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("TxnOffsetCommitResponse.topics");
        it.topics = r.array(Form::of(version, 3), 3, |r| {
            TxnOffsetCommitResponseTopic::read(r, version)
        })?;
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TxnOffsetCommitResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("TxnOffsetCommitResponse.topics");
        w.array(Form::of(version, 3), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 3 {
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

/// A part of [`TxnOffsetCommitResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TxnOffsetCommitResponseTopic {
    pub name: String,
    pub partitions: Vec<TxnOffsetCommitResponsePartition>,
}

impl TxnOffsetCommitResponseTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TxnOffsetCommitResponseTopic.name");
        it.name = r.string(Form::of(version, 3))?;
        r.field("TxnOffsetCommitResponseTopic.partitions");
        it.partitions = r.array(Form::of(version, 3), 6, |r| {
            TxnOffsetCommitResponsePartition::read(r, version)
        })?;
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TxnOffsetCommitResponseTopic.name");
        w.string(Form::of(version, 3), &self.name)?;
        w.field("TxnOffsetCommitResponseTopic.partitions");
        w.array(Form::of(version, 3), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 3 {
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

/// A part of [`TxnOffsetCommitResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TxnOffsetCommitResponsePartition {
    pub partition_index: i32,
    pub error_code: i16,
}

impl TxnOffsetCommitResponsePartition {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TxnOffsetCommitResponsePartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("TxnOffsetCommitResponsePartition.error_code");
        it.error_code = r.i16()?;
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TxnOffsetCommitResponsePartition.partition_index");
        w.i32(self.partition_index);
        w.field("TxnOffsetCommitResponsePartition.error_code");
        w.i16(self.error_code);
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for TxnOffsetCommitResponse {
    const NAME: &'static str = "TxnOffsetCommitResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;

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
