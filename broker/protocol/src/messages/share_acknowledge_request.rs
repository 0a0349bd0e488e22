// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::ShareAcknowledgeResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `ShareAcknowledgeRequest`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareAcknowledgeRequest {
    pub group_id: Option<String>,
    pub member_id: Option<String>,
    pub share_session_epoch: i32,
    pub is_renew_ack: bool,
    pub topics: Vec<AcknowledgeTopic>,
}

impl ShareAcknowledgeRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ShareAcknowledgeRequest.group_id");
        it.group_id = r.nullable_string(Form::Compact)?;
        r.field("ShareAcknowledgeRequest.member_id");
        it.member_id = r.nullable_string(Form::Compact)?;
        r.field("ShareAcknowledgeRequest.share_session_epoch");
        it.share_session_epoch = r.i32()?;
        if version >= 2 {
            r.field("ShareAcknowledgeRequest.is_renew_ack");
            it.is_renew_ack = r.bool()?;
        }
        r.field("ShareAcknowledgeRequest.topics");
        it.topics = r.array(Form::Compact, 18, |r| AcknowledgeTopic::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ShareAcknowledgeRequest.group_id");
        w.nullable_string(Form::Compact, self.group_id.as_deref())?;
        w.field("ShareAcknowledgeRequest.member_id");
        w.nullable_string(Form::Compact, self.member_id.as_deref())?;
        w.field("ShareAcknowledgeRequest.share_session_epoch");
        w.i32(self.share_session_epoch);
        if version >= 2 {
            w.field("ShareAcknowledgeRequest.is_renew_ack");
            w.bool(self.is_renew_ack);
        }
        if !(version >= 2) && self.is_renew_ack {
            return Err(w.not_in_version("ShareAcknowledgeRequest.is_renew_ack", version));
        }
        w.field("ShareAcknowledgeRequest.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareAcknowledgeRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AcknowledgeTopic {
    pub topic_id: Uuid,
    pub partitions: Vec<AcknowledgePartition>,
}

impl AcknowledgeTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AcknowledgeTopic.topic_id");
        it.topic_id = r.uuid()?;
        r.field("AcknowledgeTopic.partitions");
        it.partitions = r.array(Form::Compact, 6, |r| AcknowledgePartition::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AcknowledgeTopic.topic_id");
        w.uuid(self.topic_id);
        w.field("AcknowledgeTopic.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareAcknowledgeRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AcknowledgePartition {
    pub partition_index: i32,
    pub acknowledgement_batches: Vec<AcknowledgementBatch>,
}

impl AcknowledgePartition {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AcknowledgePartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("AcknowledgePartition.acknowledgement_batches");
        it.acknowledgement_batches = r.array(Form::Compact, 18, |r| {
            AcknowledgementBatch::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AcknowledgePartition.partition_index");
        w.i32(self.partition_index);
        w.field("AcknowledgePartition.acknowledgement_batches");
        w.array(Form::Compact, &self.acknowledgement_batches, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareAcknowledgeRequest`].
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

impl Message for ShareAcknowledgeRequest {
    const NAME: &'static str = "ShareAcknowledgeRequest";
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

impl Request for ShareAcknowledgeRequest {
    const KEY: ApiKey = ApiKey::ShareAcknowledge;
    type Response = ShareAcknowledgeResponse;
}
