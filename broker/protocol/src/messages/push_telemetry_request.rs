// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use super::PushTelemetryResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `PushTelemetryRequest`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PushTelemetryRequest {
    pub client_instance_id: Uuid,
    pub subscription_id: i32,
    pub terminating: bool,
    pub compression_type: i8,
    pub metrics: Bytes,
}

impl PushTelemetryRequest {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PushTelemetryRequest.client_instance_id");
        it.client_instance_id = r.uuid()?;
        r.field("PushTelemetryRequest.subscription_id");
        it.subscription_id = r.i32()?;
        r.field("PushTelemetryRequest.terminating");
        it.terminating = r.bool()?;
        r.field("PushTelemetryRequest.compression_type");
        it.compression_type = r.i8()?;
        r.field("PushTelemetryRequest.metrics");
        it.metrics = r.bytes(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("PushTelemetryRequest.client_instance_id");
        w.uuid(self.client_instance_id);
        w.field("PushTelemetryRequest.subscription_id");
        w.i32(self.subscription_id);
        w.field("PushTelemetryRequest.terminating");
        w.bool(self.terminating);
        w.field("PushTelemetryRequest.compression_type");
        w.i8(self.compression_type);
        w.field("PushTelemetryRequest.metrics");
        w.bytes(Form::Compact, &self.metrics)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for PushTelemetryRequest {
    const NAME: &'static str = "PushTelemetryRequest";
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

impl Request for PushTelemetryRequest {
    const KEY: ApiKey = ApiKey::PushTelemetry;
    type Response = PushTelemetryResponse;
}
