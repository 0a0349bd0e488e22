// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `FeatureLevelRecord`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FeatureLevelRecord {
    pub name: String,
    pub feature_level: i16,
}

impl FeatureLevelRecord {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("FeatureLevelRecord.name");
        it.name = r.string(Form::Compact)?;
        r.field("FeatureLevelRecord.feature_level");
        it.feature_level = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("FeatureLevelRecord.name");
        w.string(Form::Compact, &self.name)?;
        w.field("FeatureLevelRecord.feature_level");
        w.i16(self.feature_level);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for FeatureLevelRecord {
    const NAME: &'static str = "FeatureLevelRecord";
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

impl Keyed for FeatureLevelRecord {
    const KIND: i16 = 12;
}
