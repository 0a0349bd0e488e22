// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DescribeConfigsResponse`, versions 1 to 4.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeConfigsResponse {
    pub throttle_time_ms: i32,
    pub results: Vec<DescribeConfigsResult>,
}

impl DescribeConfigsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeConfigsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DescribeConfigsResponse.results");
        it.results = r.array(Form::of(version, 4), 7, |r| {
            DescribeConfigsResult::read(r, version)
        })?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeConfigsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DescribeConfigsResponse.results");
        w.array(Form::of(version, 4), &self.results, |w, it| {
            it.write(w, version)
        })?;
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.results {
            it.each_error(each);
        }
    }
}

/// A part of [`DescribeConfigsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeConfigsResult {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub resource_type: i8,
    pub resource_name: String,
    pub configs: Vec<DescribeConfigsResourceResult>,
}

impl DescribeConfigsResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeConfigsResult.error_code");
        it.error_code = r.i16()?;
        r.field("DescribeConfigsResult.error_message");
        it.error_message = r.nullable_string(Form::of(version, 4))?;
        r.field("DescribeConfigsResult.resource_type");
        it.resource_type = r.i8()?;
        r.field("DescribeConfigsResult.resource_name");
        it.resource_name = r.string(Form::of(version, 4))?;
        r.field("DescribeConfigsResult.configs");
        it.configs = r.array(Form::of(version, 4), 9, |r| {
            DescribeConfigsResourceResult::read(r, version)
        })?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeConfigsResult.error_code");
        w.i16(self.error_code);
        w.field("DescribeConfigsResult.error_message");
        w.nullable_string(Form::of(version, 4), self.error_message.as_deref())?;
        w.field("DescribeConfigsResult.resource_type");
        w.i8(self.resource_type);
        w.field("DescribeConfigsResult.resource_name");
        w.string(Form::of(version, 4), &self.resource_name)?;
        w.field("DescribeConfigsResult.configs");
        w.array(Form::of(version, 4), &self.configs, |w, it| {
            it.write(w, version)
        })?;
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`DescribeConfigsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeConfigsResourceResult {
    pub name: String,
    pub value: Option<String>,
    pub read_only: bool,
    pub config_source: i8,
    pub is_sensitive: bool,
    pub synonyms: Vec<DescribeConfigsSynonym>,
    pub config_type: i8,
    pub documentation: Option<String>,
}

impl Default for DescribeConfigsResourceResult {
    fn default() -> Self {
        Self {
            name: String::new(),
            value: None,
            read_only: false,
            config_source: -1,
            is_sensitive: false,
            synonyms: Vec::new(),
            config_type: 0,
            documentation: None,
        }
    }
}

impl DescribeConfigsResourceResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeConfigsResourceResult.name");
        it.name = r.string(Form::of(version, 4))?;
        r.field("DescribeConfigsResourceResult.value");
        it.value = r.nullable_string(Form::of(version, 4))?;
        r.field("DescribeConfigsResourceResult.read_only");
        it.read_only = r.bool()?;
        r.field("DescribeConfigsResourceResult.config_source");
        it.config_source = r.i8()?;
        r.field("DescribeConfigsResourceResult.is_sensitive");
        it.is_sensitive = r.bool()?;
        r.field("DescribeConfigsResourceResult.synonyms");
        it.synonyms = r.array(Form::of(version, 4), 4, |r| {
            DescribeConfigsSynonym::read(r, version)
        })?;
        if version >= 3 {
            r.field("DescribeConfigsResourceResult.config_type");
            it.config_type = r.i8()?;
        }
        if version >= 3 {
            r.field("DescribeConfigsResourceResult.documentation");
            it.documentation = r.nullable_string(Form::of(version, 4))?;
        }
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeConfigsResourceResult.name");
        w.string(Form::of(version, 4), &self.name)?;
        w.field("DescribeConfigsResourceResult.value");
        w.nullable_string(Form::of(version, 4), self.value.as_deref())?;
        w.field("DescribeConfigsResourceResult.read_only");
        w.bool(self.read_only);
        w.field("DescribeConfigsResourceResult.config_source");
        w.i8(self.config_source);
        w.field("DescribeConfigsResourceResult.is_sensitive");
        w.bool(self.is_sensitive);
        w.field("DescribeConfigsResourceResult.synonyms");
        w.array(Form::of(version, 4), &self.synonyms, |w, it| {
            it.write(w, version)
        })?;
        if version >= 3 {
            w.field("DescribeConfigsResourceResult.config_type");
            w.i8(self.config_type);
        }
        if version >= 3 {
            w.field("DescribeConfigsResourceResult.documentation");
            w.nullable_string(Form::of(version, 4), self.documentation.as_deref())?;
        }
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`DescribeConfigsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeConfigsSynonym {
    pub name: String,
    pub value: Option<String>,
    pub source: i8,
}

impl DescribeConfigsSynonym {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeConfigsSynonym.name");
        it.name = r.string(Form::of(version, 4))?;
        r.field("DescribeConfigsSynonym.value");
        it.value = r.nullable_string(Form::of(version, 4))?;
        r.field("DescribeConfigsSynonym.source");
        it.source = r.i8()?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeConfigsSynonym.name");
        w.string(Form::of(version, 4), &self.name)?;
        w.field("DescribeConfigsSynonym.value");
        w.nullable_string(Form::of(version, 4), self.value.as_deref())?;
        w.field("DescribeConfigsSynonym.source");
        w.i8(self.source);
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for DescribeConfigsResponse {
    const NAME: &'static str = "DescribeConfigsResponse";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 4;

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
