// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Uuid, Writer};

/// Kafka's `AccessControlEntryRecord`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AccessControlEntryRecord {
    pub id: Uuid,
    pub resource_type: i8,
    pub resource_name: String,
    pub pattern_type: i8,
    pub principal: String,
    pub host: String,
    pub operation: i8,
    pub permission_type: i8,
}

impl AccessControlEntryRecord {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AccessControlEntryRecord.id");
        it.id = r.uuid()?;
        r.field("AccessControlEntryRecord.resource_type");
        it.resource_type = r.i8()?;
        r.field("AccessControlEntryRecord.resource_name");
        it.resource_name = r.string(Form::Compact)?;
        r.field("AccessControlEntryRecord.pattern_type");
        it.pattern_type = r.i8()?;
        r.field("AccessControlEntryRecord.principal");
        it.principal = r.string(Form::Compact)?;
        r.field("AccessControlEntryRecord.host");
        it.host = r.string(Form::Compact)?;
        r.field("AccessControlEntryRecord.operation");
        it.operation = r.i8()?;
        r.field("AccessControlEntryRecord.permission_type");
        it.permission_type = r.i8()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("AccessControlEntryRecord.id");
        w.uuid(self.id);
        w.field("AccessControlEntryRecord.resource_type");
        w.i8(self.resource_type);
        w.field("AccessControlEntryRecord.resource_name");
        w.string(Form::Compact, &self.resource_name)?;
        w.field("AccessControlEntryRecord.pattern_type");
        w.i8(self.pattern_type);
        w.field("AccessControlEntryRecord.principal");
        w.string(Form::Compact, &self.principal)?;
        w.field("AccessControlEntryRecord.host");
        w.string(Form::Compact, &self.host)?;
        w.field("AccessControlEntryRecord.operation");
        w.i8(self.operation);
        w.field("AccessControlEntryRecord.permission_type");
        w.i8(self.permission_type);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for AccessControlEntryRecord {
    const NAME: &'static str = "AccessControlEntryRecord";
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

impl Keyed for AccessControlEntryRecord {
    const KIND: i16 = 18;
}
