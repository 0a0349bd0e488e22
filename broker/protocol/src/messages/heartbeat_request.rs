// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::HeartbeatResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `HeartbeatRequest`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeartbeatRequest {
    pub group_id: String,
    pub generation_id: i32,
    pub member_id: String,
    pub group_instance_id: Option<String>,
}

impl HeartbeatRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("HeartbeatRequest.group_id");
        it.group_id = r.string(Form::of(version, 4))?;
        r.field("HeartbeatRequest.generation_id");
        it.generation_id = r.i32()?;
        r.field("HeartbeatRequest.member_id");
        it.member_id = r.string(Form::of(version, 4))?;
        if version >= 3 {
            r.field("HeartbeatRequest.group_instance_id");
            it.group_instance_id = r.nullable_string(Form::of(version, 4))?;
        }
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("HeartbeatRequest.group_id");
        w.string(Form::of(version, 4), &self.group_id)?;
        w.field("HeartbeatRequest.generation_id");
        w.i32(self.generation_id);
        w.field("HeartbeatRequest.member_id");
        w.string(Form::of(version, 4), &self.member_id)?;
        if version >= 3 {
            w.field("HeartbeatRequest.group_instance_id");
            w.nullable_string(Form::of(version, 4), self.group_instance_id.as_deref())?;
        }
        if !(version >= 3)
            && self
                .group_instance_id
                .as_ref()
                .is_some_and(|it| !it.is_empty())
        {
            return Err(w.not_in_version("HeartbeatRequest.group_instance_id", version));
        }
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for HeartbeatRequest {
    const NAME: &'static str = "HeartbeatRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 4;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for HeartbeatRequest {
    const KEY: ApiKey = ApiKey::Heartbeat;
    type Response = HeartbeatResponse;
}
