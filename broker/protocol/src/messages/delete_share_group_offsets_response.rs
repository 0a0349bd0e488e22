// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `DeleteShareGroupOffsetsResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteShareGroupOffsetsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub responses: Vec<DeleteShareGroupOffsetsResponseTopic>,
}

impl DeleteShareGroupOffsetsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteShareGroupOffsetsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DeleteShareGroupOffsetsResponse.error_code");
        it.error_code = r.i16()?;
        r.field("DeleteShareGroupOffsetsResponse.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.field("DeleteShareGroupOffsetsResponse.responses");
        it.responses = r.array(Form::Compact, 21, |r| {
            DeleteShareGroupOffsetsResponseTopic::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeleteShareGroupOffsetsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DeleteShareGroupOffsetsResponse.error_code");
        w.i16(self.error_code);
        w.field("DeleteShareGroupOffsetsResponse.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.field("DeleteShareGroupOffsetsResponse.responses");
        w.array(Form::Compact, &self.responses, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.responses {
            it.each_error(each);
        }
    }
}

/// A part of [`DeleteShareGroupOffsetsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteShareGroupOffsetsResponseTopic {
    pub topic_name: String,
    pub topic_id: Uuid,
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl DeleteShareGroupOffsetsResponseTopic {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteShareGroupOffsetsResponseTopic.topic_name");
        it.topic_name = r.string(Form::Compact)?;
        r.field("DeleteShareGroupOffsetsResponseTopic.topic_id");
        it.topic_id = r.uuid()?;
        r.field("DeleteShareGroupOffsetsResponseTopic.error_code");
        it.error_code = r.i16()?;
        r.field("DeleteShareGroupOffsetsResponseTopic.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("DeleteShareGroupOffsetsResponseTopic.topic_name");
        w.string(Form::Compact, &self.topic_name)?;
        w.field("DeleteShareGroupOffsetsResponseTopic.topic_id");
        w.uuid(self.topic_id);
        w.field("DeleteShareGroupOffsetsResponseTopic.error_code");
        w.i16(self.error_code);
        w.field("DeleteShareGroupOffsetsResponseTopic.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for DeleteShareGroupOffsetsResponse {
    const NAME: &'static str = "DeleteShareGroupOffsetsResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;

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
