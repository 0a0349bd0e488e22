// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DescribeProducersResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeProducersResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<TopicResponse>,
}

impl DescribeProducersResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeProducersResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DescribeProducersResponse.topics");
        it.topics = r.array(Form::Compact, 3, |r| TopicResponse::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeProducersResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DescribeProducersResponse.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.topics {
            it.each_error(each);
        }
    }
}

/// A part of [`DescribeProducersResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicResponse {
    pub name: String,
    pub partitions: Vec<PartitionResponse>,
}

impl TopicResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicResponse.name");
        it.name = r.string(Form::Compact)?;
        r.field("TopicResponse.partitions");
        it.partitions = r.array(Form::Compact, 9, |r| PartitionResponse::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TopicResponse.name");
        w.string(Form::Compact, &self.name)?;
        w.field("TopicResponse.partitions");
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

/// A part of [`DescribeProducersResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionResponse {
    pub partition_index: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub active_producers: Vec<ProducerState>,
}

impl PartitionResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionResponse.partition_index");
        it.partition_index = r.i32()?;
        r.field("PartitionResponse.error_code");
        it.error_code = r.i16()?;
        r.field("PartitionResponse.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.field("PartitionResponse.active_producers");
        it.active_producers = r.array(Form::Compact, 37, |r| ProducerState::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionResponse.partition_index");
        w.i32(self.partition_index);
        w.field("PartitionResponse.error_code");
        w.i16(self.error_code);
        w.field("PartitionResponse.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.field("PartitionResponse.active_producers");
        w.array(Form::Compact, &self.active_producers, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`DescribeProducersResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct ProducerState {
    pub producer_id: i64,
    pub producer_epoch: i32,
    pub last_sequence: i32,
    pub last_timestamp: i64,
    pub coordinator_epoch: i32,
    pub current_txn_start_offset: i64,
}

impl Default for ProducerState {
    fn default() -> Self {
        Self {
            producer_id: 0,
            producer_epoch: 0,
            last_sequence: -1,
            last_timestamp: -1,
            coordinator_epoch: 0,
            current_txn_start_offset: -1,
        }
    }
}

impl ProducerState {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ProducerState.producer_id");
        it.producer_id = r.i64()?;
        r.field("ProducerState.producer_epoch");
        it.producer_epoch = r.i32()?;
        r.field("ProducerState.last_sequence");
        it.last_sequence = r.i32()?;
        r.field("ProducerState.last_timestamp");
        it.last_timestamp = r.i64()?;
        r.field("ProducerState.coordinator_epoch");
        it.coordinator_epoch = r.i32()?;
        r.field("ProducerState.current_txn_start_offset");
        it.current_txn_start_offset = r.i64()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ProducerState.producer_id");
        w.i64(self.producer_id);
        w.field("ProducerState.producer_epoch");
        w.i32(self.producer_epoch);
        w.field("ProducerState.last_sequence");
        w.i32(self.last_sequence);
        w.field("ProducerState.last_timestamp");
        w.i64(self.last_timestamp);
        w.field("ProducerState.coordinator_epoch");
        w.i32(self.coordinator_epoch);
        w.field("ProducerState.current_txn_start_offset");
        w.i64(self.current_txn_start_offset);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for DescribeProducersResponse {
    const NAME: &'static str = "DescribeProducersResponse";
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
