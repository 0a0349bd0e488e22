// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::DescribeConfigsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `DescribeConfigsRequest`, versions 1 to 4.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeConfigsRequest {
    pub resources: Vec<DescribeConfigsResource>,
    pub include_synonyms: bool,
    pub include_documentation: bool,
}

impl DescribeConfigsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeConfigsRequest.resources");
        it.resources = r.array(Form::of(version, 4), 4, |r| {
            DescribeConfigsResource::read(r, version)
        })?;
        r.field("DescribeConfigsRequest.include_synonyms");
        it.include_synonyms = r.bool()?;
        if version >= 3 {
            r.field("DescribeConfigsRequest.include_documentation");
            it.include_documentation = r.bool()?;
        }
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeConfigsRequest.resources");
        w.array(Form::of(version, 4), &self.resources, |w, it| {
            it.write(w, version)
        })?;
        w.field("DescribeConfigsRequest.include_synonyms");
        w.bool(self.include_synonyms);
        if version >= 3 {
            w.field("DescribeConfigsRequest.include_documentation");
            w.bool(self.include_documentation);
        }
        if !(version >= 3) && self.include_documentation {
            return Err(w.not_in_version("DescribeConfigsRequest.include_documentation", version));
        }
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`DescribeConfigsRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeConfigsResource {
    pub resource_type: i8,
    pub resource_name: String,
    pub configuration_keys: Option<Vec<String>>,
}

impl Default for DescribeConfigsResource {
    fn default() -> Self {
        Self {
            resource_type: 0,
            resource_name: String::new(),
            configuration_keys: Some(Vec::new()),
        }
    }
}

impl DescribeConfigsResource {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeConfigsResource.resource_type");
        it.resource_type = r.i8()?;
        r.field("DescribeConfigsResource.resource_name");
        it.resource_name = r.string(Form::of(version, 4))?;
        r.field("DescribeConfigsResource.configuration_keys");
        it.configuration_keys =
            r.nullable_array(Form::of(version, 4), 1, |r| r.string(Form::of(version, 4)))?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeConfigsResource.resource_type");
        w.i8(self.resource_type);
        w.field("DescribeConfigsResource.resource_name");
        w.string(Form::of(version, 4), &self.resource_name)?;
        w.field("DescribeConfigsResource.configuration_keys");
        match &self.configuration_keys {
            None => w.null_array(Form::of(version, 4)),
            Some(it) => {
                w.array(Form::of(version, 4), it, |w, it| {
                    w.string(Form::of(version, 4), it)
                })?;
            }
        }
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for DescribeConfigsRequest {
    const NAME: &'static str = "DescribeConfigsRequest";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 4;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for DescribeConfigsRequest {
    const KEY: ApiKey = ApiKey::DescribeConfigs;
    type Response = DescribeConfigsResponse;
}
