// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::UpdateRaftVoterResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `UpdateRaftVoterRequest`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UpdateRaftVoterRequest {
    pub cluster_id: Option<String>,
    pub current_leader_epoch: i32,
    pub voter_id: i32,
    pub voter_directory_id: Uuid,
    pub listeners: Vec<Listener>,
    pub k_raft_version_feature: KRaftVersionFeature,
}

impl UpdateRaftVoterRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("UpdateRaftVoterRequest.cluster_id");
        it.cluster_id = r.nullable_string(Form::Compact)?;
        r.field("UpdateRaftVoterRequest.current_leader_epoch");
        it.current_leader_epoch = r.i32()?;
        r.field("UpdateRaftVoterRequest.voter_id");
        it.voter_id = r.i32()?;
        r.field("UpdateRaftVoterRequest.voter_directory_id");
        it.voter_directory_id = r.uuid()?;
        r.field("UpdateRaftVoterRequest.listeners");
        it.listeners = r.array(Form::Compact, 5, |r| Listener::read(r, version))?;
        r.field("UpdateRaftVoterRequest.k_raft_version_feature");
        it.k_raft_version_feature = KRaftVersionFeature::read(r, version)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("UpdateRaftVoterRequest.cluster_id");
        w.nullable_string(Form::Compact, self.cluster_id.as_deref())?;
        w.field("UpdateRaftVoterRequest.current_leader_epoch");
        w.i32(self.current_leader_epoch);
        w.field("UpdateRaftVoterRequest.voter_id");
        w.i32(self.voter_id);
        w.field("UpdateRaftVoterRequest.voter_directory_id");
        w.uuid(self.voter_directory_id);
        w.field("UpdateRaftVoterRequest.listeners");
        w.array(Form::Compact, &self.listeners, |w, it| it.write(w, version))?;
        w.field("UpdateRaftVoterRequest.k_raft_version_feature");
        self.k_raft_version_feature.write(w, version)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`UpdateRaftVoterRequest`].
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

/// A part of [`UpdateRaftVoterRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KRaftVersionFeature {
    pub min_supported_version: i16,
    pub max_supported_version: i16,
}

impl KRaftVersionFeature {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("KRaftVersionFeature.min_supported_version");
        it.min_supported_version = r.i16()?;
        r.field("KRaftVersionFeature.max_supported_version");
        it.max_supported_version = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("KRaftVersionFeature.min_supported_version");
        w.i16(self.min_supported_version);
        w.field("KRaftVersionFeature.max_supported_version");
        w.i16(self.max_supported_version);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for UpdateRaftVoterRequest {
    const NAME: &'static str = "UpdateRaftVoterRequest";
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

impl Request for UpdateRaftVoterRequest {
    const KEY: ApiKey = ApiKey::UpdateRaftVoter;
    type Response = UpdateRaftVoterResponse;
}
