// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::OffsetDeleteResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `OffsetDeleteRequest`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetDeleteRequest {
    pub group_id: String,
    pub topics: Vec<OffsetDeleteRequestTopic>,
}

impl OffsetDeleteRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetDeleteRequest.group_id");
        it.group_id = r.string(Form::Classic)?;
        r.field("OffsetDeleteRequest.topics");
        it.topics = r.array(Form::Classic, 6, |r| {
            OffsetDeleteRequestTopic::read(r, version)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetDeleteRequest.group_id");
        w.string(Form::Classic, &self.group_id)?;
        w.field("OffsetDeleteRequest.topics");
        w.array(Form::Classic, &self.topics, |w, it| it.write(w, version))?;

        Ok(())
    }
}

/// A part of [`OffsetDeleteRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetDeleteRequestTopic {
    pub name: String,
    pub partitions: Vec<OffsetDeleteRequestPartition>,
}

impl OffsetDeleteRequestTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetDeleteRequestTopic.name");
        it.name = r.string(Form::Classic)?;
        r.field("OffsetDeleteRequestTopic.partitions");
        it.partitions = r.array(Form::Classic, 4, |r| {
            OffsetDeleteRequestPartition::read(r, version)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetDeleteRequestTopic.name");
        w.string(Form::Classic, &self.name)?;
        w.field("OffsetDeleteRequestTopic.partitions");
        w.array(Form::Classic, &self.partitions, |w, it| {
            it.write(w, version)
        })?;

        Ok(())
    }
}

/// A part of [`OffsetDeleteRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetDeleteRequestPartition {
    pub partition_index: i32,
}

impl OffsetDeleteRequestPartition {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetDeleteRequestPartition.partition_index");
        it.partition_index = r.i32()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("OffsetDeleteRequestPartition.partition_index");
        w.i32(self.partition_index);

        Ok(())
    }
}

impl Message for OffsetDeleteRequest {
    const NAME: &'static str = "OffsetDeleteRequest";
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

impl Request for OffsetDeleteRequest {
    const KEY: ApiKey = ApiKey::OffsetDelete;
    type Response = OffsetDeleteResponse;
}
