// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `StreamsGroupMemberMetadataValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamsGroupMemberMetadataValue {
    pub instance_id: Option<String>,
    pub rack_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub rebalance_timeout_ms: i32,
    pub topology_epoch: i32,
    pub process_id: String,
    pub user_endpoint: Option<Endpoint>,
    pub client_tags: Vec<KeyValue>,
}

impl Default for StreamsGroupMemberMetadataValue {
    fn default() -> Self {
        Self {
            instance_id: None,
            rack_id: None,
            client_id: String::new(),
            client_host: String::new(),
            rebalance_timeout_ms: -1,
            topology_epoch: 0,
            process_id: String::new(),
            user_endpoint: None,
            client_tags: Vec::new(),
        }
    }
}

impl StreamsGroupMemberMetadataValue {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("StreamsGroupMemberMetadataValue.instance_id");
        it.instance_id = r.nullable_string(Form::Compact)?;
        r.field("StreamsGroupMemberMetadataValue.rack_id");
        it.rack_id = r.nullable_string(Form::Compact)?;
        r.field("StreamsGroupMemberMetadataValue.client_id");
        it.client_id = r.string(Form::Compact)?;
        r.field("StreamsGroupMemberMetadataValue.client_host");
        it.client_host = r.string(Form::Compact)?;
        r.field("StreamsGroupMemberMetadataValue.rebalance_timeout_ms");
        it.rebalance_timeout_ms = r.i32()?;
        r.field("StreamsGroupMemberMetadataValue.topology_epoch");
        it.topology_epoch = r.i32()?;
        r.field("StreamsGroupMemberMetadataValue.process_id");
        it.process_id = r.string(Form::Compact)?;
        r.field("StreamsGroupMemberMetadataValue.user_endpoint");
        it.user_endpoint = r.nullable_struct(|r| Endpoint::read(r, version))?;
        r.field("StreamsGroupMemberMetadataValue.client_tags");
        it.client_tags = r.array(Form::Compact, 3, |r| KeyValue::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("StreamsGroupMemberMetadataValue.instance_id");
        w.nullable_string(Form::Compact, self.instance_id.as_deref())?;
        w.field("StreamsGroupMemberMetadataValue.rack_id");
        w.nullable_string(Form::Compact, self.rack_id.as_deref())?;
        w.field("StreamsGroupMemberMetadataValue.client_id");
        w.string(Form::Compact, &self.client_id)?;
        w.field("StreamsGroupMemberMetadataValue.client_host");
        w.string(Form::Compact, &self.client_host)?;
        w.field("StreamsGroupMemberMetadataValue.rebalance_timeout_ms");
        w.i32(self.rebalance_timeout_ms);
        w.field("StreamsGroupMemberMetadataValue.topology_epoch");
        w.i32(self.topology_epoch);
        w.field("StreamsGroupMemberMetadataValue.process_id");
        w.string(Form::Compact, &self.process_id)?;
        w.field("StreamsGroupMemberMetadataValue.user_endpoint");
        match &self.user_endpoint {
            None => w.i8(-1),
            Some(it) => {
                w.i8(1);
                it.write(w, version)?;
            }
        }
        w.field("StreamsGroupMemberMetadataValue.client_tags");
        w.array(Form::Compact, &self.client_tags, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupMemberMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
}

impl Endpoint {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Endpoint.host");
        it.host = r.string(Form::Compact)?;
        r.field("Endpoint.port");
        it.port = r.u16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("Endpoint.host");
        w.string(Form::Compact, &self.host)?;
        w.field("Endpoint.port");
        w.u16(self.port);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupMemberMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeyValue {
    pub key: String,
    pub value: String,
}

impl KeyValue {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("KeyValue.key");
        it.key = r.string(Form::Compact)?;
        r.field("KeyValue.value");
        it.value = r.string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("KeyValue.key");
        w.string(Form::Compact, &self.key)?;
        w.field("KeyValue.value");
        w.string(Form::Compact, &self.value)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for StreamsGroupMemberMetadataValue {
    const NAME: &'static str = "StreamsGroupMemberMetadataValue";
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

impl Keyed for StreamsGroupMemberMetadataValue {
    const KIND: i16 = 19;
}
