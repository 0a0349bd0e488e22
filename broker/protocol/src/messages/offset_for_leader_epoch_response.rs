// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `OffsetForLeaderEpochResponse`, versions 2 to 4.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetForLeaderEpochResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<OffsetForLeaderTopicResult>,
}

impl OffsetForLeaderEpochResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetForLeaderEpochResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("OffsetForLeaderEpochResponse.topics");
        it.topics = r.array(Form::of(version, 4), 3, |r| {
            OffsetForLeaderTopicResult::read(r, version)
        })?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetForLeaderEpochResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("OffsetForLeaderEpochResponse.topics");
        w.array(Form::of(version, 4), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 4 {
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

/// A part of [`OffsetForLeaderEpochResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetForLeaderTopicResult {
    pub topic: String,
    pub partitions: Vec<EpochEndOffset>,
}

impl OffsetForLeaderTopicResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetForLeaderTopicResult.topic");
        it.topic = r.string(Form::of(version, 4))?;
        r.field("OffsetForLeaderTopicResult.partitions");
        it.partitions = r.array(Form::of(version, 4), 18, |r| {
            EpochEndOffset::read(r, version)
        })?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetForLeaderTopicResult.topic");
        w.string(Form::of(version, 4), &self.topic)?;
        w.field("OffsetForLeaderTopicResult.partitions");
        w.array(Form::of(version, 4), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 4 {
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

/// A part of [`OffsetForLeaderEpochResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct EpochEndOffset {
    pub error_code: i16,
    pub partition: i32,
    pub leader_epoch: i32,
    pub end_offset: i64,
}

impl Default for EpochEndOffset {
    fn default() -> Self {
        Self {
            error_code: 0,
            partition: 0,
            leader_epoch: -1,
            end_offset: -1,
        }
    }
}

impl EpochEndOffset {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("EpochEndOffset.error_code");
        it.error_code = r.i16()?;
        r.field("EpochEndOffset.partition");
        it.partition = r.i32()?;
        r.field("EpochEndOffset.leader_epoch");
        it.leader_epoch = r.i32()?;
        r.field("EpochEndOffset.end_offset");
        it.end_offset = r.i64()?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("EpochEndOffset.error_code");
        w.i16(self.error_code);
        w.field("EpochEndOffset.partition");
        w.i32(self.partition);
        w.field("EpochEndOffset.leader_epoch");
        w.i32(self.leader_epoch);
        w.field("EpochEndOffset.end_offset");
        w.i64(self.end_offset);
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for OffsetForLeaderEpochResponse {
    const NAME: &'static str = "OffsetForLeaderEpochResponse";
    const MIN_VERSION: i16 = 2;
    const MAX_VERSION: i16 = 4;

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
