// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `CreateTopicsResponse`, versions 2 to 7.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreateTopicsResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<CreatableTopicResult>,
}

impl CreateTopicsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreateTopicsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("CreateTopicsResponse.topics");
        it.topics = r.array(Form::of(version, 5), 6, |r| {
            CreatableTopicResult::read(r, version)
        })?;
        if version >= 5 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreateTopicsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("CreateTopicsResponse.topics");
        w.array(Form::of(version, 5), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 5 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.topics {
            it.each_error(each);
        }
    }
}

/// A part of [`CreateTopicsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct CreatableTopicResult {
    pub name: String,
    pub topic_id: Uuid,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub topic_config_error_code: i16,
    pub num_partitions: i32,
    pub replication_factor: i16,
    pub configs: Option<Vec<CreatableTopicConfigs>>,
}

impl Default for CreatableTopicResult {
    fn default() -> Self {
        Self {
            name: String::new(),
            topic_id: Uuid::ZERO,
            error_code: 0,
            error_message: None,
            topic_config_error_code: 0,
            num_partitions: -1,
            replication_factor: -1,
            configs: Some(Vec::new()),
        }
    }
}

impl CreatableTopicResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreatableTopicResult.name");
        it.name = r.string(Form::of(version, 5))?;
        if version >= 7 {
            r.field("CreatableTopicResult.topic_id");
            it.topic_id = r.uuid()?;
        }
        r.field("CreatableTopicResult.error_code");
        it.error_code = r.i16()?;
        r.field("CreatableTopicResult.error_message");
        it.error_message = r.nullable_string(Form::of(version, 5))?;
        if version >= 5 {
            r.field("CreatableTopicResult.num_partitions");
            it.num_partitions = r.i32()?;
        }
        if version >= 5 {
            r.field("CreatableTopicResult.replication_factor");
            it.replication_factor = r.i16()?;
        }
        if version >= 5 {
            r.field("CreatableTopicResult.configs");
            it.configs = r.nullable_array(Form::Compact, 6, |r| {
                CreatableTopicConfigs::read(r, version)
            })?;
        }
        if version >= 5 {
            r.tags(|tag, r| {
                match tag {
                    0 => {
                        r.field("CreatableTopicResult.topic_config_error_code");
                        it.topic_config_error_code = r.i16()?;
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreatableTopicResult.name");
        w.string(Form::of(version, 5), &self.name)?;
        if version >= 7 {
            w.field("CreatableTopicResult.topic_id");
            w.uuid(self.topic_id);
        }
        w.field("CreatableTopicResult.error_code");
        w.i16(self.error_code);
        w.field("CreatableTopicResult.error_message");
        w.nullable_string(Form::of(version, 5), self.error_message.as_deref())?;
        if version >= 5 {
            w.field("CreatableTopicResult.num_partitions");
            w.i32(self.num_partitions);
        }
        if version >= 5 {
            w.field("CreatableTopicResult.replication_factor");
            w.i16(self.replication_factor);
        }
        if version >= 5 {
            w.field("CreatableTopicResult.configs");
            match &self.configs {
                None => w.null_array(Form::Compact),
                Some(it) => {
                    w.array(Form::Compact, it, |w, it| it.write(w, version))?;
                }
            }
        }
        if version >= 5 {
            w.unsigned_varint(u32::from(self.topic_config_error_code != 0));
            if self.topic_config_error_code != 0 {
                w.field("CreatableTopicResult.topic_config_error_code");
                w.tag(0, |w| {
                    w.i16(self.topic_config_error_code);
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

/// A part of [`CreateTopicsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct CreatableTopicConfigs {
    pub name: String,
    pub value: Option<String>,
    pub read_only: bool,
    pub config_source: i8,
    pub is_sensitive: bool,
}

impl Default for CreatableTopicConfigs {
    fn default() -> Self {
        Self {
            name: String::new(),
            value: None,
            read_only: false,
            config_source: -1,
            is_sensitive: false,
        }
    }
}

impl CreatableTopicConfigs {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreatableTopicConfigs.name");
        it.name = r.string(Form::Compact)?;
        r.field("CreatableTopicConfigs.value");
        it.value = r.nullable_string(Form::Compact)?;
        r.field("CreatableTopicConfigs.read_only");
        it.read_only = r.bool()?;
        r.field("CreatableTopicConfigs.config_source");
        it.config_source = r.i8()?;
        r.field("CreatableTopicConfigs.is_sensitive");
        it.is_sensitive = r.bool()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("CreatableTopicConfigs.name");
        w.string(Form::Compact, &self.name)?;
        w.field("CreatableTopicConfigs.value");
        w.nullable_string(Form::Compact, self.value.as_deref())?;
        w.field("CreatableTopicConfigs.read_only");
        w.bool(self.read_only);
        w.field("CreatableTopicConfigs.config_source");
        w.i8(self.config_source);
        w.field("CreatableTopicConfigs.is_sensitive");
        w.bool(self.is_sensitive);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for CreateTopicsResponse {
    const NAME: &'static str = "CreateTopicsResponse";
    const MIN_VERSION: i16 = 2;
    const MAX_VERSION: i16 = 7;

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
