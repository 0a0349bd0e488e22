// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::AddOffsetsToTxnResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `AddOffsetsToTxnRequest`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddOffsetsToTxnRequest {
    pub transactional_id: String,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub group_id: String,
}

impl AddOffsetsToTxnRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AddOffsetsToTxnRequest.transactional_id");
        it.transactional_id = r.string(Form::of(version, 3))?;
        r.field("AddOffsetsToTxnRequest.producer_id");
        it.producer_id = r.i64()?;
        r.field("AddOffsetsToTxnRequest.producer_epoch");
        it.producer_epoch = r.i16()?;
        r.field("AddOffsetsToTxnRequest.group_id");
        it.group_id = r.string(Form::of(version, 3))?;
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AddOffsetsToTxnRequest.transactional_id");
        w.string(Form::of(version, 3), &self.transactional_id)?;
        w.field("AddOffsetsToTxnRequest.producer_id");
        w.i64(self.producer_id);
        w.field("AddOffsetsToTxnRequest.producer_epoch");
        w.i16(self.producer_epoch);
        w.field("AddOffsetsToTxnRequest.group_id");
        w.string(Form::of(version, 3), &self.group_id)?;
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for AddOffsetsToTxnRequest {
    const NAME: &'static str = "AddOffsetsToTxnRequest";
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
}

impl Request for AddOffsetsToTxnRequest {
    const KEY: ApiKey = ApiKey::AddOffsetsToTxn;
    type Response = AddOffsetsToTxnResponse;
}
