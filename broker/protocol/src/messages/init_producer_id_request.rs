// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::InitProducerIdResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `InitProducerIdRequest`, versions 0 to 6.
#[derive(Debug, Clone, PartialEq)]
pub struct InitProducerIdRequest {
    pub transactional_id: Option<String>,
    pub transaction_timeout_ms: i32,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub enable2_pc: bool,
    pub keep_prepared_txn: bool,
}

impl Default for InitProducerIdRequest {
    fn default() -> Self {
        Self {
            transactional_id: None,
            transaction_timeout_ms: 0,
            producer_id: -1,
            producer_epoch: -1,
            enable2_pc: false,
            keep_prepared_txn: false,
        }
    }
}

impl InitProducerIdRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("InitProducerIdRequest.transactional_id");
        it.transactional_id = r.nullable_string(Form::of(version, 2))?;
        r.field("InitProducerIdRequest.transaction_timeout_ms");
        it.transaction_timeout_ms = r.i32()?;
        if version >= 3 {
            r.field("InitProducerIdRequest.producer_id");
            it.producer_id = r.i64()?;
        }
        if version >= 3 {
            r.field("InitProducerIdRequest.producer_epoch");
            it.producer_epoch = r.i16()?;
        }
        if version >= 6 {
            r.field("InitProducerIdRequest.enable2_pc");
            it.enable2_pc = r.bool()?;
        }
        if version >= 6 {
            r.field("InitProducerIdRequest.keep_prepared_txn");
            it.keep_prepared_txn = r.bool()?;
        }
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("InitProducerIdRequest.transactional_id");
        w.nullable_string(Form::of(version, 2), self.transactional_id.as_deref())?;
        w.field("InitProducerIdRequest.transaction_timeout_ms");
        w.i32(self.transaction_timeout_ms);
        if version >= 3 {
            w.field("InitProducerIdRequest.producer_id");
            w.i64(self.producer_id);
        }
        if !(version >= 3) && self.producer_id != -1 {
            return Err(w.not_in_version("InitProducerIdRequest.producer_id", version));
        }
        if version >= 3 {
            w.field("InitProducerIdRequest.producer_epoch");
            w.i16(self.producer_epoch);
        }
        if !(version >= 3) && self.producer_epoch != -1 {
            return Err(w.not_in_version("InitProducerIdRequest.producer_epoch", version));
        }
        if version >= 6 {
            w.field("InitProducerIdRequest.enable2_pc");
            w.bool(self.enable2_pc);
        }
        if !(version >= 6) && self.enable2_pc {
            return Err(w.not_in_version("InitProducerIdRequest.enable2_pc", version));
        }
        if version >= 6 {
            w.field("InitProducerIdRequest.keep_prepared_txn");
            w.bool(self.keep_prepared_txn);
        }
        if !(version >= 6) && self.keep_prepared_txn {
            return Err(w.not_in_version("InitProducerIdRequest.keep_prepared_txn", version));
        }
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for InitProducerIdRequest {
    const NAME: &'static str = "InitProducerIdRequest";
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

impl Request for InitProducerIdRequest {
    const KEY: ApiKey = ApiKey::InitProducerId;
    type Response = InitProducerIdResponse;
}
