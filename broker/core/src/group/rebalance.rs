//! A rebalance: from the first change of members to an assignment for all of them.

use std::collections::BTreeMap;

use bytes::Bytes;
use kavka_protocol::messages::{SyncGroupRequest, SyncGroupResponse};
use kavka_protocol::{EncodeError, ErrorCode};

use super::effects::{After, Effects, Pending};
use super::member::{Waiting, sync_error};
use super::messages::{CoordinatorRecord, GroupResponse, Transactional};
use super::state::{Group, State};
use super::timers::Due;
use crate::types::{Generation, Instant};

impl Group {
    /// Hands records to the log, to go on when it has them.
    pub(super) fn append(
        &mut self,
        records: Result<Vec<CoordinatorRecord>, EncodeError>,
        after: After,
        fx: &mut Effects<'_>,
    ) {
        self.append_to(None, records, after, fx);
    }

    /// The same as a part of a transaction.
    pub(super) fn append_to(
        &mut self,
        transaction: Option<Transactional>,
        records: Result<Vec<CoordinatorRecord>, EncodeError>,
        after: After,
        fx: &mut Effects<'_>,
    ) {
        self.in_flight += 1;
        let pending = Pending {
            partition: self.partition,
            group: self.id.clone(),
            after,
        };
        match records {
            Ok(records) => fx.append(records, transaction, pending),
            Err(error) => {
                tracing::error!(group = self.id, %error, "the group's record does not encode");
                self.appended(pending, Err(ErrorCode::UnknownServerError), fx);
            }
        }
    }

    /// Something of its members changed: begin a rebalance, or see whether the one that goes on
    /// is complete.
    pub(super) fn rebalance_or_complete(&mut self, fx: &mut Effects<'_>) {
        match self.state {
            State::Empty | State::CompletingRebalance | State::Stable => self.prepare_rebalance(fx),
            State::PreparingRebalance => self.try_complete_join(fx),
            State::Dead => {}
        }
    }

    pub(super) fn prepare_rebalance(&mut self, fx: &mut Effects<'_>) {
        if self.state == State::CompletingRebalance {
            self.assign_nothing(ErrorCode::RebalanceInProgress, fx);
        }
        self.sync_deadline = None;
        self.unsynced.clear();
        self.storing = None;
        let from = self.state;
        self.enter(State::PreparingRebalance, fx.context.wall);
        let delay = fx.config.initial_rebalance_delay_ms;
        if from == State::Empty && delay > 0 {
            let timeout = self.rebalance_timeout_ms();
            self.initial_delay = Some(timeout.saturating_sub(delay).max(0));
            self.newcomers = false;
            self.wait_for_members(delay, fx);
            return;
        }
        self.initial_delay = None;
        self.wait_for_members(self.rebalance_timeout_ms(), fx);
        self.try_complete_join(fx);
    }

    fn wait_for_members(&mut self, milliseconds: i32, fx: &mut Effects<'_>) {
        let deadline = fx.after_ms(milliseconds);
        self.join_deadline = Some(deadline);
        fx.timer(
            deadline,
            Due::Join {
                group: self.id.clone(),
            },
        );
    }

    pub(super) fn try_complete_join(&mut self, fx: &mut Effects<'_>) {
        let waits = self.state == State::PreparingRebalance;
        // A new group's first rebalance waits for more members whatever happens.
        if waits && self.initial_delay.is_none() && self.has_all_joined() {
            self.complete_join(fx);
        }
    }

    /// The time to join is over.
    pub(super) fn join_due(&mut self, fx: &mut Effects<'_>) {
        let due = self
            .join_deadline
            .is_some_and(|deadline| deadline <= fx.context.now);
        if self.state != State::PreparingRebalance || !due {
            return;
        }
        if let Some(left) = self.initial_delay
            && self.newcomers
            && left > 0
        {
            let delay = fx.config.initial_rebalance_delay_ms.min(left);
            self.newcomers = false;
            self.initial_delay = Some(left - delay);
            self.wait_for_members(delay, fx);
            return;
        }
        self.complete_join(fx);
    }

