// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `ListTransactionsResponse`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListTransactionsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub unknown_state_filters: Vec<String>,
    pub transaction_states: Vec<TransactionState>,
}

impl ListTransactionsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ListTransactionsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("ListTransactionsResponse.error_code");
        it.error_code = r.i16()?;
        r.field("ListTransactionsResponse.unknown_state_filters");
        it.unknown_state_filters = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.field("ListTransactionsResponse.transaction_states");
        it.transaction_states =
            r.array(Form::Compact, 11, |r| TransactionState::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ListTransactionsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("ListTransactionsResponse.error_code");
        w.i16(self.error_code);
        w.field("ListTransactionsResponse.unknown_state_filters");
        w.array(Form::Compact, &self.unknown_state_filters, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.field("ListTransactionsResponse.transaction_states");
        w.array(Form::Compact, &self.transaction_states, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`ListTransactionsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TransactionState {
    pub transactional_id: String,
    pub producer_id: i64,
    pub transaction_state: String,
}

impl TransactionState {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TransactionState.transactional_id");
        it.transactional_id = r.string(Form::Compact)?;
        r.field("TransactionState.producer_id");
        it.producer_id = r.i64()?;
        r.field("TransactionState.transaction_state");
        it.transaction_state = r.string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TransactionState.transactional_id");
        w.string(Form::Compact, &self.transactional_id)?;
        w.field("TransactionState.producer_id");
        w.i64(self.producer_id);
        w.field("TransactionState.transaction_state");
        w.string(Form::Compact, &self.transaction_state)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ListTransactionsResponse {
    const NAME: &'static str = "ListTransactionsResponse";
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
