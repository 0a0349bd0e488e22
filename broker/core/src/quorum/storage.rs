//! The log as Raft reads it: all in memory, the disk's copy is the shell's.

use std::collections::VecDeque;

use raft::eraftpb::{ConfState, Entry, HardState, Snapshot};
use raft::{GetEntriesContext, RaftState, Storage, StorageError};

/// Snapshot, the entries after it, and the hard state.
pub(super) struct Memory {
    hard_state: HardState,
    conf_state: ConfState,
    snapshot: Snapshot,
    entries: VecDeque<Entry>,
}

/// A snapshot of the given state.
pub(super) fn snapshot_of(index: u64, term: u64, members: ConfState, data: Vec<u8>) -> Snapshot {
    let mut snapshot = Snapshot {
        data: data.into(),
        ..Default::default()
    };
    let metadata = snapshot.mut_metadata();
    metadata.index = index;
    metadata.term = term;
    metadata.set_conf_state(members);
    snapshot
}

impl Memory {
    pub(super) fn new(snapshot: Snapshot, hard_state: HardState, entries: Vec<Entry>) -> Self {
        let conf_state = snapshot.get_metadata().get_conf_state().clone();
        Self {
            hard_state,
            conf_state,
            snapshot,
            entries: entries.into(),
        }
    }

    pub(super) fn hard_state(&self) -> &HardState {
        &self.hard_state
    }

    pub(super) fn set_hard_state(&mut self, hard_state: HardState) {
        self.hard_state = hard_state;
    }

    pub(super) fn conf_state(&self) -> &ConfState {
        &self.conf_state
    }

    pub(super) fn set_conf_state(&mut self, conf_state: ConfState) {
        self.conf_state = conf_state;
    }

    pub(super) fn newest_snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    fn snapshot_index(&self) -> u64 {
        self.snapshot.get_metadata().index
    }

    pub(super) fn last(&self) -> u64 {
        self.entries
            .back()
            .map_or(self.snapshot_index(), |entry| entry.index)
    }

    /// How many bytes the entries up to this index have.
    pub(super) fn bytes_up_to(&self, index: u64) -> usize {
        self.entries
            .iter()
            .take_while(|e| e.index <= index)
            .map(|e| e.data.len() + 16)
            .sum()
    }

    pub(super) fn term_of(&self, index: u64) -> Option<u64> {
        if index == self.snapshot_index() {
            return Some(self.snapshot.get_metadata().term);
        }
        let place = index.checked_sub(self.snapshot_index() + 1)?;
        self.entries
            .get(usize::try_from(place).ok()?)
            .map(|entry| entry.term)
    }

    /// Appends entries; those that were there from the first one's index on are void.
    pub(super) fn append(&mut self, entries: &[Entry]) {
        let Some(first) = entries.first() else { return };
        while self
            .entries
            .back()
            .is_some_and(|entry| entry.index >= first.index)
        {
            self.entries.pop_back();
        }
        self.entries.extend(entries.iter().cloned());
    }

    /// Replaces everything by a snapshot of the leader's.
    pub(super) fn install(&mut self, snapshot: Snapshot) {
        let metadata = snapshot.get_metadata();
        self.conf_state = metadata.get_conf_state().clone();
        self.hard_state.term = self.hard_state.term.max(metadata.term);
        self.hard_state.commit = metadata.index;
        self.entries.clear();
        self.snapshot = snapshot;
    }

    /// Takes the place of the entries up to a snapshot of this node's own.
    pub(super) fn compact(&mut self, snapshot: Snapshot) {
        let index = snapshot.get_metadata().index;
        while self
            .entries
            .pop_front_if(|entry| entry.index <= index)
            .is_some()
        {}
        self.snapshot = snapshot;
    }
}

impl Storage for Memory {
    fn initial_state(&self) -> raft::Result<RaftState> {
        Ok(RaftState::new(
            self.hard_state.clone(),
            self.conf_state.clone(),
        ))
    }

    fn entries(
        &self,
        low: u64,
        high: u64,
        max_size: impl Into<Option<u64>>,
        _context: GetEntriesContext,
    ) -> raft::Result<Vec<Entry>> {
        if low <= self.snapshot_index() {
            return Err(StorageError::Compacted.into());
        }
        if high > self.last() + 1 {
            return Err(StorageError::Unavailable.into());
        }
        let place =
            |index: u64| usize::try_from(index - self.snapshot_index() - 1).unwrap_or(usize::MAX);
        let most = max_size.into().unwrap_or(u64::MAX);
        let mut size = 0_u64;
        let wanted = self
            .entries
            .iter()
            .skip(place(low))
            .take(place(high) - place(low));
        let fitting = wanted.enumerate().take_while(|(number, entry)| {
            size = size.saturating_add(u64::from(protobuf::Message::compute_size(*entry)));
            *number == 0 || size <= most
        });
        Ok(fitting.map(|(_, entry)| entry.clone()).collect())
    }

    fn term(&self, index: u64) -> raft::Result<u64> {
        if index < self.snapshot_index() {
            return Err(StorageError::Compacted.into());
        }
        self.term_of(index)
            .ok_or_else(|| StorageError::Unavailable.into())
    }

    fn first_index(&self) -> raft::Result<u64> {
        Ok(self.snapshot_index() + 1)
    }

    fn last_index(&self) -> raft::Result<u64> {
        Ok(self.last())
    }

    fn snapshot(&self, request_index: u64, _to: u64) -> raft::Result<Snapshot> {
        if self.snapshot_index() < request_index {
            return Err(StorageError::SnapshotTemporarilyUnavailable.into());
        }
        Ok(self.snapshot.clone())
    }
}
