// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `DeleteTopicsResponse`, versions 1 to 6.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteTopicsResponse {
    pub throttle_time_ms: i32,
    pub responses: Vec<DeletableTopicResult>,
}

impl DeleteTopicsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteTopicsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DeleteTopicsResponse.responses");
        it.responses = r.array(Form::of(version, 4), 4, |r| {
            DeletableTopicResult::read(r, version)
        })?;
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeleteTopicsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DeleteTopicsResponse.responses");
        w.array(Form::of(version, 4), &self.responses, |w, it| {
            it.write(w, version)
        })?;
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.responses {
            it.each_error(each);
        }
    }
}

/// A part of [`DeleteTopicsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DeletableTopicResult {
    pub name: Option<String>,
    pub topic_id: Uuid,
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl Default for DeletableTopicResult {
    fn default() -> Self {
        Self {
            name: Some(String::new()),
            topic_id: Uuid::ZERO,
            error_code: 0,
            error_message: None,
        }
    }
}

impl DeletableTopicResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeletableTopicResult.name");
        it.name = {
            let it = r.nullable_string(Form::of(version, 4))?;
            if version >= 6 {
                it
            } else {
                Some(r.required(it)?)
            }
        };
        if version >= 6 {
            r.field("DeletableTopicResult.topic_id");
            it.topic_id = r.uuid()?;
        }
        r.field("DeletableTopicResult.error_code");
        it.error_code = r.i16()?;
        if version >= 5 {
            r.field("DeletableTopicResult.error_message");
            it.error_message = r.nullable_string(Form::Compact)?;
        }
        if version >= 4 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeletableTopicResult.name");
        if !(version >= 6) && self.name.is_none() {
            return Err(w.no_null(version));
        }
        w.nullable_string(Form::of(version, 4), self.name.as_deref())?;
        if version >= 6 {
            w.field("DeletableTopicResult.topic_id");
            w.uuid(self.topic_id);
        }
        w.field("DeletableTopicResult.error_code");
        w.i16(self.error_code);
        if version >= 5 {
            w.field("DeletableTopicResult.error_message");
            w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        }
        if version >= 4 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for DeleteTopicsResponse {
    const NAME: &'static str = "DeleteTopicsResponse";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 6;

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
