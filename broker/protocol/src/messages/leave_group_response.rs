// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `LeaveGroupResponse`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaveGroupResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub members: Vec<MemberResponse>,
}

impl LeaveGroupResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 1 {
            r.field("LeaveGroupResponse.throttle_time_ms");
            it.throttle_time_ms = r.i32()?;
        }
        r.field("LeaveGroupResponse.error_code");
        it.error_code = r.i16()?;
        if version >= 3 {
            r.field("LeaveGroupResponse.members");
            it.members = r.array(Form::of(version, 4), 5, |r| {
                MemberResponse::read(r, version)
            })?;
        }
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 1 {
            w.field("LeaveGroupResponse.throttle_time_ms");
            w.i32(self.throttle_time_ms);
        }
        w.field("LeaveGroupResponse.error_code");
        w.i16(self.error_code);
        if version >= 3 {
            w.field("LeaveGroupResponse.members");
            w.array(Form::of(version, 4), &self.members, |w, it| {
                it.write(w, version)
            })?;
        }
        if !(version >= 3) && !self.members.is_empty() {
            return Err(w.not_in_version("LeaveGroupResponse.members", version));
        }
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.members {
            it.each_error(each);
        }
    }
}

/// A part of [`LeaveGroupResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MemberResponse {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub error_code: i16,
}

impl MemberResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("MemberResponse.member_id");
        it.member_id = r.string(Form::of(version, 4))?;
        r.field("MemberResponse.group_instance_id");
        it.group_instance_id = r.nullable_string(Form::of(version, 4))?;
        r.field("MemberResponse.error_code");
        it.error_code = r.i16()?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("MemberResponse.member_id");
        w.string(Form::of(version, 4), &self.member_id)?;
        w.field("MemberResponse.group_instance_id");
        w.nullable_string(Form::of(version, 4), self.group_instance_id.as_deref())?;
        w.field("MemberResponse.error_code");
        w.i16(self.error_code);
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for LeaveGroupResponse {
    const NAME: &'static str = "LeaveGroupResponse";
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

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
