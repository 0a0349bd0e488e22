// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::DeleteAclsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `DeleteAclsRequest`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteAclsRequest {
    pub filters: Vec<DeleteAclsFilter>,
}

impl DeleteAclsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteAclsRequest.filters");
        it.filters = r.array(Form::of(version, 2), 8, |r| {
            DeleteAclsFilter::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeleteAclsRequest.filters");
        w.array(Form::of(version, 2), &self.filters, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`DeleteAclsRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteAclsFilter {
    pub resource_type_filter: i8,
    pub resource_name_filter: Option<String>,
    pub pattern_type_filter: i8,
    pub principal_filter: Option<String>,
    pub host_filter: Option<String>,
    pub operation: i8,
    pub permission_type: i8,
}

impl Default for DeleteAclsFilter {
    fn default() -> Self {
        Self {
            resource_type_filter: 0,
            resource_name_filter: None,
            pattern_type_filter: 3,
            principal_filter: None,
            host_filter: None,
            operation: 0,
            permission_type: 0,
        }
    }
}

impl DeleteAclsFilter {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteAclsFilter.resource_type_filter");
        it.resource_type_filter = r.i8()?;
        r.field("DeleteAclsFilter.resource_name_filter");
        it.resource_name_filter = r.nullable_string(Form::of(version, 2))?;
        r.field("DeleteAclsFilter.pattern_type_filter");
        it.pattern_type_filter = r.i8()?;
        r.field("DeleteAclsFilter.principal_filter");
        it.principal_filter = r.nullable_string(Form::of(version, 2))?;
        r.field("DeleteAclsFilter.host_filter");
        it.host_filter = r.nullable_string(Form::of(version, 2))?;
        r.field("DeleteAclsFilter.operation");
        it.operation = r.i8()?;
        r.field("DeleteAclsFilter.permission_type");
        it.permission_type = r.i8()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeleteAclsFilter.resource_type_filter");
        w.i8(self.resource_type_filter);
        w.field("DeleteAclsFilter.resource_name_filter");
        w.nullable_string(Form::of(version, 2), self.resource_name_filter.as_deref())?;
        w.field("DeleteAclsFilter.pattern_type_filter");
        w.i8(self.pattern_type_filter);
        w.field("DeleteAclsFilter.principal_filter");
        w.nullable_string(Form::of(version, 2), self.principal_filter.as_deref())?;
        w.field("DeleteAclsFilter.host_filter");
        w.nullable_string(Form::of(version, 2), self.host_filter.as_deref())?;
        w.field("DeleteAclsFilter.operation");
        w.i8(self.operation);
        w.field("DeleteAclsFilter.permission_type");
        w.i8(self.permission_type);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for DeleteAclsRequest {
    const NAME: &'static str = "DeleteAclsRequest";
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

impl Request for DeleteAclsRequest {
    const KEY: ApiKey = ApiKey::DeleteAcls;
    type Response = DeleteAclsResponse;
}
