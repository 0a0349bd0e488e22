//! `JoinGroup`: how a member comes in, for the first time (KIP-394), again, or under an instance's
//! name (KIP-345).

use bytes::Bytes;
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::join_group_response::JoinGroupResponseMember;
use kavka_protocol::messages::{JoinGroupRequest, JoinGroupResponse};

use super::effects::{After, Effects};
use super::member::{Member, Waiting, join_error};
use super::messages::{Client, GroupResponse};
use super::state::{Group, State};
use super::timers::Due;

/// A client must come back with the id that it was given (KIP-394) from this version on.
const MEMBER_ID_REQUIRED_FROM: i16 = 4;
/// A leader can be told not to assign from this version on.
const SKIP_ASSIGNMENT_FROM: i16 = 9;
/// A client that asked to join but hangs is not waited for longer than this.
const NEW_MEMBER_TIMEOUT_MS: i32 = 5 * 60 * 1_000;

/// A `JoinGroup` that may be.
pub(super) struct Join {
    pub(super) waiting: Waiting,
    client: Client,
    pub(super) member: String,
    instance: Option<String>,
    session_timeout_ms: i32,
    rebalance_timeout_ms: i32,
    protocol_type: String,
    protocols: Vec<(String, Bytes)>,
}

impl Join {
    pub(super) fn new(waiting: Waiting, client: Client, request: JoinGroupRequest) -> Self {
        let rebalance = request.rebalance_timeout_ms;
        let session = request.session_timeout_ms;
        let protocols = request.protocols.into_iter();
        Self {
            waiting,
            client,
            member: request.member_id,
            instance: request.group_instance_id,
            session_timeout_ms: session,
            rebalance_timeout_ms: if rebalance < 0 { session } else { rebalance },
            protocol_type: request.protocol_type,
            protocols: protocols
                .map(|protocol| (protocol.name, protocol.metadata))
                .collect(),
        }
    }

    fn refuse(&self, code: ErrorCode, fx: &mut Effects<'_>) {
        let response = join_error(self.waiting.version, code, &self.member);
        fx.reply(self.waiting.token, GroupResponse::JoinGroup(response));
    }
}

impl Group {
    /// Handles a `JoinGroup`: answers it, or keeps it until the rebalance is complete.
    pub(super) fn join(&mut self, join: Join, fx: &mut Effects<'_>) {
        let refusal = self.check_join(&join, fx);
        if let Err(code) = refusal {
            // A member that is turned away for want of room leaves its place to others.
            if code == ErrorCode::GroupMaxSizeReached && self.members.contains_key(&join.member) {
                self.remove_member(&join.member, fx);
                self.rebalance_or_complete(fx);
            }
            join.refuse(code, fx);
            return;
        }
        if join.member.is_empty() {
            self.join_first(join, fx);
        } else {
            self.join_again(join, fx);
        }
    }

    fn check_join(&self, join: &Join, fx: &Effects<'_>) -> Result<(), ErrorCode> {
        let sessions = fx.config.min_session_timeout_ms..=fx.config.max_session_timeout_ms;
        if !sessions.contains(&join.session_timeout_ms) {
            return Err(ErrorCode::InvalidSessionTimeout);
        }
        if self.state == State::Dead {
            return Err(ErrorCode::CoordinatorNotAvailable);
        }
        if !self.has_room_for(&join.member, fx.config.max_size) {
            return Err(ErrorCode::GroupMaxSizeReached);
        }
        if !self.supports(&join.protocol_type, &join.protocols) {
            return Err(ErrorCode::InconsistentGroupProtocol);
        }
        Ok(())
    }

    /// An id that was given out and is not used yet (KIP-394) takes the place of a newcomer, or a
    /// client that asks for one after the other would fill the memory. It takes none from those
    /// who are in already.
    fn has_room_for(&self, member: &str, most: i32) -> bool {
        let most = usize::try_from(most).unwrap_or(0);
        let known = self.members.get(member);
        let given_out = if member.is_empty() {
            self.pending.len()
        } else {
            0
        };
        match self.state {
            State::Empty | State::Dead => given_out < most,
            State::PreparingRebalance => {
                let joined = self
                    .members
                    .values()
                    .filter(|m| m.joining.is_some())
                    .count();
                known.is_some_and(|member| member.joining.is_some()) || joined + given_out < most
            }
            State::CompletingRebalance | State::Stable => {
                known.is_some() || self.members.len() + given_out < most
            }
        }
    }

