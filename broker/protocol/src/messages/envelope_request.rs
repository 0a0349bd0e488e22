// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use super::EnvelopeResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `EnvelopeRequest`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq)]
pub struct EnvelopeRequest {
    pub request_data: Bytes,
    pub request_principal: Option<Bytes>,
    pub client_host_address: Bytes,
}

impl Default for EnvelopeRequest {
    fn default() -> Self {
        Self {
            request_data: Bytes::new(),
            request_principal: Some(Bytes::new()),
            client_host_address: Bytes::new(),
        }
    }
}

impl EnvelopeRequest {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("EnvelopeRequest.request_data");
        it.request_data = r.bytes(Form::Compact)?;
        r.field("EnvelopeRequest.request_principal");
        it.request_principal = r.nullable_bytes(Form::Compact)?;
        r.field("EnvelopeRequest.client_host_address");
        it.client_host_address = r.bytes(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("EnvelopeRequest.request_data");
        w.bytes(Form::Compact, &self.request_data)?;
        w.field("EnvelopeRequest.request_principal");
        w.nullable_bytes(Form::Compact, self.request_principal.as_ref())?;
        w.field("EnvelopeRequest.client_host_address");
        w.bytes(Form::Compact, &self.client_host_address)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for EnvelopeRequest {
    const NAME: &'static str = "EnvelopeRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for EnvelopeRequest {
    const KEY: ApiKey = ApiKey::Envelope;
    type Response = EnvelopeResponse;
}
