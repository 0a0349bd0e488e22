// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Message, Reader, Writer};

/// Kafka's `EndTxnResponse`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq)]
pub struct EndTxnResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub producer_id: i64,
    pub producer_epoch: i16,
}

impl Default for EndTxnResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            producer_id: -1,
            producer_epoch: -1,
        }
    }
}

impl EndTxnResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("EndTxnResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("EndTxnResponse.error_code");
        it.error_code = r.i16()?;
        if version >= 5 {
            r.field("EndTxnResponse.producer_id");
            it.producer_id = r.i64()?;
        }
        if version >= 5 {
            r.field("EndTxnResponse.producer_epoch");
            it.producer_epoch = r.i16()?;
        }
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("EndTxnResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("EndTxnResponse.error_code");
        w.i16(self.error_code);
        if version >= 5 {
            w.field("EndTxnResponse.producer_id");
            w.i64(self.producer_id);
        }
        if version >= 5 {
            w.field("EndTxnResponse.producer_epoch");
            w.i16(self.producer_epoch);
        }
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for EndTxnResponse {
    const NAME: &'static str = "EndTxnResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;

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
