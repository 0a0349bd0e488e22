// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `ListConfigResourcesResponse`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListConfigResourcesResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub config_resources: Vec<ConfigResource>,
}

impl ListConfigResourcesResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ListConfigResourcesResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("ListConfigResourcesResponse.error_code");
        it.error_code = r.i16()?;
        r.field("ListConfigResourcesResponse.config_resources");
        it.config_resources = r.array(Form::Compact, 2, |r| ConfigResource::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ListConfigResourcesResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("ListConfigResourcesResponse.error_code");
        w.i16(self.error_code);
        w.field("ListConfigResourcesResponse.config_resources");
        w.array(Form::Compact, &self.config_resources, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`ListConfigResourcesResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigResource {
    pub resource_name: String,
    pub resource_type: i8,
}

impl Default for ConfigResource {
    fn default() -> Self {
        Self {
            resource_name: String::new(),
            resource_type: 16,
        }
    }
}

impl ConfigResource {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ConfigResource.resource_name");
        it.resource_name = r.string(Form::Compact)?;
        if version >= 1 {
            r.field("ConfigResource.resource_type");
            it.resource_type = r.i8()?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ConfigResource.resource_name");
        w.string(Form::Compact, &self.resource_name)?;
        if version >= 1 {
            w.field("ConfigResource.resource_type");
            w.i8(self.resource_type);
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ListConfigResourcesResponse {
    const NAME: &'static str = "ListConfigResourcesResponse";
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
