//! Consumer groups: list, describe, delete, and who coordinates them.

use bytes::Bytes;
use kavka_protocol::messages::describe_groups_response::DescribedGroup;
use kavka_protocol::messages::{
    ConsumerProtocolAssignment, DeleteGroupsRequest, DescribeGroupsRequest, FindCoordinatorRequest,
    ListGroupsRequest,
};
use kavka_protocol::{ErrorCode, Message, Reader};

use super::Results;
use crate::client::{Client, Target};
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
            let response = self
                .until_settled(async || {
                    let response = self.send(Target::Node(node), &request).await?;
                    ApiError::check(response.error_code, None)
                        .map_err(|error| self.refused::<ListGroupsRequest>(error))?;
                    Ok(response)
                })
                .await?;
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
            let response = self
                .until_settled(async || {
                    let node = self.find_coordinator_once(group).await?;
                    let response = self.send(Target::Node(node), &request).await?;
                    let code = response.groups.first().map_or(0, |group| group.error_code);
                    self.pass_unless_moving::<DescribeGroupsRequest>(code)?;
                    Ok(response)
                })
                .await?;
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
            let response = self
                .until_settled(async || {
                    let node = self.find_coordinator_once(group).await?;
                    let response = self.send(Target::Node(node), &request).await?;
                    let code = response
                        .results
                        .first()
                        .map_or(0, |result| result.error_code);
                    self.pass_unless_moving::<DeleteGroupsRequest>(code)?;
                    Ok(response)
                })
                .await?;
            let deleted = response.results.into_iter();
            results.extend(
                deleted.map(|result| (result.group_id, ApiError::check(result.error_code, None))),
            );
        }
        Ok(results)
    }

    /// The `node.id` of the broker that coordinates the group. Waits while the cluster makes its
    /// offsets topic.
    pub async fn find_coordinator(&self, group: &str) -> Result<i32, ClientError> {
        self.until_settled(async || self.find_coordinator_once(group).await)
            .await
    }

    pub(crate) async fn find_coordinator_once(&self, group: &str) -> Result<i32, ClientError> {
        let request = FindCoordinatorRequest {
            key: group.to_owned(),
            ..FindCoordinatorRequest::default()
        };
        // Version 4 asks for many keys at once, in other fields.
        let response = self.send_up_to(Target::Any, 3, &request).await?;
        ApiError::check(response.error_code, response.error_message)
            .map_err(|error| self.refused::<FindCoordinatorRequest>(error))?;
        Ok(response.node_id)
    }

    /// An error that says that the group is on its way elsewhere ends the try.
    pub(crate) fn pass_unless_moving<R: kavka_protocol::Request>(
        &self,
        code: i16,
    ) -> Result<(), ClientError> {
        let code = ErrorCode::from_code(code);
        let is_moving = matches!(
            code,
            ErrorCode::NotCoordinator
                | ErrorCode::CoordinatorNotAvailable
                | ErrorCode::CoordinatorLoadInProgress
        );
        if is_moving {
            return Err(self.refused::<R>(ApiError {
                code,
                message: None,
            }));
        }
        Ok(())
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
