// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::OffsetFetchResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `OffsetFetchRequest`, versions 1 to 10.
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchRequest {
    pub group_id: String,
    pub topics: Option<Vec<OffsetFetchRequestTopic>>,
    pub groups: Vec<OffsetFetchRequestGroup>,
    pub require_stable: bool,
}

impl Default for OffsetFetchRequest {
    fn default() -> Self {
        Self {
            group_id: String::new(),
            topics: Some(Vec::new()),
            groups: Vec::new(),
            require_stable: false,
        }
    }
}

impl OffsetFetchRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version <= 7 {
            r.field("OffsetFetchRequest.group_id");
            it.group_id = r.string(Form::of(version, 6))?;
        }
        if version <= 7 {
            r.field("OffsetFetchRequest.topics");
            it.topics = {
                let it = r.nullable_array(Form::of(version, 6), 3, |r| {
                    OffsetFetchRequestTopic::read(r, version)
                })?;
                if version >= 2 {
                    it
                } else {
                    Some(r.required(it)?)
                }
            };
        }
        if version >= 8 {
            r.field("OffsetFetchRequest.groups");
            it.groups = r.array(Form::Compact, 3, |r| {
                OffsetFetchRequestGroup::read(r, version)
            })?;
        }
        if version >= 7 {
            r.field("OffsetFetchRequest.require_stable");
            it.require_stable = r.bool()?;
        }
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 7 {
            w.field("OffsetFetchRequest.group_id");
            w.string(Form::of(version, 6), &self.group_id)?;
        }
        if !(version <= 7) && !self.group_id.is_empty() {
            return Err(w.not_in_version("OffsetFetchRequest.group_id", version));
        }
        if version <= 7 {
            w.field("OffsetFetchRequest.topics");
            if !(version >= 2) && self.topics.is_none() {
                return Err(w.no_null(version));
            }
            match &self.topics {
                None => w.null_array(Form::of(version, 6)),
                Some(it) => {
                    w.array(Form::of(version, 6), it, |w, it| it.write(w, version))?;
                }
            }
        }
        if !(version <= 7) && self.topics.as_ref().is_none_or(|it| !it.is_empty()) {
            return Err(w.not_in_version("OffsetFetchRequest.topics", version));
        }
        if version >= 8 {
            w.field("OffsetFetchRequest.groups");
            w.array(Form::Compact, &self.groups, |w, it| it.write(w, version))?;
        }
        if !(version >= 8) && !self.groups.is_empty() {
            return Err(w.not_in_version("OffsetFetchRequest.groups", version));
        }
        if version >= 7 {
            w.field("OffsetFetchRequest.require_stable");
            w.bool(self.require_stable);
        }
        if !(version >= 7) && self.require_stable {
            return Err(w.not_in_version("OffsetFetchRequest.require_stable", version));
        }
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`OffsetFetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchRequestTopic {
    pub name: String,
    pub partition_indexes: Vec<i32>,
}

impl OffsetFetchRequestTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetFetchRequestTopic.name");
        it.name = r.string(Form::of(version, 6))?;
        r.field("OffsetFetchRequestTopic.partition_indexes");
        it.partition_indexes = r.array(Form::of(version, 6), 4, Reader::i32)?;
        if version >= 6 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetFetchRequestTopic.name");
        w.string(Form::of(version, 6), &self.name)?;
        w.field("OffsetFetchRequestTopic.partition_indexes");
        w.array(Form::of(version, 6), &self.partition_indexes, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        if version >= 6 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`OffsetFetchRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchRequestGroup {
    pub group_id: String,
    pub member_id: Option<String>,
    pub member_epoch: i32,
    pub topics: Option<Vec<OffsetFetchRequestTopics>>,
}

impl Default for OffsetFetchRequestGroup {
    fn default() -> Self {
        Self {
            group_id: String::new(),
            member_id: None,
            member_epoch: -1,
            topics: Some(Vec::new()),
        }
    }
}

impl OffsetFetchRequestGroup {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetFetchRequestGroup.group_id");
        it.group_id = r.string(Form::Compact)?;
        if version >= 9 {
            r.field("OffsetFetchRequestGroup.member_id");
            it.member_id = r.nullable_string(Form::Compact)?;
        }
        if version >= 9 {
            r.field("OffsetFetchRequestGroup.member_epoch");
            it.member_epoch = r.i32()?;
        }
        r.field("OffsetFetchRequestGroup.topics");
        it.topics = r.nullable_array(Form::Compact, 3, |r| {
            OffsetFetchRequestTopics::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetFetchRequestGroup.group_id");
        w.string(Form::Compact, &self.group_id)?;
        if version >= 9 {
            w.field("OffsetFetchRequestGroup.member_id");
            w.nullable_string(Form::Compact, self.member_id.as_deref())?;
        }
        if version >= 9 {
            w.field("OffsetFetchRequestGroup.member_epoch");
            w.i32(self.member_epoch);
        }
        w.field("OffsetFetchRequestGroup.topics");
        match &self.topics {
            None => w.null_array(Form::Compact),
            Some(it) => {
                w.array(Form::Compact, it, |w, it| it.write(w, version))?;
            }
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`OffsetFetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchRequestTopics {
    pub name: String,
    pub topic_id: Uuid,
    pub partition_indexes: Vec<i32>,
}

impl OffsetFetchRequestTopics {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version <= 9 {
            r.field("OffsetFetchRequestTopics.name");
            it.name = r.string(Form::Compact)?;
        }
        if version >= 10 {
            r.field("OffsetFetchRequestTopics.topic_id");
            it.topic_id = r.uuid()?;
        }
        r.field("OffsetFetchRequestTopics.partition_indexes");
        it.partition_indexes = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 9 {
            w.field("OffsetFetchRequestTopics.name");
            w.string(Form::Compact, &self.name)?;
        }
        if version >= 10 {
            w.field("OffsetFetchRequestTopics.topic_id");
            w.uuid(self.topic_id);
        }
        w.field("OffsetFetchRequestTopics.partition_indexes");
        w.array(Form::Compact, &self.partition_indexes, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for OffsetFetchRequest {
    const NAME: &'static str = "OffsetFetchRequest";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 10;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for OffsetFetchRequest {
    const KEY: ApiKey = ApiKey::OffsetFetch;
    type Response = OffsetFetchResponse;
}
