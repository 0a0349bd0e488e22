// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::WriteShareGroupStateResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `WriteShareGroupStateRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WriteShareGroupStateRequest {
    pub group_id: String,
    pub topics: Vec<WriteStateData>,
}

impl WriteShareGroupStateRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("WriteShareGroupStateRequest.group_id");
        it.group_id = r.string(Form::Compact)?;
        r.field("WriteShareGroupStateRequest.topics");
        it.topics = r.array(Form::Compact, 18, |r| WriteStateData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("WriteShareGroupStateRequest.group_id");
        w.string(Form::Compact, &self.group_id)?;
        w.field("WriteShareGroupStateRequest.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`WriteShareGroupStateRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WriteStateData {
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionData>,
}

impl WriteStateData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("WriteStateData.topic_id");
        it.topic_id = r.uuid()?;
        r.field("WriteStateData.partitions");
        it.partitions = r.array(Form::Compact, 22, |r| PartitionData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("WriteStateData.topic_id");
        w.uuid(self.topic_id);
        w.field("WriteStateData.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`WriteShareGroupStateRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionData {
    pub partition: i32,
    pub state_epoch: i32,
    pub leader_epoch: i32,
    pub start_offset: i64,
    pub delivery_complete_count: i32,
    pub state_batches: Vec<StateBatch>,
}

impl Default for PartitionData {
    fn default() -> Self {
        Self {
            partition: 0,
            state_epoch: 0,
            leader_epoch: 0,
            start_offset: 0,
            delivery_complete_count: -1,
            state_batches: Vec::new(),
        }
    }
}

impl PartitionData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionData.partition");
        it.partition = r.i32()?;
        r.field("PartitionData.state_epoch");
        it.state_epoch = r.i32()?;
        r.field("PartitionData.leader_epoch");
        it.leader_epoch = r.i32()?;
        r.field("PartitionData.start_offset");
        it.start_offset = r.i64()?;
        if version >= 1 {
            r.field("PartitionData.delivery_complete_count");
            it.delivery_complete_count = r.i32()?;
        }
        r.field("PartitionData.state_batches");
        it.state_batches = r.array(Form::Compact, 20, |r| StateBatch::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionData.partition");
        w.i32(self.partition);
        w.field("PartitionData.state_epoch");
        w.i32(self.state_epoch);
        w.field("PartitionData.leader_epoch");
        w.i32(self.leader_epoch);
        w.field("PartitionData.start_offset");
        w.i64(self.start_offset);
        if version >= 1 {
            w.field("PartitionData.delivery_complete_count");
            w.i32(self.delivery_complete_count);
        }
        w.field("PartitionData.state_batches");
        w.array(Form::Compact, &self.state_batches, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`WriteShareGroupStateRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StateBatch {
    pub first_offset: i64,
    pub last_offset: i64,
    pub delivery_state: i8,
    pub delivery_count: i16,
}

impl StateBatch {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("StateBatch.first_offset");
        it.first_offset = r.i64()?;
        r.field("StateBatch.last_offset");
        it.last_offset = r.i64()?;
        r.field("StateBatch.delivery_state");
        it.delivery_state = r.i8()?;
        r.field("StateBatch.delivery_count");
        it.delivery_count = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("StateBatch.first_offset");
        w.i64(self.first_offset);
        w.field("StateBatch.last_offset");
        w.i64(self.last_offset);
        w.field("StateBatch.delivery_state");
        w.i8(self.delivery_state);
        w.field("StateBatch.delivery_count");
        w.i16(self.delivery_count);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for WriteShareGroupStateRequest {
    const NAME: &'static str = "WriteShareGroupStateRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for WriteShareGroupStateRequest {
    const KEY: ApiKey = ApiKey::WriteShareGroupState;
    type Response = WriteShareGroupStateResponse;
}
