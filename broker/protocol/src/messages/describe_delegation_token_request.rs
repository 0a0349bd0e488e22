// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::DescribeDelegationTokenResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `DescribeDelegationTokenRequest`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeDelegationTokenRequest {
    pub owners: Option<Vec<DescribeDelegationTokenOwner>>,
}

impl Default for DescribeDelegationTokenRequest {
    fn default() -> Self {
        Self {
            owners: Some(Vec::new()),
        }
    }
}

impl DescribeDelegationTokenRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeDelegationTokenRequest.owners");
        it.owners = r.nullable_array(Form::of(version, 2), 3, |r| {
            DescribeDelegationTokenOwner::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeDelegationTokenRequest.owners");
        match &self.owners {
            None => w.null_array(Form::of(version, 2)),
            Some(it) => {
                w.array(Form::of(version, 2), it, |w, it| it.write(w, version))?;
            }
        }
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`DescribeDelegationTokenRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeDelegationTokenOwner {
    pub principal_type: String,
    pub principal_name: String,
}

impl DescribeDelegationTokenOwner {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeDelegationTokenOwner.principal_type");
        it.principal_type = r.string(Form::of(version, 2))?;
        r.field("DescribeDelegationTokenOwner.principal_name");
        it.principal_name = r.string(Form::of(version, 2))?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeDelegationTokenOwner.principal_type");
        w.string(Form::of(version, 2), &self.principal_type)?;
        w.field("DescribeDelegationTokenOwner.principal_name");
        w.string(Form::of(version, 2), &self.principal_name)?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for DescribeDelegationTokenRequest {
    const NAME: &'static str = "DescribeDelegationTokenRequest";
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

impl Request for DescribeDelegationTokenRequest {
    const KEY: ApiKey = ApiKey::DescribeDelegationToken;
    type Response = DescribeDelegationTokenResponse;
}
