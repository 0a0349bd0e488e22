//! The metadata quorum: one Raft group whose log holds metadata records as opaque bytes.
//!
//! Everything that must survive is handed out as bytes ([`PersistRequest`]) and counts only when
//! the shell says [`QuorumInput::Persisted`]; committed entries come out in order. The `raft`
//! crate draws its election timeouts from the thread's random generator, so they are set anew
//! from (seed, id, term) after everything that may have drawn one: equal inputs give equal
//! outputs.

mod drain;
mod messages;
mod restore;
mod status;
mod storage;

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use protobuf::Message as _;
use raft::eraftpb::{
    ConfChange, ConfChangeType, ConfChangeV2, Entry, EntryType, Message, MessageType, Snapshot,
};
use raft::{RawNode, Ready, SnapshotStatus, StateRole};

pub use messages::{
    DropReason, MembershipChange, PersistRequest, QuorumConfig, QuorumError, QuorumInput,
    QuorumOutput, Restored,
};
pub use restore::raft_id;
pub use status::{MemberStatus, QuorumStatus, describe_quorum};
use storage::Memory;

use crate::random::mix;
use crate::types::ReplyToken;

/// Ticks of 50 ms: an election after 300 to 600 ms of silence.
const ELECTION_TICKS: usize = 6;
/// Ticks between a leader's heartbeats.
const HEARTBEAT_TICKS: usize = 2;
/// Ticks that a follower has to confirm a snapshot: 2 s.
const SNAPSHOT_TICKS: u32 = 40;
/// The largest entry.
const ENTRY_BYTES_MAX: usize = 16 << 20;
/// The largest message of a peer; longer ones are not decoded.
const MESSAGE_BYTES_MAX: usize = 64 << 20;

/// Something on its way to the disk.
struct Outstanding {
    number: u64,
    /// Raft's own number of it; none for a snapshot that this node took itself.
    ready: Option<u64>,
    /// What may be sent once it is on the disk.
    messages: Vec<Message>,
}

/// One node of the quorum.
pub struct Quorum {
    node: RawNode<Memory>,
    config: QuorumConfig,
    persists: u64,
    outstanding: VecDeque<Outstanding>,
    /// Proposals of this node by index, with the term that they were made in.
    proposals: BTreeMap<u64, (u64, ReplyToken)>,
    applied: u64,
    /// A snapshot was asked for as of this index, with the members as of then.
    snapshot_wanted: Option<(u64, raft::eraftpb::ConfState)>,
    /// The members changed: what is committed must be on the disk before the next restart.
    hard_state_due: bool,
    /// A snapshot that is not yet handed to the disk: the first one of a new cluster.
    first_snapshot: Option<Snapshot>,
    was_leader: bool,
    /// Followers that a snapshot was sent to, with the ticks since then.
    snapshots_sent: BTreeMap<u64, u32>,
}

impl Quorum {
    /// Takes one input and appends what follows from it.
    pub fn step(&mut self, input: QuorumInput, out: &mut Vec<QuorumOutput>) {
        match input {
            QuorumInput::Start => self.start(out),
            QuorumInput::Tick => self.tick(),
            QuorumInput::Propose { token, data } => self.propose(token, data, out),
            QuorumInput::Persisted { number } => self.persisted(number, out),
            QuorumInput::SnapshotTaken { index, data } => self.snapshot_taken(index, data, out),
            QuorumInput::Message(bytes) => self.message(&bytes),
            QuorumInput::ChangeMembership { token, change } => {
                self.change_membership(token, change, out);
            }
        }
        self.pin_timeout();
        self.pump(out);
        self.pin_timeout();
        self.ask_for_snapshot(out);
    }

    /// Whether this node leads.
    pub fn is_leader(&self) -> bool {
        self.node.raft.state == StateRole::Leader
    }

    /// The current term.
    pub fn term(&self) -> u64 {
        self.node.raft.term
    }

    /// The index of the newest entry.
    pub fn last_index(&self) -> u64 {
        self.node.raft.raft_log.last_index()
    }

    /// The index up to which committed entries were handed out.
    pub fn applied_index(&self) -> u64 {
        self.applied
    }

    /// The ids that vote.
    pub fn voters(&self) -> Vec<u64> {
        self.node.store().conf_state().voters.clone()
    }

