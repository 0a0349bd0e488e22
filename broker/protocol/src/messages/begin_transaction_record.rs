// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `BeginTransactionRecord`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BeginTransactionRecord {
    pub name: Option<String>,
}

impl BeginTransactionRecord {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("BeginTransactionRecord.name");
                    it.name = r.nullable_string(Form::Compact)?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.unsigned_varint(u32::from(self.name.is_some()));
        if self.name.is_some() {
            w.field("BeginTransactionRecord.name");
            w.tag(0, |w| {
                w.nullable_string(Form::Compact, self.name.as_deref())?;
                Ok(())
            })?;
        }

        Ok(())
    }
}

impl Message for BeginTransactionRecord {
    const NAME: &'static str = "BeginTransactionRecord";
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

impl Keyed for BeginTransactionRecord {
    const KIND: i16 = 23;
}
