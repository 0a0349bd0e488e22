// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `ElectLeadersResponse`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ElectLeadersResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub replica_election_results: Vec<ReplicaElectionResult>,
}

impl ElectLeadersResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ElectLeadersResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        if version >= 1 {
            r.field("ElectLeadersResponse.error_code");
            it.error_code = r.i16()?;
        }
        r.field("ElectLeadersResponse.replica_election_results");
        it.replica_election_results = r.array(Form::of(version, 2), 3, |r| {
            ReplicaElectionResult::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ElectLeadersResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        if version >= 1 {
            w.field("ElectLeadersResponse.error_code");
            w.i16(self.error_code);
        }
        w.field("ElectLeadersResponse.replica_election_results");
        w.array(
            Form::of(version, 2),
            &self.replica_election_results,
            |w, it| it.write(w, version),
        )?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.replica_election_results {
            it.each_error(each);
        }
    }
}

/// A part of [`ElectLeadersResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReplicaElectionResult {
    pub topic: String,
    pub partition_result: Vec<PartitionResult>,
}

impl ReplicaElectionResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ReplicaElectionResult.topic");
        it.topic = r.string(Form::of(version, 2))?;
        r.field("ReplicaElectionResult.partition_result");
        it.partition_result = r.array(Form::of(version, 2), 8, |r| {
            PartitionResult::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ReplicaElectionResult.topic");
        w.string(Form::of(version, 2), &self.topic)?;
        w.field("ReplicaElectionResult.partition_result");
        w.array(Form::of(version, 2), &self.partition_result, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.partition_result {
            it.each_error(each);
        }
    }
}

/// A part of [`ElectLeadersResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionResult {
    pub partition_id: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl PartitionResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionResult.partition_id");
        it.partition_id = r.i32()?;
        r.field("PartitionResult.error_code");
        it.error_code = r.i16()?;
        r.field("PartitionResult.error_message");
        it.error_message = r.nullable_string(Form::of(version, 2))?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionResult.partition_id");
        w.i32(self.partition_id);
        w.field("PartitionResult.error_code");
        w.i16(self.error_code);
        w.field("PartitionResult.error_message");
        w.nullable_string(Form::of(version, 2), self.error_message.as_deref())?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for ElectLeadersResponse {
    const NAME: &'static str = "ElectLeadersResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;

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
