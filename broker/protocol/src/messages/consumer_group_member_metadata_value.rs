// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `ConsumerGroupMemberMetadataValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsumerGroupMemberMetadataValue {
    pub instance_id: Option<String>,
    pub rack_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub subscribed_topic_names: Vec<String>,
    pub subscribed_topic_regex: Option<String>,
    pub rebalance_timeout_ms: i32,
    pub server_assignor: Option<String>,
    pub classic_member_metadata: Option<ClassicMemberMetadata>,
}

impl Default for ConsumerGroupMemberMetadataValue {
    fn default() -> Self {
        Self {
            instance_id: None,
            rack_id: None,
            client_id: String::new(),
            client_host: String::new(),
            subscribed_topic_names: Vec::new(),
            subscribed_topic_regex: None,
            rebalance_timeout_ms: -1,
            server_assignor: None,
            classic_member_metadata: None,
        }
    }
}

impl ConsumerGroupMemberMetadataValue {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ConsumerGroupMemberMetadataValue.instance_id");
        it.instance_id = r.nullable_string(Form::Compact)?;
        r.field("ConsumerGroupMemberMetadataValue.rack_id");
        it.rack_id = r.nullable_string(Form::Compact)?;
        r.field("ConsumerGroupMemberMetadataValue.client_id");
        it.client_id = r.string(Form::Compact)?;
        r.field("ConsumerGroupMemberMetadataValue.client_host");
        it.client_host = r.string(Form::Compact)?;
        r.field("ConsumerGroupMemberMetadataValue.subscribed_topic_names");
        it.subscribed_topic_names = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.field("ConsumerGroupMemberMetadataValue.subscribed_topic_regex");
        it.subscribed_topic_regex = r.nullable_string(Form::Compact)?;
        r.field("ConsumerGroupMemberMetadataValue.rebalance_timeout_ms");
        it.rebalance_timeout_ms = r.i32()?;
        r.field("ConsumerGroupMemberMetadataValue.server_assignor");
        it.server_assignor = r.nullable_string(Form::Compact)?;
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("ConsumerGroupMemberMetadataValue.classic_member_metadata");
                    it.classic_member_metadata =
                        r.nullable_struct(|r| ClassicMemberMetadata::read(r, version))?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ConsumerGroupMemberMetadataValue.instance_id");
        w.nullable_string(Form::Compact, self.instance_id.as_deref())?;
        w.field("ConsumerGroupMemberMetadataValue.rack_id");
        w.nullable_string(Form::Compact, self.rack_id.as_deref())?;
        w.field("ConsumerGroupMemberMetadataValue.client_id");
        w.string(Form::Compact, &self.client_id)?;
        w.field("ConsumerGroupMemberMetadataValue.client_host");
        w.string(Form::Compact, &self.client_host)?;
        w.field("ConsumerGroupMemberMetadataValue.subscribed_topic_names");
        w.array(Form::Compact, &self.subscribed_topic_names, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.field("ConsumerGroupMemberMetadataValue.subscribed_topic_regex");
        w.nullable_string(Form::Compact, self.subscribed_topic_regex.as_deref())?;
        w.field("ConsumerGroupMemberMetadataValue.rebalance_timeout_ms");
        w.i32(self.rebalance_timeout_ms);
        w.field("ConsumerGroupMemberMetadataValue.server_assignor");
        w.nullable_string(Form::Compact, self.server_assignor.as_deref())?;
        w.unsigned_varint(u32::from(self.classic_member_metadata.is_some()));
        if self.classic_member_metadata.is_some() {
            w.field("ConsumerGroupMemberMetadataValue.classic_member_metadata");
            w.tag(0, |w| {
                match &self.classic_member_metadata {
                    None => w.i8(-1),
                    Some(it) => {
                        w.i8(1);
                        it.write(w, version)?;
                    }
                }
                Ok(())
            })?;
        }

        Ok(())
    }
}

/// A part of [`ConsumerGroupMemberMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassicMemberMetadata {
    pub session_timeout_ms: i32,
    pub supported_protocols: Vec<ClassicProtocol>,
}

impl ClassicMemberMetadata {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ClassicMemberMetadata.session_timeout_ms");
        it.session_timeout_ms = r.i32()?;
        r.field("ClassicMemberMetadata.supported_protocols");
        it.supported_protocols =
            r.array(Form::Compact, 3, |r| ClassicProtocol::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ClassicMemberMetadata.session_timeout_ms");
        w.i32(self.session_timeout_ms);
        w.field("ClassicMemberMetadata.supported_protocols");
        w.array(Form::Compact, &self.supported_protocols, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ConsumerGroupMemberMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassicProtocol {
    pub name: String,
    pub metadata: Bytes,
}

impl ClassicProtocol {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ClassicProtocol.name");
        it.name = r.string(Form::Compact)?;
        r.field("ClassicProtocol.metadata");
        it.metadata = r.bytes(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ClassicProtocol.name");
        w.string(Form::Compact, &self.name)?;
        w.field("ClassicProtocol.metadata");
        w.bytes(Form::Compact, &self.metadata)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ConsumerGroupMemberMetadataValue {
    const NAME: &'static str = "ConsumerGroupMemberMetadataValue";
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

impl Keyed for ConsumerGroupMemberMetadataValue {
    const KIND: i16 = 5;
}
