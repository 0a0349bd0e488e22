// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `AddPartitionsToTxnResponse`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub results_by_transaction: Vec<AddPartitionsToTxnResult>,
    pub results_by_topic_v3_and_below: Vec<AddPartitionsToTxnTopicResult>,
}

impl AddPartitionsToTxnResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AddPartitionsToTxnResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        if version >= 4 {
            r.field("AddPartitionsToTxnResponse.error_code");
            it.error_code = r.i16()?;
        }
        if version >= 4 {
            r.field("AddPartitionsToTxnResponse.results_by_transaction");
            it.results_by_transaction = r.array(Form::Compact, 3, |r| {
                AddPartitionsToTxnResult::read(r, version)
            })?;
        }
        if version <= 3 {
            r.field("AddPartitionsToTxnResponse.results_by_topic_v3_and_below");
            it.results_by_topic_v3_and_below = r.array(Form::of(version, 3), 3, |r| {
                AddPartitionsToTxnTopicResult::read(r, version)
            })?;
        }
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AddPartitionsToTxnResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        if version >= 4 {
            w.field("AddPartitionsToTxnResponse.error_code");
            w.i16(self.error_code);
        }
        if version >= 4 {
            w.field("AddPartitionsToTxnResponse.results_by_transaction");
            w.array(Form::Compact, &self.results_by_transaction, |w, it| {
                it.write(w, version)
            })?;
        }
        if !(version >= 4) && !self.results_by_transaction.is_empty() {
            return Err(
                w.not_in_version("AddPartitionsToTxnResponse.results_by_transaction", version)
            );
        }
        if version <= 3 {
            w.field("AddPartitionsToTxnResponse.results_by_topic_v3_and_below");
            w.array(
                Form::of(version, 3),
                &self.results_by_topic_v3_and_below,
                |w, it| it.write(w, version),
            )?;
        }
        if !(version <= 3) && !self.results_by_topic_v3_and_below.is_empty() {
            return Err(w.not_in_version(
                "AddPartitionsToTxnResponse.results_by_topic_v3_and_below",
                version,
            ));
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

/// A part of [`AddPartitionsToTxnResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnResult {
    pub transactional_id: String,
    pub topic_results: Vec<AddPartitionsToTxnTopicResult>,
}

impl AddPartitionsToTxnResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AddPartitionsToTxnResult.transactional_id");
        it.transactional_id = r.string(Form::Compact)?;
        r.field("AddPartitionsToTxnResult.topic_results");
        it.topic_results = r.array(Form::Compact, 3, |r| {
            AddPartitionsToTxnTopicResult::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AddPartitionsToTxnResult.transactional_id");
        w.string(Form::Compact, &self.transactional_id)?;
        w.field("AddPartitionsToTxnResult.topic_results");
        w.array(Form::Compact, &self.topic_results, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`AddPartitionsToTxnResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnTopicResult {
    pub name: String,
    pub results_by_partition: Vec<AddPartitionsToTxnPartitionResult>,
}

impl AddPartitionsToTxnTopicResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AddPartitionsToTxnTopicResult.name");
        it.name = r.string(Form::of(version, 3))?;
        r.field("AddPartitionsToTxnTopicResult.results_by_partition");
        it.results_by_partition = r.array(Form::of(version, 3), 6, |r| {
            AddPartitionsToTxnPartitionResult::read(r, version)
        })?;
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AddPartitionsToTxnTopicResult.name");
        w.string(Form::of(version, 3), &self.name)?;
        w.field("AddPartitionsToTxnTopicResult.results_by_partition");
        w.array(Form::of(version, 3), &self.results_by_partition, |w, it| {
            it.write(w, version)
        })?;
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`AddPartitionsToTxnResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnPartitionResult {
    pub partition_index: i32,
    pub partition_error_code: i16,
}

impl AddPartitionsToTxnPartitionResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AddPartitionsToTxnPartitionResult.partition_index");
        it.partition_index = r.i32()?;
        r.field("AddPartitionsToTxnPartitionResult.partition_error_code");
        it.partition_error_code = r.i16()?;
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AddPartitionsToTxnPartitionResult.partition_index");
        w.i32(self.partition_index);
        w.field("AddPartitionsToTxnPartitionResult.partition_error_code");
        w.i16(self.partition_error_code);
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for AddPartitionsToTxnResponse {
    const NAME: &'static str = "AddPartitionsToTxnResponse";
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
