// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `VotersRecord`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VotersRecord {
    pub version: i16,
    pub voters: Vec<Voter>,
}

impl VotersRecord {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("VotersRecord.version");
        it.version = r.i16()?;
        r.field("VotersRecord.voters");
        it.voters = r.array(Form::Compact, 27, |r| Voter::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("VotersRecord.version");
        w.i16(self.version);
        w.field("VotersRecord.voters");
        w.array(Form::Compact, &self.voters, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`VotersRecord`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Voter {
    pub voter_id: i32,
    pub voter_directory_id: Uuid,
    pub endpoints: Vec<Endpoint>,
    pub k_raft_version_feature: KRaftVersionFeature,
}

impl Voter {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Voter.voter_id");
        it.voter_id = r.i32()?;
        r.field("Voter.voter_directory_id");
        it.voter_directory_id = r.uuid()?;
        r.field("Voter.endpoints");
        it.endpoints = r.array(Form::Compact, 5, |r| Endpoint::read(r, version))?;
        r.field("Voter.k_raft_version_feature");
        it.k_raft_version_feature = KRaftVersionFeature::read(r, version)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("Voter.voter_id");
        w.i32(self.voter_id);
        w.field("Voter.voter_directory_id");
        w.uuid(self.voter_directory_id);
        w.field("Voter.endpoints");
        w.array(Form::Compact, &self.endpoints, |w, it| it.write(w, version))?;
        w.field("Voter.k_raft_version_feature");
        self.k_raft_version_feature.write(w, version)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`VotersRecord`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Endpoint {
    pub name: String,
    pub host: String,
    pub port: u16,
}

impl Endpoint {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Endpoint.name");
        it.name = r.string(Form::Compact)?;
        r.field("Endpoint.host");
        it.host = r.string(Form::Compact)?;
        r.field("Endpoint.port");
        it.port = r.u16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("Endpoint.name");
        w.string(Form::Compact, &self.name)?;
        w.field("Endpoint.host");
        w.string(Form::Compact, &self.host)?;
        w.field("Endpoint.port");
        w.u16(self.port);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`VotersRecord`].
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

impl Message for VotersRecord {
    const NAME: &'static str = "VotersRecord";
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
