// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `ConfigRecord`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConfigRecord {
    pub resource_type: i8,
    pub resource_name: String,
    pub name: String,
    pub value: Option<String>,
}

impl ConfigRecord {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ConfigRecord.resource_type");
        it.resource_type = r.i8()?;
        r.field("ConfigRecord.resource_name");
        it.resource_name = r.string(Form::Compact)?;
        r.field("ConfigRecord.name");
        it.name = r.string(Form::Compact)?;
        r.field("ConfigRecord.value");
        it.value = r.nullable_string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ConfigRecord.resource_type");
        w.i8(self.resource_type);
        w.field("ConfigRecord.resource_name");
        w.string(Form::Compact, &self.resource_name)?;
        w.field("ConfigRecord.name");
        w.string(Form::Compact, &self.name)?;
        w.field("ConfigRecord.value");
        w.nullable_string(Form::Compact, self.value.as_deref())?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ConfigRecord {
    const NAME: &'static str = "ConfigRecord";
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

impl Keyed for ConfigRecord {
    const KIND: i16 = 4;
}
