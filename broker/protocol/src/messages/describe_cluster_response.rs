// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DescribeClusterResponse`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeClusterResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub endpoint_type: i8,
    pub cluster_id: String,
    pub controller_id: i32,
    pub brokers: Vec<DescribeClusterBroker>,
    pub cluster_authorized_operations: i32,
}

impl Default for DescribeClusterResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            error_message: None,
            endpoint_type: 1,
            cluster_id: String::new(),
            controller_id: -1,
            brokers: Vec::new(),
            cluster_authorized_operations: i32::MIN,
        }
    }
}

impl DescribeClusterResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeClusterResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DescribeClusterResponse.error_code");
        it.error_code = r.i16()?;
        r.field("DescribeClusterResponse.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        if version >= 1 {
            r.field("DescribeClusterResponse.endpoint_type");
            it.endpoint_type = r.i8()?;
        }
        r.field("DescribeClusterResponse.cluster_id");
        it.cluster_id = r.string(Form::Compact)?;
        r.field("DescribeClusterResponse.controller_id");
        it.controller_id = r.i32()?;
        r.field("DescribeClusterResponse.brokers");
        it.brokers = r.array(Form::Compact, 11, |r| {
            DescribeClusterBroker::read(r, version)
        })?;
        r.field("DescribeClusterResponse.cluster_authorized_operations");
        it.cluster_authorized_operations = r.i32()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeClusterResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DescribeClusterResponse.error_code");
        w.i16(self.error_code);
        w.field("DescribeClusterResponse.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        if version >= 1 {
            w.field("DescribeClusterResponse.endpoint_type");
            w.i8(self.endpoint_type);
        }
        w.field("DescribeClusterResponse.cluster_id");
        w.string(Form::Compact, &self.cluster_id)?;
        w.field("DescribeClusterResponse.controller_id");
        w.i32(self.controller_id);
        w.field("DescribeClusterResponse.brokers");
        w.array(Form::Compact, &self.brokers, |w, it| it.write(w, version))?;
        w.field("DescribeClusterResponse.cluster_authorized_operations");
        w.i32(self.cluster_authorized_operations);
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`DescribeClusterResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeClusterBroker {
    pub broker_id: i32,
    pub host: String,
    pub port: i32,
    pub rack: Option<String>,
    pub is_fenced: bool,
}

impl DescribeClusterBroker {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeClusterBroker.broker_id");
        it.broker_id = r.i32()?;
        r.field("DescribeClusterBroker.host");
        it.host = r.string(Form::Compact)?;
        r.field("DescribeClusterBroker.port");
        it.port = r.i32()?;
        r.field("DescribeClusterBroker.rack");
        it.rack = r.nullable_string(Form::Compact)?;
        if version >= 2 {
            r.field("DescribeClusterBroker.is_fenced");
            it.is_fenced = r.bool()?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeClusterBroker.broker_id");
        w.i32(self.broker_id);
        w.field("DescribeClusterBroker.host");
        w.string(Form::Compact, &self.host)?;
        w.field("DescribeClusterBroker.port");
        w.i32(self.port);
        w.field("DescribeClusterBroker.rack");
        w.nullable_string(Form::Compact, self.rack.as_deref())?;
        if version >= 2 {
            w.field("DescribeClusterBroker.is_fenced");
            w.bool(self.is_fenced);
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for DescribeClusterResponse {
    const NAME: &'static str = "DescribeClusterResponse";
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
