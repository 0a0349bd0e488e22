// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Keyed, Message, Reader, Writer};

/// Kafka's `ProducerIdsRecord`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq)]
pub struct ProducerIdsRecord {
    pub broker_id: i32,
    pub broker_epoch: i64,
    pub next_producer_id: i64,
}

impl Default for ProducerIdsRecord {
    fn default() -> Self {
        Self {
            broker_id: 0,
            broker_epoch: -1,
            next_producer_id: 0,
        }
    }
}

impl ProducerIdsRecord {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ProducerIdsRecord.broker_id");
        it.broker_id = r.i32()?;
        r.field("ProducerIdsRecord.broker_epoch");
        it.broker_epoch = r.i64()?;
        r.field("ProducerIdsRecord.next_producer_id");
        it.next_producer_id = r.i64()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ProducerIdsRecord.broker_id");
        w.i32(self.broker_id);
        w.field("ProducerIdsRecord.broker_epoch");
        w.i64(self.broker_epoch);
        w.field("ProducerIdsRecord.next_producer_id");
        w.i64(self.next_producer_id);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ProducerIdsRecord {
    const NAME: &'static str = "ProducerIdsRecord";
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

impl Keyed for ProducerIdsRecord {
    const KIND: i16 = 15;
}
