use kavka_protocol::messages::join_group_request::JoinGroupRequestProtocol;
use kavka_protocol::messages::leave_group_request::MemberIdentity;
use kavka_protocol::messages::offset_commit_request::{
    OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use kavka_protocol::messages::offset_fetch_request::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics,
};
use kavka_protocol::messages::sync_group_request::SyncGroupRequestAssignment;
use kavka_protocol::messages::{
    DeleteGroupsRequest, DescribeGroupsRequest, HeartbeatRequest, JoinGroupRequest,
    JoinGroupResponse, LeaveGroupRequest, ListGroupsRequest, OffsetFetchRequest, SyncGroupRequest,
    SyncGroupResponse,
};

use super::*;
use crate::types::ReplyToken;

mod hostile;
mod membership;
mod offsets;
mod random;
mod shell;
mod transactional;

use shell::Shell;

/// The versions that a Java client of 4.3 speaks.
const JOIN: i16 = 9;
const SYNC: i16 = 5;

fn code(code: i16) -> ErrorCode {
    ErrorCode::from_code(code)
}

fn join_request(member: &str, instance: Option<&str>) -> JoinGroupRequest {
    let protocols = ["range", "sticky"].map(|name| JoinGroupRequestProtocol {
        name: name.to_owned(),
        metadata: bytes::Bytes::from(format!("{name}-of-me")),
    });
    JoinGroupRequest {
        group_id: "g".to_owned(),
        session_timeout_ms: 10_000,
        rebalance_timeout_ms: 60_000,
        member_id: member.to_owned(),
        group_instance_id: instance.map(str::to_owned),
        protocol_type: "consumer".to_owned(),
        protocols: protocols.to_vec(),
        reason: None,
    }
}

fn sync_request(joined: &JoinGroupResponse) -> SyncGroupRequest {
    let assignments = joined
        .members
        .iter()
        .map(|member| SyncGroupRequestAssignment {
            member_id: member.member_id.clone(),
            assignment: bytes::Bytes::from(format!("for {}", member.member_id)),
        });
    SyncGroupRequest {
        group_id: "g".to_owned(),
        generation_id: joined.generation_id,
        member_id: joined.member_id.clone(),
        protocol_type: joined.protocol_type.clone(),
        protocol_name: joined.protocol_name.clone(),
        assignments: assignments.collect(),
        ..Default::default()
    }
}

impl Shell {
    fn join(&mut self, member: &str, instance: Option<&str>) -> ReplyToken {
        let request = join_request(member, instance);
        self.send(JOIN, GroupRequest::JoinGroup(request))
    }

    fn joined(&mut self, token: ReplyToken) -> JoinGroupResponse {
        match self.take(token) {
            Some(GroupResponse::JoinGroup(response)) => response,
            other => panic!("{other:?}"),
        }
    }

    /// Joins as a dynamic member does: once for an id, once for real.
    fn join_anew(&mut self) -> (String, ReplyToken) {
        let token = self.join("", None);
        let refused = self.joined(token);
        assert_eq!(code(refused.error_code), ErrorCode::MemberIdRequired);
        let token = self.join(&refused.member_id, None);
        (refused.member_id, token)
    }

    fn sync(&mut self, joined: &JoinGroupResponse) -> ReplyToken {
        self.send(SYNC, GroupRequest::SyncGroup(sync_request(joined)))
    }

    fn synced(&mut self, token: ReplyToken) -> SyncGroupResponse {
        match self.take(token) {
            Some(GroupResponse::SyncGroup(response)) => response,
            other => panic!("{other:?}"),
        }
    }

    fn heartbeat(&mut self, joined: &JoinGroupResponse) -> ErrorCode {
        let request = HeartbeatRequest {
            group_id: "g".to_owned(),
            generation_id: joined.generation_id,
            member_id: joined.member_id.clone(),
            ..Default::default()
        };
        let token = self.send(4, GroupRequest::Heartbeat(request));
        match self.take(token) {
            Some(GroupResponse::Heartbeat(response)) => code(response.error_code),
            other => panic!("{other:?}"),
        }
    }

    /// A group of so many dynamic members, all with their assignment; the leader comes first.
    fn stable(&mut self, members: usize) -> Vec<JoinGroupResponse> {
        let tokens: Vec<_> = (0..members).map(|_| self.join_anew().1).collect();
        self.pass(3_000);
        self.pass(3_000);
        let mut joined: Vec<_> = tokens.into_iter().map(|token| self.joined(token)).collect();
        joined.sort_by_key(|response| response.leader != response.member_id);
        let tokens: Vec<_> = joined.iter().map(|response| self.sync(response)).collect();
        self.complete_appends();
        for token in tokens {
            assert_eq!(code(self.synced(token).error_code), ErrorCode::None);
        }
        joined
    }

    fn state(&self) -> &'static str {
        self.coordinator
            .groups
            .get("g")
            .map_or("none", |group| group.state.name())
    }
}
