//! What a leader knows of its followers.

use std::collections::BTreeMap;

use crate::types::{Instant, NodeId, Offset};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Peer {
    /// It has everything before this.
    position: Offset,
    /// When it last had everything that the leader had.
    caught_up: Instant,
    /// Where the log ended when it fetched last, and when that was.
    fetched: (Instant, Offset),
    /// Whether it ever fetched in this reign.
    heard: bool,
}

/// All followers of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Peers {
    all: BTreeMap<NodeId, Peer>,
}

impl Peers {
    /// Followers begin as caught up just now: they get the time to fetch before they are judged.
    pub(super) fn new(now: Instant, peers: impl Iterator<Item = NodeId>) -> Self {
        let peer = Peer {
            position: Offset(0),
            caught_up: now,
            fetched: (now, Offset(0)),
            heard: false,
        };
        Self {
            all: peers.map(|id| (id, peer.clone())).collect(),
        }
    }

    pub(super) fn retain(&mut self, replicas: &[NodeId]) {
        self.all.retain(|id, _| replicas.contains(id));
    }

    pub(super) fn position(&self, id: NodeId) -> Offset {
        self.all.get(&id).map_or(Offset(0), |peer| peer.position)
    }

    /// A fetch from the log's end is one of a follower that has everything; one from where the
    /// log ended at its last fetch had everything then.
    pub(super) fn fetched(&mut self, now: Instant, id: NodeId, position: Offset, log_end: Offset) {
        let position = position.min(log_end);
        let new = Peer {
            position: Offset(0),
            caught_up: Instant(0),
            fetched: (now, log_end),
            heard: false,
        };
        let peer = self.all.entry(id).or_insert(new);
        if position >= log_end {
            peer.caught_up = now;
        } else if peer.heard && position >= peer.fetched.1 {
            peer.caught_up = peer.caught_up.max(peer.fetched.0);
        }
        // A follower that cut its log back is where it says, not where it was.
        peer.position = position;
        peer.fetched = (now, log_end);
        peer.heard = true;
    }

    pub(super) fn keeps_up(&self, now: Instant, id: NodeId, lag_ms: u64) -> bool {
        self.all
            .get(&id)
            .is_some_and(|peer| now.ms_since(peer.caught_up) <= lag_ms)
    }

    pub(super) fn has_caught_up(
        &self,
        now: Instant,
        id: NodeId,
        high_watermark: Offset,
        lag_ms: u64,
    ) -> bool {
        self.all.get(&id).is_some_and(|peer| {
            peer.heard && peer.position >= high_watermark && now.ms_since(peer.caught_up) <= lag_ms
        })
    }
}
