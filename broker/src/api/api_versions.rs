//! `ApiVersions` (KIP-511): what this broker serves, and nothing that it does not.

use kavka_protocol::messages::api_versions_response::{
    ApiVersion, FinalizedFeatureKey, SupportedFeatureKey,
};
use kavka_protocol::messages::{ApiVersionsRequest, ApiVersionsResponse};
use kavka_protocol::{ApiKey, ErrorCode};

use crate::dispatch::{Call, SERVED};

/// The longest name or version of a client's software that Kafka takes.
const SOFTWARE_NAME: fn(char) -> bool = |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');

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
    let image = call.shard.shared().image();
    let features: Vec<(String, i16)> = image
        .features()
        .map(|(name, level)| (name.to_string(), level))
        .collect();
    ApiVersionsResponse {
        api_keys: SERVED.iter().filter_map(|key| announced(*key)).collect(),
        supported_features: features
            .iter()
            .map(|(name, level)| SupportedFeatureKey {
                name: name.clone(),
                min_version: 1,
                max_version: *level,
            })
            .collect(),
        finalized_features_epoch: 0,
        finalized_features: features
            .into_iter()
            .map(|(name, level)| FinalizedFeatureKey {
                name,
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
