// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::DescribeClientQuotasResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `DescribeClientQuotasRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeClientQuotasRequest {
    pub components: Vec<ComponentData>,
    pub strict: bool,
}

impl DescribeClientQuotasRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeClientQuotasRequest.components");
        it.components = r.array(Form::of(version, 1), 4, |r| ComponentData::read(r, version))?;
        r.field("DescribeClientQuotasRequest.strict");
        it.strict = r.bool()?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeClientQuotasRequest.components");
        w.array(Form::of(version, 1), &self.components, |w, it| {
            it.write(w, version)
        })?;
        w.field("DescribeClientQuotasRequest.strict");
        w.bool(self.strict);
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`DescribeClientQuotasRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ComponentData {
    pub entity_type: String,
    pub match_type: i8,
    pub r#match: Option<String>,
}

impl ComponentData {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ComponentData.entity_type");
        it.entity_type = r.string(Form::of(version, 1))?;
        r.field("ComponentData.match_type");
        it.match_type = r.i8()?;
        r.field("ComponentData.match");
        it.r#match = r.nullable_string(Form::of(version, 1))?;
        if version >= 1 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ComponentData.entity_type");
        w.string(Form::of(version, 1), &self.entity_type)?;
        w.field("ComponentData.match_type");
        w.i8(self.match_type);
        w.field("ComponentData.match");
        w.nullable_string(Form::of(version, 1), self.r#match.as_deref())?;
        if version >= 1 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for DescribeClientQuotasRequest {
    const NAME: &'static str = "DescribeClientQuotasRequest";
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

impl Request for DescribeClientQuotasRequest {
    const KEY: ApiKey = ApiKey::DescribeClientQuotas;
    type Response = DescribeClientQuotasResponse;
}
