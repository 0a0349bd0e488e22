// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DescribeTransactionsResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeTransactionsResponse {
    pub throttle_time_ms: i32,
    pub transaction_states: Vec<TransactionState>,
}

impl DescribeTransactionsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeTransactionsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DescribeTransactionsResponse.transaction_states");
        it.transaction_states =
            r.array(Form::Compact, 28, |r| TransactionState::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeTransactionsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DescribeTransactionsResponse.transaction_states");
        w.array(Form::Compact, &self.transaction_states, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.transaction_states {
            it.each_error(each);
        }
    }
}

/// A part of [`DescribeTransactionsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TransactionState {
    pub error_code: i16,
    pub transactional_id: String,
    pub transaction_state: String,
    pub transaction_timeout_ms: i32,
    pub transaction_start_time_ms: i64,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub topics: Vec<TopicData>,
}

impl TransactionState {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TransactionState.error_code");
        it.error_code = r.i16()?;
        r.field("TransactionState.transactional_id");
        it.transactional_id = r.string(Form::Compact)?;
        r.field("TransactionState.transaction_state");
        it.transaction_state = r.string(Form::Compact)?;
        r.field("TransactionState.transaction_timeout_ms");
        it.transaction_timeout_ms = r.i32()?;
        r.field("TransactionState.transaction_start_time_ms");
        it.transaction_start_time_ms = r.i64()?;
        r.field("TransactionState.producer_id");
        it.producer_id = r.i64()?;
        r.field("TransactionState.producer_epoch");
        it.producer_epoch = r.i16()?;
        r.field("TransactionState.topics");
        it.topics = r.array(Form::Compact, 3, |r| TopicData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TransactionState.error_code");
        w.i16(self.error_code);
        w.field("TransactionState.transactional_id");
        w.string(Form::Compact, &self.transactional_id)?;
        w.field("TransactionState.transaction_state");
        w.string(Form::Compact, &self.transaction_state)?;
        w.field("TransactionState.transaction_timeout_ms");
        w.i32(self.transaction_timeout_ms);
        w.field("TransactionState.transaction_start_time_ms");
        w.i64(self.transaction_start_time_ms);
        w.field("TransactionState.producer_id");
        w.i64(self.producer_id);
        w.field("TransactionState.producer_epoch");
        w.i16(self.producer_epoch);
        w.field("TransactionState.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`DescribeTransactionsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicData {
    pub topic: String,
    pub partitions: Vec<i32>,
}

impl TopicData {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicData.topic");
        it.topic = r.string(Form::Compact)?;
        r.field("TopicData.partitions");
        it.partitions = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TopicData.topic");
        w.string(Form::Compact, &self.topic)?;
        w.field("TopicData.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for DescribeTransactionsResponse {
    const NAME: &'static str = "DescribeTransactionsResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;

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
