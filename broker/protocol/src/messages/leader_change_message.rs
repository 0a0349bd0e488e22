// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `LeaderChangeMessage`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaderChangeMessage {
    pub version: i16,
    pub leader_id: i32,
    pub voters: Vec<Voter>,
    pub granting_voters: Vec<Voter>,
}

impl LeaderChangeMessage {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("LeaderChangeMessage.version");
        it.version = r.i16()?;
        r.field("LeaderChangeMessage.leader_id");
        it.leader_id = r.i32()?;
        r.field("LeaderChangeMessage.voters");
        it.voters = r.array(Form::Compact, 5, |r| Voter::read(r, version))?;
        r.field("LeaderChangeMessage.granting_voters");
        it.granting_voters = r.array(Form::Compact, 5, |r| Voter::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("LeaderChangeMessage.version");
        w.i16(self.version);
        w.field("LeaderChangeMessage.leader_id");
        w.i32(self.leader_id);
        w.field("LeaderChangeMessage.voters");
        w.array(Form::Compact, &self.voters, |w, it| it.write(w, version))?;
        w.field("LeaderChangeMessage.granting_voters");
        w.array(Form::Compact, &self.granting_voters, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`LeaderChangeMessage`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Voter {
    pub voter_id: i32,
    pub voter_directory_id: Uuid,
}

impl Voter {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Voter.voter_id");
        it.voter_id = r.i32()?;
        if version >= 1 {
            r.field("Voter.voter_directory_id");
            it.voter_directory_id = r.uuid()?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("Voter.voter_id");
        w.i32(self.voter_id);
        if version >= 1 {
            w.field("Voter.voter_directory_id");
            w.uuid(self.voter_directory_id);
        }
        if !(version >= 1) && !self.voter_directory_id.is_zero() {
            return Err(w.not_in_version("Voter.voter_directory_id", version));
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for LeaderChangeMessage {
    const NAME: &'static str = "LeaderChangeMessage";
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
