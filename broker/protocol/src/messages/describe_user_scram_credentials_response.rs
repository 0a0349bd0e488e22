// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DescribeUserScramCredentialsResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeUserScramCredentialsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub results: Vec<DescribeUserScramCredentialsResult>,
}

impl DescribeUserScramCredentialsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeUserScramCredentialsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DescribeUserScramCredentialsResponse.error_code");
        it.error_code = r.i16()?;
        r.field("DescribeUserScramCredentialsResponse.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.field("DescribeUserScramCredentialsResponse.results");
        it.results = r.array(Form::Compact, 6, |r| {
            DescribeUserScramCredentialsResult::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeUserScramCredentialsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DescribeUserScramCredentialsResponse.error_code");
        w.i16(self.error_code);
        w.field("DescribeUserScramCredentialsResponse.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.field("DescribeUserScramCredentialsResponse.results");
        w.array(Form::Compact, &self.results, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.results {
            it.each_error(each);
        }
    }
}

/// A part of [`DescribeUserScramCredentialsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeUserScramCredentialsResult {
    pub user: String,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub credential_infos: Vec<CredentialInfo>,
}

impl DescribeUserScramCredentialsResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeUserScramCredentialsResult.user");
        it.user = r.string(Form::Compact)?;
        r.field("DescribeUserScramCredentialsResult.error_code");
        it.error_code = r.i16()?;
        r.field("DescribeUserScramCredentialsResult.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.field("DescribeUserScramCredentialsResult.credential_infos");
        it.credential_infos = r.array(Form::Compact, 6, |r| CredentialInfo::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeUserScramCredentialsResult.user");
        w.string(Form::Compact, &self.user)?;
        w.field("DescribeUserScramCredentialsResult.error_code");
        w.i16(self.error_code);
        w.field("DescribeUserScramCredentialsResult.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.field("DescribeUserScramCredentialsResult.credential_infos");
        w.array(Form::Compact, &self.credential_infos, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`DescribeUserScramCredentialsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CredentialInfo {
    pub mechanism: i8,
    pub iterations: i32,
}

impl CredentialInfo {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CredentialInfo.mechanism");
        it.mechanism = r.i8()?;
        r.field("CredentialInfo.iterations");
        it.iterations = r.i32()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("CredentialInfo.mechanism");
        w.i8(self.mechanism);
        w.field("CredentialInfo.iterations");
        w.i32(self.iterations);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for DescribeUserScramCredentialsResponse {
    const NAME: &'static str = "DescribeUserScramCredentialsResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;

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
