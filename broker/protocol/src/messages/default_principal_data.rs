// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DefaultPrincipalData`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DefaultPrincipalData {
    pub r#type: String,
    pub name: String,
    pub token_authenticated: bool,
}

impl DefaultPrincipalData {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DefaultPrincipalData.type");
        it.r#type = r.string(Form::Compact)?;
        r.field("DefaultPrincipalData.name");
        it.name = r.string(Form::Compact)?;
        r.field("DefaultPrincipalData.token_authenticated");
        it.token_authenticated = r.bool()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("DefaultPrincipalData.type");
        w.string(Form::Compact, &self.r#type)?;
        w.field("DefaultPrincipalData.name");
        w.string(Form::Compact, &self.name)?;
        w.field("DefaultPrincipalData.token_authenticated");
        w.bool(self.token_authenticated);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for DefaultPrincipalData {
    const NAME: &'static str = "DefaultPrincipalData";
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
