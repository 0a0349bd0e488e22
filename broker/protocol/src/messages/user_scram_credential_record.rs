// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `UserScramCredentialRecord`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserScramCredentialRecord {
    pub name: String,
    pub mechanism: i8,
    pub salt: Bytes,
    pub stored_key: Bytes,
    pub server_key: Bytes,
    pub iterations: i32,
}

impl UserScramCredentialRecord {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("UserScramCredentialRecord.name");
        it.name = r.string(Form::Compact)?;
        r.field("UserScramCredentialRecord.mechanism");
        it.mechanism = r.i8()?;
        r.field("UserScramCredentialRecord.salt");
        it.salt = r.bytes(Form::Compact)?;
        r.field("UserScramCredentialRecord.stored_key");
        it.stored_key = r.bytes(Form::Compact)?;
        r.field("UserScramCredentialRecord.server_key");
        it.server_key = r.bytes(Form::Compact)?;
        r.field("UserScramCredentialRecord.iterations");
        it.iterations = r.i32()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("UserScramCredentialRecord.name");
        w.string(Form::Compact, &self.name)?;
        w.field("UserScramCredentialRecord.mechanism");
        w.i8(self.mechanism);
        w.field("UserScramCredentialRecord.salt");
        w.bytes(Form::Compact, &self.salt)?;
        w.field("UserScramCredentialRecord.stored_key");
        w.bytes(Form::Compact, &self.stored_key)?;
        w.field("UserScramCredentialRecord.server_key");
        w.bytes(Form::Compact, &self.server_key)?;
        w.field("UserScramCredentialRecord.iterations");
        w.i32(self.iterations);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for UserScramCredentialRecord {
    const NAME: &'static str = "UserScramCredentialRecord";
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

impl Keyed for UserScramCredentialRecord {
    const KIND: i16 = 11;
}
