// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::FetchSnapshotResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `FetchSnapshotRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchSnapshotRequest {
    pub cluster_id: Option<String>,
    pub replica_id: i32,
    pub max_bytes: i32,
    pub topics: Vec<TopicSnapshot>,
}

impl Default for FetchSnapshotRequest {
    fn default() -> Self {
        Self {
            cluster_id: None,
            replica_id: -1,
            max_bytes: i32::MAX,
            topics: Vec::new(),
        }
    }
}

impl FetchSnapshotRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("FetchSnapshotRequest.replica_id");
        it.replica_id = r.i32()?;
        r.field("FetchSnapshotRequest.max_bytes");
        it.max_bytes = r.i32()?;
        r.field("FetchSnapshotRequest.topics");
        it.topics = r.array(Form::Compact, 3, |r| TopicSnapshot::read(r, version))?;
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("FetchSnapshotRequest.cluster_id");
                    it.cluster_id = r.nullable_string(Form::Compact)?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("FetchSnapshotRequest.replica_id");
        w.i32(self.replica_id);
        w.field("FetchSnapshotRequest.max_bytes");
        w.i32(self.max_bytes);
        w.field("FetchSnapshotRequest.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(u32::from(self.cluster_id.is_some()));
        if self.cluster_id.is_some() {
            w.field("FetchSnapshotRequest.cluster_id");
            w.tag(0, |w| {
                w.nullable_string(Form::Compact, self.cluster_id.as_deref())?;
                Ok(())
            })?;
        }

        Ok(())
    }
}

/// A part of [`FetchSnapshotRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicSnapshot {
    pub name: String,
    pub partitions: Vec<PartitionSnapshot>,
}

impl TopicSnapshot {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicSnapshot.name");
        it.name = r.string(Form::Compact)?;
        r.field("TopicSnapshot.partitions");
        it.partitions = r.array(Form::Compact, 30, |r| PartitionSnapshot::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TopicSnapshot.name");
        w.string(Form::Compact, &self.name)?;
        w.field("TopicSnapshot.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`FetchSnapshotRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionSnapshot {
    pub partition: i32,
    pub current_leader_epoch: i32,
    pub snapshot_id: SnapshotId,
    pub position: i64,
    pub replica_directory_id: Uuid,
}

impl PartitionSnapshot {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionSnapshot.partition");
        it.partition = r.i32()?;
        r.field("PartitionSnapshot.current_leader_epoch");
        it.current_leader_epoch = r.i32()?;
        r.field("PartitionSnapshot.snapshot_id");
        it.snapshot_id = SnapshotId::read(r, version)?;
        r.field("PartitionSnapshot.position");
        it.position = r.i64()?;
        r.tags(|tag, r| {
            match tag {
                0 if version >= 1 => {
                    r.field("PartitionSnapshot.replica_directory_id");
                    it.replica_directory_id = r.uuid()?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionSnapshot.partition");
        w.i32(self.partition);
        w.field("PartitionSnapshot.current_leader_epoch");
        w.i32(self.current_leader_epoch);
        w.field("PartitionSnapshot.snapshot_id");
        self.snapshot_id.write(w, version)?;
        w.field("PartitionSnapshot.position");
        w.i64(self.position);
        w.unsigned_varint(u32::from(
            version >= 1 && !self.replica_directory_id.is_zero(),
        ));
        if version >= 1 && !self.replica_directory_id.is_zero() {
            w.field("PartitionSnapshot.replica_directory_id");
            w.tag(0, |w| {
                w.uuid(self.replica_directory_id);
                Ok(())
            })?;
        }

        Ok(())
    }
}

/// A part of [`FetchSnapshotRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotId {
    pub end_offset: i64,
    pub epoch: i32,
}

impl SnapshotId {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("SnapshotId.end_offset");
        it.end_offset = r.i64()?;
        r.field("SnapshotId.epoch");
        it.epoch = r.i32()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("SnapshotId.end_offset");
        w.i64(self.end_offset);
        w.field("SnapshotId.epoch");
        w.i32(self.epoch);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for FetchSnapshotRequest {
    const NAME: &'static str = "FetchSnapshotRequest";
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

impl Request for FetchSnapshotRequest {
    const KEY: ApiKey = ApiKey::FetchSnapshot;
    type Response = FetchSnapshotResponse;
}
