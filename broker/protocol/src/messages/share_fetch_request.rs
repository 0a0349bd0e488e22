// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::ShareFetchResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `ShareFetchRequest`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareFetchRequest {
    pub group_id: Option<String>,
    pub member_id: Option<String>,
    pub share_session_epoch: i32,
    pub max_wait_ms: i32,
    pub min_bytes: i32,
    pub max_bytes: i32,
    pub max_records: i32,
    pub batch_size: i32,
    pub share_acquire_mode: i8,
    pub is_renew_ack: bool,
    pub topics: Vec<FetchTopic>,
    pub forgotten_topics_data: Vec<ForgottenTopic>,
}

impl Default for ShareFetchRequest {
    fn default() -> Self {
        Self {
            group_id: None,
            member_id: None,
            share_session_epoch: 0,
            max_wait_ms: 0,
            min_bytes: 0,
            max_bytes: i32::MAX,
            max_records: 0,
            batch_size: 0,
            share_acquire_mode: 0,
            is_renew_ack: false,
            topics: Vec::new(),
            forgotten_topics_data: Vec::new(),
        }
    }
}

impl ShareFetchRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ShareFetchRequest.group_id");
        it.group_id = r.nullable_string(Form::Compact)?;
        r.field("ShareFetchRequest.member_id");
        it.member_id = r.nullable_string(Form::Compact)?;
        r.field("ShareFetchRequest.share_session_epoch");
        it.share_session_epoch = r.i32()?;
        r.field("ShareFetchRequest.max_wait_ms");
        it.max_wait_ms = r.i32()?;
        r.field("ShareFetchRequest.min_bytes");
        it.min_bytes = r.i32()?;
        r.field("ShareFetchRequest.max_bytes");
        it.max_bytes = r.i32()?;
        r.field("ShareFetchRequest.max_records");
        it.max_records = r.i32()?;
        r.field("ShareFetchRequest.batch_size");
        it.batch_size = r.i32()?;
        if version >= 2 {
            r.field("ShareFetchRequest.share_acquire_mode");
            it.share_acquire_mode = r.i8()?;
        }
        if version >= 2 {
            r.field("ShareFetchRequest.is_renew_ack");
            it.is_renew_ack = r.bool()?;
        }
        r.field("ShareFetchRequest.topics");
        it.topics = r.array(Form::Compact, 18, |r| FetchTopic::read(r, version))?;
        r.field("ShareFetchRequest.forgotten_topics_data");
        it.forgotten_topics_data =
            r.array(Form::Compact, 18, |r| ForgottenTopic::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ShareFetchRequest.group_id");
        w.nullable_string(Form::Compact, self.group_id.as_deref())?;
        w.field("ShareFetchRequest.member_id");
        w.nullable_string(Form::Compact, self.member_id.as_deref())?;
        w.field("ShareFetchRequest.share_session_epoch");
        w.i32(self.share_session_epoch);
        w.field("ShareFetchRequest.max_wait_ms");
        w.i32(self.max_wait_ms);
        w.field("ShareFetchRequest.min_bytes");
        w.i32(self.min_bytes);
        w.field("ShareFetchRequest.max_bytes");
        w.i32(self.max_bytes);
        w.field("ShareFetchRequest.max_records");
        w.i32(self.max_records);
        w.field("ShareFetchRequest.batch_size");
        w.i32(self.batch_size);
        if version >= 2 {
            w.field("ShareFetchRequest.share_acquire_mode");
            w.i8(self.share_acquire_mode);
        }
        if version >= 2 {
            w.field("ShareFetchRequest.is_renew_ack");
            w.bool(self.is_renew_ack);
        }
        if !(version >= 2) && self.is_renew_ack {
            return Err(w.not_in_version("ShareFetchRequest.is_renew_ack", version));
        }
        w.field("ShareFetchRequest.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.field("ShareFetchRequest.forgotten_topics_data");
        w.array(Form::Compact, &self.forgotten_topics_data, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareFetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchTopic {
    pub topic_id: Uuid,
    pub partitions: Vec<FetchPartition>,
}

impl FetchTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("FetchTopic.topic_id");
        it.topic_id = r.uuid()?;
        r.field("FetchTopic.partitions");
        it.partitions = r.array(Form::Compact, 6, |r| FetchPartition::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("FetchTopic.topic_id");
        w.uuid(self.topic_id);
        w.field("FetchTopic.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareFetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchPartition {
    pub partition_index: i32,
    pub acknowledgement_batches: Vec<AcknowledgementBatch>,
}

impl FetchPartition {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("FetchPartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("FetchPartition.acknowledgement_batches");
        it.acknowledgement_batches = r.array(Form::Compact, 18, |r| {
            AcknowledgementBatch::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("FetchPartition.partition_index");
        w.i32(self.partition_index);
        w.field("FetchPartition.acknowledgement_batches");
        w.array(Form::Compact, &self.acknowledgement_batches, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareFetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AcknowledgementBatch {
    pub first_offset: i64,
    pub last_offset: i64,
    pub acknowledge_types: Vec<i8>,
}

impl AcknowledgementBatch {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AcknowledgementBatch.first_offset");
        it.first_offset = r.i64()?;
        r.field("AcknowledgementBatch.last_offset");
        it.last_offset = r.i64()?;
        r.field("AcknowledgementBatch.acknowledge_types");
        it.acknowledge_types = r.array(Form::Compact, 1, Reader::i8)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("AcknowledgementBatch.first_offset");
        w.i64(self.first_offset);
        w.field("AcknowledgementBatch.last_offset");
        w.i64(self.last_offset);
        w.field("AcknowledgementBatch.acknowledge_types");
        w.array(Form::Compact, &self.acknowledge_types, |w, it| {
            w.i8(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareFetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForgottenTopic {
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
}

impl ForgottenTopic {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ForgottenTopic.topic_id");
        it.topic_id = r.uuid()?;
        r.field("ForgottenTopic.partitions");
        it.partitions = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ForgottenTopic.topic_id");
        w.uuid(self.topic_id);
        w.field("ForgottenTopic.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ShareFetchRequest {
    const NAME: &'static str = "ShareFetchRequest";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 2;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for ShareFetchRequest {
    const KEY: ApiKey = ApiKey::ShareFetch;
    type Response = ShareFetchResponse;
}
