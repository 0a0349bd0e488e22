// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `StreamsGroupDescribeResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupDescribeResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribedGroup>,
}

impl StreamsGroupDescribeResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("StreamsGroupDescribeResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("StreamsGroupDescribeResponse.groups");
        it.groups = r.array(Form::Compact, 20, |r| DescribedGroup::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("StreamsGroupDescribeResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("StreamsGroupDescribeResponse.groups");
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

/// A part of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribedGroup {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub group_id: String,
    pub group_state: String,
    pub group_epoch: i32,
    pub assignment_epoch: i32,
    pub topology: Option<Topology>,
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
            topology: None,
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
        r.field("DescribedGroup.topology");
        it.topology = r.nullable_struct(|r| Topology::read(r, version))?;
        r.field("DescribedGroup.members");
        it.members = r.array(Form::Compact, 28, |r| Member::read(r, version))?;
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
        w.field("DescribedGroup.topology");
        match &self.topology {
            None => w.i8(-1),
            Some(it) => {
                w.i8(1);
                it.write(w, version)?;
            }
        }
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

/// A part of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Topology {
    pub epoch: i32,
    pub subtopologies: Option<Vec<Subtopology>>,
}

impl Topology {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Topology.epoch");
        it.epoch = r.i32()?;
        r.field("Topology.subtopologies");
        it.subtopologies = r.nullable_array(Form::Compact, 6, |r| Subtopology::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("Topology.epoch");
        w.i32(self.epoch);
        w.field("Topology.subtopologies");
        match &self.subtopologies {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Subtopology {
    pub subtopology_id: String,
    pub source_topics: Vec<String>,
    pub repartition_sink_topics: Vec<String>,
    pub state_changelog_topics: Vec<TopicInfo>,
    pub repartition_source_topics: Vec<TopicInfo>,
}

impl Subtopology {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Subtopology.subtopology_id");
        it.subtopology_id = r.string(Form::Compact)?;
        r.field("Subtopology.source_topics");
        it.source_topics = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.field("Subtopology.repartition_sink_topics");
        it.repartition_sink_topics = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.field("Subtopology.state_changelog_topics");
        it.state_changelog_topics = r.array(Form::Compact, 9, |r| TopicInfo::read(r, version))?;
        r.field("Subtopology.repartition_source_topics");
        it.repartition_source_topics =
            r.array(Form::Compact, 9, |r| TopicInfo::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("Subtopology.subtopology_id");
        w.string(Form::Compact, &self.subtopology_id)?;
        w.field("Subtopology.source_topics");
        w.array(Form::Compact, &self.source_topics, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.field("Subtopology.repartition_sink_topics");
        w.array(Form::Compact, &self.repartition_sink_topics, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.field("Subtopology.state_changelog_topics");
        w.array(Form::Compact, &self.state_changelog_topics, |w, it| {
            it.write(w, version)
        })?;
        w.field("Subtopology.repartition_source_topics");
        w.array(Form::Compact, &self.repartition_source_topics, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicInfo {
    pub name: String,
    pub partitions: i32,
    pub replication_factor: i16,
    pub topic_configs: Vec<KeyValue>,
}

impl TopicInfo {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicInfo.name");
        it.name = r.string(Form::Compact)?;
        r.field("TopicInfo.partitions");
        it.partitions = r.i32()?;
        r.field("TopicInfo.replication_factor");
        it.replication_factor = r.i16()?;
        r.field("TopicInfo.topic_configs");
        it.topic_configs = r.array(Form::Compact, 3, |r| KeyValue::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TopicInfo.name");
        w.string(Form::Compact, &self.name)?;
        w.field("TopicInfo.partitions");
        w.i32(self.partitions);
        w.field("TopicInfo.replication_factor");
        w.i16(self.replication_factor);
        w.field("TopicInfo.topic_configs");
        w.array(Form::Compact, &self.topic_configs, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeyValue {
    pub key: String,
    pub value: String,
}

impl KeyValue {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("KeyValue.key");
        it.key = r.string(Form::Compact)?;
        r.field("KeyValue.value");
        it.value = r.string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("KeyValue.key");
        w.string(Form::Compact, &self.key)?;
        w.field("KeyValue.value");
        w.string(Form::Compact, &self.value)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Member {
    pub member_id: String,
    pub member_epoch: i32,
    pub instance_id: Option<String>,
    pub rack_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub topology_epoch: i32,
    pub process_id: String,
    pub user_endpoint: Option<Endpoint>,
    pub client_tags: Vec<KeyValue>,
    pub task_offsets: Vec<TaskOffset>,
    pub task_end_offsets: Vec<TaskOffset>,
    pub assignment: Assignment,
    pub target_assignment: Assignment,
    pub is_classic: bool,
}

impl Member {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Member.member_id");
        it.member_id = r.string(Form::Compact)?;
        r.field("Member.member_epoch");
        it.member_epoch = r.i32()?;
        r.field("Member.instance_id");
        it.instance_id = r.nullable_string(Form::Compact)?;
        r.field("Member.rack_id");
        it.rack_id = r.nullable_string(Form::Compact)?;
        r.field("Member.client_id");
        it.client_id = r.string(Form::Compact)?;
        r.field("Member.client_host");
        it.client_host = r.string(Form::Compact)?;
        r.field("Member.topology_epoch");
        it.topology_epoch = r.i32()?;
        r.field("Member.process_id");
        it.process_id = r.string(Form::Compact)?;
        r.field("Member.user_endpoint");
        it.user_endpoint = r.nullable_struct(|r| Endpoint::read(r, version))?;
        r.field("Member.client_tags");
        it.client_tags = r.array(Form::Compact, 3, |r| KeyValue::read(r, version))?;
        r.field("Member.task_offsets");
        it.task_offsets = r.array(Form::Compact, 14, |r| TaskOffset::read(r, version))?;
        r.field("Member.task_end_offsets");
        it.task_end_offsets = r.array(Form::Compact, 14, |r| TaskOffset::read(r, version))?;
        r.field("Member.assignment");
        it.assignment = Assignment::read(r, version)?;
        r.field("Member.target_assignment");
        it.target_assignment = Assignment::read(r, version)?;
        r.field("Member.is_classic");
        it.is_classic = r.bool()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("Member.member_id");
        w.string(Form::Compact, &self.member_id)?;
        w.field("Member.member_epoch");
        w.i32(self.member_epoch);
        w.field("Member.instance_id");
        w.nullable_string(Form::Compact, self.instance_id.as_deref())?;
        w.field("Member.rack_id");
        w.nullable_string(Form::Compact, self.rack_id.as_deref())?;
        w.field("Member.client_id");
        w.string(Form::Compact, &self.client_id)?;
        w.field("Member.client_host");
        w.string(Form::Compact, &self.client_host)?;
        w.field("Member.topology_epoch");
        w.i32(self.topology_epoch);
        w.field("Member.process_id");
        w.string(Form::Compact, &self.process_id)?;
        w.field("Member.user_endpoint");
        match &self.user_endpoint {
            None => w.i8(-1),
            Some(it) => {
                w.i8(1);
                it.write(w, version)?;
            }
        }
        w.field("Member.client_tags");
        w.array(Form::Compact, &self.client_tags, |w, it| {
            it.write(w, version)
        })?;
        w.field("Member.task_offsets");
        w.array(Form::Compact, &self.task_offsets, |w, it| {
            it.write(w, version)
        })?;
        w.field("Member.task_end_offsets");
        w.array(Form::Compact, &self.task_end_offsets, |w, it| {
            it.write(w, version)
        })?;
        w.field("Member.assignment");
        self.assignment.write(w, version)?;
        w.field("Member.target_assignment");
        self.target_assignment.write(w, version)?;
        w.field("Member.is_classic");
        w.bool(self.is_classic);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
}

impl Endpoint {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Endpoint.host");
        it.host = r.string(Form::Compact)?;
        r.field("Endpoint.port");
        it.port = r.u16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("Endpoint.host");
        w.string(Form::Compact, &self.host)?;
        w.field("Endpoint.port");
        w.u16(self.port);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskOffset {
    pub subtopology_id: String,
    pub partition: i32,
    pub offset: i64,
}

impl TaskOffset {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TaskOffset.subtopology_id");
        it.subtopology_id = r.string(Form::Compact)?;
        r.field("TaskOffset.partition");
        it.partition = r.i32()?;
        r.field("TaskOffset.offset");
        it.offset = r.i64()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TaskOffset.subtopology_id");
        w.string(Form::Compact, &self.subtopology_id)?;
        w.field("TaskOffset.partition");
        w.i32(self.partition);
        w.field("TaskOffset.offset");
        w.i64(self.offset);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assignment {
    pub active_tasks: Vec<TaskIds>,
    pub standby_tasks: Vec<TaskIds>,
    pub warmup_tasks: Vec<TaskIds>,
}

impl Assignment {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Assignment.active_tasks");
        it.active_tasks = r.array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("Assignment.standby_tasks");
        it.standby_tasks = r.array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("Assignment.warmup_tasks");
        it.warmup_tasks = r.array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("Assignment.active_tasks");
        w.array(Form::Compact, &self.active_tasks, |w, it| {
            it.write(w, version)
        })?;
        w.field("Assignment.standby_tasks");
        w.array(Form::Compact, &self.standby_tasks, |w, it| {
            it.write(w, version)
        })?;
        w.field("Assignment.warmup_tasks");
        w.array(Form::Compact, &self.warmup_tasks, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskIds {
    pub subtopology_id: String,
    pub partitions: Vec<i32>,
}

impl TaskIds {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TaskIds.subtopology_id");
        it.subtopology_id = r.string(Form::Compact)?;
        r.field("TaskIds.partitions");
        it.partitions = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TaskIds.subtopology_id");
        w.string(Form::Compact, &self.subtopology_id)?;
        w.field("TaskIds.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for StreamsGroupDescribeResponse {
    const NAME: &'static str = "StreamsGroupDescribeResponse";
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
