// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::FindCoordinatorResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `FindCoordinatorRequest`, versions 0 to 6.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FindCoordinatorRequest {
    pub key: String,
    pub key_type: i8,
    pub coordinator_keys: Vec<String>,
}

impl FindCoordinatorRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version <= 3 {
            r.field("FindCoordinatorRequest.key");
            it.key = r.string(Form::of(version, 3))?;
        }
        if version >= 1 {
            r.field("FindCoordinatorRequest.key_type");
            it.key_type = r.i8()?;
        }
        if version >= 4 {
            r.field("FindCoordinatorRequest.coordinator_keys");
            it.coordinator_keys = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        }
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 3 {
            w.field("FindCoordinatorRequest.key");
            w.string(Form::of(version, 3), &self.key)?;
        }
        if !(version <= 3) && !self.key.is_empty() {
            return Err(w.not_in_version("FindCoordinatorRequest.key", version));
        }
        if version >= 1 {
            w.field("FindCoordinatorRequest.key_type");
            w.i8(self.key_type);
        }
        if !(version >= 1) && self.key_type != 0 {
            return Err(w.not_in_version("FindCoordinatorRequest.key_type", version));
        }
        if version >= 4 {
            w.field("FindCoordinatorRequest.coordinator_keys");
            w.array(Form::Compact, &self.coordinator_keys, |w, it| {
                w.string(Form::Compact, it)
            })?;
        }
        if !(version >= 4) && !self.coordinator_keys.is_empty() {
            return Err(w.not_in_version("FindCoordinatorRequest.coordinator_keys", version));
        }
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for FindCoordinatorRequest {
    const NAME: &'static str = "FindCoordinatorRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 6;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for FindCoordinatorRequest {
    const KEY: ApiKey = ApiKey::FindCoordinator;
    type Response = FindCoordinatorResponse;
}
