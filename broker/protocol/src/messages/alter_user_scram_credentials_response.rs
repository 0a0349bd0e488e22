// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `AlterUserScramCredentialsResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterUserScramCredentialsResponse {
    pub throttle_time_ms: i32,
    pub results: Vec<AlterUserScramCredentialsResult>,
}

impl AlterUserScramCredentialsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterUserScramCredentialsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("AlterUserScramCredentialsResponse.results");
        it.results = r.array(Form::Compact, 5, |r| {
            AlterUserScramCredentialsResult::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterUserScramCredentialsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("AlterUserScramCredentialsResponse.results");
        w.array(Form::Compact, &self.results, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.results {
            it.each_error(each);
        }
    }
}

/// A part of [`AlterUserScramCredentialsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterUserScramCredentialsResult {
    pub user: String,
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl AlterUserScramCredentialsResult {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterUserScramCredentialsResult.user");
        it.user = r.string(Form::Compact)?;
        r.field("AlterUserScramCredentialsResult.error_code");
        it.error_code = r.i16()?;
        r.field("AlterUserScramCredentialsResult.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("AlterUserScramCredentialsResult.user");
        w.string(Form::Compact, &self.user)?;
        w.field("AlterUserScramCredentialsResult.error_code");
        w.i16(self.error_code);
        w.field("AlterUserScramCredentialsResult.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for AlterUserScramCredentialsResponse {
    const NAME: &'static str = "AlterUserScramCredentialsResponse";
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
