// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::FetchResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `FetchRequest`, versions 4 to 18.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchRequest {
    pub cluster_id: Option<String>,
    pub replica_id: i32,
    pub replica_state: ReplicaState,
    pub max_wait_ms: i32,
    pub min_bytes: i32,
    pub max_bytes: i32,
    pub isolation_level: i8,
    pub session_id: i32,
    pub session_epoch: i32,
    pub topics: Vec<FetchTopic>,
    pub forgotten_topics_data: Vec<ForgottenTopic>,
    pub rack_id: String,
}

impl Default for FetchRequest {
    fn default() -> Self {
        Self {
            cluster_id: None,
            replica_id: -1,
            replica_state: ReplicaState::default(),
            max_wait_ms: 0,
            min_bytes: 0,
            max_bytes: i32::MAX,
            isolation_level: 0,
            session_id: 0,
            session_epoch: -1,
            topics: Vec::new(),
            forgotten_topics_data: Vec::new(),
            rack_id: String::new(),
        }
    }
}

impl FetchRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version <= 14 {
            r.field("FetchRequest.replica_id");
            it.replica_id = r.i32()?;
        }
        r.field("FetchRequest.max_wait_ms");
        it.max_wait_ms = r.i32()?;
        r.field("FetchRequest.min_bytes");
        it.min_bytes = r.i32()?;
        r.field("FetchRequest.max_bytes");
        it.max_bytes = r.i32()?;
        r.field("FetchRequest.isolation_level");
        it.isolation_level = r.i8()?;
        if version >= 7 {
            r.field("FetchRequest.session_id");
            it.session_id = r.i32()?;
        }
        if version >= 7 {
            r.field("FetchRequest.session_epoch");
            it.session_epoch = r.i32()?;
        }
        r.field("FetchRequest.topics");
        it.topics = r.array(Form::of(version, 12), 3, |r| FetchTopic::read(r, version))?;
        if version >= 7 {
            r.field("FetchRequest.forgotten_topics_data");
            it.forgotten_topics_data = r.array(Form::of(version, 12), 3, |r| {
                ForgottenTopic::read(r, version)
            })?;
        }
        if version >= 11 {
            r.field("FetchRequest.rack_id");
            it.rack_id = r.string(Form::of(version, 12))?;
        }
        if version >= 12 {
            r.tags(|tag, r| {
                match tag {
                    0 => {
                        r.field("FetchRequest.cluster_id");
                        it.cluster_id = r.nullable_string(Form::Compact)?;
                    }
                    1 if version >= 15 => {
                        r.field("FetchRequest.replica_state");
                        it.replica_state = ReplicaState::read(r, version)?;
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 14 {
            w.field("FetchRequest.replica_id");
            w.i32(self.replica_id);
        }
        if !(version <= 14) && self.replica_id != -1 {
            return Err(w.not_in_version("FetchRequest.replica_id", version));
        }
        if !(version >= 15) && self.replica_state != ReplicaState::default() {
            return Err(w.not_in_version("FetchRequest.replica_state", version));
        }
        w.field("FetchRequest.max_wait_ms");
        w.i32(self.max_wait_ms);
        w.field("FetchRequest.min_bytes");
        w.i32(self.min_bytes);
        w.field("FetchRequest.max_bytes");
        w.i32(self.max_bytes);
        w.field("FetchRequest.isolation_level");
        w.i8(self.isolation_level);
        if version >= 7 {
            w.field("FetchRequest.session_id");
            w.i32(self.session_id);
        }
        if version >= 7 {
            w.field("FetchRequest.session_epoch");
            w.i32(self.session_epoch);
        }
        w.field("FetchRequest.topics");
        w.array(Form::of(version, 12), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 7 {
            w.field("FetchRequest.forgotten_topics_data");
            w.array(
                Form::of(version, 12),
                &self.forgotten_topics_data,
                |w, it| it.write(w, version),
            )?;
        }
        if !(version >= 7) && !self.forgotten_topics_data.is_empty() {
            return Err(w.not_in_version("FetchRequest.forgotten_topics_data", version));
        }
        if version >= 11 {
            w.field("FetchRequest.rack_id");
            w.string(Form::of(version, 12), &self.rack_id)?;
        }
        if version >= 12 {
            w.unsigned_varint(
                u32::from(self.cluster_id.is_some())
                    + u32::from(version >= 15 && self.replica_state != ReplicaState::default()),
            );
            if self.cluster_id.is_some() {
                w.field("FetchRequest.cluster_id");
                w.tag(0, |w| {
                    w.nullable_string(Form::Compact, self.cluster_id.as_deref())?;
                    Ok(())
                })?;
            }
            if version >= 15 && self.replica_state != ReplicaState::default() {
                w.field("FetchRequest.replica_state");
                w.tag(1, |w| {
                    self.replica_state.write(w, version)?;
                    Ok(())
                })?;
            }
        }

        Ok(())
    }
}

/// A part of [`FetchRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicaState {
    pub replica_id: i32,
    pub replica_epoch: i64,
}

impl Default for ReplicaState {
    fn default() -> Self {
        Self {
            replica_id: -1,
            replica_epoch: -1,
        }
    }
}

impl ReplicaState {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ReplicaState.replica_id");
        it.replica_id = r.i32()?;
        r.field("ReplicaState.replica_epoch");
        it.replica_epoch = r.i64()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ReplicaState.replica_id");
        w.i32(self.replica_id);
        w.field("ReplicaState.replica_epoch");
        w.i64(self.replica_epoch);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`FetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchTopic {
    pub topic: String,
    pub topic_id: Uuid,
    pub partitions: Vec<FetchPartition>,
}

impl FetchTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version <= 12 {
            r.field("FetchTopic.topic");
            it.topic = r.string(Form::of(version, 12))?;
        }
        if version >= 13 {
            r.field("FetchTopic.topic_id");
            it.topic_id = r.uuid()?;
        }
        r.field("FetchTopic.partitions");
        it.partitions = r.array(Form::of(version, 12), 16, |r| {
            FetchPartition::read(r, version)
        })?;
        if version >= 12 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 12 {
            w.field("FetchTopic.topic");
            w.string(Form::of(version, 12), &self.topic)?;
        }
        if version >= 13 {
            w.field("FetchTopic.topic_id");
            w.uuid(self.topic_id);
        }
        w.field("FetchTopic.partitions");
        w.array(Form::of(version, 12), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 12 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`FetchRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct FetchPartition {
    pub partition: i32,
    pub current_leader_epoch: i32,
    pub fetch_offset: i64,
    pub last_fetched_epoch: i32,
    pub log_start_offset: i64,
    pub partition_max_bytes: i32,
    pub replica_directory_id: Uuid,
    pub high_watermark: i64,
}

impl Default for FetchPartition {
    fn default() -> Self {
        Self {
            partition: 0,
            current_leader_epoch: -1,
            fetch_offset: 0,
            last_fetched_epoch: -1,
            log_start_offset: -1,
            partition_max_bytes: 0,
            replica_directory_id: Uuid::ZERO,
            high_watermark: i64::MAX,
        }
    }
}

impl FetchPartition {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("FetchPartition.partition");
        it.partition = r.i32()?;
        if version >= 9 {
            r.field("FetchPartition.current_leader_epoch");
            it.current_leader_epoch = r.i32()?;
        }
        r.field("FetchPartition.fetch_offset");
        it.fetch_offset = r.i64()?;
        if version >= 12 {
            r.field("FetchPartition.last_fetched_epoch");
            it.last_fetched_epoch = r.i32()?;
        }
        if version >= 5 {
            r.field("FetchPartition.log_start_offset");
            it.log_start_offset = r.i64()?;
        }
        r.field("FetchPartition.partition_max_bytes");
        it.partition_max_bytes = r.i32()?;
        if version >= 12 {
            r.tags(|tag, r| {
                match tag {
                    0 if version >= 17 => {
                        r.field("FetchPartition.replica_directory_id");
                        it.replica_directory_id = r.uuid()?;
                    }
                    1 if version >= 18 => {
                        r.field("FetchPartition.high_watermark");
                        it.high_watermark = r.i64()?;
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("FetchPartition.partition");
        w.i32(self.partition);
        if version >= 9 {
            w.field("FetchPartition.current_leader_epoch");
            w.i32(self.current_leader_epoch);
        }
        w.field("FetchPartition.fetch_offset");
        w.i64(self.fetch_offset);
        if version >= 12 {
            w.field("FetchPartition.last_fetched_epoch");
            w.i32(self.last_fetched_epoch);
        }
        if !(version >= 12) && self.last_fetched_epoch != -1 {
            return Err(w.not_in_version("FetchPartition.last_fetched_epoch", version));
        }
        if version >= 5 {
            w.field("FetchPartition.log_start_offset");
            w.i64(self.log_start_offset);
        }
        w.field("FetchPartition.partition_max_bytes");
        w.i32(self.partition_max_bytes);
        if version >= 12 {
            w.unsigned_varint(
                u32::from(version >= 17 && !self.replica_directory_id.is_zero())
                    + u32::from(version >= 18 && self.high_watermark != i64::MAX),
            );
            if version >= 17 && !self.replica_directory_id.is_zero() {
                w.field("FetchPartition.replica_directory_id");
                w.tag(0, |w| {
                    w.uuid(self.replica_directory_id);
                    Ok(())
                })?;
            }
            if version >= 18 && self.high_watermark != i64::MAX {
                w.field("FetchPartition.high_watermark");
                w.tag(1, |w| {
                    w.i64(self.high_watermark);
                    Ok(())
                })?;
            }
        }

        Ok(())
    }
}

/// A part of [`FetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForgottenTopic {
    pub topic: String,
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
}

impl ForgottenTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version <= 12 {
            r.field("ForgottenTopic.topic");
            it.topic = r.string(Form::of(version, 12))?;
        }
        if version >= 13 {
            r.field("ForgottenTopic.topic_id");
            it.topic_id = r.uuid()?;
        }
        r.field("ForgottenTopic.partitions");
        it.partitions = r.array(Form::of(version, 12), 4, Reader::i32)?;
        if version >= 12 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 12 {
            w.field("ForgottenTopic.topic");
            w.string(Form::of(version, 12), &self.topic)?;
        }
        if version >= 13 {
            w.field("ForgottenTopic.topic_id");
            w.uuid(self.topic_id);
        }
        w.field("ForgottenTopic.partitions");
        w.array(Form::of(version, 12), &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        if version >= 12 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for FetchRequest {
    const NAME: &'static str = "FetchRequest";
    const MIN_VERSION: i16 = 4;
    const MAX_VERSION: i16 = 18;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for FetchRequest {
    const KEY: ApiKey = ApiKey::Fetch;
    type Response = FetchResponse;
}
