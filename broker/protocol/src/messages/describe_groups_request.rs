// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::DescribeGroupsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `DescribeGroupsRequest`, versions 0 to 6.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeGroupsRequest {
    pub groups: Vec<String>,
    pub include_authorized_operations: bool,
}

impl DescribeGroupsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeGroupsRequest.groups");
        it.groups = r.array(Form::of(version, 5), 1, |r| r.string(Form::of(version, 5)))?;
        if version >= 3 {
            r.field("DescribeGroupsRequest.include_authorized_operations");
            it.include_authorized_operations = r.bool()?;
        }
        if version >= 5 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeGroupsRequest.groups");
        w.array(Form::of(version, 5), &self.groups, |w, it| {
            w.string(Form::of(version, 5), it)
        })?;
        if version >= 3 {
            w.field("DescribeGroupsRequest.include_authorized_operations");
            w.bool(self.include_authorized_operations);
        }
        if !(version >= 3) && self.include_authorized_operations {
            return Err(w.not_in_version(
                "DescribeGroupsRequest.include_authorized_operations",
                version,
            ));
        }
        if version >= 5 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for DescribeGroupsRequest {
    const NAME: &'static str = "DescribeGroupsRequest";
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
}

impl Request for DescribeGroupsRequest {
    const KEY: ApiKey = ApiKey::DescribeGroups;
    type Response = DescribeGroupsResponse;
}
