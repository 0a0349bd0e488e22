// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::AlterPartitionResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `AlterPartitionRequest`, versions 2 to 3.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterPartitionRequest {
    pub broker_id: i32,
    pub broker_epoch: i64,
    pub topics: Vec<TopicData>,
}

impl Default for AlterPartitionRequest {
    fn default() -> Self {
        Self {
            broker_id: 0,
            broker_epoch: -1,
            topics: Vec::new(),
        }
    }
}

impl AlterPartitionRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterPartitionRequest.broker_id");
        it.broker_id = r.i32()?;
        r.field("AlterPartitionRequest.broker_epoch");
        it.broker_epoch = r.i64()?;
        r.field("AlterPartitionRequest.topics");
        it.topics = r.array(Form::Compact, 18, |r| TopicData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterPartitionRequest.broker_id");
        w.i32(self.broker_id);
        w.field("AlterPartitionRequest.broker_epoch");
        w.i64(self.broker_epoch);
        w.field("AlterPartitionRequest.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`AlterPartitionRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicData {
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionData>,
}

impl TopicData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicData.topic_id");
        it.topic_id = r.uuid()?;
        r.field("TopicData.partitions");
        it.partitions = r.array(Form::Compact, 15, |r| PartitionData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TopicData.topic_id");
        w.uuid(self.topic_id);
        w.field("TopicData.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`AlterPartitionRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub leader_epoch: i32,
    pub new_isr: Vec<i32>,
    pub new_isr_with_epochs: Vec<BrokerState>,
    pub leader_recovery_state: i8,
    pub partition_epoch: i32,
}

impl PartitionData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionData.partition_index");
        it.partition_index = r.i32()?;
        r.field("PartitionData.leader_epoch");
        it.leader_epoch = r.i32()?;
        if version <= 2 {
            r.field("PartitionData.new_isr");
            it.new_isr = r.array(Form::Compact, 4, Reader::i32)?;
        }
        if version >= 3 {
            r.field("PartitionData.new_isr_with_epochs");
            it.new_isr_with_epochs =
                r.array(Form::Compact, 13, |r| BrokerState::read(r, version))?;
        }
        r.field("PartitionData.leader_recovery_state");
        it.leader_recovery_state = r.i8()?;
        r.field("PartitionData.partition_epoch");
        it.partition_epoch = r.i32()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionData.partition_index");
        w.i32(self.partition_index);
        w.field("PartitionData.leader_epoch");
        w.i32(self.leader_epoch);
        if version <= 2 {
            w.field("PartitionData.new_isr");
            w.array(Form::Compact, &self.new_isr, |w, it| {
                w.i32(*it);
                Ok(())
            })?;
        }
        if !(version <= 2) && !self.new_isr.is_empty() {
            return Err(w.not_in_version("PartitionData.new_isr", version));
        }
        if version >= 3 {
            w.field("PartitionData.new_isr_with_epochs");
            w.array(Form::Compact, &self.new_isr_with_epochs, |w, it| {
                it.write(w, version)
            })?;
        }
        if !(version >= 3) && !self.new_isr_with_epochs.is_empty() {
            return Err(w.not_in_version("PartitionData.new_isr_with_epochs", version));
        }
        w.field("PartitionData.leader_recovery_state");
        w.i8(self.leader_recovery_state);
        w.field("PartitionData.partition_epoch");
        w.i32(self.partition_epoch);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`AlterPartitionRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct BrokerState {
    pub broker_id: i32,
    pub broker_epoch: i64,
}

impl Default for BrokerState {
    fn default() -> Self {
        Self {
            broker_id: 0,
            broker_epoch: -1,
        }
    }
}

impl BrokerState {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("BrokerState.broker_id");
        it.broker_id = r.i32()?;
        r.field("BrokerState.broker_epoch");
        it.broker_epoch = r.i64()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("BrokerState.broker_id");
        w.i32(self.broker_id);
        w.field("BrokerState.broker_epoch");
        w.i64(self.broker_epoch);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for AlterPartitionRequest {
    const NAME: &'static str = "AlterPartitionRequest";
    const MIN_VERSION: i16 = 2;
    const MAX_VERSION: i16 = 3;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for AlterPartitionRequest {
    const KEY: ApiKey = ApiKey::AlterPartition;
    type Response = AlterPartitionResponse;
}
