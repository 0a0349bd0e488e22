// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use super::AlterUserScramCredentialsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `AlterUserScramCredentialsRequest`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterUserScramCredentialsRequest {
    pub deletions: Vec<ScramCredentialDeletion>,
    pub upsertions: Vec<ScramCredentialUpsertion>,
}

impl AlterUserScramCredentialsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterUserScramCredentialsRequest.deletions");
        it.deletions = r.array(Form::Compact, 3, |r| {
            ScramCredentialDeletion::read(r, version)
        })?;
        r.field("AlterUserScramCredentialsRequest.upsertions");
        it.upsertions = r.array(Form::Compact, 9, |r| {
            ScramCredentialUpsertion::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterUserScramCredentialsRequest.deletions");
        w.array(Form::Compact, &self.deletions, |w, it| it.write(w, version))?;
        w.field("AlterUserScramCredentialsRequest.upsertions");
        w.array(Form::Compact, &self.upsertions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`AlterUserScramCredentialsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScramCredentialDeletion {
    pub name: String,
    pub mechanism: i8,
}

impl ScramCredentialDeletion {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ScramCredentialDeletion.name");
        it.name = r.string(Form::Compact)?;
        r.field("ScramCredentialDeletion.mechanism");
        it.mechanism = r.i8()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ScramCredentialDeletion.name");
        w.string(Form::Compact, &self.name)?;
        w.field("ScramCredentialDeletion.mechanism");
        w.i8(self.mechanism);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`AlterUserScramCredentialsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScramCredentialUpsertion {
    pub name: String,
    pub mechanism: i8,
    pub iterations: i32,
    pub salt: Bytes,
    pub salted_password: Bytes,
}

impl ScramCredentialUpsertion {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ScramCredentialUpsertion.name");
        it.name = r.string(Form::Compact)?;
        r.field("ScramCredentialUpsertion.mechanism");
        it.mechanism = r.i8()?;
        r.field("ScramCredentialUpsertion.iterations");
        it.iterations = r.i32()?;
        r.field("ScramCredentialUpsertion.salt");
        it.salt = r.bytes(Form::Compact)?;
        r.field("ScramCredentialUpsertion.salted_password");
        it.salted_password = r.bytes(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ScramCredentialUpsertion.name");
        w.string(Form::Compact, &self.name)?;
        w.field("ScramCredentialUpsertion.mechanism");
        w.i8(self.mechanism);
        w.field("ScramCredentialUpsertion.iterations");
        w.i32(self.iterations);
        w.field("ScramCredentialUpsertion.salt");
        w.bytes(Form::Compact, &self.salt)?;
        w.field("ScramCredentialUpsertion.salted_password");
        w.bytes(Form::Compact, &self.salted_password)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for AlterUserScramCredentialsRequest {
    const NAME: &'static str = "AlterUserScramCredentialsRequest";
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
}

impl Request for AlterUserScramCredentialsRequest {
    const KEY: ApiKey = ApiKey::AlterUserScramCredentials;
    type Response = AlterUserScramCredentialsResponse;
}
