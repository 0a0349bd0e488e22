//! `DescribeConfigs`, `AlterConfigs`, `IncrementalAlterConfigs` and `ListConfigResources`.

use kavka_core::config::{describe_configs, list_config_resources};
use kavka_protocol::messages::incremental_alter_configs_response::AlterConfigsResourceResponse;
use kavka_protocol::messages::{
    AlterConfigsRequest, AlterConfigsResponse, DescribeConfigsRequest, DescribeConfigsResponse,
    IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse, ListConfigResourcesRequest,
    ListConfigResourcesResponse, alter_configs_response,
};

use crate::call::Call;

/// Answers `DescribeConfigs`.
pub(crate) async fn describe(
    call: Call,
    request: DescribeConfigsRequest,
) -> DescribeConfigsResponse {
    let shared = call.shard.shared();
    describe_configs(&request, &shared.image(), &shared.settings())
}

/// Answers `ListConfigResources`.
pub(crate) async fn list(
    call: Call,
    request: ListConfigResourcesRequest,
) -> ListConfigResourcesResponse {
    list_config_resources(&request, call.version, &call.shard.shared().image())
}

/// Answers `AlterConfigs`, which takes away what it does not name.
pub(crate) async fn replace(call: Call, request: AlterConfigsRequest) -> AlterConfigsResponse {
    let asked: Vec<(i8, String)> = request
        .resources
        .iter()
        .map(|resource| (resource.resource_type, resource.resource_name.clone()))
        .collect();
    let decided = call
        .decide(move |controller| controller.alter_configs(&request))
        .await;
    decided.unwrap_or_else(|failure| AlterConfigsResponse {
        responses: asked
            .into_iter()
            .map(|(resource_type, resource_name)| {
                alter_configs_response::AlterConfigsResourceResponse {
                    error_code: failure.code().code(),
                    error_message: failure.message(),
                    resource_type,
                    resource_name,
                }
            })
            .collect(),
        ..AlterConfigsResponse::default()
    })
}

/// Answers `IncrementalAlterConfigs`.
pub(crate) async fn alter(
    call: Call,
    request: IncrementalAlterConfigsRequest,
) -> IncrementalAlterConfigsResponse {
    let asked: Vec<(i8, String)> = request
        .resources
        .iter()
        .map(|resource| (resource.resource_type, resource.resource_name.clone()))
        .collect();
    let decided = call
        .decide(move |controller| controller.incremental_alter_configs(&request))
        .await;
    decided.unwrap_or_else(|failure| IncrementalAlterConfigsResponse {
        responses: asked
            .into_iter()
            .map(
                |(resource_type, resource_name)| AlterConfigsResourceResponse {
                    error_code: failure.code().code(),
                    error_message: failure.message(),
                    resource_type,
                    resource_name,
                },
            )
            .collect(),
        ..IncrementalAlterConfigsResponse::default()
    })
}
