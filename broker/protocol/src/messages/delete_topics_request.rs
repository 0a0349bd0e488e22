// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::DeleteTopicsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `DeleteTopicsRequest`, versions 1 to 6.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteTopicsRequest {
    pub topics: Vec<DeleteTopicState>,
    pub topic_names: Vec<String>,
    pub timeout_ms: i32,
}

impl DeleteTopicsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 6 {
            r.field("DeleteTopicsRequest.topics");
            it.topics = r.array(Form::Compact, 18, |r| DeleteTopicState::read(r, version))?;
        }
        if version <= 5 {
            r.field("DeleteTopicsRequest.topic_names");
            it.topic_names =
                r.array(Form::of(version, 4), 1, |r| r.string(Form::of(version, 4)))?;
        }
        r.field("DeleteTopicsRequest.timeout_ms");
        it.timeout_ms = r.i32()?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 6 {
            w.field("DeleteTopicsRequest.topics");
            w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        }
        if !(version >= 6) && !self.topics.is_empty() {
            return Err(w.not_in_version("DeleteTopicsRequest.topics", version));
        }
        if version <= 5 {
            w.field("DeleteTopicsRequest.topic_names");
            w.array(Form::of(version, 4), &self.topic_names, |w, it| {
                w.string(Form::of(version, 4), it)
            })?;
        }
        w.field("DeleteTopicsRequest.timeout_ms");
        w.i32(self.timeout_ms);
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`DeleteTopicsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteTopicState {
    pub name: Option<String>,
    pub topic_id: Uuid,
}

impl DeleteTopicState {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteTopicState.name");
        it.name = r.nullable_string(Form::Compact)?;
        r.field("DeleteTopicState.topic_id");
        it.topic_id = r.uuid()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("DeleteTopicState.name");
        w.nullable_string(Form::Compact, self.name.as_deref())?;
        w.field("DeleteTopicState.topic_id");
        w.uuid(self.topic_id);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for DeleteTopicsRequest {
    const NAME: &'static str = "DeleteTopicsRequest";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 6;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for DeleteTopicsRequest {
    const KEY: ApiKey = ApiKey::DeleteTopics;
    type Response = DeleteTopicsResponse;
}
