// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `ReadShareGroupStateResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadShareGroupStateResponse {
    pub results: Vec<ReadStateResult>,
}

impl ReadShareGroupStateResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ReadShareGroupStateResponse.results");
        it.results = r.array(Form::Compact, 18, |r| ReadStateResult::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ReadShareGroupStateResponse.results");
        w.array(Form::Compact, &self.results, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.results {
            it.each_error(each);
        }
    }
}

/// A part of [`ReadShareGroupStateResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadStateResult {
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionResult>,
}

impl ReadStateResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ReadStateResult.topic_id");
        it.topic_id = r.uuid()?;
        r.field("ReadStateResult.partitions");
        it.partitions = r.array(Form::Compact, 21, |r| PartitionResult::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ReadStateResult.topic_id");
        w.uuid(self.topic_id);
        w.field("ReadStateResult.partitions");
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

/// A part of [`ReadShareGroupStateResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionResult {
    pub partition: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub state_epoch: i32,
    pub start_offset: i64,
    pub state_batches: Vec<StateBatch>,
}

impl PartitionResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionResult.partition");
        it.partition = r.i32()?;
        r.field("PartitionResult.error_code");
        it.error_code = r.i16()?;
        r.field("PartitionResult.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.field("PartitionResult.state_epoch");
        it.state_epoch = r.i32()?;
        r.field("PartitionResult.start_offset");
        it.start_offset = r.i64()?;
        r.field("PartitionResult.state_batches");
        it.state_batches = r.array(Form::Compact, 20, |r| StateBatch::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionResult.partition");
        w.i32(self.partition);
        w.field("PartitionResult.error_code");
        w.i16(self.error_code);
        w.field("PartitionResult.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.field("PartitionResult.state_epoch");
        w.i32(self.state_epoch);
        w.field("PartitionResult.start_offset");
        w.i64(self.start_offset);
        w.field("PartitionResult.state_batches");
        w.array(Form::Compact, &self.state_batches, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`ReadShareGroupStateResponse`].
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

impl Message for ReadShareGroupStateResponse {
    const NAME: &'static str = "ReadShareGroupStateResponse";
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
