// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `UpdateRaftVoterResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UpdateRaftVoterResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub current_leader: CurrentLeader,
}

impl UpdateRaftVoterResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("UpdateRaftVoterResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("UpdateRaftVoterResponse.error_code");
        it.error_code = r.i16()?;
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("UpdateRaftVoterResponse.current_leader");
                    it.current_leader = CurrentLeader::read(r, version)?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("UpdateRaftVoterResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("UpdateRaftVoterResponse.error_code");
        w.i16(self.error_code);
        w.unsigned_varint(u32::from(self.current_leader != CurrentLeader::default()));
        if self.current_leader != CurrentLeader::default() {
            w.field("UpdateRaftVoterResponse.current_leader");
            w.tag(0, |w| {
                self.current_leader.write(w, version)?;
                Ok(())
            })?;
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`UpdateRaftVoterResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct CurrentLeader {
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub host: String,
    pub port: i32,
}

impl Default for CurrentLeader {
    fn default() -> Self {
        Self {
            leader_id: -1,
            leader_epoch: -1,
            host: String::new(),
            port: 0,
        }
    }
}

impl CurrentLeader {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CurrentLeader.leader_id");
        it.leader_id = r.i32()?;
        r.field("CurrentLeader.leader_epoch");
        it.leader_epoch = r.i32()?;
        r.field("CurrentLeader.host");
        it.host = r.string(Form::Compact)?;
        r.field("CurrentLeader.port");
        it.port = r.i32()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("CurrentLeader.leader_id");
        w.i32(self.leader_id);
        w.field("CurrentLeader.leader_epoch");
        w.i32(self.leader_epoch);
        w.field("CurrentLeader.host");
        w.string(Form::Compact, &self.host)?;
        w.field("CurrentLeader.port");
        w.i32(self.port);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for UpdateRaftVoterResponse {
    const NAME: &'static str = "UpdateRaftVoterResponse";
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

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
