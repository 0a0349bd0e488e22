// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::AlterConfigsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `AlterConfigsRequest`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterConfigsRequest {
    pub resources: Vec<AlterConfigsResource>,
    pub validate_only: bool,
}

impl AlterConfigsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterConfigsRequest.resources");
        it.resources = r.array(Form::of(version, 2), 4, |r| {
            AlterConfigsResource::read(r, version)
        })?;
        r.field("AlterConfigsRequest.validate_only");
        it.validate_only = r.bool()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterConfigsRequest.resources");
        w.array(Form::of(version, 2), &self.resources, |w, it| {
            it.write(w, version)
        })?;
        w.field("AlterConfigsRequest.validate_only");
        w.bool(self.validate_only);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`AlterConfigsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterConfigsResource {
    pub resource_type: i8,
    pub resource_name: String,
    pub configs: Vec<AlterableConfig>,
}

impl AlterConfigsResource {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterConfigsResource.resource_type");
        it.resource_type = r.i8()?;
        r.field("AlterConfigsResource.resource_name");
        it.resource_name = r.string(Form::of(version, 2))?;
        r.field("AlterConfigsResource.configs");
        it.configs = r.array(Form::of(version, 2), 3, |r| {
            AlterableConfig::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterConfigsResource.resource_type");
        w.i8(self.resource_type);
        w.field("AlterConfigsResource.resource_name");
        w.string(Form::of(version, 2), &self.resource_name)?;
        w.field("AlterConfigsResource.configs");
        w.array(Form::of(version, 2), &self.configs, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`AlterConfigsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterableConfig {
    pub name: String,
    pub value: Option<String>,
}

impl AlterableConfig {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterableConfig.name");
        it.name = r.string(Form::of(version, 2))?;
        r.field("AlterableConfig.value");
        it.value = r.nullable_string(Form::of(version, 2))?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterableConfig.name");
        w.string(Form::of(version, 2), &self.name)?;
        w.field("AlterableConfig.value");
        w.nullable_string(Form::of(version, 2), self.value.as_deref())?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for AlterConfigsRequest {
    const NAME: &'static str = "AlterConfigsRequest";
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
}

impl Request for AlterConfigsRequest {
    const KEY: ApiKey = ApiKey::AlterConfigs;
    type Response = AlterConfigsResponse;
}
