// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use bytes::Bytes;

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `DescribeDelegationTokenResponse`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeDelegationTokenResponse {
    pub error_code: i16,
    pub tokens: Vec<DescribedDelegationToken>,
    pub throttle_time_ms: i32,
}

impl DescribeDelegationTokenResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeDelegationTokenResponse.error_code");
        it.error_code = r.i16()?;
        r.field("DescribeDelegationTokenResponse.tokens");
        it.tokens = r.array(Form::of(version, 2), 30, |r| {
            DescribedDelegationToken::read(r, version)
        })?;
        r.field("DescribeDelegationTokenResponse.throttle_time_ms");
        it.throttle_time_ms = r.i32()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeDelegationTokenResponse.error_code");
        w.i16(self.error_code);
        w.field("DescribeDelegationTokenResponse.tokens");
        w.array(Form::of(version, 2), &self.tokens, |w, it| {
            it.write(w, version)
        })?;
        w.field("DescribeDelegationTokenResponse.throttle_time_ms");
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

/// A part of [`DescribeDelegationTokenResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribedDelegationToken {
    pub principal_type: String,
    pub principal_name: String,
    pub token_requester_principal_type: String,
    pub token_requester_principal_name: String,
    pub issue_timestamp: i64,
    pub expiry_timestamp: i64,
    pub max_timestamp: i64,
    pub token_id: String,
    pub hmac: Bytes,
    pub renewers: Vec<DescribedDelegationTokenRenewer>,
}

impl DescribedDelegationToken {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribedDelegationToken.principal_type");
        it.principal_type = r.string(Form::of(version, 2))?;
        r.field("DescribedDelegationToken.principal_name");
        it.principal_name = r.string(Form::of(version, 2))?;
        if version >= 3 {
            r.field("DescribedDelegationToken.token_requester_principal_type");
            it.token_requester_principal_type = r.string(Form::Compact)?;
        }
        if version >= 3 {
            r.field("DescribedDelegationToken.token_requester_principal_name");
            it.token_requester_principal_name = r.string(Form::Compact)?;
        }
        r.field("DescribedDelegationToken.issue_timestamp");
        it.issue_timestamp = r.i64()?;
        r.field("DescribedDelegationToken.expiry_timestamp");
        it.expiry_timestamp = r.i64()?;
        r.field("DescribedDelegationToken.max_timestamp");
        it.max_timestamp = r.i64()?;
        r.field("DescribedDelegationToken.token_id");
        it.token_id = r.string(Form::of(version, 2))?;
        r.field("DescribedDelegationToken.hmac");
        it.hmac = r.bytes(Form::of(version, 2))?;
        r.field("DescribedDelegationToken.renewers");
        it.renewers = r.array(Form::of(version, 2), 3, |r| {
            DescribedDelegationTokenRenewer::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribedDelegationToken.principal_type");
        w.string(Form::of(version, 2), &self.principal_type)?;
        w.field("DescribedDelegationToken.principal_name");
        w.string(Form::of(version, 2), &self.principal_name)?;
        if version >= 3 {
            w.field("DescribedDelegationToken.token_requester_principal_type");
            w.string(Form::Compact, &self.token_requester_principal_type)?;
        }
        if version >= 3 {
            w.field("DescribedDelegationToken.token_requester_principal_name");
            w.string(Form::Compact, &self.token_requester_principal_name)?;
        }
        w.field("DescribedDelegationToken.issue_timestamp");
        w.i64(self.issue_timestamp);
        w.field("DescribedDelegationToken.expiry_timestamp");
        w.i64(self.expiry_timestamp);
        w.field("DescribedDelegationToken.max_timestamp");
        w.i64(self.max_timestamp);
        w.field("DescribedDelegationToken.token_id");
        w.string(Form::of(version, 2), &self.token_id)?;
        w.field("DescribedDelegationToken.hmac");
        w.bytes(Form::of(version, 2), &self.hmac)?;
        w.field("DescribedDelegationToken.renewers");
        w.array(Form::of(version, 2), &self.renewers, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`DescribeDelegationTokenResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribedDelegationTokenRenewer {
    pub principal_type: String,
    pub principal_name: String,
}

impl DescribedDelegationTokenRenewer {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribedDelegationTokenRenewer.principal_type");
        it.principal_type = r.string(Form::of(version, 2))?;
        r.field("DescribedDelegationTokenRenewer.principal_name");
        it.principal_name = r.string(Form::of(version, 2))?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribedDelegationTokenRenewer.principal_type");
        w.string(Form::of(version, 2), &self.principal_type)?;
        w.field("DescribedDelegationTokenRenewer.principal_name");
        w.string(Form::of(version, 2), &self.principal_name)?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for DescribeDelegationTokenResponse {
    const NAME: &'static str = "DescribeDelegationTokenResponse";
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
