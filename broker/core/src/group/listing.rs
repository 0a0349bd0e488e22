//! `DescribeGroups`, `ListGroups` and `DeleteGroups`.

use std::collections::BTreeSet;

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::delete_groups_response::DeletableGroupResult;
use kavka_protocol::messages::describe_groups_response::{DescribedGroup, DescribedGroupMember};
use kavka_protocol::messages::list_groups_response::ListedGroup;
use kavka_protocol::messages::{
    DeleteGroupsRequest, DeleteGroupsResponse, DescribeGroupsRequest, DescribeGroupsResponse,
    ListGroupsRequest, ListGroupsResponse,
};

use super::effects::{After, Batch, Effects};
use super::messages::{CoordinatorRecord, GroupOutput, GroupResponse};
use super::offset::OffsetKey;
use super::records;
use super::state::{Group, State};
use super::{GroupCoordinator, Owned};
use crate::types::ReplyToken;

/// A group that there is not is an error from this version on; before, it is called dead.
const NOT_FOUND_FROM: i16 = 6;
/// What Kafka calls groups of this protocol.
const TYPE: &str = "classic";

impl GroupCoordinator {
    pub(super) fn describe_groups(
        &self,
        request: &DescribeGroupsRequest,
        version: i16,
    ) -> DescribeGroupsResponse {
        let groups = request.groups.iter().map(|id| match self.serving(id) {
            Err(code) => DescribedGroup {
                group_id: id.clone(),
                error_code: code.code(),
                ..Default::default()
            },
            Ok(_) => match self
                .groups
                .get(id)
                .filter(|group| group.state != State::Dead)
            {
                Some(group) => group.described(),
                None => not_found(id, version),
            },
        });
        DescribeGroupsResponse {
            groups: groups.collect(),
            ..Default::default()
        }
    }

    pub(super) fn list_groups(&self, request: &ListGroupsRequest) -> ListGroupsResponse {
        let loading = self.owned.values().any(|owned| *owned == Owned::Loading);
        let code = if loading {
            ErrorCode::CoordinatorLoadInProgress
        } else {
            ErrorCode::None
        };
        let among = |filter: &[String], name: &str| {
            filter.is_empty()
                || filter
                    .iter()
                    .any(|wanted| wanted.eq_ignore_ascii_case(name))
        };
        let wanted = |group: &&Group| {
            self.owned.get(&group.partition) == Some(&Owned::Serving)
                && among(&request.states_filter, group.state.name())
                && among(&request.types_filter, TYPE)
        };
        let groups = self
            .groups
            .values()
            .filter(wanted)
            .map(|group| ListedGroup {
                group_id: group.id.clone(),
                protocol_type: group.protocol_type.clone().unwrap_or_default(),
                group_state: group.state.name().to_owned(),
                group_type: TYPE.to_owned(),
            });
        ListGroupsResponse {
            error_code: code.code(),
            groups: groups.collect(),
            ..Default::default()
        }
    }

    /// Deletes groups that nobody is in, and answers when the log knows of it for each.
    pub(super) fn delete_groups(
        &mut self,
        token: ReplyToken,
        request: &DeleteGroupsRequest,
        context: &super::Context<'_>,
        out: &mut Vec<GroupOutput>,
    ) {
        self.batches += 1;
        let number = self.batches;
        let mut batch = Batch {
            token,
            waiting: 0,
            results: Vec::new(),
        };
        let mut doomed: Vec<&str> = Vec::new();
        for id in &request.groups_names {
            let checked = self.check_delete(id);
            match checked {
                Ok(()) if !doomed.contains(&id.as_str()) => doomed.push(id),
                Ok(()) => {}
                Err(code) => batch.results.push((id.clone(), code)),
            }
        }
        batch.waiting = doomed.len();
        if doomed.is_empty() {
            out.push(GroupOutput::Reply {
                token,
                response: batch.response(),
            });
            return;
        }
        self.appends.batches.insert(number, batch);
        for id in doomed {
            self.with_group(id, context, out, |group, fx| group.delete(Some(number), fx));
        }
    }

