// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `ReadShareGroupStateSummaryResponse`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadShareGroupStateSummaryResponse {
    pub results: Vec<ReadStateSummaryResult>,
}

impl ReadShareGroupStateSummaryResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ReadShareGroupStateSummaryResponse.results");
        it.results = r.array(Form::Compact, 18, |r| {
            ReadStateSummaryResult::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ReadShareGroupStateSummaryResponse.results");
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

/// A part of [`ReadShareGroupStateSummaryResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadStateSummaryResult {
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionResult>,
}

impl ReadStateSummaryResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ReadStateSummaryResult.topic_id");
        it.topic_id = r.uuid()?;
        r.field("ReadStateSummaryResult.partitions");
        it.partitions = r.array(Form::Compact, 24, |r| PartitionResult::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ReadStateSummaryResult.topic_id");
        w.uuid(self.topic_id);
        w.field("ReadStateSummaryResult.partitions");
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

/// A part of [`ReadShareGroupStateSummaryResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionResult {
    pub partition: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub state_epoch: i32,
    pub leader_epoch: i32,
    pub start_offset: i64,
    pub delivery_complete_count: i32,
}

impl Default for PartitionResult {
    fn default() -> Self {
        Self {
            partition: 0,
            error_code: 0,
            error_message: None,
            state_epoch: 0,
            leader_epoch: 0,
            start_offset: 0,
            delivery_complete_count: -1,
        }
    }
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
        r.field("PartitionResult.leader_epoch");
        it.leader_epoch = r.i32()?;
        r.field("PartitionResult.start_offset");
        it.start_offset = r.i64()?;
        if version >= 1 {
            r.field("PartitionResult.delivery_complete_count");
            it.delivery_complete_count = r.i32()?;
        }
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
        w.field("PartitionResult.leader_epoch");
        w.i32(self.leader_epoch);
        w.field("PartitionResult.start_offset");
        w.i64(self.start_offset);
        if version >= 1 {
            w.field("PartitionResult.delivery_complete_count");
            w.i32(self.delivery_complete_count);
        }
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for ReadShareGroupStateSummaryResponse {
    const NAME: &'static str = "ReadShareGroupStateSummaryResponse";
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

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
