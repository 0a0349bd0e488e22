// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `CreateAclsResponse`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreateAclsResponse {
    pub throttle_time_ms: i32,
    pub results: Vec<AclCreationResult>,
}

impl CreateAclsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreateAclsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("CreateAclsResponse.results");
        it.results = r.array(Form::of(version, 2), 4, |r| {
            AclCreationResult::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreateAclsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("CreateAclsResponse.results");
        w.array(Form::of(version, 2), &self.results, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.results {
            it.each_error(each);
        }
    }
}

/// A part of [`CreateAclsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AclCreationResult {
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl AclCreationResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AclCreationResult.error_code");
        it.error_code = r.i16()?;
        r.field("AclCreationResult.error_message");
        it.error_message = r.nullable_string(Form::of(version, 2))?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AclCreationResult.error_code");
        w.i16(self.error_code);
        w.field("AclCreationResult.error_message");
        w.nullable_string(Form::of(version, 2), self.error_message.as_deref())?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for CreateAclsResponse {
    const NAME: &'static str = "CreateAclsResponse";
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
