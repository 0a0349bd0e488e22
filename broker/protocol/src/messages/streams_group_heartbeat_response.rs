// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `StreamsGroupHeartbeatResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamsGroupHeartbeatResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub member_id: String,
    pub member_epoch: i32,
    pub heartbeat_interval_ms: i32,
    pub acceptable_recovery_lag: i32,
    pub task_offset_interval_ms: i32,
    pub status: Option<Vec<Status>>,
    pub active_tasks: Option<Vec<TaskIds>>,
    pub standby_tasks: Option<Vec<TaskIds>>,
    pub warmup_tasks: Option<Vec<TaskIds>>,
    pub endpoint_information_epoch: i32,
    pub partitions_by_user_endpoint: Option<Vec<EndpointToPartitions>>,
}

impl Default for StreamsGroupHeartbeatResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            error_message: None,
            member_id: String::new(),
            member_epoch: 0,
            heartbeat_interval_ms: 0,
            acceptable_recovery_lag: 0,
            task_offset_interval_ms: 0,
            status: Some(Vec::new()),
            active_tasks: None,
            standby_tasks: None,
            warmup_tasks: None,
            endpoint_information_epoch: 0,
            partitions_by_user_endpoint: None,
        }
    }
}

impl StreamsGroupHeartbeatResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("StreamsGroupHeartbeatResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("StreamsGroupHeartbeatResponse.error_code");
        it.error_code = r.i16()?;
        r.field("StreamsGroupHeartbeatResponse.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.field("StreamsGroupHeartbeatResponse.member_id");
        it.member_id = r.string(Form::Compact)?;
        r.field("StreamsGroupHeartbeatResponse.member_epoch");
        it.member_epoch = r.i32()?;
        r.field("StreamsGroupHeartbeatResponse.heartbeat_interval_ms");
        it.heartbeat_interval_ms = r.i32()?;
        r.field("StreamsGroupHeartbeatResponse.acceptable_recovery_lag");
        it.acceptable_recovery_lag = r.i32()?;
        r.field("StreamsGroupHeartbeatResponse.task_offset_interval_ms");
        it.task_offset_interval_ms = r.i32()?;
        r.field("StreamsGroupHeartbeatResponse.status");
        it.status = r.nullable_array(Form::Compact, 3, |r| Status::read(r, version))?;
        r.field("StreamsGroupHeartbeatResponse.active_tasks");
        it.active_tasks = r.nullable_array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupHeartbeatResponse.standby_tasks");
        it.standby_tasks = r.nullable_array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupHeartbeatResponse.warmup_tasks");
        it.warmup_tasks = r.nullable_array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupHeartbeatResponse.endpoint_information_epoch");
        it.endpoint_information_epoch = r.i32()?;
        r.field("StreamsGroupHeartbeatResponse.partitions_by_user_endpoint");
        it.partitions_by_user_endpoint =
            r.nullable_array(Form::Compact, 7, |r| EndpointToPartitions::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("StreamsGroupHeartbeatResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("StreamsGroupHeartbeatResponse.error_code");
        w.i16(self.error_code);
        w.field("StreamsGroupHeartbeatResponse.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.field("StreamsGroupHeartbeatResponse.member_id");
        w.string(Form::Compact, &self.member_id)?;
        w.field("StreamsGroupHeartbeatResponse.member_epoch");
        w.i32(self.member_epoch);
        w.field("StreamsGroupHeartbeatResponse.heartbeat_interval_ms");
        w.i32(self.heartbeat_interval_ms);
        w.field("StreamsGroupHeartbeatResponse.acceptable_recovery_lag");
        w.i32(self.acceptable_recovery_lag);
        w.field("StreamsGroupHeartbeatResponse.task_offset_interval_ms");
        w.i32(self.task_offset_interval_ms);
        w.field("StreamsGroupHeartbeatResponse.status");
        match &self.status {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.field("StreamsGroupHeartbeatResponse.active_tasks");
        match &self.active_tasks {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.field("StreamsGroupHeartbeatResponse.standby_tasks");
        match &self.standby_tasks {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.field("StreamsGroupHeartbeatResponse.warmup_tasks");
        match &self.warmup_tasks {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.field("StreamsGroupHeartbeatResponse.endpoint_information_epoch");
        w.i32(self.endpoint_information_epoch);
        w.field("StreamsGroupHeartbeatResponse.partitions_by_user_endpoint");
        match &self.partitions_by_user_endpoint {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`StreamsGroupHeartbeatResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Status {
    pub status_code: i8,
    pub status_detail: String,
}

impl Status {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Status.status_code");
        it.status_code = r.i8()?;
        r.field("Status.status_detail");
        it.status_detail = r.string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("Status.status_code");
        w.i8(self.status_code);
        w.field("Status.status_detail");
        w.string(Form::Compact, &self.status_detail)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupHeartbeatResponse`].
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

/// A part of [`StreamsGroupHeartbeatResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EndpointToPartitions {
    pub user_endpoint: Endpoint,
    pub active_partitions: Vec<TopicPartition>,
    pub standby_partitions: Vec<TopicPartition>,
}

impl EndpointToPartitions {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("EndpointToPartitions.user_endpoint");
        it.user_endpoint = Endpoint::read(r, version)?;
        r.field("EndpointToPartitions.active_partitions");
        it.active_partitions = r.array(Form::Compact, 3, |r| TopicPartition::read(r, version))?;
        r.field("EndpointToPartitions.standby_partitions");
        it.standby_partitions = r.array(Form::Compact, 3, |r| TopicPartition::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("EndpointToPartitions.user_endpoint");
        self.user_endpoint.write(w, version)?;
        w.field("EndpointToPartitions.active_partitions");
        w.array(Form::Compact, &self.active_partitions, |w, it| {
            it.write(w, version)
        })?;
        w.field("EndpointToPartitions.standby_partitions");
        w.array(Form::Compact, &self.standby_partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupHeartbeatResponse`].
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

/// A part of [`StreamsGroupHeartbeatResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartition {
    pub topic: String,
    pub partitions: Vec<i32>,
}

impl TopicPartition {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicPartition.topic");
        it.topic = r.string(Form::Compact)?;
        r.field("TopicPartition.partitions");
        it.partitions = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TopicPartition.topic");
        w.string(Form::Compact, &self.topic)?;
        w.field("TopicPartition.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for StreamsGroupHeartbeatResponse {
    const NAME: &'static str = "StreamsGroupHeartbeatResponse";
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
