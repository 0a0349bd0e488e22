// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Message, Reader, Writer};

/// Kafka's `HeartbeatResponse`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeartbeatResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
}

impl HeartbeatResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 1 {
            r.field("HeartbeatResponse.throttle_time_ms");
            it.throttle_time_ms = r.i32()?;
        }
        r.field("HeartbeatResponse.error_code");
        it.error_code = r.i16()?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 1 {
            w.field("HeartbeatResponse.throttle_time_ms");
            w.i32(self.throttle_time_ms);
        }
        w.field("HeartbeatResponse.error_code");
        w.i16(self.error_code);
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for HeartbeatResponse {
    const NAME: &'static str = "HeartbeatResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 4;

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
