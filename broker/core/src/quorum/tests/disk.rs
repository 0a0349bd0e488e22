//! A node with a disk that keeps what was handed to it and said to be there.

use std::collections::{BTreeMap, VecDeque};

use super::super::*;

#[derive(Debug, Clone, Default)]
pub(super) struct TestDisk {
    pub(super) hard_state: Option<Vec<u8>>,
    pub(super) snapshot: Option<(u64, Vec<u8>)>,
    pub(super) entries: BTreeMap<u64, Vec<u8>>,
}

impl TestDisk {
    pub(super) fn write(&mut self, request: &PersistRequest) {
        if let Some((index, bytes)) = &request.snapshot {
            self.entries = self.entries.split_off(&(index + 1));
            self.snapshot = Some((*index, bytes.clone()));
        }
        self.entries.split_off(&request.first_index);
        self.entries
            .extend((request.first_index..).zip(request.entries.iter().cloned()));
        if let Some(hard_state) = &request.hard_state {
            self.hard_state = Some(hard_state.clone());
        }
    }

    pub(super) fn restored(&self) -> Restored {
        Restored {
            hard_state: self.hard_state.clone(),
            snapshot: self.snapshot.clone().map(|(_, bytes)| bytes),
            entries: self.entries.values().cloned().collect(),
        }
    }
}

/// A node whose shell does everything at once.
pub(super) struct Node {
    pub(super) quorum: Quorum,
    pub(super) disk: TestDisk,
    pub(super) applied: Vec<String>,
    pub(super) answered: Vec<ReplyToken>,
    pub(super) dropped: Vec<(ReplyToken, DropReason)>,
    pub(super) sent: Vec<(u64, Vec<u8>)>,
}

pub(super) fn config(id: u64) -> QuorumConfig {
    QuorumConfig {
        id,
        seed: 7,
        snapshot_after_bytes: 1_000,
    }
}

impl Node {
    pub(super) fn first(id: u64, voters: &[u64]) -> Self {
        Self::started(
            Quorum::bootstrap(config(id), voters, Vec::new()).unwrap(),
            TestDisk::default(),
        )
    }

    fn started(quorum: Quorum, disk: TestDisk) -> Self {
        let mut node = Self {
            quorum,
            disk,
            applied: Vec::new(),
            answered: Vec::new(),
            dropped: Vec::new(),
            sent: Vec::new(),
        };
        node.step(QuorumInput::Start);
        node
    }

    /// As after `kill -9`: only the disk is left.
    pub(super) fn restarted(self) -> Self {
        let quorum = Quorum::restore(config(self.quorum.config.id), self.disk.restored()).unwrap();
        Self::started(quorum, self.disk)
    }

    pub(super) fn step(&mut self, input: QuorumInput) {
        let mut out = Vec::new();
        self.quorum.step(input, &mut out);
        self.settle(out);
    }

    pub(super) fn settle(&mut self, out: Vec<QuorumOutput>) {
        let mut todo = VecDeque::from(out);
        while let Some(output) = todo.pop_front() {
            let mut next = Vec::new();
            match output {
                QuorumOutput::Persist(request) => {
                    self.disk.write(&request);
                    let number = request.number;
                    self.quorum
                        .step(QuorumInput::Persisted { number }, &mut next);
                }
                QuorumOutput::InstallSnapshot { data, .. } => self.applied = unpack(&data),
                QuorumOutput::Committed { data, token, .. } => {
                    if !data.is_empty() {
                        self.applied.push(String::from_utf8(data).unwrap());
                    }
                    self.answered.extend(token);
                }
                QuorumOutput::Dropped { token, reason } => self.dropped.push((token, reason)),
                QuorumOutput::Send { to, message } => self.sent.push((to, message)),
                QuorumOutput::Leadership { .. } => {}
                QuorumOutput::TakeSnapshot { index } => {
                    let data = self.applied.join(",").into_bytes();
                    self.quorum
                        .step(QuorumInput::SnapshotTaken { index, data }, &mut next);
                }
            }
            todo.extend(next);
        }
    }
}

pub(super) fn unpack(data: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(data).unwrap();
    text.split(',')
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}
