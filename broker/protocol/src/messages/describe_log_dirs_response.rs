// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DescribeLogDirsResponse`, versions 1 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeLogDirsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub results: Vec<DescribeLogDirsResult>,
}

impl DescribeLogDirsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeLogDirsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        if version >= 3 {
            r.field("DescribeLogDirsResponse.error_code");
            it.error_code = r.i16()?;
        }
        r.field("DescribeLogDirsResponse.results");
        it.results = r.array(Form::of(version, 2), 5, |r| {
            DescribeLogDirsResult::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeLogDirsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        if version >= 3 {
            w.field("DescribeLogDirsResponse.error_code");
            w.i16(self.error_code);
        }
        w.field("DescribeLogDirsResponse.results");
        w.array(Form::of(version, 2), &self.results, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.results {
            it.each_error(each);
        }
    }
}

/// A part of [`DescribeLogDirsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeLogDirsResult {
    pub error_code: i16,
    pub log_dir: String,
    pub topics: Vec<DescribeLogDirsTopic>,
    pub total_bytes: i64,
    pub usable_bytes: i64,
    pub is_cordoned: bool,
}

impl Default for DescribeLogDirsResult {
    fn default() -> Self {
        Self {
            error_code: 0,
            log_dir: String::new(),
            topics: Vec::new(),
            total_bytes: -1,
            usable_bytes: -1,
            is_cordoned: false,
        }
    }
}

impl DescribeLogDirsResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeLogDirsResult.error_code");
        it.error_code = r.i16()?;
        r.field("DescribeLogDirsResult.log_dir");
        it.log_dir = r.string(Form::of(version, 2))?;
        r.field("DescribeLogDirsResult.topics");
        it.topics = r.array(Form::of(version, 2), 3, |r| {
            DescribeLogDirsTopic::read(r, version)
        })?;
        if version >= 4 {
            r.field("DescribeLogDirsResult.total_bytes");
            it.total_bytes = r.i64()?;
        }
        if version >= 4 {
            r.field("DescribeLogDirsResult.usable_bytes");
            it.usable_bytes = r.i64()?;
        }
        if version >= 5 {
            r.field("DescribeLogDirsResult.is_cordoned");
            it.is_cordoned = r.bool()?;
        }
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeLogDirsResult.error_code");
        w.i16(self.error_code);
        w.field("DescribeLogDirsResult.log_dir");
        w.string(Form::of(version, 2), &self.log_dir)?;
        w.field("DescribeLogDirsResult.topics");
        w.array(Form::of(version, 2), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 4 {
            w.field("DescribeLogDirsResult.total_bytes");
            w.i64(self.total_bytes);
        }
        if version >= 4 {
            w.field("DescribeLogDirsResult.usable_bytes");
            w.i64(self.usable_bytes);
        }
        if version >= 5 {
            w.field("DescribeLogDirsResult.is_cordoned");
            w.bool(self.is_cordoned);
        }
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`DescribeLogDirsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeLogDirsTopic {
    pub name: String,
    pub partitions: Vec<DescribeLogDirsPartition>,
}

impl DescribeLogDirsTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeLogDirsTopic.name");
        it.name = r.string(Form::of(version, 2))?;
        r.field("DescribeLogDirsTopic.partitions");
        it.partitions = r.array(Form::of(version, 2), 21, |r| {
            DescribeLogDirsPartition::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeLogDirsTopic.name");
        w.string(Form::of(version, 2), &self.name)?;
        w.field("DescribeLogDirsTopic.partitions");
        w.array(Form::of(version, 2), &self.partitions, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`DescribeLogDirsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeLogDirsPartition {
    pub partition_index: i32,
    pub partition_size: i64,
    pub offset_lag: i64,
    pub is_future_key: bool,
}

impl DescribeLogDirsPartition {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeLogDirsPartition.partition_index");
        it.partition_index = r.i32()?;
        r.field("DescribeLogDirsPartition.partition_size");
        it.partition_size = r.i64()?;
        r.field("DescribeLogDirsPartition.offset_lag");
        it.offset_lag = r.i64()?;
        r.field("DescribeLogDirsPartition.is_future_key");
        it.is_future_key = r.bool()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeLogDirsPartition.partition_index");
        w.i32(self.partition_index);
        w.field("DescribeLogDirsPartition.partition_size");
        w.i64(self.partition_size);
        w.field("DescribeLogDirsPartition.offset_lag");
        w.i64(self.offset_lag);
        w.field("DescribeLogDirsPartition.is_future_key");
        w.bool(self.is_future_key);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for DescribeLogDirsResponse {
    const NAME: &'static str = "DescribeLogDirsResponse";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 5;

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
