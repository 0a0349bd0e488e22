// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Uuid, Writer};

/// Kafka's `ConsumerGroupPartitionMetadataValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupPartitionMetadataValue {
    pub topics: Vec<TopicMetadata>,
}

impl ConsumerGroupPartitionMetadataValue {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ConsumerGroupPartitionMetadataValue.topics");
        it.topics = r.array(Form::Compact, 23, |r| TopicMetadata::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ConsumerGroupPartitionMetadataValue.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ConsumerGroupPartitionMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicMetadata {
    pub topic_id: Uuid,
    pub topic_name: String,
    pub num_partitions: i32,
    pub partition_metadata: Vec<PartitionMetadata>,
}

impl TopicMetadata {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicMetadata.topic_id");
        it.topic_id = r.uuid()?;
        r.field("TopicMetadata.topic_name");
        it.topic_name = r.string(Form::Compact)?;
        r.field("TopicMetadata.num_partitions");
        it.num_partitions = r.i32()?;
        r.field("TopicMetadata.partition_metadata");
        it.partition_metadata =
            r.array(Form::Compact, 6, |r| PartitionMetadata::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TopicMetadata.topic_id");
        w.uuid(self.topic_id);
        w.field("TopicMetadata.topic_name");
        w.string(Form::Compact, &self.topic_name)?;
        w.field("TopicMetadata.num_partitions");
        w.i32(self.num_partitions);
        w.field("TopicMetadata.partition_metadata");
        w.array(Form::Compact, &self.partition_metadata, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ConsumerGroupPartitionMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionMetadata {
    pub partition: i32,
    pub racks: Vec<String>,
}

impl PartitionMetadata {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionMetadata.partition");
        it.partition = r.i32()?;
        r.field("PartitionMetadata.racks");
        it.racks = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("PartitionMetadata.partition");
        w.i32(self.partition);
        w.field("PartitionMetadata.racks");
        w.array(Form::Compact, &self.racks, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ConsumerGroupPartitionMetadataValue {
    const NAME: &'static str = "ConsumerGroupPartitionMetadataValue";
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

impl Keyed for ConsumerGroupPartitionMetadataValue {
    const KIND: i16 = 4;
}
