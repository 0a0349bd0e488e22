// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DeleteAclsResponse`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteAclsResponse {
    pub throttle_time_ms: i32,
    pub filter_results: Vec<DeleteAclsFilterResult>,
}

impl DeleteAclsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteAclsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DeleteAclsResponse.filter_results");
        it.filter_results = r.array(Form::of(version, 2), 5, |r| {
            DeleteAclsFilterResult::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeleteAclsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DeleteAclsResponse.filter_results");
        w.array(Form::of(version, 2), &self.filter_results, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.filter_results {
            it.each_error(each);
        }
    }
}

/// A part of [`DeleteAclsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteAclsFilterResult {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub matching_acls: Vec<DeleteAclsMatchingAcl>,
}

impl DeleteAclsFilterResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteAclsFilterResult.error_code");
        it.error_code = r.i16()?;
        r.field("DeleteAclsFilterResult.error_message");
        it.error_message = r.nullable_string(Form::of(version, 2))?;
        r.field("DeleteAclsFilterResult.matching_acls");
        it.matching_acls = r.array(Form::of(version, 2), 11, |r| {
            DeleteAclsMatchingAcl::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeleteAclsFilterResult.error_code");
        w.i16(self.error_code);
        w.field("DeleteAclsFilterResult.error_message");
        w.nullable_string(Form::of(version, 2), self.error_message.as_deref())?;
        w.field("DeleteAclsFilterResult.matching_acls");
        w.array(Form::of(version, 2), &self.matching_acls, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.matching_acls {
            it.each_error(each);
        }
    }
}

/// A part of [`DeleteAclsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteAclsMatchingAcl {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub resource_type: i8,
    pub resource_name: String,
    pub pattern_type: i8,
    pub principal: String,
    pub host: String,
    pub operation: i8,
    pub permission_type: i8,
}

impl Default for DeleteAclsMatchingAcl {
    fn default() -> Self {
        Self {
            error_code: 0,
            error_message: None,
            resource_type: 0,
            resource_name: String::new(),
            pattern_type: 3,
            principal: String::new(),
            host: String::new(),
            operation: 0,
            permission_type: 0,
        }
    }
}

impl DeleteAclsMatchingAcl {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteAclsMatchingAcl.error_code");
        it.error_code = r.i16()?;
        r.field("DeleteAclsMatchingAcl.error_message");
        it.error_message = r.nullable_string(Form::of(version, 2))?;
        r.field("DeleteAclsMatchingAcl.resource_type");
        it.resource_type = r.i8()?;
        r.field("DeleteAclsMatchingAcl.resource_name");
        it.resource_name = r.string(Form::of(version, 2))?;
        r.field("DeleteAclsMatchingAcl.pattern_type");
        it.pattern_type = r.i8()?;
        r.field("DeleteAclsMatchingAcl.principal");
        it.principal = r.string(Form::of(version, 2))?;
        r.field("DeleteAclsMatchingAcl.host");
        it.host = r.string(Form::of(version, 2))?;
        r.field("DeleteAclsMatchingAcl.operation");
        it.operation = r.i8()?;
        r.field("DeleteAclsMatchingAcl.permission_type");
        it.permission_type = r.i8()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeleteAclsMatchingAcl.error_code");
        w.i16(self.error_code);
        w.field("DeleteAclsMatchingAcl.error_message");
        w.nullable_string(Form::of(version, 2), self.error_message.as_deref())?;
        w.field("DeleteAclsMatchingAcl.resource_type");
        w.i8(self.resource_type);
        w.field("DeleteAclsMatchingAcl.resource_name");
        w.string(Form::of(version, 2), &self.resource_name)?;
        w.field("DeleteAclsMatchingAcl.pattern_type");
        w.i8(self.pattern_type);
        w.field("DeleteAclsMatchingAcl.principal");
        w.string(Form::of(version, 2), &self.principal)?;
        w.field("DeleteAclsMatchingAcl.host");
        w.string(Form::of(version, 2), &self.host)?;
        w.field("DeleteAclsMatchingAcl.operation");
        w.i8(self.operation);
        w.field("DeleteAclsMatchingAcl.permission_type");
        w.i8(self.permission_type);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for DeleteAclsResponse {
    const NAME: &'static str = "DeleteAclsResponse";
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
