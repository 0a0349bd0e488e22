// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `SaslAuthenticateResponse`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SaslAuthenticateResponse {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub auth_bytes: Bytes,
    pub session_lifetime_ms: i64,
}

impl SaslAuthenticateResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("SaslAuthenticateResponse.error_code");
        it.error_code = r.i16()?;
        r.field("SaslAuthenticateResponse.error_message");
        it.error_message = r.nullable_string(Form::of(version, 2))?;
        r.field("SaslAuthenticateResponse.auth_bytes");
        it.auth_bytes = r.bytes(Form::of(version, 2))?;
        if version >= 1 {
            r.field("SaslAuthenticateResponse.session_lifetime_ms");
            it.session_lifetime_ms = r.i64()?;
        }
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("SaslAuthenticateResponse.error_code");
        w.i16(self.error_code);
        w.field("SaslAuthenticateResponse.error_message");
        w.nullable_string(Form::of(version, 2), self.error_message.as_deref())?;
        w.field("SaslAuthenticateResponse.auth_bytes");
        w.bytes(Form::of(version, 2), &self.auth_bytes)?;
        if version >= 1 {
            w.field("SaslAuthenticateResponse.session_lifetime_ms");
            w.i64(self.session_lifetime_ms);
        }
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for SaslAuthenticateResponse {
    const NAME: &'static str = "SaslAuthenticateResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;

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
