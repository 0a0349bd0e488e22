// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::ElectLeadersResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `ElectLeadersRequest`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct ElectLeadersRequest {
    pub election_type: i8,
    pub topic_partitions: Option<Vec<TopicPartitions>>,
    pub timeout_ms: i32,
}

impl Default for ElectLeadersRequest {
    fn default() -> Self {
        Self {
            election_type: 0,
            topic_partitions: Some(Vec::new()),
            timeout_ms: 60000,
        }
    }
}

impl ElectLeadersRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 1 {
            r.field("ElectLeadersRequest.election_type");
            it.election_type = r.i8()?;
        }
        r.field("ElectLeadersRequest.topic_partitions");
        it.topic_partitions = r.nullable_array(Form::of(version, 2), 3, |r| {
            TopicPartitions::read(r, version)
        })?;
        r.field("ElectLeadersRequest.timeout_ms");
        it.timeout_ms = r.i32()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 1 {
            w.field("ElectLeadersRequest.election_type");
            w.i8(self.election_type);
        }
        if !(version >= 1) && self.election_type != 0 {
            return Err(w.not_in_version("ElectLeadersRequest.election_type", version));
        }
        w.field("ElectLeadersRequest.topic_partitions");
        match &self.topic_partitions {
            None => w.null_array(Form::of(version, 2)),
            Some(it) => {
                w.array(Form::of(version, 2), it, |w, it| it.write(w, version))?;
            }
        }
        w.field("ElectLeadersRequest.timeout_ms");
        w.i32(self.timeout_ms);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`ElectLeadersRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartitions {
    pub topic: String,
    pub partitions: Vec<i32>,
}

impl TopicPartitions {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TopicPartitions.topic");
        it.topic = r.string(Form::of(version, 2))?;
        r.field("TopicPartitions.partitions");
        it.partitions = r.array(Form::of(version, 2), 4, Reader::i32)?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("TopicPartitions.topic");
        w.string(Form::of(version, 2), &self.topic)?;
        w.field("TopicPartitions.partitions");
        w.array(Form::of(version, 2), &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for ElectLeadersRequest {
    const NAME: &'static str = "ElectLeadersRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for ElectLeadersRequest {
    const KEY: ApiKey = ApiKey::ElectLeaders;
    type Response = ElectLeadersResponse;
}