    fn pin_timeout(&mut self) {
        let raft = &mut self.node.raft;
        let drawn = mix(self.config.seed ^ mix(self.config.id) ^ raft.term);
        let spread = usize::try_from(drawn % ELECTION_TICKS as u64).unwrap_or(0);
        raft.set_randomized_election_timeout(ELECTION_TICKS + spread);
    }

    /// A snapshot that a follower has not confirmed in time is as good as lost: Raft sends
    /// nothing to the follower until it is told so.
    fn tick(&mut self) {
        for (peer, ticks) in &mut self.snapshots_sent {
            *ticks += 1;
            if *ticks == SNAPSHOT_TICKS {
                self.node.report_snapshot(*peer, SnapshotStatus::Failure);
            }
        }
        self.snapshots_sent
            .retain(|_, ticks| *ticks < SNAPSHOT_TICKS);
        // Raft panics when it campaigns between a leader's snapshot and its being on the disk.
        if !self.is_installing() {
            self.node.tick();
        }
    }

    /// Whether a leader's snapshot is on its way to the disk.
    fn is_installing(&self) -> bool {
        self.node.raft.raft_log.persisted < self.applied
    }

    fn send(&mut self, messages: Vec<Message>, out: &mut Vec<QuorumOutput>) {
        for message in messages {
            if message.get_msg_type() == MessageType::MsgSnapshot {
                self.snapshots_sent.insert(message.to, 0);
            }
            out.push(QuorumOutput::Send {
                to: message.to,
                message: to_bytes(&message),
            });
        }
    }

    fn start(&mut self, out: &mut Vec<QuorumOutput>) {
        let store = self.node.store();
        let snapshot = store.newest_snapshot();
        out.push(QuorumOutput::InstallSnapshot {
            index: snapshot.get_metadata().index,
            data: snapshot.data.to_vec(),
        });
        if let Some(first) = self.first_snapshot.take() {
            self.persist_snapshot(&first, out);
        }
        // What is known to be committed may say who belongs to the quorum.
        self.pump(out);
        // Nobody else can win, so there is nothing to wait for.
        if self.voters() == [self.config.id] {
            // It fails only while a change of members waits, which a later tick gets over.
            let _ = self.node.campaign();
        }
    }

    fn propose(&mut self, token: ReplyToken, data: Vec<u8>, out: &mut Vec<QuorumOutput>) {
        let reason = if !self.is_leader() {
            Some(DropReason::NotLeader {
                leader: self.leader(),
            })
        } else if data.len() > ENTRY_BYTES_MAX {
            Some(DropReason::TooLarge)
        } else {
            self.node
                .propose(Vec::new(), data)
                .err()
                .map(|_| DropReason::Busy)
        };
        match reason {
            Some(reason) => out.push(QuorumOutput::Dropped { token, reason }),
            None => self.remember(token),
        }
    }

    fn remember(&mut self, token: ReplyToken) {
        let index = self.last_index();
        self.proposals.insert(index, (self.term(), token));
    }

    fn leader(&self) -> Option<u64> {
        Some(self.node.raft.leader_id).filter(|id| *id != 0)
    }

    /// Raft silently empties a second change while one is on its way: it is refused instead.
    fn change_membership(
        &mut self,
        token: ReplyToken,
        change: MembershipChange,
        out: &mut Vec<QuorumOutput>,
    ) {
        let raft = &self.node.raft;
        let reason = if !self.is_leader() {
            Some(DropReason::NotLeader {
                leader: self.leader(),
            })
        } else if raft.pending_conf_index > raft.raft_log.applied {
            Some(DropReason::ChangePending)
        } else {
            let mut request = ConfChange::default();
            let (kind, node) = match change {
                MembershipChange::AddLearner(id) => (ConfChangeType::AddLearnerNode, id),
                MembershipChange::AddVoter(id) => (ConfChangeType::AddNode, id),
                MembershipChange::Remove(id) => (ConfChangeType::RemoveNode, id),
            };
            request.set_change_type(kind);
            request.node_id = node;
            let proposed = self.node.propose_conf_change(Vec::new(), request);
            proposed.err().map(|_| DropReason::Busy)
        };
        match reason {
            Some(reason) => out.push(QuorumOutput::Dropped { token, reason }),
            None => self.remember(token),
        }
    }

