// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `ConsumerProtocolSubscription`, versions 0 to 3.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsumerProtocolSubscription {
    pub topics: Vec<String>,
    pub user_data: Option<Bytes>,
    pub owned_partitions: Vec<TopicPartition>,
    pub generation_id: i32,
    pub rack_id: Option<String>,
}

impl Default for ConsumerProtocolSubscription {
    fn default() -> Self {
        Self {
            topics: Vec::new(),
            user_data: None,
            owned_partitions: Vec::new(),
            generation_id: -1,
            rack_id: None,
        }
    }
}

impl ConsumerProtocolSubscription {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ConsumerProtocolSubscription.topics");
        it.topics = r.array(Form::Classic, 2, |r| r.string(Form::Classic))?;
        r.field("ConsumerProtocolSubscription.user_data");
        it.user_data = r.nullable_bytes(Form::Classic)?;
        if version >= 1 {
            r.field("ConsumerProtocolSubscription.owned_partitions");
            it.owned_partitions =
                r.array(Form::Classic, 6, |r| TopicPartition::read(r, version))?;
        }
        if version >= 2 {
            r.field("ConsumerProtocolSubscription.generation_id");
            it.generation_id = r.i32()?;
        }
        if version >= 3 {
            r.field("ConsumerProtocolSubscription.rack_id");
            it.rack_id = r.nullable_string(Form::Classic)?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ConsumerProtocolSubscription.topics");
        w.array(Form::Classic, &self.topics, |w, it| {
            w.string(Form::Classic, it)
        })?;
        w.field("ConsumerProtocolSubscription.user_data");
        w.nullable_bytes(Form::Classic, self.user_data.as_ref())?;
        if version >= 1 {
            w.field("ConsumerProtocolSubscription.owned_partitions");
            w.array(Form::Classic, &self.owned_partitions, |w, it| {
                it.write(w, version)
            })?;
        }
        if version >= 2 {
            w.field("ConsumerProtocolSubscription.generation_id");
            w.i32(self.generation_id);
        }
        if version >= 3 {
            w.field("ConsumerProtocolSubscription.rack_id");
            w.nullable_string(Form::Classic, self.rack_id.as_deref())?;
        }

        Ok(())
    }
}

/// A part of [`ConsumerProtocolSubscription`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartition {
    pub topic: String,
    pub partitions: Vec<i32>,
}

impl TopicPartition {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicPartition.topic");
        it.topic = r.string(Form::Classic)?;
        r.field("TopicPartition.partitions");
        it.partitions = r.array(Form::Classic, 4, Reader::i32)?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TopicPartition.topic");
        w.string(Form::Classic, &self.topic)?;
        w.field("TopicPartition.partitions");
        w.array(Form::Classic, &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;

        Ok(())
    }
}

impl Message for ConsumerProtocolSubscription {
    const NAME: &'static str = "ConsumerProtocolSubscription";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 3;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}
