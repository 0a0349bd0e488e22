// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `AlterPartitionReassignmentsResponse`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterPartitionReassignmentsResponse {
    pub throttle_time_ms: i32,
    pub allow_replication_factor_change: bool,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub responses: Vec<ReassignableTopicResponse>,
}

impl Default for AlterPartitionReassignmentsResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            allow_replication_factor_change: true,
            error_code: 0,
            error_message: None,
            responses: Vec::new(),
        }
    }
}

impl AlterPartitionReassignmentsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterPartitionReassignmentsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        if version >= 1 {
            r.field("AlterPartitionReassignmentsResponse.allow_replication_factor_change");
            it.allow_replication_factor_change = r.bool()?;
        }
        r.field("AlterPartitionReassignmentsResponse.error_code");
        it.error_code = r.i16()?;
        r.field("AlterPartitionReassignmentsResponse.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.field("AlterPartitionReassignmentsResponse.responses");
        it.responses = r.array(Form::Compact, 3, |r| {
            ReassignableTopicResponse::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterPartitionReassignmentsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        if version >= 1 {
            w.field("AlterPartitionReassignmentsResponse.allow_replication_factor_change");
            w.bool(self.allow_replication_factor_change);
        }
        w.field("AlterPartitionReassignmentsResponse.error_code");
        w.i16(self.error_code);
        w.field("AlterPartitionReassignmentsResponse.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.field("AlterPartitionReassignmentsResponse.responses");
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

/// A part of [`AlterPartitionReassignmentsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReassignableTopicResponse {
    pub name: String,
    pub partitions: Vec<ReassignablePartitionResponse>,
}

impl ReassignableTopicResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ReassignableTopicResponse.name");
        it.name = r.string(Form::Compact)?;
        r.field("ReassignableTopicResponse.partitions");
        it.partitions = r.array(Form::Compact, 8, |r| {
            ReassignablePartitionResponse::read(r, version)
        })?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ReassignableTopicResponse.name");
        w.string(Form::Compact, &self.name)?;
        w.field("ReassignableTopicResponse.partitions");
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

/// A part of [`AlterPartitionReassignmentsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReassignablePartitionResponse {
    pub partition_index: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl ReassignablePartitionResponse {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ReassignablePartitionResponse.partition_index");
        it.partition_index = r.i32()?;
        r.field("ReassignablePartitionResponse.error_code");
        it.error_code = r.i16()?;
        r.field("ReassignablePartitionResponse.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ReassignablePartitionResponse.partition_index");
        w.i32(self.partition_index);
        w.field("ReassignablePartitionResponse.error_code");
        w.i16(self.error_code);
        w.field("ReassignablePartitionResponse.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for AlterPartitionReassignmentsResponse {
    const NAME: &'static str = "AlterPartitionReassignmentsResponse";
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
