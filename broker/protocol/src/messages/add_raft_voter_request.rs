// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::AddRaftVoterResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `AddRaftVoterRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct AddRaftVoterRequest {
    pub cluster_id: Option<String>,
    pub timeout_ms: i32,
    pub voter_id: i32,
    pub voter_directory_id: Uuid,
    pub listeners: Vec<Listener>,
    pub ack_when_committed: bool,
}

impl Default for AddRaftVoterRequest {
    fn default() -> Self {
        Self {
            cluster_id: None,
            timeout_ms: 0,
            voter_id: 0,
            voter_directory_id: Uuid::ZERO,
            listeners: Vec::new(),
            ack_when_committed: true,
        }
    }
}

impl AddRaftVoterRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AddRaftVoterRequest.cluster_id");
        it.cluster_id = r.nullable_string(Form::Compact)?;
        r.field("AddRaftVoterRequest.timeout_ms");
        it.timeout_ms = r.i32()?;
        r.field("AddRaftVoterRequest.voter_id");
        it.voter_id = r.i32()?;
        r.field("AddRaftVoterRequest.voter_directory_id");
        it.voter_directory_id = r.uuid()?;
        r.field("AddRaftVoterRequest.listeners");
        it.listeners = r.array(Form::Compact, 5, |r| Listener::read(r, version))?;
        if version >= 1 {
            r.field("AddRaftVoterRequest.ack_when_committed");
            it.ack_when_committed = r.bool()?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AddRaftVoterRequest.cluster_id");
        w.nullable_string(Form::Compact, self.cluster_id.as_deref())?;
        w.field("AddRaftVoterRequest.timeout_ms");
        w.i32(self.timeout_ms);
        w.field("AddRaftVoterRequest.voter_id");
        w.i32(self.voter_id);
        w.field("AddRaftVoterRequest.voter_directory_id");
        w.uuid(self.voter_directory_id);
        w.field("AddRaftVoterRequest.listeners");
        w.array(Form::Compact, &self.listeners, |w, it| it.write(w, version))?;
        if version >= 1 {
            w.field("AddRaftVoterRequest.ack_when_committed");
            w.bool(self.ack_when_committed);
        }
        if !(version >= 1) && !self.ack_when_committed {
            return Err(w.not_in_version("AddRaftVoterRequest.ack_when_committed", version));
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`AddRaftVoterRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listener {
    pub name: String,
    pub host: String,
    pub port: u16,
}

impl Listener {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Listener.name");
        it.name = r.string(Form::Compact)?;
        r.field("Listener.host");
        it.host = r.string(Form::Compact)?;
        r.field("Listener.port");
        it.port = r.u16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("Listener.name");
        w.string(Form::Compact, &self.name)?;
        w.field("Listener.host");
        w.string(Form::Compact, &self.host)?;
        w.field("Listener.port");
        w.u16(self.port);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for AddRaftVoterRequest {
    const NAME: &'static str = "AddRaftVoterRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for AddRaftVoterRequest {
    const KEY: ApiKey = ApiKey::AddRaftVoter;
    type Response = AddRaftVoterResponse;
}
