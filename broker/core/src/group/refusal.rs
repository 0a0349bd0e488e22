//! Answers to requests that are refused before their group is asked.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::{
    DeleteGroupsResponse, DescribeGroupsResponse, HeartbeatResponse, LeaveGroupResponse,
    ListGroupsResponse, OffsetDeleteResponse, OffsetFetchResponse,
};

use super::commit::refuse_commit;
use super::member::{join_error, sync_error};
use super::membership::leave_nowhere;
use super::messages::{GroupRequest, GroupResponse};
use super::transactional::refuse_pending;

/// The group that a request speaks of; empty for requests that speak of several.
pub(super) fn group_of(request: &GroupRequest) -> &str {
    match request {
        GroupRequest::JoinGroup(request) => &request.group_id,
        GroupRequest::SyncGroup(request) => &request.group_id,
        GroupRequest::Heartbeat(request) => &request.group_id,
        GroupRequest::LeaveGroup(request) => &request.group_id,
        GroupRequest::OffsetCommit(request) => &request.group_id,
        GroupRequest::OffsetDelete(request) => &request.group_id,
        GroupRequest::OffsetFetch(request) => &request.group_id,
        GroupRequest::TxnOffsetCommit(request, _) => &request.group_id,
        GroupRequest::DescribeGroups(_)
        | GroupRequest::ListGroups(_)
        | GroupRequest::DeleteGroups(_) => "",
    }
}

/// The answer that has nothing but the error.
pub(super) fn refuse(request: GroupRequest, version: i16, code: ErrorCode) -> GroupResponse {
    let error_code = code.code();
    match request {
        GroupRequest::JoinGroup(request) => {
            GroupResponse::JoinGroup(join_error(version, code, &request.member_id))
        }
        GroupRequest::SyncGroup(_) => GroupResponse::SyncGroup(sync_error(version, code)),
        GroupRequest::Heartbeat(_) => GroupResponse::Heartbeat(HeartbeatResponse {
            error_code,
            ..Default::default()
        }),
        GroupRequest::LeaveGroup(request) => {
            GroupResponse::LeaveGroup(if code == ErrorCode::UnknownMemberId {
                leave_nowhere(request, version)
            } else {
                LeaveGroupResponse {
                    error_code,
                    ..Default::default()
                }
            })
        }
        GroupRequest::OffsetCommit(request) => {
            GroupResponse::OffsetCommit(refuse_commit(&request, code))
        }
        GroupRequest::OffsetDelete(_) => GroupResponse::OffsetDelete(OffsetDeleteResponse {
            error_code,
            ..Default::default()
        }),
        GroupRequest::TxnOffsetCommit(request, _) => {
            GroupResponse::TxnOffsetCommit(refuse_pending(&request, version, code))
        }
        GroupRequest::OffsetFetch(_) => GroupResponse::OffsetFetch(OffsetFetchResponse {
            error_code,
            ..Default::default()
        }),
        GroupRequest::ListGroups(_) => GroupResponse::ListGroups(ListGroupsResponse {
            error_code,
            ..Default::default()
        }),
        GroupRequest::DescribeGroups(_) => {
            GroupResponse::DescribeGroups(DescribeGroupsResponse::default())
        }
        GroupRequest::DeleteGroups(_) => {
            GroupResponse::DeleteGroups(DeleteGroupsResponse::default())
        }
    }
}
