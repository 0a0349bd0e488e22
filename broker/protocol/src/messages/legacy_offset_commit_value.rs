// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `LegacyOffsetCommitValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LegacyOffsetCommitValue {
    pub offset: i64,
    pub metadata: String,
    pub commit_timestamp: i64,
}

impl LegacyOffsetCommitValue {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("LegacyOffsetCommitValue.offset");
        it.offset = r.i64()?;
        r.field("LegacyOffsetCommitValue.metadata");
        it.metadata = r.string(Form::Classic)?;
        r.field("LegacyOffsetCommitValue.commit_timestamp");
        it.commit_timestamp = r.i64()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("LegacyOffsetCommitValue.offset");
        w.i64(self.offset);
        w.field("LegacyOffsetCommitValue.metadata");
        w.string(Form::Classic, &self.metadata)?;
        w.field("LegacyOffsetCommitValue.commit_timestamp");
        w.i64(self.commit_timestamp);

        Ok(())
    }
}

impl Message for LegacyOffsetCommitValue {
    const NAME: &'static str = "LegacyOffsetCommitValue";
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

impl Keyed for LegacyOffsetCommitValue {
    const KIND: i16 = 0;
}
