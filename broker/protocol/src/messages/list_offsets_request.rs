// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::ListOffsetsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `ListOffsetsRequest`, versions 1 to 11.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListOffsetsRequest {
    pub replica_id: i32,
    pub isolation_level: i8,
    pub topics: Vec<ListOffsetsTopic>,
    pub timeout_ms: i32,
}

impl ListOffsetsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ListOffsetsRequest.replica_id");
        it.replica_id = r.i32()?;
        if version >= 2 {
            r.field("ListOffsetsRequest.isolation_level");
            it.isolation_level = r.i8()?;
        }
        r.field("ListOffsetsRequest.topics");
        it.topics = r.array(Form::of(version, 6), 3, |r| {
            ListOffsetsTopic::read(r, version)
        })?;
        if version >= 10 {
            r.field("ListOffsetsRequest.timeout_ms");
            it.timeout_ms = r.i32()?;
        }
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ListOffsetsRequest.replica_id");
        w.i32(self.replica_id);
        if version >= 2 {
            w.field("ListOffsetsRequest.isolation_level");
            w.i8(self.isolation_level);
        }
        if !(version >= 2) && self.isolation_level != 0 {
            return Err(w.not_in_version("ListOffsetsRequest.isolation_level", version));
        }
        w.field("ListOffsetsRequest.topics");
        w.array(Form::of(version, 6), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 10 {
            w.field("ListOffsetsRequest.timeout_ms");
            w.i32(self.timeout_ms);
        }
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`ListOffsetsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListOffsetsTopic {
    pub name: String,
    pub partitions: Vec<ListOffsetsPartition>,
}

impl ListOffsetsTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ListOffsetsTopic.name");
        it.name = r.string(Form::of(version, 6))?;
        r.field("ListOffsetsTopic.partitions");
        it.partitions = r.array(Form::of(version, 6), 12, |r| {
            ListOffsetsPartition::read(r, version)
        })?;
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ListOffsetsTopic.name");
        w.string(Form::of(version, 6), &self.name)?;
        w.field("ListOffsetsTopic.partitions");
        w.array(Form::of(version, 6), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`ListOffsetsRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct ListOffsetsPartition {
    pub partition_index: i32,
    pub current_leader_epoch: i32,
    pub timestamp: i64,
}

impl Default for ListOffsetsPartition {
    fn default() -> Self {
        Self {
            partition_index: 0,
            current_leader_epoch: -1,
            timestamp: 0,
        }
    }
}

impl ListOffsetsPartition {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ListOffsetsPartition.partition_index");
        it.partition_index = r.i32()?;
        if version >= 4 {
            r.field("ListOffsetsPartition.current_leader_epoch");
            it.current_leader_epoch = r.i32()?;
        }
        r.field("ListOffsetsPartition.timestamp");
        it.timestamp = r.i64()?;
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ListOffsetsPartition.partition_index");
        w.i32(self.partition_index);
        if version >= 4 {
            w.field("ListOffsetsPartition.current_leader_epoch");
            w.i32(self.current_leader_epoch);
        }
        w.field("ListOffsetsPartition.timestamp");
        w.i64(self.timestamp);
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for ListOffsetsRequest {
    const NAME: &'static str = "ListOffsetsRequest";
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
}

impl Request for ListOffsetsRequest {
    const KEY: ApiKey = ApiKey::ListOffsets;
    type Response = ListOffsetsResponse;
}
