// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::ConsumerGroupHeartbeatResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `ConsumerGroupHeartbeatRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsumerGroupHeartbeatRequest {
    pub group_id: String,
    pub member_id: String,
    pub member_epoch: i32,
    pub instance_id: Option<String>,
    pub rack_id: Option<String>,
    pub rebalance_timeout_ms: i32,
    pub subscribed_topic_names: Option<Vec<String>>,
    pub subscribed_topic_regex: Option<String>,
    pub server_assignor: Option<String>,
    pub topic_partitions: Option<Vec<TopicPartitions>>,
}

impl Default for ConsumerGroupHeartbeatRequest {
    fn default() -> Self {
        Self {
            group_id: String::new(),
            member_id: String::new(),
            member_epoch: 0,
            instance_id: None,
            rack_id: None,
            rebalance_timeout_ms: -1,
            subscribed_topic_names: None,
            subscribed_topic_regex: None,
            server_assignor: None,
            topic_partitions: None,
        }
    }
}

impl ConsumerGroupHeartbeatRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ConsumerGroupHeartbeatRequest.group_id");
        it.group_id = r.string(Form::Compact)?;
        r.field("ConsumerGroupHeartbeatRequest.member_id");
        it.member_id = r.string(Form::Compact)?;
        r.field("ConsumerGroupHeartbeatRequest.member_epoch");
        it.member_epoch = r.i32()?;
        r.field("ConsumerGroupHeartbeatRequest.instance_id");
        it.instance_id = r.nullable_string(Form::Compact)?;
        r.field("ConsumerGroupHeartbeatRequest.rack_id");
        it.rack_id = r.nullable_string(Form::Compact)?;
        r.field("ConsumerGroupHeartbeatRequest.rebalance_timeout_ms");
        it.rebalance_timeout_ms = r.i32()?;
        r.field("ConsumerGroupHeartbeatRequest.subscribed_topic_names");
        it.subscribed_topic_names =
            r.nullable_array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        if version >= 1 {
            r.field("ConsumerGroupHeartbeatRequest.subscribed_topic_regex");
            it.subscribed_topic_regex = r.nullable_string(Form::Compact)?;
        }
        r.field("ConsumerGroupHeartbeatRequest.server_assignor");
        it.server_assignor = r.nullable_string(Form::Compact)?;
        r.field("ConsumerGroupHeartbeatRequest.topic_partitions");
        it.topic_partitions =
            r.nullable_array(Form::Compact, 18, |r| TopicPartitions::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ConsumerGroupHeartbeatRequest.group_id");
        w.string(Form::Compact, &self.group_id)?;
        w.field("ConsumerGroupHeartbeatRequest.member_id");
        w.string(Form::Compact, &self.member_id)?;
        w.field("ConsumerGroupHeartbeatRequest.member_epoch");
        w.i32(self.member_epoch);
        w.field("ConsumerGroupHeartbeatRequest.instance_id");
        w.nullable_string(Form::Compact, self.instance_id.as_deref())?;
        w.field("ConsumerGroupHeartbeatRequest.rack_id");
        w.nullable_string(Form::Compact, self.rack_id.as_deref())?;
        w.field("ConsumerGroupHeartbeatRequest.rebalance_timeout_ms");
        w.i32(self.rebalance_timeout_ms);
        w.field("ConsumerGroupHeartbeatRequest.subscribed_topic_names");
        match &self.subscribed_topic_names {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| w.string(Form::Compact, it))?;
            }
        }
        if version >= 1 {
            w.field("ConsumerGroupHeartbeatRequest.subscribed_topic_regex");
            w.nullable_string(Form::Compact, self.subscribed_topic_regex.as_deref())?;
        }
        if !(version >= 1)
            && self
                .subscribed_topic_regex
                .as_ref()
                .is_some_and(|it| !it.is_empty())
        {
            return Err(w.not_in_version(
                "ConsumerGroupHeartbeatRequest.subscribed_topic_regex",
                version,
            ));
        }
        w.field("ConsumerGroupHeartbeatRequest.server_assignor");
        w.nullable_string(Form::Compact, self.server_assignor.as_deref())?;
        w.field("ConsumerGroupHeartbeatRequest.topic_partitions");
        match &self.topic_partitions {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ConsumerGroupHeartbeatRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartitions {
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
}

impl TopicPartitions {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicPartitions.topic_id");
        it.topic_id = r.uuid()?;
        r.field("TopicPartitions.partitions");
        it.partitions = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TopicPartitions.topic_id");
        w.uuid(self.topic_id);
        w.field("TopicPartitions.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ConsumerGroupHeartbeatRequest {
    const NAME: &'static str = "ConsumerGroupHeartbeatRequest";
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

impl Request for ConsumerGroupHeartbeatRequest {
    const KEY: ApiKey = ApiKey::ConsumerGroupHeartbeat;
    type Response = ConsumerGroupHeartbeatResponse;
}
