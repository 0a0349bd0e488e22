// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use super::ProduceResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `ProduceRequest`, versions 3 to 13.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProduceRequest {
    pub transactional_id: Option<String>,
    pub acks: i16,
    pub timeout_ms: i32,
    pub topic_data: Vec<TopicProduceData>,
}

impl ProduceRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ProduceRequest.transactional_id");
        it.transactional_id = r.nullable_string(Form::of(version, 9))?;
        r.field("ProduceRequest.acks");
        it.acks = r.i16()?;
        r.field("ProduceRequest.timeout_ms");
        it.timeout_ms = r.i32()?;
        r.field("ProduceRequest.topic_data");
        it.topic_data = r.array(Form::of(version, 9), 3, |r| {
            TopicProduceData::read(r, version)
        })?;
        if version >= 9 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ProduceRequest.transactional_id");
        w.nullable_string(Form::of(version, 9), self.transactional_id.as_deref())?;
        w.field("ProduceRequest.acks");
        w.i16(self.acks);
        w.field("ProduceRequest.timeout_ms");
        w.i32(self.timeout_ms);
        w.field("ProduceRequest.topic_data");
        w.array(Form::of(version, 9), &self.topic_data, |w, it| {
            it.write(w, version)
        })?;
        if version >= 9 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`ProduceRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicProduceData {
    pub name: String,
    pub topic_id: Uuid,
    pub partition_data: Vec<PartitionProduceData>,
}

impl TopicProduceData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version <= 12 {
            r.field("TopicProduceData.name");
            it.name = r.string(Form::of(version, 9))?;
        }
        if version >= 13 {
            r.field("TopicProduceData.topic_id");
            it.topic_id = r.uuid()?;
        }
        r.field("TopicProduceData.partition_data");
        it.partition_data = r.array(Form::of(version, 9), 6, |r| {
            PartitionProduceData::read(r, version)
        })?;
        if version >= 9 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 12 {
            w.field("TopicProduceData.name");
            w.string(Form::of(version, 9), &self.name)?;
        }
        if version >= 13 {
            w.field("TopicProduceData.topic_id");
            w.uuid(self.topic_id);
        }
        w.field("TopicProduceData.partition_data");
        w.array(Form::of(version, 9), &self.partition_data, |w, it| {
            it.write(w, version)
        })?;
        if version >= 9 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`ProduceRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionProduceData {
    pub index: i32,
    pub records: Option<Bytes>,
}

impl Default for PartitionProduceData {
    fn default() -> Self {
        Self {
            index: 0,
            records: Some(Bytes::new()),
        }
    }
}

impl PartitionProduceData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionProduceData.index");
        it.index = r.i32()?;
        r.field("PartitionProduceData.records");
        it.records = r.nullable_bytes(Form::of(version, 9))?;
        if version >= 9 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionProduceData.index");
        w.i32(self.index);
        w.field("PartitionProduceData.records");
        w.nullable_bytes(Form::of(version, 9), self.records.as_ref())?;
        if version >= 9 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for ProduceRequest {
    const NAME: &'static str = "ProduceRequest";
    const MIN_VERSION: i16 = 3;
    const MAX_VERSION: i16 = 13;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for ProduceRequest {
    const KEY: ApiKey = ApiKey::Produce;
    type Response = ProduceResponse;
}
