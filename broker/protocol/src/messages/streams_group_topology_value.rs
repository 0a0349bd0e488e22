// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `StreamsGroupTopologyValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupTopologyValue {
    pub epoch: i32,
    pub subtopologies: Vec<Subtopology>,
}

impl StreamsGroupTopologyValue {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("StreamsGroupTopologyValue.epoch");
        it.epoch = r.i32()?;
        r.field("StreamsGroupTopologyValue.subtopologies");
        it.subtopologies = r.array(Form::Compact, 8, |r| Subtopology::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("StreamsGroupTopologyValue.epoch");
        w.i32(self.epoch);
        w.field("StreamsGroupTopologyValue.subtopologies");
        w.array(Form::Compact, &self.subtopologies, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupTopologyValue`].
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

/// A part of [`StreamsGroupTopologyValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicInfo {
    pub name: String,
    pub partitions: i32,
    pub replication_factor: i16,
    pub topic_configs: Vec<TopicConfig>,
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
        it.topic_configs = r.array(Form::Compact, 3, |r| TopicConfig::read(r, version))?;
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

/// A part of [`StreamsGroupTopologyValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicConfig {
    pub key: String,
    pub value: String,
}

impl TopicConfig {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicConfig.key");
        it.key = r.string(Form::Compact)?;
        r.field("TopicConfig.value");
        it.value = r.string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TopicConfig.key");
        w.string(Form::Compact, &self.key)?;
        w.field("TopicConfig.value");
        w.string(Form::Compact, &self.value)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupTopologyValue`].
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

impl Message for StreamsGroupTopologyValue {
    const NAME: &'static str = "StreamsGroupTopologyValue";
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

impl Keyed for StreamsGroupTopologyValue {
    const KIND: i16 = 23;
}
