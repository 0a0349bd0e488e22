// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `ApiVersionsResponse`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiVersionsResponse {
    pub error_code: i16,
    pub api_keys: Vec<ApiVersion>,
    pub throttle_time_ms: i32,
    pub supported_features: Vec<SupportedFeatureKey>,
    pub finalized_features_epoch: i64,
    pub finalized_features: Vec<FinalizedFeatureKey>,
    pub zk_migration_ready: bool,
}

impl Default for ApiVersionsResponse {
    fn default() -> Self {
        Self {
            error_code: 0,
            api_keys: Vec::new(),
            throttle_time_ms: 0,
            supported_features: Vec::new(),
            finalized_features_epoch: -1,
            finalized_features: Vec::new(),
            zk_migration_ready: false,
        }
    }
}

impl ApiVersionsResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ApiVersionsResponse.error_code");
        it.error_code = r.i16()?;
        r.field("ApiVersionsResponse.api_keys");
        it.api_keys = r.array(Form::of(version, 3), 6, |r| ApiVersion::read(r, version))?;
        if version >= 1 {
            r.field("ApiVersionsResponse.throttle_time_ms");
            it.throttle_time_ms = r.i32()?;
        }
        if version >= 3 {
            r.tags(|tag, r| {
                match tag {
                    0 => {
                        r.field("ApiVersionsResponse.supported_features");
                        it.supported_features =
                            r.array(Form::Compact, 6, |r| SupportedFeatureKey::read(r, version))?;
                    }
                    1 => {
                        r.field("ApiVersionsResponse.finalized_features_epoch");
                        it.finalized_features_epoch = r.i64()?;
                    }
                    2 => {
                        r.field("ApiVersionsResponse.finalized_features");
                        it.finalized_features =
                            r.array(Form::Compact, 6, |r| FinalizedFeatureKey::read(r, version))?;
                    }
                    3 => {
                        r.field("ApiVersionsResponse.zk_migration_ready");
                        it.zk_migration_ready = r.bool()?;
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ApiVersionsResponse.error_code");
        w.i16(self.error_code);
        w.field("ApiVersionsResponse.api_keys");
        w.array(Form::of(version, 3), &self.api_keys, |w, it| {
            it.write(w, version)
        })?;
        if version >= 1 {
            w.field("ApiVersionsResponse.throttle_time_ms");
            w.i32(self.throttle_time_ms);
        }
        if version >= 3 {
            w.unsigned_varint(
                u32::from(!self.supported_features.is_empty())
                    + u32::from(self.finalized_features_epoch != -1)
                    + u32::from(!self.finalized_features.is_empty())
                    + u32::from(self.zk_migration_ready),
            );
            if !self.supported_features.is_empty() {
                w.field("ApiVersionsResponse.supported_features");
                w.tag(0, |w| {
                    w.array(Form::Compact, &self.supported_features, |w, it| {
                        it.write(w, version)
                    })?;
                    Ok(())
                })?;
            }
            if self.finalized_features_epoch != -1 {
                w.field("ApiVersionsResponse.finalized_features_epoch");
                w.tag(1, |w| {
                    w.i64(self.finalized_features_epoch);
                    Ok(())
                })?;
            }
            if !self.finalized_features.is_empty() {
                w.field("ApiVersionsResponse.finalized_features");
                w.tag(2, |w| {
                    w.array(Form::Compact, &self.finalized_features, |w, it| {
                        it.write(w, version)
                    })?;
                    Ok(())
                })?;
            }
            if self.zk_migration_ready {
                w.field("ApiVersionsResponse.zk_migration_ready");
                w.tag(3, |w| {
                    w.bool(self.zk_migration_ready);
                    Ok(())
                })?;
            }
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

/// A part of [`ApiVersionsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ApiVersion {
    pub api_key: i16,
    pub min_version: i16,
    pub max_version: i16,
}

impl ApiVersion {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ApiVersion.api_key");
        it.api_key = r.i16()?;
        r.field("ApiVersion.min_version");
        it.min_version = r.i16()?;
        r.field("ApiVersion.max_version");
        it.max_version = r.i16()?;
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ApiVersion.api_key");
        w.i16(self.api_key);
        w.field("ApiVersion.min_version");
        w.i16(self.min_version);
        w.field("ApiVersion.max_version");
        w.i16(self.max_version);
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`ApiVersionsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SupportedFeatureKey {
    pub name: String,
    pub min_version: i16,
    pub max_version: i16,
}

impl SupportedFeatureKey {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("SupportedFeatureKey.name");
        it.name = r.string(Form::Compact)?;
        r.field("SupportedFeatureKey.min_version");
        it.min_version = r.i16()?;
        r.field("SupportedFeatureKey.max_version");
        it.max_version = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("SupportedFeatureKey.name");
        w.string(Form::Compact, &self.name)?;
        w.field("SupportedFeatureKey.min_version");
        w.i16(self.min_version);
        w.field("SupportedFeatureKey.max_version");
        w.i16(self.max_version);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ApiVersionsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FinalizedFeatureKey {
    pub name: String,
    pub max_version_level: i16,
    pub min_version_level: i16,
}

impl FinalizedFeatureKey {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("FinalizedFeatureKey.name");
        it.name = r.string(Form::Compact)?;
        r.field("FinalizedFeatureKey.max_version_level");
        it.max_version_level = r.i16()?;
        r.field("FinalizedFeatureKey.min_version_level");
        it.min_version_level = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("FinalizedFeatureKey.name");
        w.string(Form::Compact, &self.name)?;
        w.field("FinalizedFeatureKey.max_version_level");
        w.i16(self.max_version_level);
        w.field("FinalizedFeatureKey.min_version_level");
        w.i16(self.min_version_level);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ApiVersionsResponse {
    const NAME: &'static str = "ApiVersionsResponse";
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

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
