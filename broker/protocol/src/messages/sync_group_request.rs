// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use super::SyncGroupResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `SyncGroupRequest`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SyncGroupRequest {
    pub group_id: String,
    pub generation_id: i32,
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub protocol_type: Option<String>,
    pub protocol_name: Option<String>,
    pub assignments: Vec<SyncGroupRequestAssignment>,
}

impl SyncGroupRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("SyncGroupRequest.group_id");
        it.group_id = r.string(Form::of(version, 4))?;
        r.field("SyncGroupRequest.generation_id");
        it.generation_id = r.i32()?;
        r.field("SyncGroupRequest.member_id");
        it.member_id = r.string(Form::of(version, 4))?;
        if version >= 3 {
            r.field("SyncGroupRequest.group_instance_id");
            it.group_instance_id = r.nullable_string(Form::of(version, 4))?;
        }
        if version >= 5 {
            r.field("SyncGroupRequest.protocol_type");
            it.protocol_type = r.nullable_string(Form::Compact)?;
        }
        if version >= 5 {
            r.field("SyncGroupRequest.protocol_name");
            it.protocol_name = r.nullable_string(Form::Compact)?;
        }
        r.field("SyncGroupRequest.assignments");
        it.assignments = r.array(Form::of(version, 4), 3, |r| {
            SyncGroupRequestAssignment::read(r, version)
        })?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("SyncGroupRequest.group_id");
        w.string(Form::of(version, 4), &self.group_id)?;
        w.field("SyncGroupRequest.generation_id");
        w.i32(self.generation_id);
        w.field("SyncGroupRequest.member_id");
        w.string(Form::of(version, 4), &self.member_id)?;
        if version >= 3 {
            w.field("SyncGroupRequest.group_instance_id");
            w.nullable_string(Form::of(version, 4), self.group_instance_id.as_deref())?;
        }
        if !(version >= 3)
            && self
                .group_instance_id
                .as_ref()
                .is_some_and(|it| !it.is_empty())
        {
            return Err(w.not_in_version("SyncGroupRequest.group_instance_id", version));
        }
        if version >= 5 {
            w.field("SyncGroupRequest.protocol_type");
            w.nullable_string(Form::Compact, self.protocol_type.as_deref())?;
        }
        if version >= 5 {
            w.field("SyncGroupRequest.protocol_name");
            w.nullable_string(Form::Compact, self.protocol_name.as_deref())?;
        }
        w.field("SyncGroupRequest.assignments");
        w.array(Form::of(version, 4), &self.assignments, |w, it| {
            it.write(w, version)
        })?;
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`SyncGroupRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SyncGroupRequestAssignment {
    pub member_id: String,
    pub assignment: Bytes,
}

impl SyncGroupRequestAssignment {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("SyncGroupRequestAssignment.member_id");
        it.member_id = r.string(Form::of(version, 4))?;
        r.field("SyncGroupRequestAssignment.assignment");
        it.assignment = r.bytes(Form::of(version, 4))?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("SyncGroupRequestAssignment.member_id");
        w.string(Form::of(version, 4), &self.member_id)?;
        w.field("SyncGroupRequestAssignment.assignment");
        w.bytes(Form::of(version, 4), &self.assignment)?;
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for SyncGroupRequest {
    const NAME: &'static str = "SyncGroupRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for SyncGroupRequest {
    const KEY: ApiKey = ApiKey::SyncGroup;
    type Response = SyncGroupResponse;
}