    /// What does not decode or comes from a stranger is dropped: Raft sends again.
    fn message(&mut self, bytes: &Bytes) {
        if bytes.len() > MESSAGE_BYTES_MAX {
            tracing::warn!(bytes = bytes.len(), "quorum message is too long, dropped");
            return;
        }
        match Message::parse_from_bytes(bytes) {
            Ok(message)
                if message.get_msg_type() == MessageType::MsgTimeoutNow && self.is_installing() =>
            {
                tracing::debug!("not ready to lead, the old leader goes on");
            }
            Ok(message) if message.to == self.config.id => {
                if let Err(error) = self.node.step(message) {
                    tracing::debug!(%error, "quorum message is not for now, dropped");
                }
            }
            Ok(_) => tracing::warn!("quorum message is for another node, dropped"),
            Err(error) => tracing::warn!(%error, "quorum message does not decode, dropped"),
        }
    }

    fn persisted(&mut self, number: u64, out: &mut Vec<QuorumOutput>) {
        while let Some(done) = self.outstanding.pop_front_if(|o| o.number <= number) {
            if let Some(ready) = done.ready {
                self.node.on_persist_ready(ready);
            }
            self.send(done.messages, out);
        }
        self.tell_applied();
    }

    /// A leader's snapshot is applied before it is on the disk; Raft may not hear of it earlier.
    fn tell_applied(&mut self) {
        let log = &self.node.raft.raft_log;
        if log.applied < self.applied && self.applied <= log.persisted {
            self.node.advance_apply_to(self.applied);
        }
    }

    /// Hands out everything that Raft has ready.
    fn pump(&mut self, out: &mut Vec<QuorumOutput>) {
        while self.node.has_ready() {
            let mut ready = self.node.ready();
            self.tell_leadership(&ready, out);
            self.send(ready.take_messages(), out);
            if !ready.snapshot().is_empty() {
                let snapshot = ready.snapshot().clone();
                let (index, data) = (snapshot.get_metadata().index, snapshot.data.to_vec());
                self.node.mut_store().install(snapshot);
                self.applied = index;
                self.snapshot_wanted = None;
                out.push(QuorumOutput::InstallSnapshot { index, data });
            }
            if let Some(hard_state) = ready.hs() {
                let hard_state = hard_state.clone();
                self.node.mut_store().set_hard_state(hard_state);
            }
            self.node.mut_store().append(ready.entries());
            for entry in ready.take_committed_entries() {
                self.apply(&entry, out);
            }
            let number = ready.number();
            let unbound = self.persist(&mut ready, out);
            self.node.advance_append_async(ready);
            // Nothing is on its way to the disk, so everything is there.
            if let Some(messages) = unbound {
                self.node.on_persist_ready(number);
                self.send(messages, out);
            }
            self.tell_applied();
        }
        if std::mem::take(&mut self.hard_state_due) {
            self.persist_hard_state(out);
        }
    }

    fn tell_leadership(&mut self, ready: &Ready, out: &mut Vec<QuorumOutput>) {
        if ready.ss().is_none() {
            return;
        }
        let here = self.is_leader();
        if self.was_leader && !here {
            // Whether these become committed is up to the next leader.
            for (_, (_, token)) in std::mem::take(&mut self.proposals) {
                out.push(QuorumOutput::Dropped {
                    token,
                    reason: DropReason::Unknown,
                });
            }
        }
        self.was_leader = here;
        let (leader, term) = (self.leader(), self.term());
        out.push(QuorumOutput::Leadership { leader, term, here });
    }

    fn apply(&mut self, entry: &Entry, out: &mut Vec<QuorumOutput>) {
        let (index, term) = (entry.index, entry.term);
        self.applied = index;
        let proposed = self.proposals.remove(&index);
        let mut token = None;
        match proposed {
            Some((made_in, of)) if made_in == term => token = Some(of),
            Some((_, of)) => {
                out.push(QuorumOutput::Dropped {
                    token: of,
                    reason: DropReason::Overwritten,
                });
            }
            None => {}
        }
        if entry.get_entry_type() != EntryType::EntryNormal {
            self.apply_membership(entry);
        } else if entry.data.is_empty() {
            // The first entry of a leader carries nothing.
            return;
        }
        let normal = entry.get_entry_type() == EntryType::EntryNormal;
        let data = if normal {
            entry.data.to_vec()
        } else {
            Vec::new()
        };
        out.push(QuorumOutput::Committed { index, data, token });
    }

