//! The group coordinator: classic consumer groups and their offsets.
//!
//! What must survive is handed out as an append to `__consumer_offsets`, in Kafka's own records,
//! and is answered or visible only when the shell says that the append is below the high
//! watermark. After a restart everything comes from these records.

mod census;
mod commit;
mod effects;
mod expiry;
mod fetch;
mod join;
mod limits;
mod listing;
mod load;
mod member;
mod membership;
mod messages;
mod offset;
mod partition;
mod rebalance;
mod records;
mod refusal;
pub(crate) mod state;
mod timers;
mod transactional;

use std::collections::BTreeMap;

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::OffsetCommitRequest;

pub use census::{Census, CommittedOffset};
pub use messages::{
    AppendToken, Client, Context, CoordinatorRecord, GroupInput, GroupOutput, GroupRequest,
    GroupResponse, Transactional,
};
pub use partition::partition_for;

use crate::config::GroupConfig;
use crate::invariants;
use crate::random::Random;
use crate::types::{Instant, PartitionIndex};
use effects::{After, Appends, Effects, OpenTransactions, Pending};
use join::Join;
use member::Waiting;
use state::Group;
use timers::{Due, Timers};
use transactional::pending_done;

/// How far this broker is with a partition of `__consumer_offsets` that it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owned {
    Loading,
    Serving,
}

/// Coordinates the groups of the partitions that it was given.
#[derive(Debug)]
pub struct GroupCoordinator {
    config: GroupConfig,
    partitions: i32,
    owned: BTreeMap<PartitionIndex, Owned>,
    groups: BTreeMap<String, Group>,
    timers: Timers,
    appends: Appends,
    batches: u64,
    random: Random,
    open: OpenTransactions,
    expiry_planned: bool,
}

impl GroupCoordinator {
    /// A coordinator that serves nothing yet; the seed decides members' ids and must be another
    /// one after each start.
    pub fn new(config: GroupConfig, seed: u64) -> Self {
        Self {
            config,
            partitions: 1,
            owned: BTreeMap::new(),
            groups: BTreeMap::new(),
            timers: Timers::default(),
            appends: Appends::default(),
            batches: 0,
            random: Random::new(seed),
            open: OpenTransactions::new(),
            expiry_planned: false,
        }
    }

    /// When [`GroupInput::Tick`] is due.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Takes one input and appends what follows from it.
    pub fn step(&mut self, context: &Context<'_>, input: GroupInput, out: &mut Vec<GroupOutput>) {
        if !self.expiry_planned {
            self.plan_expiry(context);
        }
        match input {
            GroupInput::Request {
                token,
                version,
                client,
                request,
            } => {
                let waiting = Waiting { token, version };
                self.request(waiting, client, request, context, out);
            }
            GroupInput::Tick => {}
            GroupInput::Appended { append, result } => self.appended(append, result, context, out),
            GroupInput::Partitions(partitions) => self.partitions = partitions.max(1),
            GroupInput::Elected { partition } => {
                self.resign(partition, context, out);
                self.owned.insert(partition, Owned::Loading);
            }
            GroupInput::Loaded { partition, records } => self.load(partition, &records, context),
            GroupInput::LoadedPending {
                partition,
                producer,
                records,
            } => self.load_pending(partition, producer, &records, context),
            GroupInput::LoadedEnd {
                partition,
                producer,
                outcome,
            } => self.end_transaction(partition, producer, outcome, context, out),
            GroupInput::TransactionEnded {
                partition,
                producer,
                outcome,
            } => {
                if self.owned.get(&partition) == Some(&Owned::Serving) {
                    self.end_transaction(partition, producer, outcome, context, out);
                }
            }
            GroupInput::LoadDone { partition } => self.load_done(partition, context, out),
            GroupInput::Resigned { partition } => self.resign(partition, context, out),
            GroupInput::TopicsDeleted { names } => self.topics_deleted(&names, context, out),
        }
        self.tick(context, out);
    }

