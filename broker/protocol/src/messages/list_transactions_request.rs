// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::ListTransactionsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `ListTransactionsRequest`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct ListTransactionsRequest {
    pub state_filters: Vec<String>,
    pub producer_id_filters: Vec<i64>,
    pub duration_filter: i64,
    pub transactional_id_pattern: Option<String>,
}

impl Default for ListTransactionsRequest {
    fn default() -> Self {
        Self {
            state_filters: Vec::new(),
            producer_id_filters: Vec::new(),
            duration_filter: -1,
            transactional_id_pattern: None,
        }
    }
}

impl ListTransactionsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ListTransactionsRequest.state_filters");
        it.state_filters = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.field("ListTransactionsRequest.producer_id_filters");
        it.producer_id_filters = r.array(Form::Compact, 8, Reader::i64)?;
        if version >= 1 {
            r.field("ListTransactionsRequest.duration_filter");
            it.duration_filter = r.i64()?;
        }
        if version >= 2 {
            r.field("ListTransactionsRequest.transactional_id_pattern");
            it.transactional_id_pattern = r.nullable_string(Form::Compact)?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ListTransactionsRequest.state_filters");
        w.array(Form::Compact, &self.state_filters, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.field("ListTransactionsRequest.producer_id_filters");
        w.array(Form::Compact, &self.producer_id_filters, |w, it| {
            w.i64(*it);
            Ok(())
        })?;
        if version >= 1 {
            w.field("ListTransactionsRequest.duration_filter");
            w.i64(self.duration_filter);
        }
        if !(version >= 1) && self.duration_filter != -1 {
            return Err(w.not_in_version("ListTransactionsRequest.duration_filter", version));
        }
        if version >= 2 {
            w.field("ListTransactionsRequest.transactional_id_pattern");
            w.nullable_string(Form::Compact, self.transactional_id_pattern.as_deref())?;
        }
        if !(version >= 2)
            && self
                .transactional_id_pattern
                .as_ref()
                .is_some_and(|it| !it.is_empty())
        {
            return Err(
                w.not_in_version("ListTransactionsRequest.transactional_id_pattern", version)
            );
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ListTransactionsRequest {
    const NAME: &'static str = "ListTransactionsRequest";
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
}

impl Request for ListTransactionsRequest {
    const KEY: ApiKey = ApiKey::ListTransactions;
    type Response = ListTransactionsResponse;
}
