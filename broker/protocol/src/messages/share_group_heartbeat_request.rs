// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::ShareGroupHeartbeatResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `ShareGroupHeartbeatRequest`, versions 1 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupHeartbeatRequest {
    pub group_id: String,
    pub member_id: String,
    pub member_epoch: i32,
    pub rack_id: Option<String>,
    pub subscribed_topic_names: Option<Vec<String>>,
}

impl ShareGroupHeartbeatRequest {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ShareGroupHeartbeatRequest.group_id");
        it.group_id = r.string(Form::Compact)?;
        r.field("ShareGroupHeartbeatRequest.member_id");
        it.member_id = r.string(Form::Compact)?;
        r.field("ShareGroupHeartbeatRequest.member_epoch");
        it.member_epoch = r.i32()?;
        r.field("ShareGroupHeartbeatRequest.rack_id");
        it.rack_id = r.nullable_string(Form::Compact)?;
        r.field("ShareGroupHeartbeatRequest.subscribed_topic_names");
        it.subscribed_topic_names =
            r.nullable_array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ShareGroupHeartbeatRequest.group_id");
        w.string(Form::Compact, &self.group_id)?;
        w.field("ShareGroupHeartbeatRequest.member_id");
        w.string(Form::Compact, &self.member_id)?;
        w.field("ShareGroupHeartbeatRequest.member_epoch");
        w.i32(self.member_epoch);
        w.field("ShareGroupHeartbeatRequest.rack_id");
        w.nullable_string(Form::Compact, self.rack_id.as_deref())?;
        w.field("ShareGroupHeartbeatRequest.subscribed_topic_names");
        match &self.subscribed_topic_names {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| w.string(Form::Compact, it))?;
            }
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ShareGroupHeartbeatRequest {
    const NAME: &'static str = "ShareGroupHeartbeatRequest";
    const MIN_VERSION: i16 = 1;
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

impl Request for ShareGroupHeartbeatRequest {
    const KEY: ApiKey = ApiKey::ShareGroupHeartbeat;
    type Response = ShareGroupHeartbeatResponse;
}
