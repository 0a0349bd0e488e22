// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `OffsetCommitKey`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetCommitKey {
    pub group: String,
    pub topic: String,
    pub partition: i32,
}

impl OffsetCommitKey {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetCommitKey.group");
        it.group = r.string(Form::Classic)?;
        r.field("OffsetCommitKey.topic");
        it.topic = r.string(Form::Classic)?;
        r.field("OffsetCommitKey.partition");
        it.partition = r.i32()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("OffsetCommitKey.group");
        w.string(Form::Classic, &self.group)?;
        w.field("OffsetCommitKey.topic");
        w.string(Form::Classic, &self.topic)?;
        w.field("OffsetCommitKey.partition");
        w.i32(self.partition);

        Ok(())
    }
}

impl Message for OffsetCommitKey {
    const NAME: &'static str = "OffsetCommitKey";
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

impl Keyed for OffsetCommitKey {
    const KIND: i16 = 1;
}
