// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::MetadataResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `MetadataRequest`, versions 0 to 13.
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataRequest {
    pub topics: Option<Vec<MetadataRequestTopic>>,
    pub allow_auto_topic_creation: bool,
    pub include_cluster_authorized_operations: bool,
    pub include_topic_authorized_operations: bool,
}

impl Default for MetadataRequest {
    fn default() -> Self {
        Self {
            topics: Some(Vec::new()),
            allow_auto_topic_creation: true,
            include_cluster_authorized_operations: false,
            include_topic_authorized_operations: false,
        }
    }
}

impl MetadataRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("MetadataRequest.topics");
        it.topics = {
            let it = r.nullable_array(Form::of(version, 9), 2, |r| {
                MetadataRequestTopic::read(r, version)
            })?;
            if version >= 1 {
                it
            } else {
                Some(r.required(it)?)
            }
        };
        if version >= 4 {
            r.field("MetadataRequest.allow_auto_topic_creation");
            it.allow_auto_topic_creation = r.bool()?;
        }
        if (8..=10).contains(&version) {
            r.field("MetadataRequest.include_cluster_authorized_operations");
            it.include_cluster_authorized_operations = r.bool()?;
        }
        if version >= 8 {
            r.field("MetadataRequest.include_topic_authorized_operations");
            it.include_topic_authorized_operations = r.bool()?;
        }
        if version >= 9 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("MetadataRequest.topics");
        if !(version >= 1) && self.topics.is_none() {
            return Err(w.no_null(version));
        }
        match &self.topics {
            None => w.null_array(Form::of(version, 9)),
            Some(it) => {
                w.array(Form::of(version, 9), it, |w, it| it.write(w, version))?;
            }
        }
        if version >= 4 {
            w.field("MetadataRequest.allow_auto_topic_creation");
            w.bool(self.allow_auto_topic_creation);
        }
        if !(version >= 4) && !self.allow_auto_topic_creation {
            return Err(w.not_in_version("MetadataRequest.allow_auto_topic_creation", version));
        }
        if (8..=10).contains(&version) {
            w.field("MetadataRequest.include_cluster_authorized_operations");
            w.bool(self.include_cluster_authorized_operations);
        }
        if !((8..=10).contains(&version)) && self.include_cluster_authorized_operations {
            return Err(w.not_in_version(
                "MetadataRequest.include_cluster_authorized_operations",
                version,
            ));
        }
        if version >= 8 {
            w.field("MetadataRequest.include_topic_authorized_operations");
            w.bool(self.include_topic_authorized_operations);
        }
        if !(version >= 8) && self.include_topic_authorized_operations {
            return Err(w.not_in_version(
                "MetadataRequest.include_topic_authorized_operations",
                version,
            ));
        }
        if version >= 9 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`MetadataRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataRequestTopic {
    pub topic_id: Uuid,
    pub name: Option<String>,
}

impl Default for MetadataRequestTopic {
    fn default() -> Self {
        Self {
            topic_id: Uuid::ZERO,
            name: Some(String::new()),
        }
    }
}

impl MetadataRequestTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 10 {
            r.field("MetadataRequestTopic.topic_id");
            it.topic_id = r.uuid()?;
        }
        r.field("MetadataRequestTopic.name");
        it.name = {
            let it = r.nullable_string(Form::of(version, 9))?;
            if version >= 10 {
                it
            } else {
                Some(r.required(it)?)
            }
        };
        if version >= 9 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 10 {
            w.field("MetadataRequestTopic.topic_id");
            w.uuid(self.topic_id);
        }
        w.field("MetadataRequestTopic.name");
        if !(version >= 10) && self.name.is_none() {
            return Err(w.no_null(version));
        }
        w.nullable_string(Form::of(version, 9), self.name.as_deref())?;
        if version >= 9 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for MetadataRequest {
    const NAME: &'static str = "MetadataRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 13;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for MetadataRequest {
    const KEY: ApiKey = ApiKey::Metadata;
    type Response = MetadataResponse;
}
