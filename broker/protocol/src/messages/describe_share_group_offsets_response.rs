// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `DescribeShareGroupOffsetsResponse`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeShareGroupOffsetsResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribeShareGroupOffsetsResponseGroup>,
}

impl DescribeShareGroupOffsetsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeShareGroupOffsetsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DescribeShareGroupOffsetsResponse.groups");
        it.groups = r.array(Form::Compact, 6, |r| {
            DescribeShareGroupOffsetsResponseGroup::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeShareGroupOffsetsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DescribeShareGroupOffsetsResponse.groups");
        w.array(Form::Compact, &self.groups, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.groups {
            it.each_error(each);
        }
    }
}

/// A part of [`DescribeShareGroupOffsetsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeShareGroupOffsetsResponseGroup {
    pub group_id: String,
    pub topics: Vec<DescribeShareGroupOffsetsResponseTopic>,
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl DescribeShareGroupOffsetsResponseGroup {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeShareGroupOffsetsResponseGroup.group_id");
        it.group_id = r.string(Form::Compact)?;
        r.field("DescribeShareGroupOffsetsResponseGroup.topics");
        it.topics = r.array(Form::Compact, 19, |r| {
            DescribeShareGroupOffsetsResponseTopic::read(r, version)
        })?;
        r.field("DescribeShareGroupOffsetsResponseGroup.error_code");
        it.error_code = r.i16()?;
        r.field("DescribeShareGroupOffsetsResponseGroup.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeShareGroupOffsetsResponseGroup.group_id");
        w.string(Form::Compact, &self.group_id)?;
        w.field("DescribeShareGroupOffsetsResponseGroup.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.field("DescribeShareGroupOffsetsResponseGroup.error_code");
        w.i16(self.error_code);
        w.field("DescribeShareGroupOffsetsResponseGroup.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
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

/// A part of [`DescribeShareGroupOffsetsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeShareGroupOffsetsResponseTopic {
    pub topic_name: String,
    pub topic_id: Uuid,
    pub partitions: Vec<DescribeShareGroupOffsetsResponsePartition>,
}

impl DescribeShareGroupOffsetsResponseTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeShareGroupOffsetsResponseTopic.topic_name");
        it.topic_name = r.string(Form::Compact)?;
        r.field("DescribeShareGroupOffsetsResponseTopic.topic_id");
        it.topic_id = r.uuid()?;
        r.field("DescribeShareGroupOffsetsResponseTopic.partitions");
        it.partitions = r.array(Form::Compact, 20, |r| {
            DescribeShareGroupOffsetsResponsePartition::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeShareGroupOffsetsResponseTopic.topic_name");
        w.string(Form::Compact, &self.topic_name)?;
        w.field("DescribeShareGroupOffsetsResponseTopic.topic_id");
        w.uuid(self.topic_id);
        w.field("DescribeShareGroupOffsetsResponseTopic.partitions");
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

/// A part of [`DescribeShareGroupOffsetsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeShareGroupOffsetsResponsePartition {
    pub partition_index: i32,
    pub start_offset: i64,
    pub leader_epoch: i32,
    pub lag: i64,
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl Default for DescribeShareGroupOffsetsResponsePartition {
    fn default() -> Self {
        Self {
            partition_index: 0,
            start_offset: 0,
            leader_epoch: 0,
            lag: -1,
            error_code: 0,
            error_message: None,
        }
    }
}

impl DescribeShareGroupOffsetsResponsePartition {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeShareGroupOffsetsResponsePartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("DescribeShareGroupOffsetsResponsePartition.start_offset");
        it.start_offset = r.i64()?;
        r.field("DescribeShareGroupOffsetsResponsePartition.leader_epoch");
        it.leader_epoch = r.i32()?;
        if version >= 1 {
            r.field("DescribeShareGroupOffsetsResponsePartition.lag");
            it.lag = r.i64()?;
        }
        r.field("DescribeShareGroupOffsetsResponsePartition.error_code");
        it.error_code = r.i16()?;
        r.field("DescribeShareGroupOffsetsResponsePartition.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeShareGroupOffsetsResponsePartition.partition_index");
        w.i32(self.partition_index);
        w.field("DescribeShareGroupOffsetsResponsePartition.start_offset");
        w.i64(self.start_offset);
        w.field("DescribeShareGroupOffsetsResponsePartition.leader_epoch");
        w.i32(self.leader_epoch);
        if version >= 1 {
            w.field("DescribeShareGroupOffsetsResponsePartition.lag");
            w.i64(self.lag);
        }
        w.field("DescribeShareGroupOffsetsResponsePartition.error_code");
        w.i16(self.error_code);
        w.field("DescribeShareGroupOffsetsResponsePartition.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for DescribeShareGroupOffsetsResponse {
    const NAME: &'static str = "DescribeShareGroupOffsetsResponse";
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

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
