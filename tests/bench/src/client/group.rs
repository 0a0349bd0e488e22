//! A member of a consumer group, alone in it.

use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::join_group_request::JoinGroupRequestProtocol;
use kavka_protocol::messages::sync_group_request::SyncGroupRequestAssignment;
use kavka_protocol::messages::{
    FindCoordinatorRequest, HeartbeatRequest, JoinGroupRequest, JoinGroupResponse, SyncGroupRequest,
};

use super::{Connection, check};

const SESSION_TIMEOUT_MS: i32 = 45_000;
const REBALANCE_TIMEOUT_MS: i32 = 300_000;
/// A broker that has just started makes its internal topic first.
const TRIES: usize = 600;
const RETRY: Duration = Duration::from_millis(100);

/// A member of a group.
#[derive(Debug)]
pub(crate) struct Member {
    group: String,
    id: String,
    generation: i32,
}

impl Member {
    /// Joins a group as its only member.
    pub(crate) fn join(connection: &mut Connection, group: &str) -> Result<Self> {
        find_coordinator(connection, group)?;
        let mut id = String::new();
        for _ in 0..TRIES {
            let joined = join(connection, group, &id)?;
            id.clone_from(&joined.member_id);
            match ErrorCode::from_code(joined.error_code) {
                ErrorCode::None => {
                    let member = Self {
                        group: group.to_owned(),
                        id,
                        generation: joined.generation_id,
                    };
                    member.sync(connection, joined)?;
                    return Ok(member);
                }
                ErrorCode::MemberIdRequired => {}
                ErrorCode::CoordinatorNotAvailable
                | ErrorCode::CoordinatorLoadInProgress
                | ErrorCode::NotCoordinator => thread::sleep(RETRY),
                error => bail!("JoinGroup: {error:?}"),
            }
        }
        bail!("JoinGroup: the group {group} does not form")
    }

    fn sync(&self, connection: &mut Connection, joined: JoinGroupResponse) -> Result<()> {
        let request = SyncGroupRequest {
            group_id: self.group.clone(),
            generation_id: self.generation,
            member_id: self.id.clone(),
            protocol_type: joined.protocol_type,
            protocol_name: joined.protocol_name,
            assignments: vec![SyncGroupRequestAssignment {
                member_id: self.id.clone(),
                // What it means is the members' own business.
                assignment: Bytes::from_static(b"all"),
            }],
            ..SyncGroupRequest::default()
        };
        let answer = connection.call_when_ready(&request, |answer| answer.error_code)?;
        check("SyncGroup", answer.error_code)
    }

    /// Tells the coordinator that the member lives.
    pub(crate) fn heartbeat(&self, connection: &mut Connection) -> Result<()> {
        let request = HeartbeatRequest {
            group_id: self.group.clone(),
            generation_id: self.generation,
            member_id: self.id.clone(),
            ..HeartbeatRequest::default()
        };
        check("Heartbeat", connection.call(&request)?.error_code)
    }
}

fn find_coordinator(connection: &mut Connection, group: &str) -> Result<()> {
    let request = FindCoordinatorRequest {
        coordinator_keys: vec![group.to_owned()],
        ..FindCoordinatorRequest::default()
    };
    let answer = connection.call_when_ready(&request, |answer| {
        answer
            .coordinators
            .first()
            .map_or(0, |found| found.error_code)
    })?;
    let found = answer.coordinators.first().context("no coordinator")?;
    check("FindCoordinator", found.error_code)
}

fn join(connection: &mut Connection, group: &str, id: &str) -> Result<JoinGroupResponse> {
    let request = JoinGroupRequest {
        group_id: group.to_owned(),
        session_timeout_ms: SESSION_TIMEOUT_MS,
        rebalance_timeout_ms: REBALANCE_TIMEOUT_MS,
        member_id: id.to_owned(),
        protocol_type: "consumer".to_owned(),
        protocols: vec![JoinGroupRequestProtocol {
            name: "range".to_owned(),
            metadata: Bytes::from_static(b"all"),
        }],
        ..JoinGroupRequest::default()
    };
    connection.call(&request)
}
