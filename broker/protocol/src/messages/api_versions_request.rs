// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::ApiVersionsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `ApiVersionsRequest`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ApiVersionsRequest {
    pub client_software_name: String,
    pub client_software_version: String,
}

impl ApiVersionsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 3 {
            r.field("ApiVersionsRequest.client_software_name");
            it.client_software_name = r.string(Form::Compact)?;
        }
        if version >= 3 {
            r.field("ApiVersionsRequest.client_software_version");
            it.client_software_version = r.string(Form::Compact)?;
        }
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 3 {
            w.field("ApiVersionsRequest.client_software_name");
            w.string(Form::Compact, &self.client_software_name)?;
        }
        if version >= 3 {
            w.field("ApiVersionsRequest.client_software_version");
            w.string(Form::Compact, &self.client_software_version)?;
        }
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for ApiVersionsRequest {
    const NAME: &'static str = "ApiVersionsRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 4;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for ApiVersionsRequest {
    const KEY: ApiKey = ApiKey::ApiVersions;
    type Response = ApiVersionsResponse;
}
