// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Keyed, Message, Reader, Writer};

/// Kafka's `FenceBrokerRecord`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FenceBrokerRecord {
    pub id: i32,
    pub epoch: i64,
}

impl FenceBrokerRecord {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("FenceBrokerRecord.id");
        it.id = r.i32()?;
        r.field("FenceBrokerRecord.epoch");
        it.epoch = r.i64()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("FenceBrokerRecord.id");
        w.i32(self.id);
        w.field("FenceBrokerRecord.epoch");
        w.i64(self.epoch);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for FenceBrokerRecord {
    const NAME: &'static str = "FenceBrokerRecord";
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

impl Keyed for FenceBrokerRecord {
    const KIND: i16 = 7;
}
