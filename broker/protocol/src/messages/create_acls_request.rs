// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::CreateAclsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `CreateAclsRequest`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreateAclsRequest {
    pub creations: Vec<AclCreation>,
}

impl CreateAclsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreateAclsRequest.creations");
        it.creations = r.array(Form::of(version, 2), 8, |r| AclCreation::read(r, version))?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreateAclsRequest.creations");
        w.array(Form::of(version, 2), &self.creations, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`CreateAclsRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct AclCreation {
    pub resource_type: i8,
    pub resource_name: String,
    pub resource_pattern_type: i8,
    pub principal: String,
    pub host: String,
    pub operation: i8,
    pub permission_type: i8,
}

impl Default for AclCreation {
    fn default() -> Self {
        Self {
            resource_type: 0,
            resource_name: String::new(),
            resource_pattern_type: 3,
            principal: String::new(),
            host: String::new(),
            operation: 0,
            permission_type: 0,
        }
    }
}

impl AclCreation {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AclCreation.resource_type");
        it.resource_type = r.i8()?;
        r.field("AclCreation.resource_name");
        it.resource_name = r.string(Form::of(version, 2))?;
        r.field("AclCreation.resource_pattern_type");
        it.resource_pattern_type = r.i8()?;
        r.field("AclCreation.principal");
        it.principal = r.string(Form::of(version, 2))?;
        r.field("AclCreation.host");
        it.host = r.string(Form::of(version, 2))?;
        r.field("AclCreation.operation");
        it.operation = r.i8()?;
        r.field("AclCreation.permission_type");
        it.permission_type = r.i8()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AclCreation.resource_type");
        w.i8(self.resource_type);
        w.field("AclCreation.resource_name");
        w.string(Form::of(version, 2), &self.resource_name)?;
        w.field("AclCreation.resource_pattern_type");
        w.i8(self.resource_pattern_type);
        w.field("AclCreation.principal");
        w.string(Form::of(version, 2), &self.principal)?;
        w.field("AclCreation.host");
        w.string(Form::of(version, 2), &self.host)?;
        w.field("AclCreation.operation");
        w.i8(self.operation);
        w.field("AclCreation.permission_type");
        w.i8(self.permission_type);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for CreateAclsRequest {
    const NAME: &'static str = "CreateAclsRequest";
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
}

impl Request for CreateAclsRequest {
    const KEY: ApiKey = ApiKey::CreateAcls;
    type Response = CreateAclsResponse;
}
