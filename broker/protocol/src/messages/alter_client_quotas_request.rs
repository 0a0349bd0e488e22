// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::AlterClientQuotasResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `AlterClientQuotasRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterClientQuotasRequest {
    pub entries: Vec<EntryData>,
    pub validate_only: bool,
}

impl AlterClientQuotasRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterClientQuotasRequest.entries");
        it.entries = r.array(Form::of(version, 1), 3, |r| EntryData::read(r, version))?;
        r.field("AlterClientQuotasRequest.validate_only");
        it.validate_only = r.bool()?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterClientQuotasRequest.entries");
        w.array(Form::of(version, 1), &self.entries, |w, it| {
            it.write(w, version)
        })?;
        w.field("AlterClientQuotasRequest.validate_only");
        w.bool(self.validate_only);
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`AlterClientQuotasRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EntryData {
    pub entity: Vec<EntityData>,
    pub ops: Vec<OpData>,
}

impl EntryData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("EntryData.entity");
        it.entity = r.array(Form::of(version, 1), 3, |r| EntityData::read(r, version))?;
        r.field("EntryData.ops");
        it.ops = r.array(Form::of(version, 1), 11, |r| OpData::read(r, version))?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("EntryData.entity");
        w.array(Form::of(version, 1), &self.entity, |w, it| {
            it.write(w, version)
        })?;
        w.field("EntryData.ops");
        w.array(Form::of(version, 1), &self.ops, |w, it| {
            it.write(w, version)
        })?;
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`AlterClientQuotasRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EntityData {
    pub entity_type: String,
    pub entity_name: Option<String>,
}

impl EntityData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("EntityData.entity_type");
        it.entity_type = r.string(Form::of(version, 1))?;
        r.field("EntityData.entity_name");
        it.entity_name = r.nullable_string(Form::of(version, 1))?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("EntityData.entity_type");
        w.string(Form::of(version, 1), &self.entity_type)?;
        w.field("EntityData.entity_name");
        w.nullable_string(Form::of(version, 1), self.entity_name.as_deref())?;
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`AlterClientQuotasRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpData {
    pub key: String,
    pub value: f64,
    pub remove: bool,
}

impl OpData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OpData.key");
        it.key = r.string(Form::of(version, 1))?;
        r.field("OpData.value");
        it.value = r.f64()?;
        r.field("OpData.remove");
        it.remove = r.bool()?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OpData.key");
        w.string(Form::of(version, 1), &self.key)?;
        w.field("OpData.value");
        w.f64(self.value);
        w.field("OpData.remove");
        w.bool(self.remove);
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for AlterClientQuotasRequest {
    const NAME: &'static str = "AlterClientQuotasRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for AlterClientQuotasRequest {
    const KEY: ApiKey = ApiKey::AlterClientQuotas;
    type Response = AlterClientQuotasResponse;
}
