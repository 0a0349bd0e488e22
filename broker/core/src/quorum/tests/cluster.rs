//! Three nodes whose messages are delayed, lost and mixed up, and which crash and come back.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::*;
use super::disk::{TestDisk, config, unpack};
use crate::random::Random;

const IDS: [u64; 3] = [1, 2, 3];

struct Peer {
    quorum: Quorum,
    disk: TestDisk,
    /// Handed out, not yet on the disk.
    writing: Vec<PersistRequest>,
    applied: Vec<String>,
}

struct Cluster {
    random: Random,
    peers: BTreeMap<u64, Peer>,
    messages: Vec<(u64, Vec<u8>)>,
    /// What each place of the log is, as the first node that applied it saw it.
    history: Vec<String>,
    proposed: u64,
    acknowledged: Vec<String>,
    trace: Vec<String>,
}

impl Cluster {
    fn new(seed: u64) -> Self {
        let mut cluster = Self {
            random: Random::new(seed),
            peers: BTreeMap::new(),
            messages: Vec::new(),
            history: Vec::new(),
            proposed: 0,
            acknowledged: Vec::new(),
            trace: Vec::new(),
        };
        for id in IDS {
            let quorum = Quorum::bootstrap(config(id), &IDS, Vec::new()).unwrap();
            let peer = Peer {
                quorum,
                disk: TestDisk::default(),
                writing: Vec::new(),
                applied: Vec::new(),
            };
            cluster.peers.insert(id, peer);
            cluster.step(id, QuorumInput::Start);
            // The first snapshot is on the disk before the node counts as born.
            cluster.written(id);
        }
        cluster
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.random.next_u64() % bound.max(1) as u64).unwrap()
    }

    fn step(&mut self, id: u64, input: QuorumInput) {
        let mut out = Vec::new();
        let peer = self.peers.get_mut(&id).unwrap();
        peer.quorum.step(input, &mut out);
        self.trace.push(format!("{id} {out:?}"));
        for output in out {
            self.follow(id, output);
        }
    }

    fn follow(&mut self, id: u64, output: QuorumOutput) {
        let peer = self.peers.get_mut(&id).unwrap();
        match output {
            QuorumOutput::Persist(request) => peer.writing.push(request),
            QuorumOutput::InstallSnapshot { data, .. } => {
                peer.applied = unpack(&data);
                assert!(
                    self.history.starts_with(&peer.applied),
                    "a snapshot of another history"
                );
            }
            QuorumOutput::Committed { data, token, .. } => {
                let text = String::from_utf8(data).unwrap();
                let place = peer.applied.len();
                peer.applied.push(text.clone());
                if place == self.history.len() {
                    self.history.push(text.clone());
                }
                assert_eq!(self.history[place], text, "two histories at {place}");
                if token.is_some() {
                    self.acknowledged.push(text);
                }
            }
            QuorumOutput::Send { to, message } => self.messages.push((to, message)),
            QuorumOutput::TakeSnapshot { index } => {
                let data = peer.applied.join(",").into_bytes();
                self.step(id, QuorumInput::SnapshotTaken { index, data });
            }
            QuorumOutput::Dropped { .. } | QuorumOutput::Leadership { .. } => {}
        }
    }

    fn written(&mut self, id: u64) {
        let peer = self.peers.get_mut(&id).unwrap();
        let writing = std::mem::take(&mut peer.writing);
        for request in &writing {
            peer.disk.write(request);
        }
        if let Some(last) = writing.last() {
            self.step(
                id,
                QuorumInput::Persisted {
                    number: last.number,
                },
            );
        }
    }

    fn crash(&mut self, id: u64) {
        let peer = self.peers.get_mut(&id).unwrap();
        peer.writing.clear();
        peer.quorum = Quorum::restore(config(id), peer.disk.restored()).unwrap();
        peer.applied.clear();
        self.step(id, QuorumInput::Start);
    }

    fn deliver(&mut self) {
        if !self.messages.is_empty() {
            let which = self.below(self.messages.len());
            let (to, message) = self.messages.swap_remove(which);
            self.step(to, QuorumInput::Message(Bytes::from(message)));
        }
    }

    fn propose(&mut self, id: u64) {
        self.proposed += 1;
        let data = format!("entry-{}", self.proposed).into_bytes();
        self.step(
            id,
            QuorumInput::Propose {
                token: ReplyToken(self.proposed),
                data,
            },
        );
    }

    fn disturb(&mut self) {
        let id = IDS[self.below(3)];
        match self.below(100) {
            0..20 => self.step(id, QuorumInput::Tick),
            20..60 => self.deliver(),
            60..80 => self.written(id),
            80..95 => self.propose(id),
            95..98 => {
                let lost = self.below(self.messages.len());
                self.messages.truncate(lost);
            }
            _ => self.crash(id),
        }
    }

    fn calm(&mut self, rounds: usize) {
        for _ in 0..rounds {
            for id in IDS {
                self.step(id, QuorumInput::Tick);
            }
            for _ in 0..20 {
                for id in IDS {
                    self.written(id);
                }
                for _ in 0..self.messages.len() {
                    self.deliver();
                }
            }
        }
    }
}

#[test]
fn equal_seeds_give_equal_traces() {
    let run = |seed| {
        let mut cluster = Cluster::new(seed);
        for _ in 0..2_000 {
            cluster.disturb();
        }
        cluster.trace
    };
    assert_eq!(run(42), run(42));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn all_nodes_have_one_history_and_nothing_acknowledged_is_lost(seed: u64) {
        let mut cluster = Cluster::new(seed);
        for _ in 0..3_000 {
            cluster.disturb();
        }
        cluster.calm(120);
        let leader = IDS.into_iter().find(|id| cluster.peers[id].quorum.is_leader());
        let leader = leader.expect("calm elects a leader");
        let before = cluster.acknowledged.len();
        cluster.propose(leader);
        cluster.calm(5);
        prop_assert!(cluster.acknowledged.len() > before, "calm commits");
        for peer in cluster.peers.values() {
            prop_assert_eq!(&peer.applied, &cluster.history);
        }
        for entry in &cluster.acknowledged {
            prop_assert!(cluster.history.contains(entry), "{} was acknowledged", entry);
        }
    }
}
