// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::AddPartitionsToTxnResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `AddPartitionsToTxnRequest`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnRequest {
    pub transactions: Vec<AddPartitionsToTxnTransaction>,
    pub v3_and_below_transactional_id: String,
    pub v3_and_below_producer_id: i64,
    pub v3_and_below_producer_epoch: i16,
    pub v3_and_below_topics: Vec<AddPartitionsToTxnTopic>,
}

impl AddPartitionsToTxnRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 4 {
            r.field("AddPartitionsToTxnRequest.transactions");
            it.transactions = r.array(Form::Compact, 14, |r| {
                AddPartitionsToTxnTransaction::read(r, version)
            })?;
        }
        if version <= 3 {
            r.field("AddPartitionsToTxnRequest.v3_and_below_transactional_id");
            it.v3_and_below_transactional_id = r.string(Form::of(version, 3))?;
        }
        if version <= 3 {
            r.field("AddPartitionsToTxnRequest.v3_and_below_producer_id");
            it.v3_and_below_producer_id = r.i64()?;
        }
        if version <= 3 {
            r.field("AddPartitionsToTxnRequest.v3_and_below_producer_epoch");
            it.v3_and_below_producer_epoch = r.i16()?;
        }
        if version <= 3 {
            r.field("AddPartitionsToTxnRequest.v3_and_below_topics");
            it.v3_and_below_topics = r.array(Form::of(version, 3), 3, |r| {
                AddPartitionsToTxnTopic::read(r, version)
            })?;
        }
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 4 {
            w.field("AddPartitionsToTxnRequest.transactions");
            w.array(Form::Compact, &self.transactions, |w, it| {
                it.write(w, version)
            })?;
        }
        if !(version >= 4) && !self.transactions.is_empty() {
            return Err(w.not_in_version("AddPartitionsToTxnRequest.transactions", version));
        }
        if version <= 3 {
            w.field("AddPartitionsToTxnRequest.v3_and_below_transactional_id");
            w.string(Form::of(version, 3), &self.v3_and_below_transactional_id)?;
        }
        if !(version <= 3) && !self.v3_and_below_transactional_id.is_empty() {
            return Err(w.not_in_version(
                "AddPartitionsToTxnRequest.v3_and_below_transactional_id",
                version,
            ));
        }
        if version <= 3 {
            w.field("AddPartitionsToTxnRequest.v3_and_below_producer_id");
            w.i64(self.v3_and_below_producer_id);
        }
        if !(version <= 3) && self.v3_and_below_producer_id != 0 {
            return Err(w.not_in_version(
                "AddPartitionsToTxnRequest.v3_and_below_producer_id",
                version,
            ));
        }
        if version <= 3 {
            w.field("AddPartitionsToTxnRequest.v3_and_below_producer_epoch");
            w.i16(self.v3_and_below_producer_epoch);
        }
        if !(version <= 3) && self.v3_and_below_producer_epoch != 0 {
            return Err(w.not_in_version(
                "AddPartitionsToTxnRequest.v3_and_below_producer_epoch",
                version,
            ));
        }
        if version <= 3 {
            w.field("AddPartitionsToTxnRequest.v3_and_below_topics");
            w.array(Form::of(version, 3), &self.v3_and_below_topics, |w, it| {
                it.write(w, version)
            })?;
        }
        if !(version <= 3) && !self.v3_and_below_topics.is_empty() {
            return Err(w.not_in_version("AddPartitionsToTxnRequest.v3_and_below_topics", version));
        }
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`AddPartitionsToTxnRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnTransaction {
    pub transactional_id: String,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub verify_only: bool,
    pub topics: Vec<AddPartitionsToTxnTopic>,
}

impl AddPartitionsToTxnTransaction {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AddPartitionsToTxnTransaction.transactional_id");
        it.transactional_id = r.string(Form::Compact)?;
        r.field("AddPartitionsToTxnTransaction.producer_id");
        it.producer_id = r.i64()?;
        r.field("AddPartitionsToTxnTransaction.producer_epoch");
        it.producer_epoch = r.i16()?;
        r.field("AddPartitionsToTxnTransaction.verify_only");
        it.verify_only = r.bool()?;
        r.field("AddPartitionsToTxnTransaction.topics");
        it.topics = r.array(Form::Compact, 3, |r| {
            AddPartitionsToTxnTopic::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AddPartitionsToTxnTransaction.transactional_id");
        w.string(Form::Compact, &self.transactional_id)?;
        w.field("AddPartitionsToTxnTransaction.producer_id");
        w.i64(self.producer_id);
        w.field("AddPartitionsToTxnTransaction.producer_epoch");
        w.i16(self.producer_epoch);
        w.field("AddPartitionsToTxnTransaction.verify_only");
        w.bool(self.verify_only);
        w.field("AddPartitionsToTxnTransaction.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`AddPartitionsToTxnRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnTopic {
    pub name: String,
    pub partitions: Vec<i32>,
}

impl AddPartitionsToTxnTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AddPartitionsToTxnTopic.name");
        it.name = r.string(Form::of(version, 3))?;
        r.field("AddPartitionsToTxnTopic.partitions");
        it.partitions = r.array(Form::of(version, 3), 4, Reader::i32)?;
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AddPartitionsToTxnTopic.name");
        w.string(Form::of(version, 3), &self.name)?;
        w.field("AddPartitionsToTxnTopic.partitions");
        w.array(Form::of(version, 3), &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for AddPartitionsToTxnRequest {
    const NAME: &'static str = "AddPartitionsToTxnRequest";
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
}

impl Request for AddPartitionsToTxnRequest {
    const KEY: ApiKey = ApiKey::AddPartitionsToTxn;
    type Response = AddPartitionsToTxnResponse;
}
