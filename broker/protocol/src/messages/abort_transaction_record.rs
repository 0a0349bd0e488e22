// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `AbortTransactionRecord`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AbortTransactionRecord {
    pub reason: Option<String>,
}

impl AbortTransactionRecord {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("AbortTransactionRecord.reason");
                    it.reason = r.nullable_string(Form::Compact)?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.unsigned_varint(u32::from(self.reason.is_some()));
        if self.reason.is_some() {
            w.field("AbortTransactionRecord.reason");
            w.tag(0, |w| {
                w.nullable_string(Form::Compact, self.reason.as_deref())?;
                Ok(())
            })?;
        }

        Ok(())
    }
}

impl Message for AbortTransactionRecord {
    const NAME: &'static str = "AbortTransactionRecord";
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

impl Keyed for AbortTransactionRecord {
    const KIND: i16 = 25;
}