    /// Goes on with whoever joined: dynamic members that did not are gone, static ones keep
    /// their place until their session ends.
    fn complete_join(&mut self, fx: &mut Effects<'_>) {
        self.initial_delay = None;
        self.newcomers = false;
        let absent = self
            .members
            .values()
            .filter(|m| m.joining.is_none() && m.instance.is_none());
        let absent: Vec<String> = absent.map(|member| member.id.clone()).collect();
        for member in absent {
            self.remove_member(&member, fx);
        }
        if !self.members.is_empty() && !self.elect_leader() {
            // Only static members that are away: nobody could assign anything.
            self.wait_for_members(self.rebalance_timeout_ms(), fx);
            return;
        }
        self.join_deadline = None;
        self.generation = Generation(self.generation.0.wrapping_add(1).max(1));
        if self.members.is_empty() {
            self.protocol = None;
            self.leader = None;
            self.enter(State::Empty, fx.context.wall);
            let records = self.record(None);
            self.append(records, After::Empty, fx);
            return;
        }
        self.protocol = self.select_protocol();
        self.enter(State::CompletingRebalance, fx.context.wall);
        self.unsynced = self.members.keys().cloned().collect();
        let ids: Vec<String> = self.members.keys().cloned().collect();
        for id in ids {
            let response = self.joined(&id);
            if let Some(member) = self.members.get_mut(&id) {
                member.new = false;
                member.assignment = Bytes::new();
                member.answer_join(response, fx);
            }
            self.beat(&id, fx);
        }
        let deadline = fx.after_ms(self.rebalance_timeout_ms());
        self.sync_deadline = Some(deadline);
        fx.timer(
            deadline,
            Due::Sync {
                group: self.id.clone(),
            },
        );
    }

    /// A leader that has joined; none when nobody has.
    fn elect_leader(&mut self) -> bool {
        let joined = |id: &String| self.members.get(id).is_some_and(|m| m.joining.is_some());
        if self.leader.as_ref().is_some_and(joined) {
            return true;
        }
        let next = self
            .members
            .values()
            .find(|member| member.joining.is_some());
        let Some(next) = next.map(|member| member.id.clone()) else {
            return false;
        };
        self.leader = Some(next);
        true
    }

    /// Members that did not ask for their assignment are gone.
    pub(super) fn sync_due(&mut self, fx: &mut Effects<'_>) {
        let due = self
            .sync_deadline
            .is_some_and(|deadline| deadline <= fx.context.now);
        if !due || !matches!(self.state, State::CompletingRebalance | State::Stable) {
            return;
        }
        self.sync_deadline = None;
        let absent = std::mem::take(&mut self.unsynced);
        if absent.is_empty() {
            return;
        }
        for member in &absent {
            self.remove_member(member, fx);
        }
        self.prepare_rebalance(fx);
    }

    /// Handles a `SyncGroup`: answers it, or keeps it until the leader's assignment is in the log.
    pub(super) fn sync(
        &mut self,
        waiting: Waiting,
        request: SyncGroupRequest,
        fx: &mut Effects<'_>,
    ) {
        let checked = self.check_sync(&request);
        let member = request.member_id;
        match checked {
            Err(code) => refuse_sync(waiting, code, fx),
            Ok(State::CompletingRebalance) => {
                if let Some(member) = self.members.get_mut(&member) {
                    member.fail_sync(ErrorCode::RebalanceInProgress, fx);
                    member.syncing = Some(waiting);
                }
                self.unsynced.remove(&member);
                if self.is_leader(&member) && self.storing.is_none() {
                    let given = request.assignments.into_iter();
                    let given = given.map(|of| (of.member_id, of.assignment));
                    self.store_assignments(&given.collect(), fx);
                }
            }
            Ok(State::Stable) => {
                self.unsynced.remove(&member);
                self.answer_sync(&member, waiting, fx);
                self.beat(&member, fx);
            }
            Ok(_) => refuse_sync(waiting, ErrorCode::UnknownMemberId, fx),
        }
    }

    fn check_sync(&self, request: &SyncGroupRequest) -> Result<State, ErrorCode> {
        if self.state == State::Dead {
            return Err(ErrorCode::CoordinatorNotAvailable);
        }
        self.check_member(&request.member_id, request.group_instance_id.as_deref())?;
        self.check_generation(request.generation_id)?;
        let differs = |given: &Option<String>, own: &Option<String>| {
            given
                .as_ref()
                .is_some_and(|given| own.as_ref() != Some(given))
        };
        if differs(&request.protocol_type, &self.protocol_type)
            || differs(&request.protocol_name, &self.protocol)
        {
            return Err(ErrorCode::InconsistentGroupProtocol);
        }
        if self.state == State::PreparingRebalance {
            return Err(ErrorCode::RebalanceInProgress);
        }
        Ok(self.state)
    }

    fn store_assignments(&mut self, given: &BTreeMap<String, Bytes>, fx: &mut Effects<'_>) {
        let of = |id: &String| (id.clone(), given.get(id).cloned().unwrap_or_default());
        let assignments: BTreeMap<String, Bytes> = self.members.keys().map(of).collect();
        self.storing = Some(self.generation);
        let records = self.record(Some(&assignments));
        let after = After::Assignment {
            generation: self.generation.0,
            assignments,
        };
        self.append(records, after, fx);
    }

