// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `CreateDelegationTokenResponse`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreateDelegationTokenResponse {
    pub error_code: i16,
    pub principal_type: String,
    pub principal_name: String,
    pub token_requester_principal_type: String,
    pub token_requester_principal_name: String,
    pub issue_timestamp_ms: i64,
    pub expiry_timestamp_ms: i64,
    pub max_timestamp_ms: i64,
    pub token_id: String,
    pub hmac: Bytes,
    pub throttle_time_ms: i32,
}

impl CreateDelegationTokenResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreateDelegationTokenResponse.error_code");
        it.error_code = r.i16()?;
        r.field("CreateDelegationTokenResponse.principal_type");
        it.principal_type = r.string(Form::of(version, 2))?;
        r.field("CreateDelegationTokenResponse.principal_name");
        it.principal_name = r.string(Form::of(version, 2))?;
        if version >= 3 {
            r.field("CreateDelegationTokenResponse.token_requester_principal_type");
            it.token_requester_principal_type = r.string(Form::Compact)?;
        }
        if version >= 3 {
            r.field("CreateDelegationTokenResponse.token_requester_principal_name");
            it.token_requester_principal_name = r.string(Form::Compact)?;
        }
        r.field("CreateDelegationTokenResponse.issue_timestamp_ms");
        it.issue_timestamp_ms = r.i64()?;
        r.field("CreateDelegationTokenResponse.expiry_timestamp_ms");
        it.expiry_timestamp_ms = r.i64()?;
        r.field("CreateDelegationTokenResponse.max_timestamp_ms");
        it.max_timestamp_ms = r.i64()?;
        r.field("CreateDelegationTokenResponse.token_id");
        it.token_id = r.string(Form::of(version, 2))?;
        r.field("CreateDelegationTokenResponse.hmac");
        it.hmac = r.bytes(Form::of(version, 2))?;
        r.field("CreateDelegationTokenResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreateDelegationTokenResponse.error_code");
        w.i16(self.error_code);
        w.field("CreateDelegationTokenResponse.principal_type");
        w.string(Form::of(version, 2), &self.principal_type)?;
        w.field("CreateDelegationTokenResponse.principal_name");
        w.string(Form::of(version, 2), &self.principal_name)?;
        if version >= 3 {
            w.field("CreateDelegationTokenResponse.token_requester_principal_type");
            w.string(Form::Compact, &self.token_requester_principal_type)?;
        }
        if version >= 3 {
            w.field("CreateDelegationTokenResponse.token_requester_principal_name");
            w.string(Form::Compact, &self.token_requester_principal_name)?;
        }
        w.field("CreateDelegationTokenResponse.issue_timestamp_ms");
        w.i64(self.issue_timestamp_ms);
        w.field("CreateDelegationTokenResponse.expiry_timestamp_ms");
        w.i64(self.expiry_timestamp_ms);
        w.field("CreateDelegationTokenResponse.max_timestamp_ms");
        w.i64(self.max_timestamp_ms);
        w.field("CreateDelegationTokenResponse.token_id");
        w.string(Form::of(version, 2), &self.token_id)?;
        w.field("CreateDelegationTokenResponse.hmac");
        w.bytes(Form::of(version, 2), &self.hmac)?;
        w.field("CreateDelegationTokenResponse.throttle_time_ms");
        w.i32(self.throttle_time_ms);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for CreateDelegationTokenResponse {
    const NAME: &'static str = "CreateDelegationTokenResponse";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 3;

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
