// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::AlterPartitionReassignmentsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `AlterPartitionReassignmentsRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterPartitionReassignmentsRequest {
    pub timeout_ms: i32,
    pub allow_replication_factor_change: bool,
    pub topics: Vec<ReassignableTopic>,
}

impl Default for AlterPartitionReassignmentsRequest {
    fn default() -> Self {
        Self {
            timeout_ms: 60000,
            allow_replication_factor_change: true,
            topics: Vec::new(),
        }
    }
}

impl AlterPartitionReassignmentsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterPartitionReassignmentsRequest.timeout_ms");
        it.timeout_ms = r.i32()?;
        if version >= 1 {
            r.field("AlterPartitionReassignmentsRequest.allow_replication_factor_change");
            it.allow_replication_factor_change = r.bool()?;
        }
        r.field("AlterPartitionReassignmentsRequest.topics");
        it.topics = r.array(Form::Compact, 3, |r| ReassignableTopic::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterPartitionReassignmentsRequest.timeout_ms");
        w.i32(self.timeout_ms);
        if version >= 1 {
            w.field("AlterPartitionReassignmentsRequest.allow_replication_factor_change");
            w.bool(self.allow_replication_factor_change);
        }
        if !(version >= 1) && !self.allow_replication_factor_change {
            return Err(w.not_in_version(
                "AlterPartitionReassignmentsRequest.allow_replication_factor_change",
                version,
            ));
        }
        w.field("AlterPartitionReassignmentsRequest.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`AlterPartitionReassignmentsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReassignableTopic {
    pub name: String,
    pub partitions: Vec<ReassignablePartition>,
}

impl ReassignableTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ReassignableTopic.name");
        it.name = r.string(Form::Compact)?;
        r.field("ReassignableTopic.partitions");
        it.partitions = r.array(Form::Compact, 6, |r| {
            ReassignablePartition::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ReassignableTopic.name");
        w.string(Form::Compact, &self.name)?;
        w.field("ReassignableTopic.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`AlterPartitionReassignmentsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReassignablePartition {
    pub partition_index: i32,
    pub replicas: Option<Vec<i32>>,
}

impl ReassignablePartition {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ReassignablePartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("ReassignablePartition.replicas");
        it.replicas = r.nullable_array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ReassignablePartition.partition_index");
        w.i32(self.partition_index);
        w.field("ReassignablePartition.replicas");
        match &self.replicas {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| {
                    w.i32(*it);
                    Ok(())
                })?;
            }
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for AlterPartitionReassignmentsRequest {
    const NAME: &'static str = "AlterPartitionReassignmentsRequest";
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

impl Request for AlterPartitionReassignmentsRequest {
    const KEY: ApiKey = ApiKey::AlterPartitionReassignments;
    type Response = AlterPartitionReassignmentsResponse;
}
