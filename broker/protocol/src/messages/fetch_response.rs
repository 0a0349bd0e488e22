// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `FetchResponse`, versions 4 to 18.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub session_id: i32,
    pub responses: Vec<FetchableTopicResponse>,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl FetchResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("FetchResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        if version >= 7 {
            r.field("FetchResponse.error_code");
            it.error_code = r.i16()?;
        }
        if version >= 7 {
            r.field("FetchResponse.session_id");
            it.session_id = r.i32()?;
        }
        r.field("FetchResponse.responses");
        it.responses = r.array(Form::of(version, 12), 3, |r| {
            FetchableTopicResponse::read(r, version)
        })?;
        if version >= 12 {
            r.tags(|tag, r| {
                match tag {
                    0 if version >= 16 => {
                        r.field("FetchResponse.node_endpoints");
                        it.node_endpoints =
                            r.array(Form::Compact, 11, |r| NodeEndpoint::read(r, version))?;
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("FetchResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        if version >= 7 {
            w.field("FetchResponse.error_code");
            w.i16(self.error_code);
        }
        if version >= 7 {
            w.field("FetchResponse.session_id");
            w.i32(self.session_id);
        }
        w.field("FetchResponse.responses");
        w.array(Form::of(version, 12), &self.responses, |w, it| {
            it.write(w, version)
        })?;
        if version >= 12 {
            w.unsigned_varint(u32::from(version >= 16 && !self.node_endpoints.is_empty()));
            if version >= 16 && !self.node_endpoints.is_empty() {
                w.field("FetchResponse.node_endpoints");
                w.tag(0, |w| {
                    w.array(Form::Compact, &self.node_endpoints, |w, it| {
                        it.write(w, version)
                    })?;
                    Ok(())
                })?;
            }
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.responses {
            it.each_error(each);
        }
    }
}

/// A part of [`FetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchableTopicResponse {
    pub topic: String,
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionData>,
}

impl FetchableTopicResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version <= 12 {
            r.field("FetchableTopicResponse.topic");
            it.topic = r.string(Form::of(version, 12))?;
        }
        if version >= 13 {
            r.field("FetchableTopicResponse.topic_id");
            it.topic_id = r.uuid()?;
        }
        r.field("FetchableTopicResponse.partitions");
        it.partitions = r.array(Form::of(version, 12), 30, |r| {
            PartitionData::read(r, version)
        })?;
        if version >= 12 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 12 {
            w.field("FetchableTopicResponse.topic");
            w.string(Form::of(version, 12), &self.topic)?;
        }
        if version >= 13 {
            w.field("FetchableTopicResponse.topic_id");
            w.uuid(self.topic_id);
        }
        w.field("FetchableTopicResponse.partitions");
        w.array(Form::of(version, 12), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 12 {
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

/// A part of [`FetchResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
    pub high_watermark: i64,
    pub last_stable_offset: i64,
    pub log_start_offset: i64,
    pub diverging_epoch: EpochEndOffset,
    pub current_leader: LeaderIdAndEpoch,
    pub snapshot_id: SnapshotId,
    pub aborted_transactions: Option<Vec<AbortedTransaction>>,
    pub preferred_read_replica: i32,
    pub records: Option<Bytes>,
}

impl Default for PartitionData {
    fn default() -> Self {
        Self {
            partition_index: 0,
            error_code: 0,
            high_watermark: 0,
            last_stable_offset: -1,
            log_start_offset: -1,
            diverging_epoch: EpochEndOffset::default(),
            current_leader: LeaderIdAndEpoch::default(),
            snapshot_id: SnapshotId::default(),
            aborted_transactions: Some(Vec::new()),
            preferred_read_replica: -1,
            records: Some(Bytes::new()),
        }
    }
}

impl PartitionData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionData.partition_index");
        it.partition_index = r.i32()?;
        r.field("PartitionData.error_code");
        it.error_code = r.i16()?;
        r.field("PartitionData.high_watermark");
        it.high_watermark = r.i64()?;
        r.field("PartitionData.last_stable_offset");
        it.last_stable_offset = r.i64()?;
        if version >= 5 {
            r.field("PartitionData.log_start_offset");
            it.log_start_offset = r.i64()?;
        }
        r.field("PartitionData.aborted_transactions");
        it.aborted_transactions = r.nullable_array(Form::of(version, 12), 16, |r| {
            AbortedTransaction::read(r, version)
        })?;
        if version >= 11 {
            r.field("PartitionData.preferred_read_replica");
            it.preferred_read_replica = r.i32()?;
        }
        r.field("PartitionData.records");
        it.records = r.nullable_bytes(Form::of(version, 12))?;
        if version >= 12 {
            r.tags(|tag, r| {
                match tag {
                    0 => {
                        r.field("PartitionData.diverging_epoch");
                        it.diverging_epoch = EpochEndOffset::read(r, version)?;
                    }
                    1 => {
                        r.field("PartitionData.current_leader");
                        it.current_leader = LeaderIdAndEpoch::read(r, version)?;
                    }
                    2 => {
                        r.field("PartitionData.snapshot_id");
                        it.snapshot_id = SnapshotId::read(r, version)?;
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionData.partition_index");
        w.i32(self.partition_index);
        w.field("PartitionData.error_code");
        w.i16(self.error_code);
        w.field("PartitionData.high_watermark");
        w.i64(self.high_watermark);
        w.field("PartitionData.last_stable_offset");
        w.i64(self.last_stable_offset);
        if version >= 5 {
            w.field("PartitionData.log_start_offset");
            w.i64(self.log_start_offset);
        }
        w.field("PartitionData.aborted_transactions");
        match &self.aborted_transactions {
            None => w.null_array(Form::of(version, 12)),
            Some(it) => {
                w.array(Form::of(version, 12), it, |w, it| it.write(w, version))?;
            }
        }
        if version >= 11 {
            w.field("PartitionData.preferred_read_replica");
            w.i32(self.preferred_read_replica);
        }
        w.field("PartitionData.records");
        w.nullable_bytes(Form::of(version, 12), self.records.as_ref())?;
        if version >= 12 {
            w.unsigned_varint(
                u32::from(self.diverging_epoch != EpochEndOffset::default())
                    + u32::from(self.current_leader != LeaderIdAndEpoch::default())
                    + u32::from(self.snapshot_id != SnapshotId::default()),
            );
            if self.diverging_epoch != EpochEndOffset::default() {
                w.field("PartitionData.diverging_epoch");
                w.tag(0, |w| {
                    self.diverging_epoch.write(w, version)?;
                    Ok(())
                })?;
            }
            if self.current_leader != LeaderIdAndEpoch::default() {
                w.field("PartitionData.current_leader");
                w.tag(1, |w| {
                    self.current_leader.write(w, version)?;
                    Ok(())
                })?;
            }
            if self.snapshot_id != SnapshotId::default() {
                w.field("PartitionData.snapshot_id");
                w.tag(2, |w| {
                    self.snapshot_id.write(w, version)?;
                    Ok(())
                })?;
            }
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`FetchResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct EpochEndOffset {
    pub epoch: i32,
    pub end_offset: i64,
}

impl Default for EpochEndOffset {
    fn default() -> Self {
        Self {
            epoch: -1,
            end_offset: -1,
        }
    }
}

impl EpochEndOffset {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("EpochEndOffset.epoch");
        it.epoch = r.i32()?;
        r.field("EpochEndOffset.end_offset");
        it.end_offset = r.i64()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("EpochEndOffset.epoch");
        w.i32(self.epoch);
        w.field("EpochEndOffset.end_offset");
        w.i64(self.end_offset);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`FetchResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
}

impl Default for LeaderIdAndEpoch {
    fn default() -> Self {
        Self {
            leader_id: -1,
            leader_epoch: -1,
        }
    }
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

/// A part of [`FetchResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotId {
    pub end_offset: i64,
    pub epoch: i32,
}

impl Default for SnapshotId {
    fn default() -> Self {
        Self {
            end_offset: -1,
            epoch: -1,
        }
    }
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

/// A part of [`FetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AbortedTransaction {
    pub producer_id: i64,
    pub first_offset: i64,
}

impl AbortedTransaction {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AbortedTransaction.producer_id");
        it.producer_id = r.i64()?;
        r.field("AbortedTransaction.first_offset");
        it.first_offset = r.i64()?;
        if version >= 12 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AbortedTransaction.producer_id");
        w.i64(self.producer_id);
        w.field("AbortedTransaction.first_offset");
        w.i64(self.first_offset);
        if version >= 12 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`FetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeEndpoint {
    pub node_id: i32,
    pub host: String,
    pub port: i32,
    pub rack: Option<String>,
}

impl NodeEndpoint {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("NodeEndpoint.node_id");
        it.node_id = r.i32()?;
        r.field("NodeEndpoint.host");
        it.host = r.string(Form::Compact)?;
        r.field("NodeEndpoint.port");
        it.port = r.i32()?;
        r.field("NodeEndpoint.rack");
        it.rack = r.nullable_string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("NodeEndpoint.node_id");
        w.i32(self.node_id);
        w.field("NodeEndpoint.host");
        w.string(Form::Compact, &self.host)?;
        w.field("NodeEndpoint.port");
        w.i32(self.port);
        w.field("NodeEndpoint.rack");
        w.nullable_string(Form::Compact, self.rack.as_deref())?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for FetchResponse {
    const NAME: &'static str = "FetchResponse";
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

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
