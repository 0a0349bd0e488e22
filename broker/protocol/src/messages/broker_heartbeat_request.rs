// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::BrokerHeartbeatResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `BrokerHeartbeatRequest`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokerHeartbeatRequest {
    pub broker_id: i32,
    pub broker_epoch: i64,
    pub current_metadata_offset: i64,
    pub want_fence: bool,
    pub want_shut_down: bool,
    pub offline_log_dirs: Vec<Uuid>,
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
}

impl Default for BrokerHeartbeatRequest {
    fn default() -> Self {
        Self {
            broker_id: 0,
            broker_epoch: -1,
            current_metadata_offset: 0,
            want_fence: false,
            want_shut_down: false,
            offline_log_dirs: Vec::new(),
            cordoned_log_dirs: None,
        }
    }
}

impl BrokerHeartbeatRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("BrokerHeartbeatRequest.broker_id");
        it.broker_id = r.i32()?;
        r.field("BrokerHeartbeatRequest.broker_epoch");
        it.broker_epoch = r.i64()?;
        r.field("BrokerHeartbeatRequest.current_metadata_offset");
        it.current_metadata_offset = r.i64()?;
        r.field("BrokerHeartbeatRequest.want_fence");
        it.want_fence = r.bool()?;
        r.field("BrokerHeartbeatRequest.want_shut_down");
        it.want_shut_down = r.bool()?;
        r.tags(|tag, r| {
            match tag {
                0 if version >= 1 => {
                    r.field("BrokerHeartbeatRequest.offline_log_dirs");
                    it.offline_log_dirs = r.array(Form::Compact, 16, Reader::uuid)?;
                }
                1 if version >= 2 => {
                    r.field("BrokerHeartbeatRequest.cordoned_log_dirs");
                    it.cordoned_log_dirs = r.nullable_array(Form::Compact, 16, Reader::uuid)?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("BrokerHeartbeatRequest.broker_id");
        w.i32(self.broker_id);
        w.field("BrokerHeartbeatRequest.broker_epoch");
        w.i64(self.broker_epoch);
        w.field("BrokerHeartbeatRequest.current_metadata_offset");
        w.i64(self.current_metadata_offset);
        w.field("BrokerHeartbeatRequest.want_fence");
        w.bool(self.want_fence);
        w.field("BrokerHeartbeatRequest.want_shut_down");
        w.bool(self.want_shut_down);
        if !(version >= 1) && !self.offline_log_dirs.is_empty() {
            return Err(w.not_in_version("BrokerHeartbeatRequest.offline_log_dirs", version));
        }
        if !(version >= 2) && self.cordoned_log_dirs.is_some() {
            return Err(w.not_in_version("BrokerHeartbeatRequest.cordoned_log_dirs", version));
        }
        w.unsigned_varint(
            u32::from(version >= 1 && !self.offline_log_dirs.is_empty())
                + u32::from(version >= 2 && self.cordoned_log_dirs.is_some()),
        );
        if version >= 1 && !self.offline_log_dirs.is_empty() {
            w.field("BrokerHeartbeatRequest.offline_log_dirs");
            w.tag(0, |w| {
                w.array(Form::Compact, &self.offline_log_dirs, |w, it| {
                    w.uuid(*it);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if version >= 2 && self.cordoned_log_dirs.is_some() {
            w.field("BrokerHeartbeatRequest.cordoned_log_dirs");
            w.tag(1, |w| {
                match &self.cordoned_log_dirs {
                    None => w.null_array(Form::Compact),
                    Some(it) => {
                        w.array(Form::Compact, it, |w, it| {
                            w.uuid(*it);
                            Ok(())
                        })?;
                    }
                }
                Ok(())
            })?;
        }

        Ok(())
    }
}

impl Message for BrokerHeartbeatRequest {
    const NAME: &'static str = "BrokerHeartbeatRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for BrokerHeartbeatRequest {
    const KEY: ApiKey = ApiKey::BrokerHeartbeat;
    type Response = BrokerHeartbeatResponse;
}
