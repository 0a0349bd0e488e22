// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `LegacyOffsetCommitKey`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LegacyOffsetCommitKey {
    pub group: String,
    pub topic: String,
    pub partition: i32,
}

impl LegacyOffsetCommitKey {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("LegacyOffsetCommitKey.group");
        it.group = r.string(Form::Classic)?;
        r.field("LegacyOffsetCommitKey.topic");
        it.topic = r.string(Form::Classic)?;
        r.field("LegacyOffsetCommitKey.partition");
        it.partition = r.i32()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("LegacyOffsetCommitKey.group");
        w.string(Form::Classic, &self.group)?;
        w.field("LegacyOffsetCommitKey.topic");
        w.string(Form::Classic, &self.topic)?;
        w.field("LegacyOffsetCommitKey.partition");
        w.i32(self.partition);

        Ok(())
    }
}

impl Message for LegacyOffsetCommitKey {
    const NAME: &'static str = "LegacyOffsetCommitKey";
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

impl Keyed for LegacyOffsetCommitKey {
    const KIND: i16 = 0;
}
