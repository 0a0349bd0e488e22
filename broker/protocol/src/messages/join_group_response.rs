// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `JoinGroupResponse`, versions 0 to 9.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinGroupResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub generation_id: i32,
    pub protocol_type: Option<String>,
    pub protocol_name: Option<String>,
    pub leader: String,
    pub skip_assignment: bool,
    pub member_id: String,
    pub members: Vec<JoinGroupResponseMember>,
}

impl Default for JoinGroupResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            generation_id: -1,
            protocol_type: None,
            protocol_name: Some(String::new()),
            leader: String::new(),
            skip_assignment: false,
            member_id: String::new(),
            members: Vec::new(),
        }
    }
}

impl JoinGroupResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 2 {
            r.field("JoinGroupResponse.throttle_time_ms");
            it.throttle_time_ms = r.i32()?;
        }
        r.field("JoinGroupResponse.error_code");
        it.error_code = r.i16()?;
        r.field("JoinGroupResponse.generation_id");
        it.generation_id = r.i32()?;
        if version >= 7 {
            r.field("JoinGroupResponse.protocol_type");
            it.protocol_type = r.nullable_string(Form::Compact)?;
        }
        r.field("JoinGroupResponse.protocol_name");
        it.protocol_name = {
            let it = r.nullable_string(Form::of(version, 6))?;
            if version >= 7 {
                it
            } else {
                Some(r.required(it)?)
            }
        };
        r.field("JoinGroupResponse.leader");
        it.leader = r.string(Form::of(version, 6))?;
        if version >= 9 {
            r.field("JoinGroupResponse.skip_assignment");
            it.skip_assignment = r.bool()?;
        }
        r.field("JoinGroupResponse.member_id");
        it.member_id = r.string(Form::of(version, 6))?;
        r.field("JoinGroupResponse.members");
        it.members = r.array(Form::of(version, 6), 4, |r| {
            JoinGroupResponseMember::read(r, version)
        })?;
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 2 {
            w.field("JoinGroupResponse.throttle_time_ms");
            w.i32(self.throttle_time_ms);
        }
        w.field("JoinGroupResponse.error_code");
        w.i16(self.error_code);
        w.field("JoinGroupResponse.generation_id");
        w.i32(self.generation_id);
        if version >= 7 {
            w.field("JoinGroupResponse.protocol_type");
            w.nullable_string(Form::Compact, self.protocol_type.as_deref())?;
        }
        w.field("JoinGroupResponse.protocol_name");
        if !(version >= 7) && self.protocol_name.is_none() {
            return Err(w.no_null(version));
        }
        w.nullable_string(Form::of(version, 6), self.protocol_name.as_deref())?;
        w.field("JoinGroupResponse.leader");
        w.string(Form::of(version, 6), &self.leader)?;
        if version >= 9 {
            w.field("JoinGroupResponse.skip_assignment");
            w.bool(self.skip_assignment);
        }
        w.field("JoinGroupResponse.member_id");
        w.string(Form::of(version, 6), &self.member_id)?;
        w.field("JoinGroupResponse.members");
        w.array(Form::of(version, 6), &self.members, |w, it| {
            it.write(w, version)
        })?;
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`JoinGroupResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JoinGroupResponseMember {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub metadata: Bytes,
}

impl JoinGroupResponseMember {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("JoinGroupResponseMember.member_id");
        it.member_id = r.string(Form::of(version, 6))?;
        if version >= 5 {
            r.field("JoinGroupResponseMember.group_instance_id");
            it.group_instance_id = r.nullable_string(Form::of(version, 6))?;
        }
        r.field("JoinGroupResponseMember.metadata");
        it.metadata = r.bytes(Form::of(version, 6))?;
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("JoinGroupResponseMember.member_id");
        w.string(Form::of(version, 6), &self.member_id)?;
        if version >= 5 {
            w.field("JoinGroupResponseMember.group_instance_id");
            w.nullable_string(Form::of(version, 6), self.group_instance_id.as_deref())?;
        }
        w.field("JoinGroupResponseMember.metadata");
        w.bytes(Form::of(version, 6), &self.metadata)?;
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for JoinGroupResponse {
    const NAME: &'static str = "JoinGroupResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 9;

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
