// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `IncrementalAlterConfigsResponse`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IncrementalAlterConfigsResponse {
    pub throttle_time_ms: i32,
    pub responses: Vec<AlterConfigsResourceResponse>,
}

impl IncrementalAlterConfigsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("IncrementalAlterConfigsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("IncrementalAlterConfigsResponse.responses");
        it.responses = r.array(Form::of(version, 1), 6, |r| {
            AlterConfigsResourceResponse::read(r, version)
        })?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("IncrementalAlterConfigsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("IncrementalAlterConfigsResponse.responses");
        w.array(Form::of(version, 1), &self.responses, |w, it| {
            it.write(w, version)
        })?;
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.responses {
            it.each_error(each);
        }
    }
}

/// A part of [`IncrementalAlterConfigsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterConfigsResourceResponse {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub resource_type: i8,
    pub resource_name: String,
}

impl AlterConfigsResourceResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterConfigsResourceResponse.error_code");
        it.error_code = r.i16()?;
        r.field("AlterConfigsResourceResponse.error_message");
        it.error_message = r.nullable_string(Form::of(version, 1))?;
        r.field("AlterConfigsResourceResponse.resource_type");
        it.resource_type = r.i8()?;
        r.field("AlterConfigsResourceResponse.resource_name");
        it.resource_name = r.string(Form::of(version, 1))?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterConfigsResourceResponse.error_code");
        w.i16(self.error_code);
        w.field("AlterConfigsResourceResponse.error_message");
        w.nullable_string(Form::of(version, 1), self.error_message.as_deref())?;
        w.field("AlterConfigsResourceResponse.resource_type");
        w.i8(self.resource_type);
        w.field("AlterConfigsResourceResponse.resource_name");
        w.string(Form::of(version, 1), &self.resource_name)?;
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for IncrementalAlterConfigsResponse {
    const NAME: &'static str = "IncrementalAlterConfigsResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;

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
