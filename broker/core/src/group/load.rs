//! Partitions of `__consumer_offsets` that this broker comes to lead, and ceases to.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::GroupMetadataValue;

use super::member::Member;
use super::messages::{Client, Context, CoordinatorRecord, GroupOutput};
use super::offset::Committed;
use super::records::{self, Loaded};
use super::state::{Group, State};
use super::{GroupCoordinator, Owned};
use crate::types::{Generation, PartitionIndex, Timestamp};

impl GroupCoordinator {
    /// Takes in records in order of the log: later ones replace earlier ones.
    pub(super) fn load(
        &mut self,
        partition: PartitionIndex,
        records: &[CoordinatorRecord],
        context: &Context<'_>,
    ) {
        if self.owned.get(&partition) != Some(&Owned::Loading) {
            return;
        }
        for record in records {
            match records::read(record) {
                Some(Loaded::Group(id, Some(value))) => {
                    self.loading_group(&id, partition, context.wall)
                        .restore(value);
                }
                Some(Loaded::Group(id, None)) => {
                    let group = self.loading_group(&id, partition, context.wall);
                    group.restore(GroupMetadataValue::default());
                    group.protocol_type = None;
                }
                Some(Loaded::Offset(id, key, Some(committed))) => {
                    let group = self.loading_group(&id, partition, context.wall);
                    let order = group.next_order();
                    group.offsets.insert(key, Committed { order, ..committed });
                }
                Some(Loaded::Offset(id, key, None)) => {
                    if let Some(group) = self.groups.get_mut(&id) {
                        group.offsets.remove(&key);
                        group.drop_pending(&key, group.last_order);
                    }
                }
                None => {
                    tracing::warn!(partition = partition.0, "unknown record of groups, skipped");
                }
            }
        }
    }

    pub(super) fn loading_group(
        &mut self,
        id: &str,
        partition: PartitionIndex,
        wall: Timestamp,
    ) -> &mut Group {
        self.groups
            .entry(id.to_owned())
            .or_insert_with(|| Group::new(id, partition, wall))
    }

    /// Everything is there: members' sessions begin anew.
    pub(super) fn load_done(
        &mut self,
        partition: PartitionIndex,
        context: &Context<'_>,
        out: &mut Vec<GroupOutput>,
    ) {
        if self.owned.get(&partition) != Some(&Owned::Loading) {
            return;
        }
        self.owned.insert(partition, Owned::Serving);
        for id in self.groups_of(partition) {
            self.with_group(&id, context, out, |group, fx| {
                let members: Vec<String> = group.members.keys().cloned().collect();
                for member in members {
                    group.beat(&member, fx);
                }
            });
        }
    }

    /// Another broker has the groups: everyone who waits is sent there.
    pub(super) fn resign(
        &mut self,
        partition: PartitionIndex,
        context: &Context<'_>,
        out: &mut Vec<GroupOutput>,
    ) {
        self.owned.remove(&partition);
        self.open.retain(|(of, _), _| *of != partition);
        let pending = self.appends.pending.iter();
        let lost = pending.filter(|(_, pending)| pending.partition == partition);
        let lost: Vec<_> = lost.map(|(token, _)| *token).collect();
        for token in lost {
            self.appended(token, Err(ErrorCode::NotCoordinator), context, out);
        }
        for id in self.groups_of(partition) {
            self.with_group(&id, context, out, |group, fx| {
                for member in group.members.values_mut() {
                    member.fail(ErrorCode::NotCoordinator, fx);
                }
            });
            self.groups.remove(&id);
        }
        // What failing the appends began is void, too.
        self.appends
            .pending
            .retain(|_, pending| pending.partition != partition);
    }

    pub(super) fn groups_of(&self, partition: PartitionIndex) -> Vec<String> {
        let groups = self
            .groups
            .values()
            .filter(|group| group.partition == partition);
        groups.map(|group| group.id.clone()).collect()
    }
}

impl Group {
    /// Becomes what a record says.
    fn restore(&mut self, value: GroupMetadataValue) {
        self.protocol_type = Some(value.protocol_type).filter(|name| !name.is_empty());
        self.protocol = value.protocol.clone();
        self.leader = value.leader;
        self.generation = Generation(value.generation);
        if value.current_state_timestamp >= 0 {
            self.state_since = Timestamp(value.current_state_timestamp);
        }
        self.members.clear();
        self.instances.clear();
        let protocol = value.protocol.unwrap_or_default();
        for member in value.members {
            if let Some(instance) = &member.group_instance_id {
                self.instances
                    .insert(instance.clone(), member.member_id.clone());
            }
            let restored = Member {
                id: member.member_id.clone(),
                instance: member.group_instance_id,
                client: Client {
                    id: member.client_id,
                    host: member.client_host,
                },
                session_timeout_ms: member.session_timeout,
                rebalance_timeout_ms: if member.rebalance_timeout < 0 {
                    member.session_timeout
                } else {
                    member.rebalance_timeout
                },
                protocols: vec![(protocol.clone(), member.subscription)],
                assignment: member.assignment,
                joining: None,
                syncing: None,
                deadline: crate::types::Instant(0),
                timer: None,
                new: false,
            };
            self.members.insert(member.member_id, restored);
        }
        self.state = if self.members.is_empty() {
            State::Empty
        } else {
            State::Stable
        };
    }
}
