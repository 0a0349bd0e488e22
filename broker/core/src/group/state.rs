//! A group: its members, its generation, its offsets.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kavka_protocol::messages::GroupMetadataValue;
use kavka_protocol::messages::group_metadata_value::MemberMetadata;
use kavka_protocol::{EncodeError, ErrorCode};

use super::member::Member;
use super::messages::CoordinatorRecord;
use super::offset::{Committed, OffsetKey, PendingOffsets};
use super::records;
use crate::types::{Generation, Instant, PartitionIndex, ProducerId, Timestamp};

/// What a group is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody is in it; its offsets may be.
    Empty,
    /// Waits for all members to join again.
    PreparingRebalance,
    /// Waits for the leader's assignment.
    CompletingRebalance,
    /// Everyone has an assignment.
    Stable,
    /// Gone; whoever asks finds no group.
    Dead,
}

impl State {
    pub(crate) const ALL: [Self; 5] = [
        Self::Empty,
        Self::PreparingRebalance,
        Self::CompletingRebalance,
        Self::Stable,
        Self::Dead,
    ];

    /// Kafka's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::PreparingRebalance => "PreparingRebalance",
            Self::CompletingRebalance => "CompletingRebalance",
            Self::Stable => "Stable",
            Self::Dead => "Dead",
        }
    }
}

/// A group.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) id: String,
    /// Of `__consumer_offsets`.
    pub(crate) partition: PartitionIndex,
    pub(crate) state: State,
    pub(crate) state_since: Timestamp,
    /// `consumer`, `connect`, …: opaque; none until somebody joins.
    pub(crate) protocol_type: Option<String>,
    /// What the members chose: an assignor of theirs.
    pub(crate) protocol: Option<String>,
    pub(crate) leader: Option<String>,
    pub(crate) generation: Generation,
    pub(crate) members: BTreeMap<String, Member>,
    /// Member ids of static members by their instance id.
    pub(crate) instances: BTreeMap<String, String>,
    /// Ids that were given out and wait for their first real `JoinGroup` (KIP-394).
    pub(crate) pending: BTreeMap<String, Instant>,
    /// Members of this generation that have not asked for their assignment.
    pub(crate) unsynced: BTreeSet<String>,
    /// A rebalance ends then, with whoever joined.
    pub(crate) join_deadline: Option<Instant>,
    /// A rebalance of a new group waits for more members: how long it still may, in ms.
    pub(crate) initial_delay: Option<i32>,
    /// Somebody came while it waited.
    pub(crate) newcomers: bool,
    pub(crate) sync_deadline: Option<Instant>,
    pub(crate) offsets: BTreeMap<OffsetKey, Committed>,
    /// Offsets that open transactions have committed.
    pub(crate) open: BTreeMap<ProducerId, PendingOffsets>,
    /// Number of the last commit.
    pub(crate) last_order: u64,
    /// Appends on their way.
    pub(crate) in_flight: u32,
    /// The generation whose assignment is on its way to the log.
    pub(crate) storing: Option<Generation>,
}

impl Group {
    pub(crate) fn new(id: &str, partition: PartitionIndex, wall: Timestamp) -> Self {
        Self {
            id: id.to_owned(),
            partition,
            state: State::Empty,
            state_since: wall,
            protocol_type: None,
            protocol: None,
            leader: None,
            generation: Generation(0),
            members: BTreeMap::new(),
            instances: BTreeMap::new(),
            pending: BTreeMap::new(),
            unsynced: BTreeSet::new(),
            join_deadline: None,
            initial_delay: None,
            newcomers: false,
            sync_deadline: None,
            offsets: BTreeMap::new(),
            open: BTreeMap::new(),
            last_order: 0,
            in_flight: 0,
            storing: None,
        }
    }

    pub(crate) fn enter(&mut self, state: State, wall: Timestamp) {
        self.state = state;
        self.state_since = wall;
    }

    /// Whether it is as if it never was: nothing of it is in the log.
    pub(crate) fn is_vacant(&self) -> bool {
        self.state == State::Dead
            || (self.state == State::Empty
                && self.generation == Generation(0)
                && self.members.is_empty()
                && self.pending.is_empty()
                && self.offsets.is_empty()
                && self.open.is_empty()
                && self.in_flight == 0)
    }

