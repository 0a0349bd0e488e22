// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `ListOffsetsResponse`, versions 1 to 11.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListOffsetsResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<ListOffsetsTopicResponse>,
}

impl ListOffsetsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 2 {
            r.field("ListOffsetsResponse.throttle_time_ms");
            it.throttle_time_ms = r.i32()?;
        }
        r.field("ListOffsetsResponse.topics");
        it.topics = r.array(Form::of(version, 6), 3, |r| {
            ListOffsetsTopicResponse::read(r, version)
        })?;
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 2 {
            w.field("ListOffsetsResponse.throttle_time_ms");
            w.i32(self.throttle_time_ms);
        }
        w.field("ListOffsetsResponse.topics");
        w.array(Form::of(version, 6), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 6 {
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

/// A part of [`ListOffsetsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListOffsetsTopicResponse {
    pub name: String,
    pub partitions: Vec<ListOffsetsPartitionResponse>,
}

impl ListOffsetsTopicResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ListOffsetsTopicResponse.name");
        it.name = r.string(Form::of(version, 6))?;
        r.field("ListOffsetsTopicResponse.partitions");
        it.partitions = r.array(Form::of(version, 6), 22, |r| {
            ListOffsetsPartitionResponse::read(r, version)
        })?;
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ListOffsetsTopicResponse.name");
        w.string(Form::of(version, 6), &self.name)?;
        w.field("ListOffsetsTopicResponse.partitions");
        w.array(Form::of(version, 6), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 6 {
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

/// A part of [`ListOffsetsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct ListOffsetsPartitionResponse {
    pub partition_index: i32,
    pub error_code: i16,
    pub timestamp: i64,
    pub offset: i64,
    pub leader_epoch: i32,
}

impl Default for ListOffsetsPartitionResponse {
    fn default() -> Self {
        Self {
            partition_index: 0,
            error_code: 0,
            timestamp: -1,
            offset: -1,
            leader_epoch: -1,
        }
    }
}

impl ListOffsetsPartitionResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ListOffsetsPartitionResponse.partition_index");
        it.partition_index = r.i32()?;
        r.field("ListOffsetsPartitionResponse.error_code");
        it.error_code = r.i16()?;
        r.field("ListOffsetsPartitionResponse.timestamp");
        it.timestamp = r.i64()?;
        r.field("ListOffsetsPartitionResponse.offset");
        it.offset = r.i64()?;
        if version >= 4 {
            r.field("ListOffsetsPartitionResponse.leader_epoch");
            it.leader_epoch = r.i32()?;
        }
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ListOffsetsPartitionResponse.partition_index");
        w.i32(self.partition_index);
        w.field("ListOffsetsPartitionResponse.error_code");
        w.i16(self.error_code);
        w.field("ListOffsetsPartitionResponse.timestamp");
        w.i64(self.timestamp);
        w.field("ListOffsetsPartitionResponse.offset");
        w.i64(self.offset);
        if version >= 4 {
            w.field("ListOffsetsPartitionResponse.leader_epoch");
            w.i32(self.leader_epoch);
        }
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for ListOffsetsResponse {
    const NAME: &'static str = "ListOffsetsResponse";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 11;

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
