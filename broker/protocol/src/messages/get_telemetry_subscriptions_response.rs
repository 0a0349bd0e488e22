// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `GetTelemetrySubscriptionsResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GetTelemetrySubscriptionsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub client_instance_id: Uuid,
    pub subscription_id: i32,
    pub accepted_compression_types: Vec<i8>,
    pub push_interval_ms: i32,
    pub telemetry_max_bytes: i32,
    pub delta_temporality: bool,
    pub requested_metrics: Vec<String>,
}

impl GetTelemetrySubscriptionsResponse {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("GetTelemetrySubscriptionsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("GetTelemetrySubscriptionsResponse.error_code");
        it.error_code = r.i16()?;
        r.field("GetTelemetrySubscriptionsResponse.client_instance_id");
        it.client_instance_id = r.uuid()?;
        r.field("GetTelemetrySubscriptionsResponse.subscription_id");
        it.subscription_id = r.i32()?;
        r.field("GetTelemetrySubscriptionsResponse.accepted_compression_types");
        it.accepted_compression_types = r.array(Form::Compact, 1, Reader::i8)?;
        r.field("GetTelemetrySubscriptionsResponse.push_interval_ms");
        it.push_interval_ms = r.i32()?;
        r.field("GetTelemetrySubscriptionsResponse.telemetry_max_bytes");
        it.telemetry_max_bytes = r.i32()?;
        r.field("GetTelemetrySubscriptionsResponse.delta_temporality");
        it.delta_temporality = r.bool()?;
        r.field("GetTelemetrySubscriptionsResponse.requested_metrics");
        it.requested_metrics = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("GetTelemetrySubscriptionsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("GetTelemetrySubscriptionsResponse.error_code");
        w.i16(self.error_code);
        w.field("GetTelemetrySubscriptionsResponse.client_instance_id");
        w.uuid(self.client_instance_id);
        w.field("GetTelemetrySubscriptionsResponse.subscription_id");
        w.i32(self.subscription_id);
        w.field("GetTelemetrySubscriptionsResponse.accepted_compression_types");
        w.array(Form::Compact, &self.accepted_compression_types, |w, it| {
            w.i8(*it);
            Ok(())
        })?;
        w.field("GetTelemetrySubscriptionsResponse.push_interval_ms");
        w.i32(self.push_interval_ms);
        w.field("GetTelemetrySubscriptionsResponse.telemetry_max_bytes");
        w.i32(self.telemetry_max_bytes);
        w.field("GetTelemetrySubscriptionsResponse.delta_temporality");
        w.bool(self.delta_temporality);
        w.field("GetTelemetrySubscriptionsResponse.requested_metrics");
        w.array(Form::Compact, &self.requested_metrics, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for GetTelemetrySubscriptionsResponse {
    const NAME: &'static str = "GetTelemetrySubscriptionsResponse";
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

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
