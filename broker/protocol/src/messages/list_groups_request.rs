// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::ListGroupsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `ListGroupsRequest`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListGroupsRequest {
    pub states_filter: Vec<String>,
    pub types_filter: Vec<String>,
}

impl ListGroupsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 4 {
            r.field("ListGroupsRequest.states_filter");
            it.states_filter = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        }
        if version >= 5 {
            r.field("ListGroupsRequest.types_filter");
            it.types_filter = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        }
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 4 {
            w.field("ListGroupsRequest.states_filter");
            w.array(Form::Compact, &self.states_filter, |w, it| {
                w.string(Form::Compact, it)
            })?;
        }
        if !(version >= 4) && !self.states_filter.is_empty() {
            return Err(w.not_in_version("ListGroupsRequest.states_filter", version));
        }
        if version >= 5 {
            w.field("ListGroupsRequest.types_filter");
            w.array(Form::Compact, &self.types_filter, |w, it| {
                w.string(Form::Compact, it)
            })?;
        }
        if !(version >= 5) && !self.types_filter.is_empty() {
            return Err(w.not_in_version("ListGroupsRequest.types_filter", version));
        }
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for ListGroupsRequest {
    const NAME: &'static str = "ListGroupsRequest";
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
}

impl Request for ListGroupsRequest {
    const KEY: ApiKey = ApiKey::ListGroups;
    type Response = ListGroupsResponse;
}
