// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DescribeGroupsResponse`, versions 0 to 6.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeGroupsResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribedGroup>,
}

impl DescribeGroupsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 1 {
            r.field("DescribeGroupsResponse.throttle_time_ms");
            it.throttle_time_ms = r.i32()?;
        }
        r.field("DescribeGroupsResponse.groups");
        it.groups = r.array(Form::of(version, 5), 12, |r| {
            DescribedGroup::read(r, version)
        })?;
        if version >= 5 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 1 {
            w.field("DescribeGroupsResponse.throttle_time_ms");
            w.i32(self.throttle_time_ms);
        }
        w.field("DescribeGroupsResponse.groups");
        w.array(Form::of(version, 5), &self.groups, |w, it| {
            it.write(w, version)
        })?;
        if version >= 5 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        for it in &self.groups {
            it.each_error(each);
        }
    }
}

/// A part of [`DescribeGroupsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribedGroup {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub group_id: String,
    pub group_state: String,
    pub protocol_type: String,
    pub protocol_data: String,
    pub members: Vec<DescribedGroupMember>,
    pub authorized_operations: i32,
}

impl Default for DescribedGroup {
    fn default() -> Self {
        Self {
            error_code: 0,
            error_message: None,
            group_id: String::new(),
            group_state: String::new(),
            protocol_type: String::new(),
            protocol_data: String::new(),
            members: Vec::new(),
            authorized_operations: i32::MIN,
        }
    }
}

impl DescribedGroup {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribedGroup.error_code");
        it.error_code = r.i16()?;
        if version >= 6 {
            r.field("DescribedGroup.error_message");
            it.error_message = r.nullable_string(Form::Compact)?;
        }
        r.field("DescribedGroup.group_id");
        it.group_id = r.string(Form::of(version, 5))?;
        r.field("DescribedGroup.group_state");
        it.group_state = r.string(Form::of(version, 5))?;
        r.field("DescribedGroup.protocol_type");
        it.protocol_type = r.string(Form::of(version, 5))?;
        r.field("DescribedGroup.protocol_data");
        it.protocol_data = r.string(Form::of(version, 5))?;
        r.field("DescribedGroup.members");
        it.members = r.array(Form::of(version, 5), 7, |r| {
            DescribedGroupMember::read(r, version)
        })?;
        if version >= 3 {
            r.field("DescribedGroup.authorized_operations");
            it.authorized_operations = r.i32()?;
        }
        if version >= 5 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribedGroup.error_code");
        w.i16(self.error_code);
        if version >= 6 {
            w.field("DescribedGroup.error_message");
            w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        }
        w.field("DescribedGroup.group_id");
        w.string(Form::of(version, 5), &self.group_id)?;
        w.field("DescribedGroup.group_state");
        w.string(Form::of(version, 5), &self.group_state)?;
        w.field("DescribedGroup.protocol_type");
        w.string(Form::of(version, 5), &self.protocol_type)?;
        w.field("DescribedGroup.protocol_data");
        w.string(Form::of(version, 5), &self.protocol_data)?;
        w.field("DescribedGroup.members");
        w.array(Form::of(version, 5), &self.members, |w, it| {
            it.write(w, version)
        })?;
        if version >= 3 {
            w.field("DescribedGroup.authorized_operations");
            w.i32(self.authorized_operations);
        }
        if version >= 5 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`DescribeGroupsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribedGroupMember {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub member_metadata: Bytes,
    pub member_assignment: Bytes,
}

impl DescribedGroupMember {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribedGroupMember.member_id");
        it.member_id = r.string(Form::of(version, 5))?;
        if version >= 4 {
            r.field("DescribedGroupMember.group_instance_id");
            it.group_instance_id = r.nullable_string(Form::of(version, 5))?;
        }
        r.field("DescribedGroupMember.client_id");
        it.client_id = r.string(Form::of(version, 5))?;
        r.field("DescribedGroupMember.client_host");
        it.client_host = r.string(Form::of(version, 5))?;
        r.field("DescribedGroupMember.member_metadata");
        it.member_metadata = r.bytes(Form::of(version, 5))?;
        r.field("DescribedGroupMember.member_assignment");
        it.member_assignment = r.bytes(Form::of(version, 5))?;
        if version >= 5 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribedGroupMember.member_id");
        w.string(Form::of(version, 5), &self.member_id)?;
        if version >= 4 {
            w.field("DescribedGroupMember.group_instance_id");
            w.nullable_string(Form::of(version, 5), self.group_instance_id.as_deref())?;
        }
        w.field("DescribedGroupMember.client_id");
        w.string(Form::of(version, 5), &self.client_id)?;
        w.field("DescribedGroupMember.client_host");
        w.string(Form::of(version, 5), &self.client_host)?;
        w.field("DescribedGroupMember.member_metadata");
        w.bytes(Form::of(version, 5), &self.member_metadata)?;
        w.field("DescribedGroupMember.member_assignment");
        w.bytes(Form::of(version, 5), &self.member_assignment)?;
        if version >= 5 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for DescribeGroupsResponse {
    const NAME: &'static str = "DescribeGroupsResponse";
    const MIN_VERSION: i16 = 0;
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
