// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `ListGroupsResponse`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListGroupsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub groups: Vec<ListedGroup>,
}

impl ListGroupsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 1 {
            r.field("ListGroupsResponse.throttle_time_ms");
            it.throttle_time_ms = r.i32()?;
        }
        r.field("ListGroupsResponse.error_code");
        it.error_code = r.i16()?;
        r.field("ListGroupsResponse.groups");
        it.groups = r.array(Form::of(version, 3), 3, |r| ListedGroup::read(r, version))?;
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 1 {
            w.field("ListGroupsResponse.throttle_time_ms");
            w.i32(self.throttle_time_ms);
        }
        w.field("ListGroupsResponse.error_code");
        w.i16(self.error_code);
        w.field("ListGroupsResponse.groups");
        w.array(Form::of(version, 3), &self.groups, |w, it| {
            it.write(w, version)
        })?;
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`ListGroupsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListedGroup {
    pub group_id: String,
    pub protocol_type: String,
    pub group_state: String,
    pub group_type: String,
}

impl ListedGroup {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ListedGroup.group_id");
        it.group_id = r.string(Form::of(version, 3))?;
        r.field("ListedGroup.protocol_type");
        it.protocol_type = r.string(Form::of(version, 3))?;
        if version >= 4 {
            r.field("ListedGroup.group_state");
            it.group_state = r.string(Form::Compact)?;
        }
        if version >= 5 {
            r.field("ListedGroup.group_type");
            it.group_type = r.string(Form::Compact)?;
        }
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ListedGroup.group_id");
        w.string(Form::of(version, 3), &self.group_id)?;
        w.field("ListedGroup.protocol_type");
        w.string(Form::of(version, 3), &self.protocol_type)?;
        if version >= 4 {
            w.field("ListedGroup.group_state");
            w.string(Form::Compact, &self.group_state)?;
        }
        if version >= 5 {
            w.field("ListedGroup.group_type");
            w.string(Form::Compact, &self.group_type)?;
        }
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for ListGroupsResponse {
    const NAME: &'static str = "ListGroupsResponse";
    const MIN_VERSION: i16 = 0;
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