    fn join_first(&mut self, mut join: Join, fx: &mut Effects<'_>) {
        let prefix = join.instance.as_ref().unwrap_or(&join.client.id);
        let id = format!("{prefix}-{}", fx.random.uuid_text());
        if let Some(instance) = &join.instance
            && self.instances.contains_key(instance)
        {
            let instance = instance.clone();
            self.replace_static(&instance, id, join, fx);
            return;
        }
        join.member = id;
        if join.instance.is_none() && join.waiting.version >= MEMBER_ID_REQUIRED_FROM {
            let deadline = fx.after_ms(join.session_timeout_ms);
            self.pending.insert(join.member.clone(), deadline);
            let (group, member) = (self.id.clone(), join.member.clone());
            fx.timer(deadline, Due::Session { group, member });
            join.refuse(ErrorCode::MemberIdRequired, fx);
            return;
        }
        self.add_member(join, fx);
    }

    fn join_again(&mut self, join: Join, fx: &mut Effects<'_>) {
        if join.instance.is_none() && self.pending.remove(&join.member).is_some() {
            self.add_member(join, fx);
            return;
        }
        if let Err(code) = self.check_member(&join.member, join.instance.as_deref()) {
            join.refuse(code, fx);
            return;
        }
        let same = self
            .members
            .get(&join.member)
            .is_some_and(|m| m.protocols == join.protocols);
        match self.state {
            State::CompletingRebalance if same => self.answer_as_is(&join, fx),
            State::Stable if same && !self.is_leader(&join.member) => self.answer_as_is(&join, fx),
            State::PreparingRebalance | State::CompletingRebalance | State::Stable => {
                self.update_member(join, fx);
                self.rebalance_or_complete(fx);
            }
            State::Empty | State::Dead => join.refuse(ErrorCode::UnknownMemberId, fx),
        }
    }

    /// Its answer was lost: here it is again.
    fn answer_as_is(&mut self, join: &Join, fx: &mut Effects<'_>) {
        let response = self.joined(&join.member);
        self.beat(&join.member, fx);
        fx.reply(join.waiting.token, GroupResponse::JoinGroup(response));
    }

    fn add_member(&mut self, join: Join, fx: &mut Effects<'_>) {
        if self.members.is_empty() {
            self.protocol_type = Some(join.protocol_type);
        }
        if self.leader.is_none() {
            self.leader = Some(join.member.clone());
        }
        if let Some(instance) = &join.instance {
            self.instances.insert(instance.clone(), join.member.clone());
        }
        self.newcomers |= self.state == State::PreparingRebalance && self.initial_delay.is_some();
        let deadline = fx.after_ms(NEW_MEMBER_TIMEOUT_MS);
        let member = Member {
            id: join.member.clone(),
            instance: join.instance,
            client: join.client,
            session_timeout_ms: join.session_timeout_ms,
            rebalance_timeout_ms: join.rebalance_timeout_ms,
            protocols: join.protocols,
            assignment: Bytes::new(),
            joining: Some(join.waiting),
            syncing: None,
            deadline,
            timer: None,
            new: true,
        };
        self.members.insert(join.member.clone(), member);
        self.arm(&join.member, fx);
        self.rebalance_or_complete(fx);
    }

    fn update_member(&mut self, join: Join, fx: &mut Effects<'_>) {
        let Some(member) = self.members.get_mut(&join.member) else {
            return;
        };
        // The same member asks twice: its first request has no one left to answer it later.
        member.fail(ErrorCode::RebalanceInProgress, fx);
        member.protocols = join.protocols;
        member.session_timeout_ms = join.session_timeout_ms;
        member.rebalance_timeout_ms = join.rebalance_timeout_ms;
        member.client = join.client;
        member.joining = Some(join.waiting);
        let id = join.member;
        self.beat(&id, fx);
    }

