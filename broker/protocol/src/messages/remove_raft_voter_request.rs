// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::RemoveRaftVoterResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `RemoveRaftVoterRequest`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RemoveRaftVoterRequest {
    pub cluster_id: Option<String>,
    pub voter_id: i32,
    pub voter_directory_id: Uuid,
}

impl RemoveRaftVoterRequest {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("RemoveRaftVoterRequest.cluster_id");
        it.cluster_id = r.nullable_string(Form::Compact)?;
        r.field("RemoveRaftVoterRequest.voter_id");
        it.voter_id = r.i32()?;
        r.field("RemoveRaftVoterRequest.voter_directory_id");
        it.voter_directory_id = r.uuid()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("RemoveRaftVoterRequest.cluster_id");
        w.nullable_string(Form::Compact, self.cluster_id.as_deref())?;
        w.field("RemoveRaftVoterRequest.voter_id");
        w.i32(self.voter_id);
        w.field("RemoveRaftVoterRequest.voter_directory_id");
        w.uuid(self.voter_directory_id);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for RemoveRaftVoterRequest {
    const NAME: &'static str = "RemoveRaftVoterRequest";
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

impl Request for RemoveRaftVoterRequest {
    const KEY: ApiKey = ApiKey::RemoveRaftVoter;
    type Response = RemoveRaftVoterResponse;
}