    /// Whether this coordinator serves a group, and in which partition it lives.
    fn serving(&self, group: &str) -> Result<PartitionIndex, ErrorCode> {
        let partition = partition_for(group, self.partitions);
        match self.owned.get(&partition) {
            Some(Owned::Serving) => Ok(partition),
            Some(Owned::Loading) => Err(ErrorCode::CoordinatorLoadInProgress),
            None => Err(ErrorCode::NotCoordinator),
        }
    }

    fn tick(&mut self, context: &Context<'_>, out: &mut Vec<GroupOutput>) {
        while let Some((at, due)) = self.timers.pop(context.now) {
            match due {
                Due::Expiry => self.expire(context, out),
                Due::Join { group } => {
                    self.with_group(&group, context, out, Group::join_due);
                }
                Due::Sync { group } => {
                    self.with_group(&group, context, out, Group::sync_due);
                }
                Due::Session { group, member } => {
                    self.with_group(&group, context, out, |group, fx| {
                        group.session_due(&member, at, fx);
                    });
                }
            }
        }
    }

    /// Lets a group decide, and forgets it when nothing of it is left.
    fn with_group<R>(
        &mut self,
        id: &str,
        context: &Context<'_>,
        out: &mut Vec<GroupOutput>,
        decide: impl FnOnce(&mut Group, &mut Effects<'_>) -> R,
    ) -> Option<R> {
        let group = self.groups.get_mut(id)?;
        let mut fx = Effects {
            context,
            config: &self.config,
            timers: &mut self.timers,
            appends: &mut self.appends,
            random: &mut self.random,
            open: &mut self.open,
            out,
        };
        let result = decide(group, &mut fx);
        debug_assert_eq!(invariants::group(group), Ok(()));
        if group.is_vacant() && group.in_flight == 0 {
            self.groups.remove(id);
        }
        Some(result)
    }

    fn request(
        &mut self,
        waiting: Waiting,
        client: Client,
        request: GroupRequest,
        context: &Context<'_>,
        out: &mut Vec<GroupOutput>,
    ) {
        let Waiting { token, version } = waiting;
        if let Err(limits::TooLong { setting, code }) =
            limits::check(&request, &client, &self.config)
        {
            let response = refusal::refuse(request, version, code);
            out.push(GroupOutput::Reply { token, response });
            out.push(GroupOutput::LimitReached { setting });
            return;
        }
        let response = match request {
            GroupRequest::DescribeGroups(request) => {
                GroupResponse::DescribeGroups(self.describe_groups(&request, version))
            }
            GroupRequest::ListGroups(request) => {
                GroupResponse::ListGroups(self.list_groups(&request))
            }
            GroupRequest::OffsetFetch(request) => {
                GroupResponse::OffsetFetch(self.fetch_offsets(request, version, context))
            }
            GroupRequest::DeleteGroups(request) => {
                return self.delete_groups(token, &request, context, out);
            }
            request => return self.of_one_group(waiting, client, request, context, out),
        };
        out.push(GroupOutput::Reply { token, response });
    }

    /// Requests that speak of one group, which may have to be made for them.
    fn of_one_group(
        &mut self,
        waiting: Waiting,
        client: Client,
        request: GroupRequest,
        context: &Context<'_>,
        out: &mut Vec<GroupOutput>,
    ) {
        let id = refusal::group_of(&request).to_owned();
        let partition = match self.find_or_make(&id, &request, context) {
            Ok(partition) => partition,
            Err(code) => {
                let response = refusal::refuse(request, waiting.version, code);
                out.push(GroupOutput::Reply {
                    token: waiting.token,
                    response,
                });
                return;
            }
        };
        debug_assert!(
            self.groups
                .get(&id)
                .is_none_or(|group| group.partition == partition)
        );
        let Waiting { token, version } = waiting;
        self.with_group(&id, context, out, |group, fx| match request {
            GroupRequest::JoinGroup(request) => {
                group.join(Join::new(waiting, client, request), fx);
            }
            GroupRequest::SyncGroup(request) => group.sync(waiting, request, fx),
            GroupRequest::Heartbeat(request) => {
                let response = group.heartbeat(&request, fx);
                fx.reply(token, GroupResponse::Heartbeat(response));
            }
            GroupRequest::LeaveGroup(request) => {
                let response = group.leave(request, version, fx);
                fx.reply(token, GroupResponse::LeaveGroup(response));
            }
            GroupRequest::OffsetCommit(request) => group.commit(token, version, &request, fx),
            GroupRequest::OffsetDelete(request) => group.delete_offsets(token, &request, fx),
            GroupRequest::TxnOffsetCommit(request, guard) => {
                group.commit_pending(waiting, &request, guard, fx);
            }
            GroupRequest::OffsetFetch(_)
            | GroupRequest::DescribeGroups(_)
            | GroupRequest::ListGroups(_)
            | GroupRequest::DeleteGroups(_) => {}
        });
    }

    fn find_or_make(
        &mut self,
        id: &str,
        request: &GroupRequest,
        context: &Context<'_>,
    ) -> Result<PartitionIndex, ErrorCode> {
        // Offsets may be kept without a group's name; nobody can be a member without one.
        let nameless_ok = matches!(
            request,
            GroupRequest::OffsetCommit(_) | GroupRequest::OffsetDelete(_)
        );
        if id.is_empty() && !nameless_ok {
            return Err(ErrorCode::InvalidGroupId);
        }
        let partition = self.serving(id)?;
        if self.groups.contains_key(id) {
            return Ok(partition);
        }
        let made = match request {
            GroupRequest::JoinGroup(request) => {
                if !request.member_id.is_empty() {
                    return Err(ErrorCode::UnknownMemberId);
                }
                true
            }
            GroupRequest::OffsetCommit(OffsetCommitRequest {
                generation_id_or_member_epoch,
                ..
            }) => {
                if *generation_id_or_member_epoch >= 0 {
                    return Err(ErrorCode::IllegalGeneration);
                }
                true
            }
            GroupRequest::TxnOffsetCommit(request, _) => {
                if request.generation_id >= 0 {
                    return Err(ErrorCode::IllegalGeneration);
                }
                true
            }
            GroupRequest::OffsetDelete(_) => return Err(ErrorCode::GroupIdNotFound),
            _ => return Err(ErrorCode::UnknownMemberId),
        };
        if made {
            let group = Group::new(id, partition, context.wall);
            self.groups.insert(id.to_owned(), group);
        }
        Ok(partition)
    }

    /// An append has its outcome.
    fn appended(
        &mut self,
        append: AppendToken,
        result: Result<(), ErrorCode>,
        context: &Context<'_>,
        out: &mut Vec<GroupOutput>,
    ) {
        let Some(pending) = self.appends.pending.remove(&append) else {
            return;
        };
        let id = pending.group.clone();
        self.with_group(&id, context, out, |group, fx| {
            group.appended(pending, result, fx);
        });
    }
}

impl Group {
    /// Goes on with what waited for an append.
    fn appended(&mut self, pending: Pending, result: Result<(), ErrorCode>, fx: &mut Effects<'_>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let written = transactional::may_be_written(result);
        let result = result.map_err(expiry::coordinator_error);
        match pending.after {
            After::Assignment {
                generation,
                assignments,
            } => {
                // To a member that waits for its assignment a record too large is no news.
                let result = result.map_err(|code| match code {
                    ErrorCode::InvalidCommitOffsetSize => ErrorCode::UnknownServerError,
                    code => code,
                });
                self.assignment_done(generation, &assignments, result, fx);
            }
            After::Empty => {
                if let Err(code) = result {
                    tracing::warn!(group = self.id, %code, "empty group is not in the log");
                }
            }
            After::StaticJoin {
                member,
                before,
                was_leader,
                waiting,
            } => {
                self.static_join_done(&member, *before, was_leader, waiting, result, fx);
            }
            After::Offsets {
                offsets,
                token,
                response,
            } => {
                self.commit_done(offsets, token, response, result, fx);
            }
            After::Pending {
                producer,
                offsets,
                token,
                response,
            } => {
                if written {
                    self.keep_pending(producer, &offsets);
                } else {
                    self.forget_pending(producer, &offsets);
                }
                pending_done(token, response, result, fx);
            }
            After::OffsetsGone { keys, last, reply } => {
                self.forgotten(&keys, last, reply, result, fx);
            }
            After::GroupGone { batch } => self.deleted(batch, result, fx),
        }
    }
}

#[cfg(test)]
mod tests;
