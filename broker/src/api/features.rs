//! `UpdateFeatures`.

use kavka_protocol::messages::{UpdateFeaturesRequest, UpdateFeaturesResponse};

use crate::call::Call;

/// Answers `UpdateFeatures`.
pub(crate) async fn update(call: Call, request: UpdateFeaturesRequest) -> UpdateFeaturesResponse {
    let version = call.version;
    let decided = call
        .decide(move |controller| controller.update_features(&request, version))
        .await;
    decided.unwrap_or_else(|failure| UpdateFeaturesResponse {
        error_code: failure.code().code(),
        error_message: failure.message(),
        ..UpdateFeaturesResponse::default()
    })
}