    pub(crate) fn is_leader(&self, member: &str) -> bool {
        self.leader.as_deref() == Some(member)
    }

    /// Whether a member with these protocols fits in.
    pub(crate) fn supports(&self, protocol_type: &str, protocols: &[(String, Bytes)]) -> bool {
        if protocol_type.is_empty() || protocols.is_empty() {
            return false;
        }
        if self.members.is_empty() {
            return true;
        }
        self.protocol_type.as_deref() == Some(protocol_type)
            && protocols.iter().any(|(name, _)| self.everyone_can(name))
    }

    fn everyone_can(&self, protocol: &str) -> bool {
        self.members
            .values()
            .all(|m| m.protocols.iter().any(|(name, _)| name == protocol))
    }

    /// The protocol that most members like best among those that all can; the leader decides
    /// between equals.
    pub(crate) fn select_protocol(&self) -> Option<String> {
        let chief = self
            .leader
            .as_ref()
            .and_then(|leader| self.members.get(leader));
        let chief = chief.or_else(|| self.members.values().next())?;
        let names = chief.protocols.iter().map(|(name, _)| name.as_str());
        let candidates: Vec<&str> = names.filter(|name| self.everyone_can(name)).collect();
        let votes = |candidate: &str| {
            self.members
                .values()
                .filter(|m| m.vote(&candidates) == Some(candidate))
                .count()
        };
        let best = candidates
            .iter()
            .rev()
            .max_by_key(|candidate| votes(candidate));
        best.map(|name| (*name).to_owned())
    }

    pub(crate) fn has_all_joined(&self) -> bool {
        self.pending.is_empty() && self.members.values().all(|member| member.joining.is_some())
    }

    /// The longest that a member asks a rebalance to wait, in ms.
    pub(crate) fn rebalance_timeout_ms(&self) -> i32 {
        self.members
            .values()
            .map(|member| member.rebalance_timeout_ms)
            .max()
            .unwrap_or(0)
    }

    /// Whether a request comes from a member of this group as it is now.
    pub(crate) fn check_member(
        &self,
        member: &str,
        instance: Option<&str>,
    ) -> Result<(), ErrorCode> {
        if let Some(instance) = instance {
            return match self.instances.get(instance) {
                None => Err(ErrorCode::UnknownMemberId),
                Some(current) if current != member => Err(ErrorCode::FencedInstanceId),
                Some(_) => Ok(()),
            };
        }
        if self.members.contains_key(member) {
            Ok(())
        } else {
            Err(ErrorCode::UnknownMemberId)
        }
    }

    pub(crate) fn check_generation(&self, generation: i32) -> Result<(), ErrorCode> {
        if self.generation.0 == generation {
            Ok(())
        } else {
            Err(ErrorCode::IllegalGeneration)
        }
    }

    /// The group as its record; `assignments` stand in for the members' own.
    pub(crate) fn record(
        &self,
        assignments: Option<&BTreeMap<String, Bytes>>,
    ) -> Result<Vec<CoordinatorRecord>, EncodeError> {
        let protocol = self.protocol.as_deref().unwrap_or_default();
        let members = self.members.values().map(|member| MemberMetadata {
            member_id: member.id.clone(),
            group_instance_id: member.instance.clone(),
            client_id: member.client.id.clone(),
            client_host: member.client.host.clone(),
            rebalance_timeout: member.rebalance_timeout_ms,
            session_timeout: member.session_timeout_ms,
            subscription: member.metadata(protocol),
            assignment: match assignments {
                Some(assignments) => assignments.get(&member.id).cloned().unwrap_or_default(),
                None => member.assignment.clone(),
            },
        });
        let value = GroupMetadataValue {
            protocol_type: self.protocol_type.clone().unwrap_or_default(),
            generation: self.generation.0,
            protocol: self.protocol.clone(),
            leader: self.leader.clone(),
            current_state_timestamp: self.state_since.0,
            members: members.collect(),
        };
        Ok(vec![records::group(&self.id, Some(&value))?])
    }
}
