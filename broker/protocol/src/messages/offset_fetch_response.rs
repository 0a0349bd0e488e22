// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `OffsetFetchResponse`, versions 1 to 10.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<OffsetFetchResponseTopic>,
    pub error_code: i16,
    pub groups: Vec<OffsetFetchResponseGroup>,
}

impl OffsetFetchResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 3 {
            r.field("OffsetFetchResponse.throttle_time_ms");
            it.throttle_time_ms = r.i32()?;
        }
        if version <= 7 {
            r.field("OffsetFetchResponse.topics");
            it.topics = r.array(Form::of(version, 6), 3, |r| {
                OffsetFetchResponseTopic::read(r, version)
            })?;
        }
        if (2..=7).contains(&version) {
            r.field("OffsetFetchResponse.error_code");
            it.error_code = r.i16()?;
        }
        if version >= 8 {
            r.field("OffsetFetchResponse.groups");
            it.groups = r.array(Form::Compact, 5, |r| {
                OffsetFetchResponseGroup::read(r, version)
            })?;
        }
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 3 {
            w.field("OffsetFetchResponse.throttle_time_ms");
            w.i32(self.throttle_time_ms);
        }
        if version <= 7 {
            w.field("OffsetFetchResponse.topics");
            w.array(Form::of(version, 6), &self.topics, |w, it| {
                it.write(w, version)
            })?;
        }
        if !(version <= 7) && !self.topics.is_empty() {
            return Err(w.not_in_version("OffsetFetchResponse.topics", version));
        }
        if (2..=7).contains(&version) {
            w.field("OffsetFetchResponse.error_code");
            w.i16(self.error_code);
        }
        if version >= 8 {
            w.field("OffsetFetchResponse.groups");
            w.array(Form::Compact, &self.groups, |w, it| it.write(w, version))?;
        }
        if !(version >= 8) && !self.groups.is_empty() {
            return Err(w.not_in_version("OffsetFetchResponse.groups", version));
        }
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.topics {
            it.each_error(each);
        }
        each(self.error_code);
        for it in &self.groups {
            it.each_error(each);
        }
    }
}

/// A part of [`OffsetFetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchResponseTopic {
    pub name: String,
    pub partitions: Vec<OffsetFetchResponsePartition>,
}

impl OffsetFetchResponseTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetFetchResponseTopic.name");
        it.name = r.string(Form::of(version, 6))?;
        r.field("OffsetFetchResponseTopic.partitions");
        it.partitions = r.array(Form::of(version, 6), 16, |r| {
            OffsetFetchResponsePartition::read(r, version)
        })?;
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetFetchResponseTopic.name");
        w.string(Form::of(version, 6), &self.name)?;
        w.field("OffsetFetchResponseTopic.partitions");
        w.array(Form::of(version, 6), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.partitions {
            it.each_error(each);
        }
    }
}

/// A part of [`OffsetFetchResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchResponsePartition {
    pub partition_index: i32,
    pub committed_offset: i64,
    pub committed_leader_epoch: i32,
    pub metadata: Option<String>,
    pub error_code: i16,
}

impl Default for OffsetFetchResponsePartition {
    fn default() -> Self {
        Self {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            metadata: None,
            error_code: 0,
        }
    }
}

