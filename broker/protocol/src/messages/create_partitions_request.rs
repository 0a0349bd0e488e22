// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::CreatePartitionsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `CreatePartitionsRequest`, versions 0 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatePartitionsRequest {
    pub topics: Vec<CreatePartitionsTopic>,
    pub timeout_ms: i32,
    pub validate_only: bool,
}

impl CreatePartitionsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreatePartitionsRequest.topics");
        it.topics = r.array(Form::of(version, 2), 7, |r| {
            CreatePartitionsTopic::read(r, version)
        })?;
        r.field("CreatePartitionsRequest.timeout_ms");
        it.timeout_ms = r.i32()?;
        r.field("CreatePartitionsRequest.validate_only");
        it.validate_only = r.bool()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreatePartitionsRequest.topics");
        w.array(Form::of(version, 2), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        w.field("CreatePartitionsRequest.timeout_ms");
        w.i32(self.timeout_ms);
        w.field("CreatePartitionsRequest.validate_only");
        w.bool(self.validate_only);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`CreatePartitionsRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct CreatePartitionsTopic {
    pub name: String,
    pub count: i32,
    pub assignments: Option<Vec<CreatePartitionsAssignment>>,
}

impl Default for CreatePartitionsTopic {
    fn default() -> Self {
        Self {
            name: String::new(),
            count: 0,
            assignments: Some(Vec::new()),
        }
    }
}

impl CreatePartitionsTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreatePartitionsTopic.name");
        it.name = r.string(Form::of(version, 2))?;
        r.field("CreatePartitionsTopic.count");
        it.count = r.i32()?;
        r.field("CreatePartitionsTopic.assignments");
        it.assignments = r.nullable_array(Form::of(version, 2), 2, |r| {
            CreatePartitionsAssignment::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreatePartitionsTopic.name");
        w.string(Form::of(version, 2), &self.name)?;
        w.field("CreatePartitionsTopic.count");
        w.i32(self.count);
        w.field("CreatePartitionsTopic.assignments");
        match &self.assignments {
            None => w.null_array(Form::of(version, 2)),
            Some(it) => {
                w.array(Form::of(version, 2), it, |w, it| it.write(w, version))?;
            }
        }
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`CreatePartitionsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatePartitionsAssignment {
    pub broker_ids: Vec<i32>,
}

impl CreatePartitionsAssignment {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreatePartitionsAssignment.broker_ids");
        it.broker_ids = r.array(Form::of(version, 2), 4, Reader::i32)?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreatePartitionsAssignment.broker_ids");
        w.array(Form::of(version, 2), &self.broker_ids, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for CreatePartitionsRequest {
    const NAME: &'static str = "CreatePartitionsRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 3;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for CreatePartitionsRequest {
    const KEY: ApiKey = ApiKey::CreatePartitions;
    type Response = CreatePartitionsResponse;
}
