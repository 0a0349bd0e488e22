// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `AssignReplicasToDirsResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AssignReplicasToDirsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub directories: Vec<DirectoryData>,
}

impl AssignReplicasToDirsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AssignReplicasToDirsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("AssignReplicasToDirsResponse.error_code");
        it.error_code = r.i16()?;
        r.field("AssignReplicasToDirsResponse.directories");
        it.directories = r.array(Form::Compact, 18, |r| DirectoryData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AssignReplicasToDirsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("AssignReplicasToDirsResponse.error_code");
        w.i16(self.error_code);
        w.field("AssignReplicasToDirsResponse.directories");
        w.array(Form::Compact, &self.directories, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.directories {
            it.each_error(each);
        }
    }
}

/// A part of [`AssignReplicasToDirsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DirectoryData {
    pub id: Uuid,
    pub topics: Vec<TopicData>,
}

impl DirectoryData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DirectoryData.id");
        it.id = r.uuid()?;
        r.field("DirectoryData.topics");
        it.topics = r.array(Form::Compact, 18, |r| TopicData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DirectoryData.id");
        w.uuid(self.id);
        w.field("DirectoryData.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.topics {
            it.each_error(each);
        }
    }
}

/// A part of [`AssignReplicasToDirsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicData {
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionData>,
}

impl TopicData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicData.topic_id");
        it.topic_id = r.uuid()?;
        r.field("TopicData.partitions");
        it.partitions = r.array(Form::Compact, 7, |r| PartitionData::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TopicData.topic_id");
        w.uuid(self.topic_id);
        w.field("TopicData.partitions");
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

/// A part of [`AssignReplicasToDirsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
}

impl PartitionData {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionData.partition_index");
        it.partition_index = r.i32()?;
        r.field("PartitionData.error_code");
        it.error_code = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("PartitionData.partition_index");
        w.i32(self.partition_index);
        w.field("PartitionData.error_code");
        w.i16(self.error_code);
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for AssignReplicasToDirsResponse {
    const NAME: &'static str = "AssignReplicasToDirsResponse";
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
