// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::UpdateFeaturesResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `UpdateFeaturesRequest`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateFeaturesRequest {
    pub timeout_ms: i32,
    pub feature_updates: Vec<FeatureUpdateKey>,
    pub validate_only: bool,
}

impl Default for UpdateFeaturesRequest {
    fn default() -> Self {
        Self {
            timeout_ms: 60000,
            feature_updates: Vec::new(),
            validate_only: false,
        }
    }
}

impl UpdateFeaturesRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("UpdateFeaturesRequest.timeout_ms");
        it.timeout_ms = r.i32()?;
        r.field("UpdateFeaturesRequest.feature_updates");
        it.feature_updates = r.array(Form::Compact, 5, |r| FeatureUpdateKey::read(r, version))?;
        if version >= 1 {
            r.field("UpdateFeaturesRequest.validate_only");
            it.validate_only = r.bool()?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("UpdateFeaturesRequest.timeout_ms");
        w.i32(self.timeout_ms);
        w.field("UpdateFeaturesRequest.feature_updates");
        w.array(Form::Compact, &self.feature_updates, |w, it| {
            it.write(w, version)
        })?;
        if version >= 1 {
            w.field("UpdateFeaturesRequest.validate_only");
            w.bool(self.validate_only);
        }
        if !(version >= 1) && self.validate_only {
            return Err(w.not_in_version("UpdateFeaturesRequest.validate_only", version));
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`UpdateFeaturesRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureUpdateKey {
    pub feature: String,
    pub max_version_level: i16,
    pub allow_downgrade: bool,
    pub upgrade_type: i8,
}

impl Default for FeatureUpdateKey {
    fn default() -> Self {
        Self {
            feature: String::new(),
            max_version_level: 0,
            allow_downgrade: false,
            upgrade_type: 1,
        }
    }
}

impl FeatureUpdateKey {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("FeatureUpdateKey.feature");
        it.feature = r.string(Form::Compact)?;
        r.field("FeatureUpdateKey.max_version_level");
        it.max_version_level = r.i16()?;
        if version <= 0 {
            r.field("FeatureUpdateKey.allow_downgrade");
            it.allow_downgrade = r.bool()?;
        }
        if version >= 1 {
            r.field("FeatureUpdateKey.upgrade_type");
            it.upgrade_type = r.i8()?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("FeatureUpdateKey.feature");
        w.string(Form::Compact, &self.feature)?;
        w.field("FeatureUpdateKey.max_version_level");
        w.i16(self.max_version_level);
        if version <= 0 {
            w.field("FeatureUpdateKey.allow_downgrade");
            w.bool(self.allow_downgrade);
        }
        if !(version <= 0) && self.allow_downgrade {
            return Err(w.not_in_version("FeatureUpdateKey.allow_downgrade", version));
        }
        if version >= 1 {
            w.field("FeatureUpdateKey.upgrade_type");
            w.i8(self.upgrade_type);
        }
        if !(version >= 1) && self.upgrade_type != 1 {
            return Err(w.not_in_version("FeatureUpdateKey.upgrade_type", version));
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for UpdateFeaturesRequest {
    const NAME: &'static str = "UpdateFeaturesRequest";
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
}

impl Request for UpdateFeaturesRequest {
    const KEY: ApiKey = ApiKey::UpdateFeatures;
    type Response = UpdateFeaturesResponse;
}
