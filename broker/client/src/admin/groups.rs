//! Consumer groups: list, describe, delete.

use bytes::Bytes;
use kavka_protocol::messages::describe_groups_response::DescribedGroup;
use kavka_protocol::messages::{
    ConsumerProtocolAssignment, DeleteGroupsRequest, DeleteGroupsResponse, DescribeGroupsRequest,
    DescribeGroupsResponse, ListGroupsRequest, ListGroupsResponse,
};
use kavka_protocol::{Message, Reader};

use super::Results;
use super::coordination::Place;
use crate::client::Client;
use crate::error::{ApiError, ClientError};

/// A group as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedGroup {
    /// `group.id`.
    pub group_id: String,
    /// `consumer`, `connect`, or empty for a group that only commits offsets.
    pub protocol_type: String,
    /// Kafka's name of its state, such as `Stable`; empty where the broker does not say.
    pub state: String,
}

/// A group with its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupDescription {
    /// Kafka's name of its state; `Dead` for a group that does not exist.
    pub state: String,
    /// `consumer`, `connect`, or empty.
    pub protocol_type: String,
    /// The assignment strategy that the members agreed on.
    pub protocol: String,
    /// Its members.
    pub members: Vec<GroupMember>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    /// Given by the coordinator.
    pub member_id: String,
    /// `client.id`.
    pub client_id: String,
    /// Where it connects from.
    pub client_host: String,
    /// `group.instance.id` of a static member (KIP-345).
    pub group_instance_id: Option<String>,
    /// What it consumes, by topic; empty for groups of other kinds than `consumer`.
    pub assignment: Vec<(String, Vec<i32>)>,
}

impl Client {
    /// Every group of the cluster, by name.
    pub async fn list_groups(&self) -> Result<Vec<ListedGroup>, ClientError> {
        self.refresh().await?;
        let mut groups = Vec::new();
        for node in self.nodes() {
            let request = ListGroupsRequest::default();
            let place = Place::Node(node);
            let code = |response: &ListGroupsResponse| response.error_code;
            let response = self.send_settled(place, i16::MAX, &request, code).await?;
            ApiError::check(response.error_code, None)
                .map_err(|error| self.refused::<ListGroupsRequest>(error))?;
            groups.extend(response.groups.into_iter().map(|group| ListedGroup {
                group_id: group.group_id,
                protocol_type: group.protocol_type,
                state: group.group_state,
            }));
        }
        groups.sort_by(|one, other| one.group_id.cmp(&other.group_id));
        Ok(groups)
    }

    /// The given groups with their members.
    pub async fn describe_groups(
        &self,
        groups: &[&str],
    ) -> Result<Results<String, GroupDescription>, ClientError> {
        let mut results = Vec::new();
        for group in groups {
            let request = DescribeGroupsRequest {
                groups: vec![(*group).to_owned()],
                include_authorized_operations: false,
            };
            let place = Place::CoordinatorOf(group);
            let code = |response: &DescribeGroupsResponse| {
                response.groups.first().map_or(0, |group| group.error_code)
            };
            let response = self.send_settled(place, i16::MAX, &request, code).await?;
            results.extend(response.groups.into_iter().map(described));
        }
        Ok(results)
    }

    /// Deletes groups without members, with their committed offsets.
    pub async fn delete_groups(&self, groups: &[&str]) -> Result<Results<String, ()>, ClientError> {
        let mut results = Vec::new();
        for group in groups {
            let request = DeleteGroupsRequest {
                groups_names: vec![(*group).to_owned()],
            };
            let place = Place::CoordinatorOf(group);
            let code = |response: &DeleteGroupsResponse| {
                response
                    .results
                    .first()
                    .map_or(0, |result| result.error_code)
            };
            let response = self.send_settled(place, i16::MAX, &request, code).await?;
            let deleted = response.results.into_iter();
            results.extend(
                deleted.map(|result| (result.group_id, ApiError::check(result.error_code, None))),
            );
        }
        Ok(results)
    }
}

fn described(group: DescribedGroup) -> (String, Result<GroupDescription, ApiError>) {
    if let Err(error) = ApiError::check(group.error_code, group.error_message) {
        return (group.group_id, Err(error));
    }
    let is_consumer = group.protocol_type == "consumer";
    let members = group.members.into_iter().map(|member| GroupMember {
        member_id: member.member_id,
        client_id: member.client_id,
        client_host: member.client_host,
        group_instance_id: member.group_instance_id,
        assignment: if is_consumer {
            assigned(member.member_assignment)
        } else {
            Vec::new()
        },
    });
    let description = GroupDescription {
        state: group.group_state,
        protocol_type: group.protocol_type,
        protocol: group.protocol_data,
        members: members.collect(),
    };
    (group.group_id, Ok(description))
}

/// What a member was assigned. The bytes are the members' own affair: what cannot be read is
/// shown as nothing.
fn assigned(bytes: Bytes) -> Vec<(String, Vec<i32>)> {
    let mut reader = Reader::new(bytes);
    let version = reader
        .i16()
        .unwrap_or(-1)
        .min(ConsumerProtocolAssignment::MAX_VERSION);
    let assignment = ConsumerProtocolAssignment::decode(&mut reader, version).unwrap_or_default();
    let mut topics: Vec<_> = assignment
        .assigned_partitions
        .into_iter()
        .map(|topic| (topic.topic, topic.partitions))
        .collect();
    topics.sort();
    topics
}