    fn check_delete(&self, id: &str) -> Result<(), ErrorCode> {
        if id.is_empty() {
            return Err(ErrorCode::InvalidGroupId);
        }
        self.serving(id)?;
        match self.groups.get(id).map(|group| group.state) {
            None | Some(State::Dead) => Err(ErrorCode::GroupIdNotFound),
            Some(State::Empty) => Ok(()),
            Some(_) => Err(ErrorCode::NonEmptyGroup),
        }
    }
}

impl Batch {
    pub(super) fn response(&mut self) -> GroupResponse {
        let results = std::mem::take(&mut self.results).into_iter();
        let results = results.map(|(group_id, code)| DeletableGroupResult {
            group_id,
            error_code: code.code(),
        });
        let results = results.collect();
        GroupResponse::DeleteGroups(DeleteGroupsResponse {
            results,
            ..Default::default()
        })
    }
}

impl Group {
    fn described(&self) -> DescribedGroup {
        let stable = self.state == State::Stable;
        let protocol = self.protocol.clone().filter(|_| stable).unwrap_or_default();
        let members = self.members.values().map(|member| DescribedGroupMember {
            member_id: member.id.clone(),
            group_instance_id: member.instance.clone(),
            client_id: member.client.id.clone(),
            client_host: member.client.host.clone(),
            member_metadata: if stable {
                member.metadata(&protocol)
            } else {
                <_>::default()
            },
            member_assignment: if stable {
                member.assignment.clone()
            } else {
                <_>::default()
            },
        });
        DescribedGroup {
            error_message: None,
            group_id: self.id.clone(),
            group_state: self.state.name().to_owned(),
            protocol_type: self.protocol_type.clone().unwrap_or_default(),
            members: members.collect(),
            protocol_data: protocol,
            ..Default::default()
        }
    }

    /// Takes the group out of the log; until that is done nobody gets in.
    pub(super) fn delete(&mut self, batch: Option<u64>, fx: &mut Effects<'_>) {
        self.enter(State::Dead, fx.context.wall);
        let keys: BTreeSet<&OffsetKey> = self.all_keys().collect();
        let offsets = keys
            .into_iter()
            .map(|key| records::offset(&self.id, key, None));
        let group = std::iter::once_with(|| records::group(&self.id, None));
        let records = offsets
            .chain(group)
            .collect::<Result<Vec<CoordinatorRecord>, _>>();
        self.append(records, After::GroupGone { batch }, fx);
    }

    pub(super) fn deleted(
        &mut self,
        batch: Option<u64>,
        result: Result<(), ErrorCode>,
        fx: &mut Effects<'_>,
    ) {
        match result {
            Ok(()) => {
                self.offsets.clear();
                self.open.clear();
            }
            Err(_) => self.enter(State::Empty, fx.context.wall),
        }
        let Some(number) = batch else { return };
        let Some(batch) = fx.appends.batches.get_mut(&number) else {
            return;
        };
        batch
            .results
            .push((self.id.clone(), result.err().unwrap_or(ErrorCode::None)));
        batch.waiting = batch.waiting.saturating_sub(1);
        if batch.waiting == 0
            && let Some(mut batch) = fx.appends.batches.remove(&number)
        {
            fx.reply(batch.token, batch.response());
        }
    }
}

fn not_found(id: &str, version: i16) -> DescribedGroup {
    let mut group = DescribedGroup {
        group_id: id.to_owned(),
        group_state: State::Dead.name().to_owned(),
        ..Default::default()
    };
    if version >= NOT_FOUND_FROM {
        group.error_code = ErrorCode::GroupIdNotFound.code();
        group.error_message = Some(format!("Group {id} not found."));
    }
    group
}