    fn apply_membership(&mut self, entry: &Entry) {
        let change = if entry.get_entry_type() == EntryType::EntryConfChange {
            ConfChange::parse_from_bytes(&entry.data).map(|change| {
                let mut single = ConfChangeV2::default();
                let mut of = raft::eraftpb::ConfChangeSingle::default();
                of.set_change_type(change.get_change_type());
                of.node_id = change.node_id;
                single.set_changes(vec![of].into());
                single
            })
        } else {
            ConfChangeV2::parse_from_bytes(&entry.data)
        };
        let applied = change.map(|change| self.node.apply_conf_change(&change));
        match applied {
            Ok(Ok(state)) => {
                self.node.mut_store().set_conf_state(state);
                self.hard_state_due = true;
            }
            Ok(Err(error)) => tracing::error!(%error, "quorum change of members does not apply"),
            Err(error) => tracing::error!(%error, "quorum change of members does not decode"),
        }
    }

    /// Hands what must survive to the disk. How far the log is committed need not: a restart
    /// finds it out again. Gives messages that need not wait for the disk.
    fn persist(&mut self, ready: &mut Ready, out: &mut Vec<QuorumOutput>) -> Option<Vec<Message>> {
        let messages = ready.take_persisted_messages();
        if !ready.must_sync() {
            let Some(last) = self.outstanding.back_mut() else {
                return Some(messages);
            };
            last.ready = Some(ready.number());
            last.messages.extend(messages);
            return None;
        }
        let snapshot = ready.snapshot();
        let snapshot =
            (!snapshot.is_empty()).then(|| (snapshot.get_metadata().index, to_bytes(snapshot)));
        let number = self.next_number();
        out.push(QuorumOutput::Persist(PersistRequest {
            number,
            first_index: ready
                .entries()
                .first()
                .map_or(self.next_index(), |first| first.index),
            entries: ready.entries().iter().map(to_bytes).collect(),
            hard_state: Some(to_bytes(self.node.store().hard_state())),
            snapshot,
            must_sync: true,
        }));
        self.outstanding.push_back(Outstanding {
            number,
            ready: Some(ready.number()),
            messages,
        });
        None
    }

    fn persist_hard_state(&mut self, out: &mut Vec<QuorumOutput>) {
        let number = self.next_number();
        let hard_state = Some(to_bytes(self.node.store().hard_state()));
        out.push(QuorumOutput::Persist(PersistRequest {
            number,
            first_index: self.next_index(),
            hard_state,
            must_sync: true,
            ..Default::default()
        }));
        self.outstanding.push_back(Outstanding {
            number,
            ready: None,
            messages: Vec::new(),
        });
    }

    fn persist_snapshot(&mut self, snapshot: &Snapshot, out: &mut Vec<QuorumOutput>) {
        let number = self.next_number();
        out.push(QuorumOutput::Persist(PersistRequest {
            number,
            first_index: self.next_index(),
            hard_state: Some(to_bytes(self.node.store().hard_state())),
            snapshot: Some((snapshot.get_metadata().index, to_bytes(snapshot))),
            must_sync: true,
            ..Default::default()
        }));
        self.outstanding.push_back(Outstanding {
            number,
            ready: None,
            messages: Vec::new(),
        });
    }

    /// Behind everything that was handed to the disk.
    fn next_index(&self) -> u64 {
        self.node.store().last() + 1
    }

    fn next_number(&mut self) -> u64 {
        self.persists += 1;
        self.persists
    }

    fn ask_for_snapshot(&mut self, out: &mut Vec<QuorumOutput>) {
        let store = self.node.store();
        let due = store.bytes_up_to(self.applied) > self.config.snapshot_after_bytes;
        if due && self.snapshot_wanted.is_none() {
            self.snapshot_wanted = Some((self.applied, store.conf_state().clone()));
            out.push(QuorumOutput::TakeSnapshot {
                index: self.applied,
            });
        }
    }

    fn snapshot_taken(&mut self, index: u64, data: Vec<u8>, out: &mut Vec<QuorumOutput>) {
        let wanted = self.snapshot_wanted.take_if(|(wanted, _)| *wanted == index);
        let Some((_, members)) = wanted else { return };
        let Some(term) = self.node.store().term_of(index) else {
            return;
        };
        let snapshot = storage::snapshot_of(index, term, members, data);
        self.persist_snapshot(&snapshot, out);
        self.node.mut_store().compact(snapshot);
    }
}

/// These messages have no required field that could be missing, so that they always encode.
fn to_bytes(message: &impl protobuf::Message) -> Vec<u8> {
    message.write_to_bytes().unwrap_or_default()
}

#[cfg(test)]
mod tests;
