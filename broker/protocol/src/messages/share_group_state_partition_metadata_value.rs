// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Uuid, Writer};

/// Kafka's `ShareGroupStatePartitionMetadataValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupStatePartitionMetadataValue {
    pub initializing_topics: Vec<TopicPartitionsInfo>,
    pub initialized_topics: Vec<TopicPartitionsInfo>,
    pub deleting_topics: Vec<TopicInfo>,
}

impl ShareGroupStatePartitionMetadataValue {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ShareGroupStatePartitionMetadataValue.initializing_topics");
        it.initializing_topics =
            r.array(Form::Compact, 19, |r| TopicPartitionsInfo::read(r, version))?;
        r.field("ShareGroupStatePartitionMetadataValue.initialized_topics");
        it.initialized_topics =
            r.array(Form::Compact, 19, |r| TopicPartitionsInfo::read(r, version))?;
        r.field("ShareGroupStatePartitionMetadataValue.deleting_topics");
        it.deleting_topics = r.array(Form::Compact, 18, |r| TopicInfo::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ShareGroupStatePartitionMetadataValue.initializing_topics");
        w.array(Form::Compact, &self.initializing_topics, |w, it| {
            it.write(w, version)
        })?;
        w.field("ShareGroupStatePartitionMetadataValue.initialized_topics");
        w.array(Form::Compact, &self.initialized_topics, |w, it| {
            it.write(w, version)
        })?;
        w.field("ShareGroupStatePartitionMetadataValue.deleting_topics");
        w.array(Form::Compact, &self.deleting_topics, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareGroupStatePartitionMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartitionsInfo {
    pub topic_id: Uuid,
    pub topic_name: String,
    pub partitions: Vec<i32>,
}

impl TopicPartitionsInfo {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicPartitionsInfo.topic_id");
        it.topic_id = r.uuid()?;
        r.field("TopicPartitionsInfo.topic_name");
        it.topic_name = r.string(Form::Compact)?;
        r.field("TopicPartitionsInfo.partitions");
        it.partitions = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TopicPartitionsInfo.topic_id");
        w.uuid(self.topic_id);
        w.field("TopicPartitionsInfo.topic_name");
        w.string(Form::Compact, &self.topic_name)?;
        w.field("TopicPartitionsInfo.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ShareGroupStatePartitionMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicInfo {
    pub topic_id: Uuid,
    pub topic_name: String,
}

impl TopicInfo {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicInfo.topic_id");
        it.topic_id = r.uuid()?;
        r.field("TopicInfo.topic_name");
        it.topic_name = r.string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TopicInfo.topic_id");
        w.uuid(self.topic_id);
        w.field("TopicInfo.topic_name");
        w.string(Form::Compact, &self.topic_name)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ShareGroupStatePartitionMetadataValue {
    const NAME: &'static str = "ShareGroupStatePartitionMetadataValue";
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

impl Keyed for ShareGroupStatePartitionMetadataValue {
    const KIND: i16 = 15;
}
