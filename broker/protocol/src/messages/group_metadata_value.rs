// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `GroupMetadataValue`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupMetadataValue {
    pub protocol_type: String,
    pub generation: i32,
    pub protocol: Option<String>,
    pub leader: Option<String>,
    pub current_state_timestamp: i64,
    pub members: Vec<MemberMetadata>,
}

impl Default for GroupMetadataValue {
    fn default() -> Self {
        Self {
            protocol_type: String::new(),
            generation: 0,
            protocol: None,
            leader: None,
            current_state_timestamp: -1,
            members: Vec::new(),
        }
    }
}

impl GroupMetadataValue {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("GroupMetadataValue.protocol_type");
        it.protocol_type = r.string(Form::of(version, 4))?;
        r.field("GroupMetadataValue.generation");
        it.generation = r.i32()?;
        r.field("GroupMetadataValue.protocol");
        it.protocol = r.nullable_string(Form::of(version, 4))?;
        r.field("GroupMetadataValue.leader");
        it.leader = r.nullable_string(Form::of(version, 4))?;
        if version >= 2 {
            r.field("GroupMetadataValue.current_state_timestamp");
            it.current_state_timestamp = r.i64()?;
        }
        r.field("GroupMetadataValue.members");
        it.members = r.array(Form::of(version, 4), 15, |r| {
            MemberMetadata::read(r, version)
        })?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("GroupMetadataValue.protocol_type");
        w.string(Form::of(version, 4), &self.protocol_type)?;
        w.field("GroupMetadataValue.generation");
        w.i32(self.generation);
        w.field("GroupMetadataValue.protocol");
        w.nullable_string(Form::of(version, 4), self.protocol.as_deref())?;
        w.field("GroupMetadataValue.leader");
        w.nullable_string(Form::of(version, 4), self.leader.as_deref())?;
        if version >= 2 {
            w.field("GroupMetadataValue.current_state_timestamp");
            w.i64(self.current_state_timestamp);
        }
        w.field("GroupMetadataValue.members");
        w.array(Form::of(version, 4), &self.members, |w, it| {
            it.write(w, version)
        })?;
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`GroupMetadataValue`].
#[derive(Debug, Clone, PartialEq)]
pub struct MemberMetadata {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub rebalance_timeout: i32,
    pub session_timeout: i32,
    pub subscription: Bytes,
    pub assignment: Bytes,
}

impl Default for MemberMetadata {
    fn default() -> Self {
        Self {
            member_id: String::new(),
            group_instance_id: None,
            client_id: String::new(),
            client_host: String::new(),
            rebalance_timeout: -1,
            session_timeout: 0,
            subscription: Bytes::new(),
            assignment: Bytes::new(),
        }
    }
}

impl MemberMetadata {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("MemberMetadata.member_id");
        it.member_id = r.string(Form::of(version, 4))?;
        if version >= 3 {
            r.field("MemberMetadata.group_instance_id");
            it.group_instance_id = r.nullable_string(Form::of(version, 4))?;
        }
        r.field("MemberMetadata.client_id");
        it.client_id = r.string(Form::of(version, 4))?;
        r.field("MemberMetadata.client_host");
        it.client_host = r.string(Form::of(version, 4))?;
        if version >= 1 {
            r.field("MemberMetadata.rebalance_timeout");
            it.rebalance_timeout = r.i32()?;
        }
        r.field("MemberMetadata.session_timeout");
        it.session_timeout = r.i32()?;
        r.field("MemberMetadata.subscription");
        it.subscription = r.bytes(Form::of(version, 4))?;
        r.field("MemberMetadata.assignment");
        it.assignment = r.bytes(Form::of(version, 4))?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("MemberMetadata.member_id");
        w.string(Form::of(version, 4), &self.member_id)?;
        if version >= 3 {
            w.field("MemberMetadata.group_instance_id");
            w.nullable_string(Form::of(version, 4), self.group_instance_id.as_deref())?;
        }
        w.field("MemberMetadata.client_id");
        w.string(Form::of(version, 4), &self.client_id)?;
        w.field("MemberMetadata.client_host");
        w.string(Form::of(version, 4), &self.client_host)?;
        if version >= 1 {
            w.field("MemberMetadata.rebalance_timeout");
            w.i32(self.rebalance_timeout);
        }
        w.field("MemberMetadata.session_timeout");
        w.i32(self.session_timeout);
        w.field("MemberMetadata.subscription");
        w.bytes(Form::of(version, 4), &self.subscription)?;
        w.field("MemberMetadata.assignment");
        w.bytes(Form::of(version, 4), &self.assignment)?;
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for GroupMetadataValue {
    const NAME: &'static str = "GroupMetadataValue";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 4;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Keyed for GroupMetadataValue {
    const KIND: i16 = 2;
}
