// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `DescribeTopicPartitionsResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeTopicPartitionsResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<DescribeTopicPartitionsResponseTopic>,
    pub next_cursor: Option<Cursor>,
}

impl DescribeTopicPartitionsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeTopicPartitionsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DescribeTopicPartitionsResponse.topics");
        it.topics = r.array(Form::Compact, 26, |r| {
            DescribeTopicPartitionsResponseTopic::read(r, version)
        })?;
        r.field("DescribeTopicPartitionsResponse.next_cursor");
        it.next_cursor = r.nullable_struct(|r| Cursor::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeTopicPartitionsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DescribeTopicPartitionsResponse.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.field("DescribeTopicPartitionsResponse.next_cursor");
        match &self.next_cursor {
            None => w.i8(-1),
            Some(it) => {
                w.i8(1);
                it.write(w, version)?;
            }
        }
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.topics {
            it.each_error(each);
        }
    }
}

/// A part of [`DescribeTopicPartitionsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeTopicPartitionsResponseTopic {
    pub error_code: i16,
    pub name: Option<String>,
    pub topic_id: Uuid,
    pub is_internal: bool,
    pub partitions: Vec<DescribeTopicPartitionsResponsePartition>,
    pub topic_authorized_operations: i32,
}

impl Default for DescribeTopicPartitionsResponseTopic {
    fn default() -> Self {
        Self {
            error_code: 0,
            name: None,
            topic_id: Uuid::ZERO,
            is_internal: false,
            partitions: Vec::new(),
            topic_authorized_operations: i32::MIN,
        }
    }
}

impl DescribeTopicPartitionsResponseTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeTopicPartitionsResponseTopic.error_code");
        it.error_code = r.i16()?;
        r.field("DescribeTopicPartitionsResponseTopic.name");
        it.name = r.nullable_string(Form::Compact)?;
        r.field("DescribeTopicPartitionsResponseTopic.topic_id");
        it.topic_id = r.uuid()?;
        r.field("DescribeTopicPartitionsResponseTopic.is_internal");
        it.is_internal = r.bool()?;
        r.field("DescribeTopicPartitionsResponseTopic.partitions");
        it.partitions = r.array(Form::Compact, 20, |r| {
            DescribeTopicPartitionsResponsePartition::read(r, version)
        })?;
        r.field("DescribeTopicPartitionsResponseTopic.topic_authorized_operations");
        it.topic_authorized_operations = r.i32()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeTopicPartitionsResponseTopic.error_code");
        w.i16(self.error_code);
        w.field("DescribeTopicPartitionsResponseTopic.name");
        w.nullable_string(Form::Compact, self.name.as_deref())?;
        w.field("DescribeTopicPartitionsResponseTopic.topic_id");
        w.uuid(self.topic_id);
        w.field("DescribeTopicPartitionsResponseTopic.is_internal");
        w.bool(self.is_internal);
        w.field("DescribeTopicPartitionsResponseTopic.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        w.field("DescribeTopicPartitionsResponseTopic.topic_authorized_operations");
        w.i32(self.topic_authorized_operations);
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.partitions {
            it.each_error(each);
        }
    }
}

/// A part of [`DescribeTopicPartitionsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeTopicPartitionsResponsePartition {
    pub error_code: i16,
    pub partition_index: i32,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub replica_nodes: Vec<i32>,
    pub isr_nodes: Vec<i32>,
    pub eligible_leader_replicas: Option<Vec<i32>>,
    pub last_known_elr: Option<Vec<i32>>,
    pub offline_replicas: Vec<i32>,
}

impl Default for DescribeTopicPartitionsResponsePartition {
    fn default() -> Self {
        Self {
            error_code: 0,
            partition_index: 0,
            leader_id: 0,
            leader_epoch: -1,
            replica_nodes: Vec::new(),
            isr_nodes: Vec::new(),
            eligible_leader_replicas: None,
            last_known_elr: None,
            offline_replicas: Vec::new(),
        }
    }
}

impl DescribeTopicPartitionsResponsePartition {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeTopicPartitionsResponsePartition.error_code");
        it.error_code = r.i16()?;
        r.field("DescribeTopicPartitionsResponsePartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("DescribeTopicPartitionsResponsePartition.leader_id");
        it.leader_id = r.i32()?;
        r.field("DescribeTopicPartitionsResponsePartition.leader_epoch");
        it.leader_epoch = r.i32()?;
        r.field("DescribeTopicPartitionsResponsePartition.replica_nodes");
        it.replica_nodes = r.array(Form::Compact, 4, Reader::i32)?;
        r.field("DescribeTopicPartitionsResponsePartition.isr_nodes");
        it.isr_nodes = r.array(Form::Compact, 4, Reader::i32)?;
        r.field("DescribeTopicPartitionsResponsePartition.eligible_leader_replicas");
        it.eligible_leader_replicas = r.nullable_array(Form::Compact, 4, Reader::i32)?;
        r.field("DescribeTopicPartitionsResponsePartition.last_known_elr");
        it.last_known_elr = r.nullable_array(Form::Compact, 4, Reader::i32)?;
        r.field("DescribeTopicPartitionsResponsePartition.offline_replicas");
        it.offline_replicas = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("DescribeTopicPartitionsResponsePartition.error_code");
        w.i16(self.error_code);
        w.field("DescribeTopicPartitionsResponsePartition.partition_index");
        w.i32(self.partition_index);
        w.field("DescribeTopicPartitionsResponsePartition.leader_id");
        w.i32(self.leader_id);
        w.field("DescribeTopicPartitionsResponsePartition.leader_epoch");
        w.i32(self.leader_epoch);
        w.field("DescribeTopicPartitionsResponsePartition.replica_nodes");
        w.array(Form::Compact, &self.replica_nodes, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.field("DescribeTopicPartitionsResponsePartition.isr_nodes");
        w.array(Form::Compact, &self.isr_nodes, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.field("DescribeTopicPartitionsResponsePartition.eligible_leader_replicas");
        match &self.eligible_leader_replicas {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| {
                    w.i32(*it);
                    Ok(())
                })?;
            }
        }
        w.field("DescribeTopicPartitionsResponsePartition.last_known_elr");
        match &self.last_known_elr {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| {
                    w.i32(*it);
                    Ok(())
                })?;
            }
        }
        w.field("DescribeTopicPartitionsResponsePartition.offline_replicas");
        w.array(Form::Compact, &self.offline_replicas, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`DescribeTopicPartitionsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cursor {
    pub topic_name: String,
    pub partition_index: i32,
}

impl Cursor {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Cursor.topic_name");
        it.topic_name = r.string(Form::Compact)?;
        r.field("Cursor.partition_index");
        it.partition_index = r.i32()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("Cursor.topic_name");
        w.string(Form::Compact, &self.topic_name)?;
        w.field("Cursor.partition_index");
        w.i32(self.partition_index);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for DescribeTopicPartitionsResponse {
    const NAME: &'static str = "DescribeTopicPartitionsResponse";
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
