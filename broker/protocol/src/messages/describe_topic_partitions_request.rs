// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::DescribeTopicPartitionsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `DescribeTopicPartitionsRequest`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeTopicPartitionsRequest {
    pub topics: Vec<TopicRequest>,
    pub response_partition_limit: i32,
    pub cursor: Option<Cursor>,
}

impl Default for DescribeTopicPartitionsRequest {
    fn default() -> Self {
        Self {
            topics: Vec::new(),
            response_partition_limit: 2000,
            cursor: None,
        }
    }
}

impl DescribeTopicPartitionsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeTopicPartitionsRequest.topics");
        it.topics = r.array(Form::Compact, 2, |r| TopicRequest::read(r, version))?;
        r.field("DescribeTopicPartitionsRequest.response_partition_limit");
        it.response_partition_limit = r.i32()?;
        r.field("DescribeTopicPartitionsRequest.cursor");
        it.cursor = r.nullable_struct(|r| Cursor::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeTopicPartitionsRequest.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.field("DescribeTopicPartitionsRequest.response_partition_limit");
        w.i32(self.response_partition_limit);
        w.field("DescribeTopicPartitionsRequest.cursor");
        match &self.cursor {
            None => w.i8(-1),
            Some(it) => {
                w.i8(1);
                it.write(w, version)?;
            }
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`DescribeTopicPartitionsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicRequest {
    pub name: String,
}

impl TopicRequest {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicRequest.name");
        it.name = r.string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TopicRequest.name");
        w.string(Form::Compact, &self.name)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`DescribeTopicPartitionsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cursor {
    pub topic_name: String,
    pub partition_index: i32,
}

impl Cursor {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Cursor.topic_name");
        it.topic_name = r.string(Form::Compact)?;
        r.field("Cursor.partition_index");
        it.partition_index = r.i32()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("Cursor.topic_name");
        w.string(Form::Compact, &self.topic_name)?;
        w.field("Cursor.partition_index");
        w.i32(self.partition_index);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for DescribeTopicPartitionsRequest {
    const NAME: &'static str = "DescribeTopicPartitionsRequest";
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
}

impl Request for DescribeTopicPartitionsRequest {
    const KEY: ApiKey = ApiKey::DescribeTopicPartitions;
    type Response = DescribeTopicPartitionsResponse;
}
