// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `ShareGroupDescribeResponse`, versions 1 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupDescribeResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribedGroup>,
}

impl ShareGroupDescribeResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ShareGroupDescribeResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("ShareGroupDescribeResponse.groups");
        it.groups = r.array(Form::Compact, 20, |r| DescribedGroup::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ShareGroupDescribeResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("ShareGroupDescribeResponse.groups");
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

/// A part of [`ShareGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribedGroup {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub group_id: String,
    pub group_state: String,
    pub group_epoch: i32,
    pub assignment_epoch: i32,
    pub assignor_name: String,
    pub members: Vec<Member>,
    pub authorized_operations: i32,
}

impl Default for DescribedGroup {
    fn default() -> Self {
        Self {
            error_code: 0,
            error_message: None,
            group_id: String::new(),
            group_state: String::new(),
            group_epoch: 0,
            assignment_epoch: 0,
            assignor_name: String::new(),
            members: Vec::new(),
            authorized_operations: i32::MIN,
        }
    }
}

impl DescribedGroup {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribedGroup.error_code");
        it.error_code = r.i16()?;
        r.field("DescribedGroup.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.field("DescribedGroup.group_id");
        it.group_id = r.string(Form::Compact)?;
        r.field("DescribedGroup.group_state");
        it.group_state = r.string(Form::Compact)?;
        r.field("DescribedGroup.group_epoch");
        it.group_epoch = r.i32()?;
        r.field("DescribedGroup.assignment_epoch");
        it.assignment_epoch = r.i32()?;
        r.field("DescribedGroup.assignor_name");
        it.assignor_name = r.string(Form::Compact)?;
        r.field("DescribedGroup.members");
        it.members = r.array(Form::Compact, 12, |r| Member::read(r, version))?;
        r.field("DescribedGroup.authorized_operations");
        it.authorized_operations = r.i32()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribedGroup.error_code");
        w.i16(self.error_code);
        w.field("DescribedGroup.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.field("DescribedGroup.group_id");
        w.string(Form::Compact, &self.group_id)?;
        w.field("DescribedGroup.group_state");
        w.string(Form::Compact, &self.group_state)?;
        w.field("DescribedGroup.group_epoch");
        w.i32(self.group_epoch);
        w.field("DescribedGroup.assignment_epoch");
        w.i32(self.assignment_epoch);
        w.field("DescribedGroup.assignor_name");
        w.string(Form::Compact, &self.assignor_name)?;
        w.field("DescribedGroup.members");
        w.array(Form::Compact, &self.members, |w, it| it.write(w, version))?;
        w.field("DescribedGroup.authorized_operations");
        w.i32(self.authorized_operations);
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`ShareGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Member {
    pub member_id: String,
    pub rack_id: Option<String>,
    pub member_epoch: i32,
    pub client_id: String,
    pub client_host: String,
    pub subscribed_topic_names: Vec<String>,
    pub assignment: Assignment,
}

impl Member {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Member.member_id");
        it.member_id = r.string(Form::Compact)?;
        r.field("Member.rack_id");
        it.rack_id = r.nullable_string(Form::Compact)?;
        r.field("Member.member_epoch");
        it.member_epoch = r.i32()?;
        r.field("Member.client_id");
        it.client_id = r.string(Form::Compact)?;
        r.field("Member.client_host");
        it.client_host = r.string(Form::Compact)?;
        r.field("Member.subscribed_topic_names");
        it.subscribed_topic_names = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.field("Member.assignment");
        it.assignment = Assignment::read(r, version)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("Member.member_id");
        w.string(Form::Compact, &self.member_id)?;
        w.field("Member.rack_id");
        w.nullable_string(Form::Compact, self.rack_id.as_deref())?;
        w.field("Member.member_epoch");
        w.i32(self.member_epoch);
        w.field("Member.client_id");
        w.string(Form::Compact, &self.client_id)?;
        w.field("Member.client_host");
        w.string(Form::Compact, &self.client_host)?;
        w.field("Member.subscribed_topic_names");
        w.array(Form::Compact, &self.subscribed_topic_names, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.field("Member.assignment");
        self.assignment.write(w, version)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assignment {
    pub topic_partitions: Vec<TopicPartitions>,
}

impl Assignment {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Assignment.topic_partitions");
        it.topic_partitions = r.array(Form::Compact, 19, |r| TopicPartitions::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("Assignment.topic_partitions");
        w.array(Form::Compact, &self.topic_partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartitions {
    pub topic_id: Uuid,
    pub topic_name: String,
    pub partitions: Vec<i32>,
}

impl TopicPartitions {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicPartitions.topic_id");
        it.topic_id = r.uuid()?;
        r.field("TopicPartitions.topic_name");
        it.topic_name = r.string(Form::Compact)?;
        r.field("TopicPartitions.partitions");
        it.partitions = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TopicPartitions.topic_id");
        w.uuid(self.topic_id);
        w.field("TopicPartitions.topic_name");
        w.string(Form::Compact, &self.topic_name)?;
        w.field("TopicPartitions.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ShareGroupDescribeResponse {
    const NAME: &'static str = "ShareGroupDescribeResponse";
    const MIN_VERSION: i16 = 1;
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
