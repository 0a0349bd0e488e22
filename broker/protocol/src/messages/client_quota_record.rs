// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `ClientQuotaRecord`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClientQuotaRecord {
    pub entity: Vec<EntityData>,
    pub key: String,
    pub value: f64,
    pub remove: bool,
}

impl ClientQuotaRecord {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ClientQuotaRecord.entity");
        it.entity = r.array(Form::Compact, 3, |r| EntityData::read(r, version))?;
        r.field("ClientQuotaRecord.key");
        it.key = r.string(Form::Compact)?;
        r.field("ClientQuotaRecord.value");
        it.value = r.f64()?;
        r.field("ClientQuotaRecord.remove");
        it.remove = r.bool()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ClientQuotaRecord.entity");
        w.array(Form::Compact, &self.entity, |w, it| it.write(w, version))?;
        w.field("ClientQuotaRecord.key");
        w.string(Form::Compact, &self.key)?;
        w.field("ClientQuotaRecord.value");
        w.f64(self.value);
        w.field("ClientQuotaRecord.remove");
        w.bool(self.remove);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ClientQuotaRecord`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EntityData {
    pub entity_type: String,
    pub entity_name: Option<String>,
}

impl EntityData {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("EntityData.entity_type");
        it.entity_type = r.string(Form::Compact)?;
        r.field("EntityData.entity_name");
        it.entity_name = r.nullable_string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("EntityData.entity_type");
        w.string(Form::Compact, &self.entity_type)?;
        w.field("EntityData.entity_name");
        w.nullable_string(Form::Compact, self.entity_name.as_deref())?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ClientQuotaRecord {
    const NAME: &'static str = "ClientQuotaRecord";
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

impl Keyed for ClientQuotaRecord {
    const KIND: i16 = 14;
}
