// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `FetchSnapshotResponse`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchSnapshotResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub topics: Vec<TopicSnapshot>,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl FetchSnapshotResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("FetchSnapshotResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("FetchSnapshotResponse.error_code");
        it.error_code = r.i16()?;
        r.field("FetchSnapshotResponse.topics");
        it.topics = r.array(Form::Compact, 3, |r| TopicSnapshot::read(r, version))?;
        r.tags(|tag, r| {
            match tag {
                0 if version >= 1 => {
                    r.field("FetchSnapshotResponse.node_endpoints");
                    it.node_endpoints =
                        r.array(Form::Compact, 8, |r| NodeEndpoint::read(r, version))?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("FetchSnapshotResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("FetchSnapshotResponse.error_code");
        w.i16(self.error_code);
        w.field("FetchSnapshotResponse.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(u32::from(version >= 1 && !self.node_endpoints.is_empty()));
        if version >= 1 && !self.node_endpoints.is_empty() {
            w.field("FetchSnapshotResponse.node_endpoints");
            w.tag(0, |w| {
                w.array(Form::Compact, &self.node_endpoints, |w, it| {
                    it.write(w, version)
                })?;
                Ok(())
            })?;
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.topics {
            it.each_error(each);
        }
    }
}

/// A part of [`FetchSnapshotResponse`].
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
        it.partitions = r.array(Form::Compact, 37, |r| PartitionSnapshot::read(r, version))?;
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
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.partitions {
            it.each_error(each);
        }
    }
}

/// A part of [`FetchSnapshotResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionSnapshot {
    pub index: i32,
    pub error_code: i16,
    pub snapshot_id: SnapshotId,
    pub current_leader: LeaderIdAndEpoch,
    pub size: i64,
    pub position: i64,
    pub unaligned_records: Bytes,
}

impl PartitionSnapshot {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionSnapshot.index");
        it.index = r.i32()?;
        r.field("PartitionSnapshot.error_code");
        it.error_code = r.i16()?;
        r.field("PartitionSnapshot.snapshot_id");
        it.snapshot_id = SnapshotId::read(r, version)?;
        r.field("PartitionSnapshot.size");
        it.size = r.i64()?;
        r.field("PartitionSnapshot.position");
        it.position = r.i64()?;
        r.field("PartitionSnapshot.unaligned_records");
        it.unaligned_records = r.bytes(Form::Compact)?;
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("PartitionSnapshot.current_leader");
                    it.current_leader = LeaderIdAndEpoch::read(r, version)?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionSnapshot.index");
        w.i32(self.index);
        w.field("PartitionSnapshot.error_code");
        w.i16(self.error_code);
        w.field("PartitionSnapshot.snapshot_id");
        self.snapshot_id.write(w, version)?;
        w.field("PartitionSnapshot.size");
        w.i64(self.size);
        w.field("PartitionSnapshot.position");
        w.i64(self.position);
        w.field("PartitionSnapshot.unaligned_records");
        w.bytes(Form::Compact, &self.unaligned_records)?;
        w.unsigned_varint(u32::from(
            self.current_leader != LeaderIdAndEpoch::default(),
        ));
        if self.current_leader != LeaderIdAndEpoch::default() {
            w.field("PartitionSnapshot.current_leader");
            w.tag(0, |w| {
                self.current_leader.write(w, version)?;
                Ok(())
            })?;
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`FetchSnapshotResponse`].
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

/// A part of [`FetchSnapshotResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
}

impl LeaderIdAndEpoch {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("LeaderIdAndEpoch.leader_id");
        it.leader_id = r.i32()?;
        r.field("LeaderIdAndEpoch.leader_epoch");
        it.leader_epoch = r.i32()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("LeaderIdAndEpoch.leader_id");
        w.i32(self.leader_id);
        w.field("LeaderIdAndEpoch.leader_epoch");
        w.i32(self.leader_epoch);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`FetchSnapshotResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeEndpoint {
    pub node_id: i32,
    pub host: String,
    pub port: u16,
}

impl NodeEndpoint {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("NodeEndpoint.node_id");
        it.node_id = r.i32()?;
        r.field("NodeEndpoint.host");
        it.host = r.string(Form::Compact)?;
        r.field("NodeEndpoint.port");
        it.port = r.u16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("NodeEndpoint.node_id");
        w.i32(self.node_id);
        w.field("NodeEndpoint.host");
        w.string(Form::Compact, &self.host)?;
        w.field("NodeEndpoint.port");
        w.u16(self.port);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for FetchSnapshotResponse {
    const NAME: &'static str = "FetchSnapshotResponse";
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
