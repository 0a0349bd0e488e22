// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `ConsumerGroupMemberMetadataKey`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupMemberMetadataKey {
    pub group_id: String,
    pub member_id: String,
}

impl ConsumerGroupMemberMetadataKey {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ConsumerGroupMemberMetadataKey.group_id");
        it.group_id = r.string(Form::Classic)?;
        r.field("ConsumerGroupMemberMetadataKey.member_id");
        it.member_id = r.string(Form::Classic)?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ConsumerGroupMemberMetadataKey.group_id");
        w.string(Form::Classic, &self.group_id)?;
        w.field("ConsumerGroupMemberMetadataKey.member_id");
        w.string(Form::Classic, &self.member_id)?;

        Ok(())
    }
}

impl Message for ConsumerGroupMemberMetadataKey {
    const NAME: &'static str = "ConsumerGroupMemberMetadataKey";
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

impl Keyed for ConsumerGroupMemberMetadataKey {
    const KIND: i16 = 5;
}
