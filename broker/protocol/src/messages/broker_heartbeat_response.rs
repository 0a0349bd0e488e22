// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Message, Reader, Writer};

/// Kafka's `BrokerHeartbeatResponse`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokerHeartbeatResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub is_caught_up: bool,
    pub is_fenced: bool,
    pub should_shut_down: bool,
}

impl Default for BrokerHeartbeatResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            is_caught_up: false,
            is_fenced: true,
            should_shut_down: false,
        }
    }
}

impl BrokerHeartbeatResponse {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("BrokerHeartbeatResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("BrokerHeartbeatResponse.error_code");
        it.error_code = r.i16()?;
        r.field("BrokerHeartbeatResponse.is_caught_up");
        it.is_caught_up = r.bool()?;
        r.field("BrokerHeartbeatResponse.is_fenced");
        it.is_fenced = r.bool()?;
        r.field("BrokerHeartbeatResponse.should_shut_down");
        it.should_shut_down = r.bool()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("BrokerHeartbeatResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("BrokerHeartbeatResponse.error_code");
        w.i16(self.error_code);
        w.field("BrokerHeartbeatResponse.is_caught_up");
        w.bool(self.is_caught_up);
        w.field("BrokerHeartbeatResponse.is_fenced");
        w.bool(self.is_fenced);
        w.field("BrokerHeartbeatResponse.should_shut_down");
        w.bool(self.should_shut_down);
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for BrokerHeartbeatResponse {
    const NAME: &'static str = "BrokerHeartbeatResponse";
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

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
