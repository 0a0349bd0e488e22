// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use super::JoinGroupResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `JoinGroupRequest`, versions 0 to 9.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinGroupRequest {
    pub group_id: String,
    pub session_timeout_ms: i32,
    pub rebalance_timeout_ms: i32,
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub protocol_type: String,
    pub protocols: Vec<JoinGroupRequestProtocol>,
    pub reason: Option<String>,
}

impl Default for JoinGroupRequest {
    fn default() -> Self {
        Self {
            group_id: String::new(),
            session_timeout_ms: 0,
            rebalance_timeout_ms: -1,
            member_id: String::new(),
            group_instance_id: None,
            protocol_type: String::new(),
            protocols: Vec::new(),
            reason: None,
        }
    }
}

impl JoinGroupRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("JoinGroupRequest.group_id");
        it.group_id = r.string(Form::of(version, 6))?;
        r.field("JoinGroupRequest.session_timeout_ms");
        it.session_timeout_ms = r.i32()?;
        if version >= 1 {
            r.field("JoinGroupRequest.rebalance_timeout_ms");
            it.rebalance_timeout_ms = r.i32()?;
        }
        r.field("JoinGroupRequest.member_id");
        it.member_id = r.string(Form::of(version, 6))?;
        if version >= 5 {
            r.field("JoinGroupRequest.group_instance_id");
            it.group_instance_id = r.nullable_string(Form::of(version, 6))?;
        }
        r.field("JoinGroupRequest.protocol_type");
        it.protocol_type = r.string(Form::of(version, 6))?;
        r.field("JoinGroupRequest.protocols");
        it.protocols = r.array(Form::of(version, 6), 3, |r| {
            JoinGroupRequestProtocol::read(r, version)
        })?;
        if version >= 8 {
            r.field("JoinGroupRequest.reason");
            it.reason = r.nullable_string(Form::Compact)?;
        }
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("JoinGroupRequest.group_id");
        w.string(Form::of(version, 6), &self.group_id)?;
        w.field("JoinGroupRequest.session_timeout_ms");
        w.i32(self.session_timeout_ms);
        if version >= 1 {
            w.field("JoinGroupRequest.rebalance_timeout_ms");
            w.i32(self.rebalance_timeout_ms);
        }
        w.field("JoinGroupRequest.member_id");
        w.string(Form::of(version, 6), &self.member_id)?;
        if version >= 5 {
            w.field("JoinGroupRequest.group_instance_id");
            w.nullable_string(Form::of(version, 6), self.group_instance_id.as_deref())?;
        }
        if !(version >= 5)
            && self
                .group_instance_id
                .as_ref()
                .is_some_and(|it| !it.is_empty())
        {
            return Err(w.not_in_version("JoinGroupRequest.group_instance_id", version));
        }
        w.field("JoinGroupRequest.protocol_type");
        w.string(Form::of(version, 6), &self.protocol_type)?;
        w.field("JoinGroupRequest.protocols");
        w.array(Form::of(version, 6), &self.protocols, |w, it| {
            it.write(w, version)
        })?;
        if version >= 8 {
            w.field("JoinGroupRequest.reason");
            w.nullable_string(Form::Compact, self.reason.as_deref())?;
        }
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`JoinGroupRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JoinGroupRequestProtocol {
    pub name: String,
    pub metadata: Bytes,
}

impl JoinGroupRequestProtocol {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("JoinGroupRequestProtocol.name");
        it.name = r.string(Form::of(version, 6))?;
        r.field("JoinGroupRequestProtocol.metadata");
        it.metadata = r.bytes(Form::of(version, 6))?;
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("JoinGroupRequestProtocol.name");
        w.string(Form::of(version, 6), &self.name)?;
        w.field("JoinGroupRequestProtocol.metadata");
        w.bytes(Form::of(version, 6), &self.metadata)?;
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for JoinGroupRequest {
    const NAME: &'static str = "JoinGroupRequest";
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
}

impl Request for JoinGroupRequest {
    const KEY: ApiKey = ApiKey::JoinGroup;
    type Response = JoinGroupResponse;
}
