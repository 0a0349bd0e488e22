// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::CreateDelegationTokenResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `CreateDelegationTokenRequest`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreateDelegationTokenRequest {
    pub owner_principal_type: Option<String>,
    pub owner_principal_name: Option<String>,
    pub renewers: Vec<CreatableRenewers>,
    pub max_lifetime_ms: i64,
}

impl CreateDelegationTokenRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 3 {
            r.field("CreateDelegationTokenRequest.owner_principal_type");
            it.owner_principal_type = r.nullable_string(Form::Compact)?;
        }
        if version >= 3 {
            r.field("CreateDelegationTokenRequest.owner_principal_name");
            it.owner_principal_name = r.nullable_string(Form::Compact)?;
        }
        r.field("CreateDelegationTokenRequest.renewers");
        it.renewers = r.array(Form::of(version, 2), 3, |r| {
            CreatableRenewers::read(r, version)
        })?;
        r.field("CreateDelegationTokenRequest.max_lifetime_ms");
        it.max_lifetime_ms = r.i64()?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 3 {
            w.field("CreateDelegationTokenRequest.owner_principal_type");
            w.nullable_string(Form::Compact, self.owner_principal_type.as_deref())?;
        }
        if !(version >= 3)
            && self
                .owner_principal_type
                .as_ref()
                .is_some_and(|it| !it.is_empty())
        {
            return Err(
                w.not_in_version("CreateDelegationTokenRequest.owner_principal_type", version)
            );
        }
        if version >= 3 {
            w.field("CreateDelegationTokenRequest.owner_principal_name");
            w.nullable_string(Form::Compact, self.owner_principal_name.as_deref())?;
        }
        if !(version >= 3)
            && self
                .owner_principal_name
                .as_ref()
                .is_some_and(|it| !it.is_empty())
        {
            return Err(
                w.not_in_version("CreateDelegationTokenRequest.owner_principal_name", version)
            );
        }
        w.field("CreateDelegationTokenRequest.renewers");
        w.array(Form::of(version, 2), &self.renewers, |w, it| {
            it.write(w, version)
        })?;
        w.field("CreateDelegationTokenRequest.max_lifetime_ms");
        w.i64(self.max_lifetime_ms);
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`CreateDelegationTokenRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatableRenewers {
    pub principal_type: String,
    pub principal_name: String,
}

impl CreatableRenewers {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("CreatableRenewers.principal_type");
        it.principal_type = r.string(Form::of(version, 2))?;
        r.field("CreatableRenewers.principal_name");
        it.principal_name = r.string(Form::of(version, 2))?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("CreatableRenewers.principal_type");
        w.string(Form::of(version, 2), &self.principal_type)?;
        w.field("CreatableRenewers.principal_name");
        w.string(Form::of(version, 2), &self.principal_name)?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for CreateDelegationTokenRequest {
    const NAME: &'static str = "CreateDelegationTokenRequest";
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
}

impl Request for CreateDelegationTokenRequest {
    const KEY: ApiKey = ApiKey::CreateDelegationToken;
    type Response = CreateDelegationTokenResponse;
}
