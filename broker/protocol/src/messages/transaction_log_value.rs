// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `TransactionLogValue`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct TransactionLogValue {
    pub producer_id: i64,
    pub previous_producer_id: i64,
    pub next_producer_id: i64,
    pub producer_epoch: i16,
    pub next_producer_epoch: i16,
    pub transaction_timeout_ms: i32,
    pub transaction_status: i8,
    pub transaction_partitions: Option<Vec<PartitionsSchema>>,
    pub transaction_last_update_timestamp_ms: i64,
    pub transaction_start_timestamp_ms: i64,
    pub client_transaction_version: i16,
}

impl Default for TransactionLogValue {
    fn default() -> Self {
        Self {
            producer_id: 0,
            previous_producer_id: -1,
            next_producer_id: -1,
            producer_epoch: 0,
            next_producer_epoch: -1,
            transaction_timeout_ms: 0,
            transaction_status: 0,
            transaction_partitions: Some(Vec::new()),
            transaction_last_update_timestamp_ms: 0,
            transaction_start_timestamp_ms: 0,
            client_transaction_version: 0,
        }
    }
}

impl TransactionLogValue {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TransactionLogValue.producer_id");
        it.producer_id = r.i64()?;
        r.field("TransactionLogValue.producer_epoch");
        it.producer_epoch = r.i16()?;
        r.field("TransactionLogValue.transaction_timeout_ms");
        it.transaction_timeout_ms = r.i32()?;
        r.field("TransactionLogValue.transaction_status");
        it.transaction_status = r.i8()?;
        r.field("TransactionLogValue.transaction_partitions");
        it.transaction_partitions = r.nullable_array(Form::of(version, 1), 3, |r| {
            PartitionsSchema::read(r, version)
        })?;
        r.field("TransactionLogValue.transaction_last_update_timestamp_ms");
        it.transaction_last_update_timestamp_ms = r.i64()?;
        r.field("TransactionLogValue.transaction_start_timestamp_ms");
        it.transaction_start_timestamp_ms = r.i64()?;
        if version >= 1 {
            r.tags(|tag, r| {
                match tag {
                    0 => {
                        r.field("TransactionLogValue.previous_producer_id");
                        it.previous_producer_id = r.i64()?;
                    }
                    1 => {
                        r.field("TransactionLogValue.next_producer_id");
                        it.next_producer_id = r.i64()?;
                    }
                    3 => {
                        r.field("TransactionLogValue.next_producer_epoch");
                        it.next_producer_epoch = r.i16()?;
                    }
                    2 => {
                        r.field("TransactionLogValue.client_transaction_version");
                        it.client_transaction_version = r.i16()?;
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TransactionLogValue.producer_id");
        w.i64(self.producer_id);
        if !(version >= 1) && self.previous_producer_id != -1 {
            return Err(w.not_in_version("TransactionLogValue.previous_producer_id", version));
        }
        if !(version >= 1) && self.next_producer_id != -1 {
            return Err(w.not_in_version("TransactionLogValue.next_producer_id", version));
        }
        w.field("TransactionLogValue.producer_epoch");
        w.i16(self.producer_epoch);
        if !(version >= 1) && self.next_producer_epoch != -1 {
            return Err(w.not_in_version("TransactionLogValue.next_producer_epoch", version));
        }
        w.field("TransactionLogValue.transaction_timeout_ms");
        w.i32(self.transaction_timeout_ms);
        w.field("TransactionLogValue.transaction_status");
        w.i8(self.transaction_status);
        w.field("TransactionLogValue.transaction_partitions");
        match &self.transaction_partitions {
            None => w.null_array(Form::of(version, 1)),
            Some(it) => {
                w.array(Form::of(version, 1), it, |w, it| it.write(w, version))?;
            }
        }
        w.field("TransactionLogValue.transaction_last_update_timestamp_ms");
        w.i64(self.transaction_last_update_timestamp_ms);
        w.field("TransactionLogValue.transaction_start_timestamp_ms");
        w.i64(self.transaction_start_timestamp_ms);
        if !(version >= 1) && self.client_transaction_version != 0 {
            return Err(w.not_in_version("TransactionLogValue.client_transaction_version", version));
        }
        if version >= 1 {
            w.unsigned_varint(
                u32::from(self.previous_producer_id != -1)
                    + u32::from(self.next_producer_id != -1)
                    + u32::from(self.client_transaction_version != 0)
                    + u32::from(self.next_producer_epoch != -1),
            );
            if self.previous_producer_id != -1 {
                w.field("TransactionLogValue.previous_producer_id");
                w.tag(0, |w| {
                    w.i64(self.previous_producer_id);
                    Ok(())
                })?;
            }
            if self.next_producer_id != -1 {
                w.field("TransactionLogValue.next_producer_id");
                w.tag(1, |w| {
                    w.i64(self.next_producer_id);
                    Ok(())
                })?;
            }
            if self.client_transaction_version != 0 {
                w.field("TransactionLogValue.client_transaction_version");
                w.tag(2, |w| {
                    w.i16(self.client_transaction_version);
                    Ok(())
                })?;
            }
            if self.next_producer_epoch != -1 {
                w.field("TransactionLogValue.next_producer_epoch");
                w.tag(3, |w| {
                    w.i16(self.next_producer_epoch);
                    Ok(())
                })?;
            }
        }

        Ok(())
    }
}

/// A part of [`TransactionLogValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionsSchema {
    pub topic: String,
    pub partition_ids: Vec<i32>,
}

impl PartitionsSchema {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionsSchema.topic");
        it.topic = r.string(Form::of(version, 1))?;
        r.field("PartitionsSchema.partition_ids");
        it.partition_ids = r.array(Form::of(version, 1), 4, Reader::i32)?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionsSchema.topic");
        w.string(Form::of(version, 1), &self.topic)?;
        w.field("PartitionsSchema.partition_ids");
        w.array(Form::of(version, 1), &self.partition_ids, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for TransactionLogValue {
    const NAME: &'static str = "TransactionLogValue";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Keyed for TransactionLogValue {
    const KIND: i16 = 0;
}
