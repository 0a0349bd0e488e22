//! `DeleteTopics`, by name or identity.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::delete_topics_request::{DeleteTopicState, DeleteTopicsRequest};
use kavka_protocol::messages::delete_topics_response::{
    DeletableTopicResult, DeleteTopicsResponse,
};
use kavka_protocol::messages::{MetadataRecord, RemoveTopicRecord};

use super::{Controller, Decision, Refusal, duplicates};
use crate::types::TopicId;

impl Controller<'_> {
    /// Deletes topics with everything that belongs to them.
    pub fn delete_topics(&self, request: &DeleteTopicsRequest) -> Decision<DeleteTopicsResponse> {
        let named = request.topic_names.iter().map(|name| DeleteTopicState {
            name: Some(name.clone()),
            ..Default::default()
        });
        let states: Vec<DeleteTopicState> = request.topics.iter().cloned().chain(named).collect();
        let found: Vec<Result<TopicId, Refusal>> = states
            .iter()
            .map(|state| self.topic_to_delete(state))
            .collect();
        let twice = duplicates(
            found
                .iter()
                .filter_map(|found| found.as_ref().ok())
                .copied(),
        );
        let mut records: Vec<MetadataRecord> = Vec::new();
        let mut responses = Vec::new();
        for (state, found) in states.into_iter().zip(found) {
            let mut result = DeletableTopicResult {
                name: state.name,
                topic_id: state.topic_id,
                error_message: None,
                ..Default::default()
            };
            match found {
                Ok(id) if twice.contains(&id) => {
                    result.error_code = ErrorCode::InvalidRequest.code();
                    result.error_message = Some("Duplicate topic in the request.".to_owned());
                }
                Ok(id) => {
                    result.topic_id = id;
                    result.name = self
                        .image
                        .topic_by_id(id)
                        .map(|topic| topic.name.to_string());
                    records.push(RemoveTopicRecord { topic_id: id }.into());
                }
                Err(refusal) => {
                    result.error_code = refusal.code.code();
                    result.error_message = Some(refusal.message);
                }
            }
            responses.push(result);
        }
        let response = DeleteTopicsResponse {
            responses,
            ..Default::default()
        };
        Decision { records, response }
    }

    fn topic_to_delete(&self, state: &DeleteTopicState) -> Result<TopicId, Refusal> {
        if !self.settings.delete_topic_enable {
            let message = "Topic deletion is disabled; set delete.topic.enable=true.";
            return Err(Refusal::new(ErrorCode::TopicDeletionDisabled, message));
        }
        let found = match (&state.name, state.topic_id.is_zero()) {
            (Some(_), false) => {
                let message = "You may not specify both topic name and topic id.";
                return Err(Refusal::new(ErrorCode::InvalidRequest, message));
            }
            (None, true) => {
                let message = "Neither topic name nor id were specified.";
                return Err(Refusal::new(ErrorCode::InvalidRequest, message));
            }
            (Some(name), true) => self.image.topic(name).ok_or_else(|| {
                let message = format!("This server does not host topic '{name}'.");
                Refusal::new(ErrorCode::UnknownTopicOrPartition, message)
            }),
            (None, false) => self.image.topic_by_id(state.topic_id).ok_or_else(|| {
                let message = format!("This server does not host topic ID {}.", state.topic_id);
                Refusal::new(ErrorCode::UnknownTopicId, message)
            }),
        };
        Ok(found?.id)
    }
}
