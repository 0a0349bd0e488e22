// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DeleteGroupsResponse`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteGroupsResponse {
    pub throttle_time_ms: i32,
    pub results: Vec<DeletableGroupResult>,
}

impl DeleteGroupsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeleteGroupsResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        r.field("DeleteGroupsResponse.results");
        it.results = r.array(Form::of(version, 2), 4, |r| {
            DeletableGroupResult::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeleteGroupsResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        w.field("DeleteGroupsResponse.results");
        w.array(Form::of(version, 2), &self.results, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
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

/// A part of [`DeleteGroupsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeletableGroupResult {
    pub group_id: String,
    pub error_code: i16,
}

impl DeletableGroupResult {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DeletableGroupResult.group_id");
        it.group_id = r.string(Form::of(version, 2))?;
        r.field("DeletableGroupResult.error_code");
        it.error_code = r.i16()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DeletableGroupResult.group_id");
        w.string(Form::of(version, 2), &self.group_id)?;
        w.field("DeletableGroupResult.error_code");
        w.i16(self.error_code);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for DeleteGroupsResponse {
    const NAME: &'static str = "DeleteGroupsResponse";
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
