// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Uuid, Writer};

/// Kafka's `AlterShareGroupOffsetsResponse`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterShareGroupOffsetsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub responses: Vec<AlterShareGroupOffsetsResponseTopic>,
}

impl AlterShareGroupOffsetsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterShareGroupOffsetsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("AlterShareGroupOffsetsResponse.error_code");
        it.error_code = r.i16()?;
        r.field("AlterShareGroupOffsetsResponse.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.field("AlterShareGroupOffsetsResponse.responses");
        it.responses = r.array(Form::Compact, 19, |r| {
            AlterShareGroupOffsetsResponseTopic::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterShareGroupOffsetsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("AlterShareGroupOffsetsResponse.error_code");
        w.i16(self.error_code);
        w.field("AlterShareGroupOffsetsResponse.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.field("AlterShareGroupOffsetsResponse.responses");
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

/// A part of [`AlterShareGroupOffsetsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterShareGroupOffsetsResponseTopic {
    pub topic_name: String,
    pub topic_id: Uuid,
    pub partitions: Vec<AlterShareGroupOffsetsResponsePartition>,
}

impl AlterShareGroupOffsetsResponseTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterShareGroupOffsetsResponseTopic.topic_name");
        it.topic_name = r.string(Form::Compact)?;
        r.field("AlterShareGroupOffsetsResponseTopic.topic_id");
        it.topic_id = r.uuid()?;
        r.field("AlterShareGroupOffsetsResponseTopic.partitions");
        it.partitions = r.array(Form::Compact, 8, |r| {
            AlterShareGroupOffsetsResponsePartition::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterShareGroupOffsetsResponseTopic.topic_name");
        w.string(Form::Compact, &self.topic_name)?;
        w.field("AlterShareGroupOffsetsResponseTopic.topic_id");
        w.uuid(self.topic_id);
        w.field("AlterShareGroupOffsetsResponseTopic.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.partitions {
            it.each_error(each);
        }
    }
}

/// A part of [`AlterShareGroupOffsetsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterShareGroupOffsetsResponsePartition {
    pub partition_index: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl AlterShareGroupOffsetsResponsePartition {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterShareGroupOffsetsResponsePartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("AlterShareGroupOffsetsResponsePartition.error_code");
        it.error_code = r.i16()?;
        r.field("AlterShareGroupOffsetsResponsePartition.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("AlterShareGroupOffsetsResponsePartition.partition_index");
        w.i32(self.partition_index);
        w.field("AlterShareGroupOffsetsResponsePartition.error_code");
        w.i16(self.error_code);
        w.field("AlterShareGroupOffsetsResponsePartition.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for AlterShareGroupOffsetsResponse {
    const NAME: &'static str = "AlterShareGroupOffsetsResponse";
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
