// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `SyncGroupResponse`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SyncGroupResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub protocol_type: Option<String>,
    pub protocol_name: Option<String>,
    pub assignment: Bytes,
}

impl SyncGroupResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 1 {
            r.field("SyncGroupResponse.throttle_time_ms");
            it.throttle_time_ms = r.i32()?;
        }
        r.field("SyncGroupResponse.error_code");
        it.error_code = r.i16()?;
        if version >= 5 {
            r.field("SyncGroupResponse.protocol_type");
            it.protocol_type = r.nullable_string(Form::Compact)?;
        }
        if version >= 5 {
            r.field("SyncGroupResponse.protocol_name");
            it.protocol_name = r.nullable_string(Form::Compact)?;
        }
        r.field("SyncGroupResponse.assignment");
        it.assignment = r.bytes(Form::of(version, 4))?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 1 {
            w.field("SyncGroupResponse.throttle_time_ms");
            w.i32(self.throttle_time_ms);
        }
        w.field("SyncGroupResponse.error_code");
        w.i16(self.error_code);
        if version >= 5 {
            w.field("SyncGroupResponse.protocol_type");
            w.nullable_string(Form::Compact, self.protocol_type.as_deref())?;
        }
        if version >= 5 {
            w.field("SyncGroupResponse.protocol_name");
            w.nullable_string(Form::Compact, self.protocol_name.as_deref())?;
        }
        w.field("SyncGroupResponse.assignment");
        w.bytes(Form::of(version, 4), &self.assignment)?;
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for SyncGroupResponse {
    const NAME: &'static str = "SyncGroupResponse";
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
