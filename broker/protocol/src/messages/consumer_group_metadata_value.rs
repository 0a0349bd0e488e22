// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Keyed, Message, Reader, Writer};

/// Kafka's `ConsumerGroupMetadataValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupMetadataValue {
    pub epoch: i32,
    pub metadata_hash: i64,
}

impl ConsumerGroupMetadataValue {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ConsumerGroupMetadataValue.epoch");
        it.epoch = r.i32()?;
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("ConsumerGroupMetadataValue.metadata_hash");
                    it.metadata_hash = r.i64()?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ConsumerGroupMetadataValue.epoch");
        w.i32(self.epoch);
        w.unsigned_varint(u32::from(self.metadata_hash != 0));
        if self.metadata_hash != 0 {
            w.field("ConsumerGroupMetadataValue.metadata_hash");
            w.tag(0, |w| {
                w.i64(self.metadata_hash);
                Ok(())
            })?;
        }

        Ok(())
    }
}

impl Message for ConsumerGroupMetadataValue {
    const NAME: &'static str = "ConsumerGroupMetadataValue";
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

impl Keyed for ConsumerGroupMetadataValue {
    const KIND: i16 = 3;
}