impl OffsetFetchResponsePartition {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetFetchResponsePartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("OffsetFetchResponsePartition.committed_offset");
        it.committed_offset = r.i64()?;
        if version >= 5 {
            r.field("OffsetFetchResponsePartition.committed_leader_epoch");
            it.committed_leader_epoch = r.i32()?;
        }
        r.field("OffsetFetchResponsePartition.metadata");
        it.metadata = r.nullable_string(Form::of(version, 6))?;
        r.field("OffsetFetchResponsePartition.error_code");
        it.error_code = r.i16()?;
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetFetchResponsePartition.partition_index");
        w.i32(self.partition_index);
        w.field("OffsetFetchResponsePartition.committed_offset");
        w.i64(self.committed_offset);
        if version >= 5 {
            w.field("OffsetFetchResponsePartition.committed_leader_epoch");
            w.i32(self.committed_leader_epoch);
        }
        w.field("OffsetFetchResponsePartition.metadata");
        w.nullable_string(Form::of(version, 6), self.metadata.as_deref())?;
        w.field("OffsetFetchResponsePartition.error_code");
        w.i16(self.error_code);
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`OffsetFetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchResponseGroup {
    pub group_id: String,
    pub topics: Vec<OffsetFetchResponseTopics>,
    pub error_code: i16,
}

impl OffsetFetchResponseGroup {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetFetchResponseGroup.group_id");
        it.group_id = r.string(Form::Compact)?;
        r.field("OffsetFetchResponseGroup.topics");
        it.topics = r.array(Form::Compact, 3, |r| {
            OffsetFetchResponseTopics::read(r, version)
        })?;
        r.field("OffsetFetchResponseGroup.error_code");
        it.error_code = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetFetchResponseGroup.group_id");
        w.string(Form::Compact, &self.group_id)?;
        w.field("OffsetFetchResponseGroup.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.field("OffsetFetchResponseGroup.error_code");
        w.i16(self.error_code);
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.topics {
            it.each_error(each);
        }
        each(self.error_code);
    }
}

/// A part of [`OffsetFetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchResponseTopics {
    pub name: String,
    pub topic_id: Uuid,
    pub partitions: Vec<OffsetFetchResponsePartitions>,
}

impl OffsetFetchResponseTopics {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version <= 9 {
            r.field("OffsetFetchResponseTopics.name");
            it.name = r.string(Form::Compact)?;
        }
        if version >= 10 {
            r.field("OffsetFetchResponseTopics.topic_id");
            it.topic_id = r.uuid()?;
        }
        r.field("OffsetFetchResponseTopics.partitions");
        it.partitions = r.array(Form::Compact, 20, |r| {
            OffsetFetchResponsePartitions::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 9 {
            w.field("OffsetFetchResponseTopics.name");
            w.string(Form::Compact, &self.name)?;
        }
        if version >= 10 {
            w.field("OffsetFetchResponseTopics.topic_id");
            w.uuid(self.topic_id);
        }
        w.field("OffsetFetchResponseTopics.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.partitions {
            it.each_error(each);
        }
    }
}

/// A part of [`OffsetFetchResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchResponsePartitions {
    pub partition_index: i32,
    pub committed_offset: i64,
    pub committed_leader_epoch: i32,
    pub metadata: Option<String>,
    pub error_code: i16,
}

impl Default for OffsetFetchResponsePartitions {
    fn default() -> Self {
        Self {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            metadata: None,
            error_code: 0,
        }
    }
}

impl OffsetFetchResponsePartitions {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetFetchResponsePartitions.partition_index");
        it.partition_index = r.i32()?;
        r.field("OffsetFetchResponsePartitions.committed_offset");
        it.committed_offset = r.i64()?;
        r.field("OffsetFetchResponsePartitions.committed_leader_epoch");
        it.committed_leader_epoch = r.i32()?;
        r.field("OffsetFetchResponsePartitions.metadata");
        it.metadata = r.nullable_string(Form::Compact)?;
        r.field("OffsetFetchResponsePartitions.error_code");
        it.error_code = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("OffsetFetchResponsePartitions.partition_index");
        w.i32(self.partition_index);
        w.field("OffsetFetchResponsePartitions.committed_offset");
        w.i64(self.committed_offset);
        w.field("OffsetFetchResponsePartitions.committed_leader_epoch");
        w.i32(self.committed_leader_epoch);
        w.field("OffsetFetchResponsePartitions.metadata");
        w.nullable_string(Form::Compact, self.metadata.as_deref())?;
        w.field("OffsetFetchResponsePartitions.error_code");
        w.i16(self.error_code);
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for OffsetFetchResponse {
    const NAME: &'static str = "OffsetFetchResponse";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 10;

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
