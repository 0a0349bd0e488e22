// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::LeaveGroupResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `LeaveGroupRequest`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaveGroupRequest {
    pub group_id: String,
    pub member_id: String,
    pub members: Vec<MemberIdentity>,
}

impl LeaveGroupRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("LeaveGroupRequest.group_id");
        it.group_id = r.string(Form::of(version, 4))?;
        if version <= 2 {
            r.field("LeaveGroupRequest.member_id");
            it.member_id = r.string(Form::Classic)?;
        }
        if version >= 3 {
            r.field("LeaveGroupRequest.members");
            it.members = r.array(Form::of(version, 4), 3, |r| {
                MemberIdentity::read(r, version)
            })?;
        }
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("LeaveGroupRequest.group_id");
        w.string(Form::of(version, 4), &self.group_id)?;
        if version <= 2 {
            w.field("LeaveGroupRequest.member_id");
            w.string(Form::Classic, &self.member_id)?;
        }
        if !(version <= 2) && !self.member_id.is_empty() {
            return Err(w.not_in_version("LeaveGroupRequest.member_id", version));
        }
        if version >= 3 {
            w.field("LeaveGroupRequest.members");
            w.array(Form::of(version, 4), &self.members, |w, it| {
                it.write(w, version)
            })?;
        }
        if !(version >= 3) && !self.members.is_empty() {
            return Err(w.not_in_version("LeaveGroupRequest.members", version));
        }
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`LeaveGroupRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MemberIdentity {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub reason: Option<String>,
}

impl MemberIdentity {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("MemberIdentity.member_id");
        it.member_id = r.string(Form::of(version, 4))?;
        r.field("MemberIdentity.group_instance_id");
        it.group_instance_id = r.nullable_string(Form::of(version, 4))?;
        if version >= 5 {
            r.field("MemberIdentity.reason");
            it.reason = r.nullable_string(Form::Compact)?;
        }
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("MemberIdentity.member_id");
        w.string(Form::of(version, 4), &self.member_id)?;
        w.field("MemberIdentity.group_instance_id");
        w.nullable_string(Form::of(version, 4), self.group_instance_id.as_deref())?;
        if version >= 5 {
            w.field("MemberIdentity.reason");
            w.nullable_string(Form::Compact, self.reason.as_deref())?;
        }
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for LeaveGroupRequest {
    const NAME: &'static str = "LeaveGroupRequest";
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

impl Request for LeaveGroupRequest {
    const KEY: ApiKey = ApiKey::LeaveGroup;
    type Response = LeaveGroupResponse;
}
