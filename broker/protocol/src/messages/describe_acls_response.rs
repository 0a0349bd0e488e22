// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DescribeAclsResponse`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeAclsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub resources: Vec<DescribeAclsResource>,
}

impl DescribeAclsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeAclsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DescribeAclsResponse.error_code");
        it.error_code = r.i16()?;
        r.field("DescribeAclsResponse.error_message");
        it.error_message = r.nullable_string(Form::of(version, 2))?;
        r.field("DescribeAclsResponse.resources");
        it.resources = r.array(Form::of(version, 2), 5, |r| {
            DescribeAclsResource::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeAclsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DescribeAclsResponse.error_code");
        w.i16(self.error_code);
        w.field("DescribeAclsResponse.error_message");
        w.nullable_string(Form::of(version, 2), self.error_message.as_deref())?;
        w.field("DescribeAclsResponse.resources");
        w.array(Form::of(version, 2), &self.resources, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`DescribeAclsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeAclsResource {
    pub resource_type: i8,
    pub resource_name: String,
    pub pattern_type: i8,
    pub acls: Vec<AclDescription>,
}

impl Default for DescribeAclsResource {
    fn default() -> Self {
        Self {
            resource_type: 0,
            resource_name: String::new(),
            pattern_type: 3,
            acls: Vec::new(),
        }
    }
}

impl DescribeAclsResource {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeAclsResource.resource_type");
        it.resource_type = r.i8()?;
        r.field("DescribeAclsResource.resource_name");
        it.resource_name = r.string(Form::of(version, 2))?;
        r.field("DescribeAclsResource.pattern_type");
        it.pattern_type = r.i8()?;
        r.field("DescribeAclsResource.acls");
        it.acls = r.array(Form::of(version, 2), 5, |r| {
            AclDescription::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeAclsResource.resource_type");
        w.i8(self.resource_type);
        w.field("DescribeAclsResource.resource_name");
        w.string(Form::of(version, 2), &self.resource_name)?;
        w.field("DescribeAclsResource.pattern_type");
        w.i8(self.pattern_type);
        w.field("DescribeAclsResource.acls");
        w.array(Form::of(version, 2), &self.acls, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`DescribeAclsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AclDescription {
    pub principal: String,
    pub host: String,
    pub operation: i8,
    pub permission_type: i8,
}

impl AclDescription {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AclDescription.principal");
        it.principal = r.string(Form::of(version, 2))?;
        r.field("AclDescription.host");
        it.host = r.string(Form::of(version, 2))?;
        r.field("AclDescription.operation");
        it.operation = r.i8()?;
        r.field("AclDescription.permission_type");
        it.permission_type = r.i8()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AclDescription.principal");
        w.string(Form::of(version, 2), &self.principal)?;
        w.field("AclDescription.host");
        w.string(Form::of(version, 2), &self.host)?;
        w.field("AclDescription.operation");
        w.i8(self.operation);
        w.field("AclDescription.permission_type");
        w.i8(self.permission_type);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for DescribeAclsResponse {
    const NAME: &'static str = "DescribeAclsResponse";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 3;

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
