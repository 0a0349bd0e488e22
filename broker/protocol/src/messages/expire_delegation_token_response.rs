// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Message, Reader, Writer};

/// Kafka's `ExpireDelegationTokenResponse`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExpireDelegationTokenResponse {
    pub error_code: i16,
    pub expiry_timestamp_ms: i64,
    pub throttle_time_ms: i32,
}

impl ExpireDelegationTokenResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ExpireDelegationTokenResponse.error_code");
        it.error_code = r.i16()?;
        r.field("ExpireDelegationTokenResponse.expiry_timestamp_ms");
        it.expiry_timestamp_ms = r.i64()?;
        r.field("ExpireDelegationTokenResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ExpireDelegationTokenResponse.error_code");
        w.i16(self.error_code);
        w.field("ExpireDelegationTokenResponse.expiry_timestamp_ms");
        w.i64(self.expiry_timestamp_ms);
        w.field("ExpireDelegationTokenResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for ExpireDelegationTokenResponse {
    const NAME: &'static str = "ExpireDelegationTokenResponse";
    const MIN_VERSION: i16 = 1;
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
