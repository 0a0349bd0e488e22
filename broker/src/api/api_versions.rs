//! `ApiVersions` (KIP-511): what this broker serves, and nothing that it does not.

use std::sync::atomic::Ordering;

use kavka_core::metadata::features::FEATURES;
use kavka_protocol::messages::api_versions_response::{
    ApiVersion, FinalizedFeatureKey, SupportedFeatureKey,
};
use kavka_protocol::messages::{ApiVersionsRequest, ApiVersionsResponse};
use kavka_protocol::{ApiKey, ErrorCode};

use super::SERVED;
use crate::call::Call;

/// The longest name or version of a client's software that Kafka takes.
const SOFTWARE_NAME: fn(char) -> bool = |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');

/// KIP-1022: older clients cannot read a lowest level of 0.
const FIRST_WITH_LEVEL_ZERO: i16 = 4;

/// Answers with everything that is served.
pub(crate) fn handle(call: &Call, request: &ApiVersionsRequest) -> ApiVersionsResponse {
    let named = [
        &request.client_software_name,
        &request.client_software_version,
    ]
    .iter()
    .all(|text| text.starts_with(SOFTWARE_NAME) && text.chars().all(SOFTWARE_NAME));
    if call.version >= 3 && !named {
        return ApiVersionsResponse {
            error_code: ErrorCode::InvalidRequest.code(),
            ..ApiVersionsResponse::default()
        };
    }
    let shared = call.shard.shared();
    let image = shared.image();
    ApiVersionsResponse {
        api_keys: SERVED.iter().filter_map(|key| announced(*key)).collect(),
        supported_features: FEATURES
            .iter()
            .filter(|feature| feature.min > 0 || call.version >= FIRST_WITH_LEVEL_ZERO)
            .map(|feature| SupportedFeatureKey {
                name: feature.name.to_owned(),
                min_version: feature.min,
                max_version: feature.max,
            })
            .collect(),
        finalized_features_epoch: shared.metadata_offset.load(Ordering::Acquire),
        finalized_features: image
            .features()
            .map(|(name, level)| FinalizedFeatureKey {
                name: name.to_owned(),
                max_version_level: level,
                min_version_level: level,
            })
            .collect(),
        ..ApiVersionsResponse::default()
    }
}

/// The reply to a version from the future, in version 0.
pub(crate) fn unsupported() -> ApiVersionsResponse {
    ApiVersionsResponse {
        error_code: ErrorCode::UnsupportedVersion.code(),
        api_keys: announced(ApiKey::ApiVersions).into_iter().collect(),
        ..ApiVersionsResponse::default()
    }
}

fn announced(key: ApiKey) -> Option<ApiVersion> {
    let served = key.versions()?;
    // KAFKA-18659: librdkafka compresses only where Produce 0 is announced.
    let min_version = if key == ApiKey::Produce {
        0
    } else {
        *served.start()
    };
    Some(ApiVersion {
        api_key: key.code(),
        min_version,
        max_version: *served.end(),
    })
}
