//! `CreateTopics`, `DeleteTopics`, `CreatePartitions`, and the topics that come of being asked for.

use std::sync::Arc;

use kavka_core::metadata::is_internal;
use kavka_protocol::messages::create_partitions_response::CreatePartitionsTopicResult;
use kavka_protocol::messages::create_topics_response::CreatableTopicResult;
use kavka_protocol::messages::delete_topics_response::DeletableTopicResult;
use kavka_protocol::messages::{
    CreatePartitionsRequest, CreatePartitionsResponse, CreateTopicsRequest, CreateTopicsResponse,
    DeleteTopicsRequest, DeleteTopicsResponse,
};
use kavka_protocol::{ErrorCode, Uuid};

use crate::call::Call;
use crate::entropy;
use crate::failure::Failure;
use crate::shared::Shared;

/// Answers `CreateTopics`.
pub(crate) async fn create(call: Call, request: CreateTopicsRequest) -> CreateTopicsResponse {
    let names: Vec<String> = request
        .topics
        .iter()
        .map(|topic| topic.name.clone())
        .collect();
    let decided = call
        .decide(move |controller| controller.create_topics(&request, &mut entropy::uuid))
        .await;
    decided.unwrap_or_else(|failure| CreateTopicsResponse {
        topics: names
            .into_iter()
            .map(|name| CreatableTopicResult {
                name,
                error_code: failure.code().code(),
                error_message: failure.message(),
                ..CreatableTopicResult::default()
            })
            .collect(),
        ..CreateTopicsResponse::default()
    })
}

/// Answers `DeleteTopics`.
pub(crate) async fn delete(call: Call, request: DeleteTopicsRequest) -> DeleteTopicsResponse {
    let asked = request.clone();
    let decided = call
        .decide(move |controller| controller.delete_topics(&request))
        .await;
    decided.unwrap_or_else(|failure| DeleteTopicsResponse {
        responses: refused_deletions(&asked, &failure),
        ..DeleteTopicsResponse::default()
    })
}

fn refused_deletions(
    request: &DeleteTopicsRequest,
    failure: &Failure,
) -> Vec<DeletableTopicResult> {
    let named = request
        .topic_names
        .iter()
        .map(|name| (Some(name.clone()), Uuid::default()));
    let listed = request
        .topics
        .iter()
        .map(|topic| (topic.name.clone(), topic.topic_id));
    named
        .chain(listed)
        .map(|(name, topic_id)| DeletableTopicResult {
            name,
            topic_id,
            error_code: failure.code().code(),
            error_message: failure.message(),
        })
        .collect()
}

/// Answers `CreatePartitions`.
pub(crate) async fn create_partitions(
    call: Call,
    request: CreatePartitionsRequest,
) -> CreatePartitionsResponse {
    let names: Vec<String> = request
        .topics
        .iter()
        .map(|topic| topic.name.clone())
        .collect();
    let decided = call
        .decide(move |controller| controller.create_partitions(&request))
        .await;
    decided.unwrap_or_else(|failure| CreatePartitionsResponse {
        results: names
            .into_iter()
            .map(|name| CreatePartitionsTopicResult {
                name,
                error_code: failure.code().code(),
                error_message: failure.message(),
            })
            .collect(),
        ..CreatePartitionsResponse::default()
    })
}

/// Makes topics that a client asked for (`auto.create.topics.enable`); tells which could not be.
pub(crate) async fn auto_create(
    shared: &Arc<Shared>,
    names: Vec<String>,
) -> Vec<(String, ErrorCode)> {
    let allowed = shared.settings().auto_create_topics;
    let wanted: Vec<String> = names
        .into_iter()
        .filter(|name| allowed || is_internal(name))
        .collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let asked = wanted.clone();
    let decided = shared
        .control
        .decide(move |controller| controller.auto_create_topics(&wanted, &mut entropy::uuid))
        .await;
    match decided {
        Ok(results) => results
            .into_iter()
            .filter(|(_, code)| *code != ErrorCode::None)
            .collect(),
        Err(failure) => {
            tracing::warn!(error = %failure, "topics not created");
            asked
                .into_iter()
                .map(|name| (name, ErrorCode::LeaderNotAvailable))
                .collect()
        }
    }
}
