// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DescribeClientQuotasResponse`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeClientQuotasResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub entries: Option<Vec<EntryData>>,
}

impl Default for DescribeClientQuotasResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            error_message: None,
            entries: Some(Vec::new()),
        }
    }
}

impl DescribeClientQuotasResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeClientQuotasResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DescribeClientQuotasResponse.error_code");
        it.error_code = r.i16()?;
        r.field("DescribeClientQuotasResponse.error_message");
        it.error_message = r.nullable_string(Form::of(version, 1))?;
        r.field("DescribeClientQuotasResponse.entries");
        it.entries = r.nullable_array(Form::of(version, 1), 3, |r| EntryData::read(r, version))?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeClientQuotasResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DescribeClientQuotasResponse.error_code");
        w.i16(self.error_code);
        w.field("DescribeClientQuotasResponse.error_message");
        w.nullable_string(Form::of(version, 1), self.error_message.as_deref())?;
        w.field("DescribeClientQuotasResponse.entries");
        match &self.entries {
            None => w.null_array(Form::of(version, 1)),
            Some(it) => {
                w.array(Form::of(version, 1), it, |w, it| it.write(w, version))?;
            }
        }
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`DescribeClientQuotasResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EntryData {
    pub entity: Vec<EntityData>,
    pub values: Vec<ValueData>,
}

impl EntryData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("EntryData.entity");
        it.entity = r.array(Form::of(version, 1), 3, |r| EntityData::read(r, version))?;
        r.field("EntryData.values");
        it.values = r.array(Form::of(version, 1), 10, |r| ValueData::read(r, version))?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("EntryData.entity");
        w.array(Form::of(version, 1), &self.entity, |w, it| {
            it.write(w, version)
        })?;
        w.field("EntryData.values");
        w.array(Form::of(version, 1), &self.values, |w, it| {
            it.write(w, version)
        })?;
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`DescribeClientQuotasResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EntityData {
    pub entity_type: String,
    pub entity_name: Option<String>,
}

impl EntityData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("EntityData.entity_type");
        it.entity_type = r.string(Form::of(version, 1))?;
        r.field("EntityData.entity_name");
        it.entity_name = r.nullable_string(Form::of(version, 1))?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("EntityData.entity_type");
        w.string(Form::of(version, 1), &self.entity_type)?;
        w.field("EntityData.entity_name");
        w.nullable_string(Form::of(version, 1), self.entity_name.as_deref())?;
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`DescribeClientQuotasResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ValueData {
    pub key: String,
    pub value: f64,
}

impl ValueData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ValueData.key");
        it.key = r.string(Form::of(version, 1))?;
        r.field("ValueData.value");
        it.value = r.f64()?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ValueData.key");
        w.string(Form::of(version, 1), &self.key)?;
        w.field("ValueData.value");
        w.f64(self.value);
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for DescribeClientQuotasResponse {
    const NAME: &'static str = "DescribeClientQuotasResponse";
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

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
