// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::IncrementalAlterConfigsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `IncrementalAlterConfigsRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IncrementalAlterConfigsRequest {
    pub resources: Vec<AlterConfigsResource>,
    pub validate_only: bool,
}

impl IncrementalAlterConfigsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("IncrementalAlterConfigsRequest.resources");
        it.resources = r.array(Form::of(version, 1), 4, |r| {
            AlterConfigsResource::read(r, version)
        })?;
        r.field("IncrementalAlterConfigsRequest.validate_only");
        it.validate_only = r.bool()?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("IncrementalAlterConfigsRequest.resources");
        w.array(Form::of(version, 1), &self.resources, |w, it| {
            it.write(w, version)
        })?;
        w.field("IncrementalAlterConfigsRequest.validate_only");
        w.bool(self.validate_only);
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`IncrementalAlterConfigsRequest`].
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
        it.resource_name = r.string(Form::of(version, 1))?;
        r.field("AlterConfigsResource.configs");
        it.configs = r.array(Form::of(version, 1), 4, |r| {
            AlterableConfig::read(r, version)
        })?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterConfigsResource.resource_type");
        w.i8(self.resource_type);
        w.field("AlterConfigsResource.resource_name");
        w.string(Form::of(version, 1), &self.resource_name)?;
        w.field("AlterConfigsResource.configs");
        w.array(Form::of(version, 1), &self.configs, |w, it| {
            it.write(w, version)
        })?;
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`IncrementalAlterConfigsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterableConfig {
    pub name: String,
    pub config_operation: i8,
    pub value: Option<String>,
}

impl AlterableConfig {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterableConfig.name");
        it.name = r.string(Form::of(version, 1))?;
        r.field("AlterableConfig.config_operation");
        it.config_operation = r.i8()?;
        r.field("AlterableConfig.value");
        it.value = r.nullable_string(Form::of(version, 1))?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterableConfig.name");
        w.string(Form::of(version, 1), &self.name)?;
        w.field("AlterableConfig.config_operation");
        w.i8(self.config_operation);
        w.field("AlterableConfig.value");
        w.nullable_string(Form::of(version, 1), self.value.as_deref())?;
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for IncrementalAlterConfigsRequest {
    const NAME: &'static str = "IncrementalAlterConfigsRequest";
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
}

impl Request for IncrementalAlterConfigsRequest {
    const KEY: ApiKey = ApiKey::IncrementalAlterConfigs;
    type Response = IncrementalAlterConfigsResponse;
}