    /// A static member comes back without its id: it takes its own place under a new one, and
    /// whoever still uses the old one is fenced. Nothing is rebalanced while nothing changes.
    fn replace_static(&mut self, instance: &str, id: String, mut join: Join, fx: &mut Effects<'_>) {
        let Some(old) = self.instances.insert(instance.to_owned(), id.clone()) else {
            return;
        };
        let Some(mut member) = self.members.remove(&old) else {
            return;
        };
        member.fail(ErrorCode::FencedInstanceId, fx);
        let before = Box::new(member.clone());
        let was_leader = self.leader.clone();
        if self.is_leader(&old) {
            self.leader = Some(id.clone());
        }
        if self.unsynced.remove(&old) {
            self.unsynced.insert(id.clone());
        }
        member.id.clone_from(&id);
        member.timer = None;
        self.members.insert(id.clone(), member);
        join.member.clone_from(&id);
        let waiting = join.waiting;
        self.update_member(join, fx);
        match self.state {
            State::Stable if self.select_protocol() == self.protocol => {
                // Kept from being answered by a rebalance that begins before the append is done.
                if let Some(member) = self.members.get_mut(&id) {
                    member.joining = None;
                }
                let after = After::StaticJoin {
                    member: id,
                    before,
                    was_leader,
                    waiting,
                };
                let records = self.record(None);
                self.append(records, after, fx);
            }
            State::Stable | State::CompletingRebalance => self.prepare_rebalance(fx),
            State::PreparingRebalance => self.try_complete_join(fx),
            State::Empty | State::Dead => {}
        }
    }

    /// The log has, or has not, the static member's new id.
    pub(super) fn static_join_done(
        &mut self,
        id: &str,
        before: Member,
        was_leader: Option<String>,
        waiting: Waiting,
        result: Result<(), ErrorCode>,
        fx: &mut Effects<'_>,
    ) {
        let current = before.instance.as_ref().and_then(|i| self.instances.get(i));
        if current.is_none_or(|current| current != id) || !self.members.contains_key(id) {
            let response = join_error(waiting.version, ErrorCode::FencedInstanceId, id);
            fx.reply(waiting.token, GroupResponse::JoinGroup(response));
            return;
        }
        if let Err(code) = result {
            // As it was, so that the client can try again.
            if let Some(instance) = before.instance.clone() {
                self.instances.insert(instance, before.id.clone());
            }
            self.members.remove(id);
            if self.is_leader(id) {
                self.leader = Some(before.id.clone());
            }
            if self.unsynced.remove(id) {
                self.unsynced.insert(before.id.clone());
            }
            let old = before.id.clone();
            self.members.insert(
                old.clone(),
                Member {
                    timer: None,
                    ..before
                },
            );
            self.beat(&old, fx);
            let response = join_error(waiting.version, code, id);
            fx.reply(waiting.token, GroupResponse::JoinGroup(response));
            return;
        }
        if self.state != State::Stable {
            // A rebalance began meanwhile: the member takes part in it.
            if let Some(member) = self.members.get_mut(id) {
                member.fail(ErrorCode::RebalanceInProgress, fx);
                member.joining = Some(waiting);
            }
            self.rebalance_or_complete(fx);
            return;
        }
        let mut response = self.joined(id);
        if waiting.version >= SKIP_ASSIGNMENT_FROM {
            response.skip_assignment = self.is_leader(id);
        } else {
            // An old client that finds itself leader would assign again: it is told its old id.
            response.leader = was_leader.unwrap_or_default();
            response.members.clear();
        }
        fx.reply(waiting.token, GroupResponse::JoinGroup(response));
    }

    /// The answer to a member of the current generation.
    pub(super) fn joined(&self, member: &str) -> JoinGroupResponse {
        let protocol = self.protocol.clone().unwrap_or_default();
        let members = if self.is_leader(member) {
            let of = |member: &Member| JoinGroupResponseMember {
                member_id: member.id.clone(),
                group_instance_id: member.instance.clone(),
                metadata: member.metadata(&protocol),
            };
            self.members.values().map(of).collect()
        } else {
            Vec::new()
        };
        JoinGroupResponse {
            generation_id: self.generation.0,
            protocol_type: self.protocol_type.clone(),
            protocol_name: Some(protocol),
            leader: self.leader.clone().unwrap_or_default(),
            member_id: member.to_owned(),
            members,
            ..Default::default()
        }
    }
}
