//! Heartbeat and `LeaveGroup`.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::leave_group_request::MemberIdentity;
use kavka_protocol::messages::leave_group_response::MemberResponse;
use kavka_protocol::messages::{
    HeartbeatRequest, HeartbeatResponse, LeaveGroupRequest, LeaveGroupResponse,
};

use super::effects::Effects;
use super::state::{Group, State};

/// Several members may leave at once from this version on.
const BATCHED_LEAVE_FROM: i16 = 3;

impl Group {
    /// Whether the member is still in, and whether it must join again.
    pub(super) fn heartbeat(
        &mut self,
        request: &HeartbeatRequest,
        fx: &mut Effects<'_>,
    ) -> HeartbeatResponse {
        let checked = self.check_heartbeat(request);
        if matches!(checked, Ok(()) | Err(ErrorCode::RebalanceInProgress)) {
            self.beat(&request.member_id, fx);
        }
        let code = checked.err().unwrap_or(ErrorCode::None);
        HeartbeatResponse {
            error_code: code.code(),
            ..Default::default()
        }
    }

    fn check_heartbeat(&self, request: &HeartbeatRequest) -> Result<(), ErrorCode> {
        if self.state == State::Dead {
            return Err(ErrorCode::CoordinatorNotAvailable);
        }
        self.check_member(&request.member_id, request.group_instance_id.as_deref())?;
        self.check_generation(request.generation_id)?;
        match self.state {
            State::CompletingRebalance | State::Stable => Ok(()),
            State::PreparingRebalance => Err(ErrorCode::RebalanceInProgress),
            State::Empty | State::Dead => Err(ErrorCode::UnknownMemberId),
        }
    }

    /// Members go; the others share what they leave.
    pub(super) fn leave(
        &mut self,
        request: LeaveGroupRequest,
        version: i16,
        fx: &mut Effects<'_>,
    ) -> LeaveGroupResponse {
        if self.state == State::Dead {
            let code = ErrorCode::CoordinatorNotAvailable;
            return LeaveGroupResponse {
                error_code: code.code(),
                ..Default::default()
            };
        }
        let leaving = leaving(request, version);
        let mut members = Vec::new();
        let mut removed = false;
        for identity in leaving {
            let outcome = self.leave_one(&identity, fx);
            removed |= outcome.is_ok();
            members.push(MemberResponse {
                member_id: identity.member_id,
                group_instance_id: identity.group_instance_id,
                error_code: outcome.err().unwrap_or(ErrorCode::None).code(),
            });
        }
        if removed {
            match self.state {
                State::CompletingRebalance | State::Stable => self.prepare_rebalance(fx),
                State::PreparingRebalance => self.try_complete_join(fx),
                State::Empty | State::Dead => {}
            }
        }
        left(members, version)
    }

    fn leave_one(
        &mut self,
        identity: &MemberIdentity,
        fx: &mut Effects<'_>,
    ) -> Result<(), ErrorCode> {
        let id = &identity.member_id;
        if id.is_empty()
            && let Some(instance) = &identity.group_instance_id
        {
            let member = self.instances.get(instance).cloned();
            let member = member.ok_or(ErrorCode::UnknownMemberId)?;
            self.remove_member(&member, fx);
            return Ok(());
        }
        if self.pending.remove(id).is_some() {
            return Ok(());
        }
        self.check_member(id, identity.group_instance_id.as_deref())?;
        self.remove_member(id, fx);
        Ok(())
    }
}

/// The answer for a group that there is not: nobody is in it.
pub(super) fn leave_nowhere(request: LeaveGroupRequest, version: i16) -> LeaveGroupResponse {
    let members = leaving(request, version)
        .into_iter()
        .map(|identity| MemberResponse {
            member_id: identity.member_id,
            group_instance_id: identity.group_instance_id,
            error_code: ErrorCode::UnknownMemberId.code(),
        });
    left(members.collect(), version)
}

fn leaving(request: LeaveGroupRequest, version: i16) -> Vec<MemberIdentity> {
    if version >= BATCHED_LEAVE_FROM {
        return request.members;
    }
    vec![MemberIdentity {
        member_id: request.member_id,
        ..Default::default()
    }]
}

fn left(members: Vec<MemberResponse>, version: i16) -> LeaveGroupResponse {
    if version >= BATCHED_LEAVE_FROM {
        return LeaveGroupResponse {
            members,
            ..Default::default()
        };
    }
    let error_code = members.first().map_or(0, |member| member.error_code);
    LeaveGroupResponse {
        error_code,
        ..Default::default()
    }
}
