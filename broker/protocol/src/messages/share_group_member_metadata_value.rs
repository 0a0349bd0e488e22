// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `ShareGroupMemberMetadataValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupMemberMetadataValue {
    pub rack_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub subscribed_topic_names: Vec<String>,
}

impl ShareGroupMemberMetadataValue {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ShareGroupMemberMetadataValue.rack_id");
        it.rack_id = r.nullable_string(Form::Compact)?;
        r.field("ShareGroupMemberMetadataValue.client_id");
        it.client_id = r.string(Form::Compact)?;
        r.field("ShareGroupMemberMetadataValue.client_host");
        it.client_host = r.string(Form::Compact)?;
        r.field("ShareGroupMemberMetadataValue.subscribed_topic_names");
        it.subscribed_topic_names = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ShareGroupMemberMetadataValue.rack_id");
        w.nullable_string(Form::Compact, self.rack_id.as_deref())?;
        w.field("ShareGroupMemberMetadataValue.client_id");
        w.string(Form::Compact, &self.client_id)?;
        w.field("ShareGroupMemberMetadataValue.client_host");
        w.string(Form::Compact, &self.client_host)?;
        w.field("ShareGroupMemberMetadataValue.subscribed_topic_names");
        w.array(Form::Compact, &self.subscribed_topic_names, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ShareGroupMemberMetadataValue {
    const NAME: &'static str = "ShareGroupMemberMetadataValue";
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

impl Keyed for ShareGroupMemberMetadataValue {
    const KIND: i16 = 10;
}
