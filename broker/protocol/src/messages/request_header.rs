// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `RequestHeader`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RequestHeader {
    pub request_api_key: i16,
    pub request_api_version: i16,
    pub correlation_id: i32,
    pub client_id: Option<String>,
}

impl RequestHeader {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("RequestHeader.request_api_key");
        it.request_api_key = r.i16()?;
        r.field("RequestHeader.request_api_version");
        it.request_api_version = r.i16()?;
        r.field("RequestHeader.correlation_id");
        it.correlation_id = r.i32()?;
        r.field("RequestHeader.client_id");
        it.client_id = r.nullable_string(Form::Classic)?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("RequestHeader.request_api_key");
        w.i16(self.request_api_key);
        w.field("RequestHeader.request_api_version");
        w.i16(self.request_api_version);
        w.field("RequestHeader.correlation_id");
        w.i32(self.correlation_id);
        w.field("RequestHeader.client_id");
        w.nullable_string(Form::Classic, self.client_id.as_deref())?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for RequestHeader {
    const NAME: &'static str = "RequestHeader";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 2;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}
