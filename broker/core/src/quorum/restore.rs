//! How a node of the quorum begins: on an empty disk, or from what the disk holds.

use std::collections::{BTreeMap, VecDeque};

use raft::RawNode;
use raft::eraftpb::{ConfState, Entry, EntryType, HardState, Snapshot};

use super::drain::logger;
use super::storage::{Memory, snapshot_of};
use super::{ELECTION_TICKS, HEARTBEAT_TICKS, Quorum, QuorumConfig, QuorumError, Restored};
use crate::types::DirectoryId;

/// A new cluster's log begins behind a snapshot, so that its members are on the disk from the
/// first moment on.
const FIRST_INDEX: u64 = 1;
const FIRST_TERM: u64 = 1;
/// How much may wait for its commit.
const UNCOMMITTED_BYTES_MAX: u64 = 64 << 20;

/// The id of the node that lives on this disk. It is never used again: Raft breaks when a node
/// comes back without its log.
pub fn raft_id(directory: DirectoryId) -> u64 {
    let halves = u128::from_be_bytes(directory.0);
    let upper = u64::try_from(halves >> 64).unwrap_or_default();
    let lower = u64::try_from(halves & u128::from(u64::MAX)).unwrap_or_default();
    crate::random::mix(upper ^ crate::random::mix(lower)).max(1)
}

impl Quorum {
    /// The first start of a cluster on an empty disk: these vote, and this is the state that
    /// they all begin with.
    pub fn bootstrap(
        config: QuorumConfig,
        voters: &[u64],
        initial: Vec<u8>,
    ) -> Result<Self, QuorumError> {
        let members = ConfState {
            voters: voters.to_vec(),
            ..Default::default()
        };
        let snapshot = snapshot_of(FIRST_INDEX, FIRST_TERM, members, initial);
        let hard_state = HardState {
            term: FIRST_TERM,
            commit: FIRST_INDEX,
            ..Default::default()
        };
        let memory = Memory::new(snapshot.clone(), hard_state, Vec::new());
        let mut quorum = Self::begin(config, memory)?;
        quorum.first_snapshot = Some(snapshot);
        Ok(quorum)
    }

    /// Every other start.
    pub fn restore(config: QuorumConfig, restored: Restored) -> Result<Self, QuorumError> {
        let snapshot = restored.snapshot.ok_or(QuorumError::NoSnapshot)?;
        let snapshot: Snapshot = decode("snapshot", &snapshot)?;
        let mut hard_state: HardState = match restored.hard_state {
            Some(bytes) => decode("hard state", &bytes)?,
            None => HardState::default(),
        };
        let covered = snapshot.get_metadata().index;
        let mut last = (covered, snapshot.get_metadata().term);
        let mut entries: Vec<Entry> = Vec::new();
        for bytes in restored.entries {
            let entry: Entry = decode("entry", &bytes)?;
            if entry.index <= covered {
                continue;
            }
            if entry.index != last.0 + 1 {
                return Err(QuorumError::Gap {
                    before: last.0,
                    found: entry.index,
                });
            }
            last = (entry.index, entry.term);
            entries.push(entry);
        }
        // A crash may have kept entries of a term whose hard state it lost; nobody was told.
        if hard_state.term < last.1 {
            hard_state.term = last.1;
            hard_state.vote = 0;
        }
        hard_state.commit = hard_state.commit.clamp(covered, last.0);
        Self::begin(config, Memory::new(snapshot, hard_state, entries))
    }

    /// What the disk holds, without a node that would write: the snapshot's data, and those of the
    /// entries behind it in order, whether they are committed or not.
    pub fn contents(restored: &Restored) -> Result<(Vec<u8>, Vec<Vec<u8>>), QuorumError> {
        let snapshot = restored.snapshot.as_ref().ok_or(QuorumError::NoSnapshot)?;
        let snapshot: Snapshot = decode("snapshot", snapshot)?;
        let covered = snapshot.get_metadata().index;
        let mut data = Vec::new();
        for bytes in &restored.entries {
            let entry: Entry = decode("entry", bytes)?;
            let is_data = entry.get_entry_type() == EntryType::EntryNormal;
            if is_data && entry.index > covered && !entry.data.is_empty() {
                data.push(entry.data.to_vec());
            }
        }
        Ok((snapshot.data.to_vec(), data))
    }

    fn begin(config: QuorumConfig, memory: Memory) -> Result<Self, QuorumError> {
        let applied = memory.newest_snapshot().get_metadata().index;
        let raft = raft::Config {
            id: config.id,
            election_tick: ELECTION_TICKS,
            heartbeat_tick: HEARTBEAT_TICKS,
            min_election_tick: ELECTION_TICKS,
            max_election_tick: 2 * ELECTION_TICKS,
            applied,
            max_size_per_msg: 1 << 20,
            check_quorum: true,
            pre_vote: true,
            max_uncommitted_size: UNCOMMITTED_BYTES_MAX,
            max_committed_size_per_ready: 4 << 20,
            ..Default::default()
        };
        let node = RawNode::new(&raft, memory, &logger())?;
        let mut quorum = Self {
            node,
            config,
            persists: 0,
            outstanding: VecDeque::new(),
            proposals: BTreeMap::new(),
            applied,
            snapshot_wanted: None,
            hard_state_due: false,
            first_snapshot: None,
            was_leader: false,
            snapshots_sent: BTreeMap::new(),
        };
        quorum.pin_timeout();
        Ok(quorum)
    }
}

fn decode<M: protobuf::Message>(what: &'static str, bytes: &[u8]) -> Result<M, QuorumError> {
    M::parse_from_bytes(bytes).map_err(|source| QuorumError::Decode { what, source })
}
