// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::StreamsGroupHeartbeatResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `StreamsGroupHeartbeatRequest`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamsGroupHeartbeatRequest {
    pub group_id: String,
    pub member_id: String,
    pub member_epoch: i32,
    pub endpoint_information_epoch: i32,
    pub instance_id: Option<String>,
    pub rack_id: Option<String>,
    pub rebalance_timeout_ms: i32,
    pub topology: Option<Topology>,
    pub active_tasks: Option<Vec<TaskIds>>,
    pub standby_tasks: Option<Vec<TaskIds>>,
    pub warmup_tasks: Option<Vec<TaskIds>>,
    pub process_id: Option<String>,
    pub user_endpoint: Option<Endpoint>,
    pub client_tags: Option<Vec<KeyValue>>,
    pub task_offsets: Option<Vec<TaskOffset>>,
    pub task_end_offsets: Option<Vec<TaskOffset>>,
    pub shutdown_application: bool,
}

impl Default for StreamsGroupHeartbeatRequest {
    fn default() -> Self {
        Self {
            group_id: String::new(),
            member_id: String::new(),
            member_epoch: 0,
            endpoint_information_epoch: 0,
            instance_id: None,
            rack_id: None,
            rebalance_timeout_ms: -1,
            topology: None,
            active_tasks: None,
            standby_tasks: None,
            warmup_tasks: None,
            process_id: None,
            user_endpoint: None,
            client_tags: None,
            task_offsets: None,
            task_end_offsets: None,
            shutdown_application: false,
        }
    }
}

impl StreamsGroupHeartbeatRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("StreamsGroupHeartbeatRequest.group_id");
        it.group_id = r.string(Form::Compact)?;
        r.field("StreamsGroupHeartbeatRequest.member_id");
        it.member_id = r.string(Form::Compact)?;
        r.field("StreamsGroupHeartbeatRequest.member_epoch");
        it.member_epoch = r.i32()?;
        r.field("StreamsGroupHeartbeatRequest.endpoint_information_epoch");
        it.endpoint_information_epoch = r.i32()?;
        r.field("StreamsGroupHeartbeatRequest.instance_id");
        it.instance_id = r.nullable_string(Form::Compact)?;
        r.field("StreamsGroupHeartbeatRequest.rack_id");
        it.rack_id = r.nullable_string(Form::Compact)?;
        r.field("StreamsGroupHeartbeatRequest.rebalance_timeout_ms");
        it.rebalance_timeout_ms = r.i32()?;
        r.field("StreamsGroupHeartbeatRequest.topology");
        it.topology = r.nullable_struct(|r| Topology::read(r, version))?;
        r.field("StreamsGroupHeartbeatRequest.active_tasks");
        it.active_tasks = r.nullable_array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupHeartbeatRequest.standby_tasks");
        it.standby_tasks = r.nullable_array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupHeartbeatRequest.warmup_tasks");
        it.warmup_tasks = r.nullable_array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupHeartbeatRequest.process_id");
        it.process_id = r.nullable_string(Form::Compact)?;
        r.field("StreamsGroupHeartbeatRequest.user_endpoint");
        it.user_endpoint = r.nullable_struct(|r| Endpoint::read(r, version))?;
        r.field("StreamsGroupHeartbeatRequest.client_tags");
        it.client_tags = r.nullable_array(Form::Compact, 3, |r| KeyValue::read(r, version))?;
        r.field("StreamsGroupHeartbeatRequest.task_offsets");
        it.task_offsets = r.nullable_array(Form::Compact, 14, |r| TaskOffset::read(r, version))?;
        r.field("StreamsGroupHeartbeatRequest.task_end_offsets");
        it.task_end_offsets =
            r.nullable_array(Form::Compact, 14, |r| TaskOffset::read(r, version))?;
        r.field("StreamsGroupHeartbeatRequest.shutdown_application");
        it.shutdown_application = r.bool()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("StreamsGroupHeartbeatRequest.group_id");
        w.string(Form::Compact, &self.group_id)?;
        w.field("StreamsGroupHeartbeatRequest.member_id");
        w.string(Form::Compact, &self.member_id)?;
        w.field("StreamsGroupHeartbeatRequest.member_epoch");
        w.i32(self.member_epoch);
        w.field("StreamsGroupHeartbeatRequest.endpoint_information_epoch");
        w.i32(self.endpoint_information_epoch);
        w.field("StreamsGroupHeartbeatRequest.instance_id");
        w.nullable_string(Form::Compact, self.instance_id.as_deref())?;
        w.field("StreamsGroupHeartbeatRequest.rack_id");
        w.nullable_string(Form::Compact, self.rack_id.as_deref())?;
        w.field("StreamsGroupHeartbeatRequest.rebalance_timeout_ms");
        w.i32(self.rebalance_timeout_ms);
        w.field("StreamsGroupHeartbeatRequest.topology");
        match &self.topology {
            None => w.i8(-1),
            Some(it) => {
                w.i8(1);
                it.write(w, version)?;
            }
        }
        w.field("StreamsGroupHeartbeatRequest.active_tasks");
        match &self.active_tasks {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.field("StreamsGroupHeartbeatRequest.standby_tasks");
        match &self.standby_tasks {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.field("StreamsGroupHeartbeatRequest.warmup_tasks");
        match &self.warmup_tasks {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.field("StreamsGroupHeartbeatRequest.process_id");
        w.nullable_string(Form::Compact, self.process_id.as_deref())?;
        w.field("StreamsGroupHeartbeatRequest.user_endpoint");
        match &self.user_endpoint {
            None => w.i8(-1),
            Some(it) => {
                w.i8(1);
                it.write(w, version)?;
            }
        }
        w.field("StreamsGroupHeartbeatRequest.client_tags");
        match &self.client_tags {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.field("StreamsGroupHeartbeatRequest.task_offsets");
        match &self.task_offsets {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.field("StreamsGroupHeartbeatRequest.task_end_offsets");
        match &self.task_end_offsets {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.field("StreamsGroupHeartbeatRequest.shutdown_application");
        w.bool(self.shutdown_application);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupHeartbeatRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Topology {
    pub epoch: i32,
    pub subtopologies: Vec<Subtopology>,
}

impl Topology {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Topology.epoch");
        it.epoch = r.i32()?;
        r.field("Topology.subtopologies");
        it.subtopologies = r.array(Form::Compact, 8, |r| Subtopology::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("Topology.epoch");
        w.i32(self.epoch);
        w.field("Topology.subtopologies");
        w.array(Form::Compact, &self.subtopologies, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupHeartbeatRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Subtopology {
    pub subtopology_id: String,
    pub source_topics: Vec<String>,
    pub source_topic_regex: Vec<String>,
    pub state_changelog_topics: Vec<TopicInfo>,
    pub repartition_sink_topics: Vec<String>,
    pub repartition_source_topics: Vec<TopicInfo>,
    pub copartition_groups: Vec<CopartitionGroup>,
}

impl Subtopology {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Subtopology.subtopology_id");
        it.subtopology_id = r.string(Form::Compact)?;
        r.field("Subtopology.source_topics");
        it.source_topics = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.field("Subtopology.source_topic_regex");
        it.source_topic_regex = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.field("Subtopology.state_changelog_topics");
        it.state_changelog_topics = r.array(Form::Compact, 9, |r| TopicInfo::read(r, version))?;
        r.field("Subtopology.repartition_sink_topics");
        it.repartition_sink_topics = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.field("Subtopology.repartition_source_topics");
        it.repartition_source_topics =
            r.array(Form::Compact, 9, |r| TopicInfo::read(r, version))?;
        r.field("Subtopology.copartition_groups");
        it.copartition_groups =
            r.array(Form::Compact, 4, |r| CopartitionGroup::read(r, version))?;
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
        w.field("Subtopology.source_topic_regex");
        w.array(Form::Compact, &self.source_topic_regex, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.field("Subtopology.state_changelog_topics");
        w.array(Form::Compact, &self.state_changelog_topics, |w, it| {
            it.write(w, version)
        })?;
        w.field("Subtopology.repartition_sink_topics");
        w.array(Form::Compact, &self.repartition_sink_topics, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.field("Subtopology.repartition_source_topics");
        w.array(Form::Compact, &self.repartition_source_topics, |w, it| {
            it.write(w, version)
        })?;
        w.field("Subtopology.copartition_groups");
        w.array(Form::Compact, &self.copartition_groups, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupHeartbeatRequest`].
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

/// A part of [`StreamsGroupHeartbeatRequest`].
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

/// A part of [`StreamsGroupHeartbeatRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CopartitionGroup {
    pub source_topics: Vec<i16>,
    pub source_topic_regex: Vec<i16>,
    pub repartition_source_topics: Vec<i16>,
}

impl CopartitionGroup {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CopartitionGroup.source_topics");
        it.source_topics = r.array(Form::Compact, 2, Reader::i16)?;
        r.field("CopartitionGroup.source_topic_regex");
        it.source_topic_regex = r.array(Form::Compact, 2, Reader::i16)?;
        r.field("CopartitionGroup.repartition_source_topics");
        it.repartition_source_topics = r.array(Form::Compact, 2, Reader::i16)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("CopartitionGroup.source_topics");
        w.array(Form::Compact, &self.source_topics, |w, it| {
            w.i16(*it);
            Ok(())
        })?;
        w.field("CopartitionGroup.source_topic_regex");
        w.array(Form::Compact, &self.source_topic_regex, |w, it| {
            w.i16(*it);
            Ok(())
        })?;
        w.field("CopartitionGroup.repartition_source_topics");
        w.array(Form::Compact, &self.repartition_source_topics, |w, it| {
            w.i16(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupHeartbeatRequest`].
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

/// A part of [`StreamsGroupHeartbeatRequest`].
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

/// A part of [`StreamsGroupHeartbeatRequest`].
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

impl Message for StreamsGroupHeartbeatRequest {
    const NAME: &'static str = "StreamsGroupHeartbeatRequest";
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
}

impl Request for StreamsGroupHeartbeatRequest {
    const KEY: ApiKey = ApiKey::StreamsGroupHeartbeat;
    type Response = StreamsGroupHeartbeatResponse;
}