    /// The log has, or has not, the leader's assignment.
    pub(super) fn assignment_done(
        &mut self,
        generation: i32,
        assignments: &BTreeMap<String, Bytes>,
        result: Result<(), ErrorCode>,
        fx: &mut Effects<'_>,
    ) {
        if self.storing != Some(Generation(generation)) {
            return;
        }
        self.storing = None;
        if self.state != State::CompletingRebalance || self.generation.0 != generation {
            return;
        }
        if let Err(code) = result {
            self.assign_nothing(code, fx);
            self.prepare_rebalance(fx);
            return;
        }
        self.enter(State::Stable, fx.context.wall);
        let ids: Vec<String> = self.members.keys().cloned().collect();
        for id in ids {
            let Some(member) = self.members.get_mut(&id) else {
                continue;
            };
            member.assignment = assignments.get(&id).cloned().unwrap_or_default();
            if let Some(waiting) = member.syncing.take() {
                self.answer_sync(&id, waiting, fx);
                self.beat(&id, fx);
            }
        }
    }

    fn answer_sync(&self, member: &str, waiting: Waiting, fx: &mut Effects<'_>) {
        let assignment = self
            .members
            .get(member)
            .map(|member| member.assignment.clone());
        let response = SyncGroupResponse {
            protocol_type: self.protocol_type.clone(),
            protocol_name: self.protocol.clone(),
            assignment: assignment.unwrap_or_default(),
            ..Default::default()
        };
        fx.reply(waiting.token, GroupResponse::SyncGroup(response));
    }

    fn assign_nothing(&mut self, code: ErrorCode, fx: &mut Effects<'_>) {
        for member in self.members.values_mut() {
            member.assignment = Bytes::new();
            member.fail_sync(code, fx);
        }
    }

    /// Takes a member out and answers what it waits for; what follows is up to the caller.
    pub(super) fn remove_member(&mut self, id: &str, fx: &mut Effects<'_>) {
        let Some(mut member) = self.members.remove(id) else {
            return;
        };
        member.fail(ErrorCode::UnknownMemberId, fx);
        self.unsynced.remove(id);
        if let Some(instance) = &member.instance
            && self
                .instances
                .get(instance)
                .is_some_and(|current| current == id)
        {
            self.instances.remove(instance);
        }
        if self.is_leader(id) {
            self.leader = self.members.keys().next().cloned();
        }
    }

    /// The member lives: its session begins anew.
    pub(super) fn beat(&mut self, id: &str, fx: &mut Effects<'_>) {
        let Some(member) = self.members.get_mut(id) else {
            return;
        };
        if !member.new {
            member.deadline = fx.after_ms(member.session_timeout_ms);
        }
        self.arm(id, fx);
    }

    /// Sees to it that a timer looks at the member when its session may be over.
    pub(super) fn arm(&mut self, id: &str, fx: &mut Effects<'_>) {
        let Some(member) = self.members.get_mut(id) else {
            return;
        };
        if member.timer.is_some_and(|timer| timer <= member.deadline) {
            return;
        }
        member.timer = Some(member.deadline);
        let (group, member) = (self.id.clone(), id.to_owned());
        if let Some(deadline) = self.members.get(id).map(|member| member.deadline) {
            fx.timer(deadline, Due::Session { group, member });
        }
    }

    /// A member's session may be over.
    pub(super) fn session_due(&mut self, id: &str, at: Instant, fx: &mut Effects<'_>) {
        if self
            .pending
            .get(id)
            .is_some_and(|deadline| *deadline <= fx.context.now)
        {
            self.pending.remove(id);
            self.try_complete_join(fx);
            return;
        }
        let Some(member) = self.members.get_mut(id) else {
            return;
        };
        if member.timer != Some(at) {
            return;
        }
        member.timer = None;
        // Who waits for this coordinator's answer is not silent.
        let waits = member.joining.is_some() || member.syncing.is_some();
        if waits && !member.new && member.deadline <= fx.context.now {
            member.deadline = fx.after_ms(member.session_timeout_ms);
        }
        if member.deadline > fx.context.now {
            self.arm(id, fx);
            return;
        }
        tracing::info!(group = self.id, member = id, "member's session is over");
        self.remove_member(id, fx);
        self.rebalance_or_complete(fx);
    }
}

fn refuse_sync(waiting: Waiting, code: ErrorCode, fx: &mut Effects<'_>) {
    let response = sync_error(waiting.version, code);
    fx.reply(waiting.token, GroupResponse::SyncGroup(response));
}
