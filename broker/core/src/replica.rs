//! One replica of a partition on this broker: how far its log is, how far everyone has it, and
//! which producers may be told so.
//!
//! A position counts when it survives: with [`Durability::Disk`] the leader counts its own log
//! only up to what it has synced, and a follower's fetch offset is never beyond what it has
//! synced; with [`Durability::Replicas`] the page cache counts, as in Kafka. The high watermark
//! is the lowest position that counts among the in-sync replicas, and it never goes back.

mod acks;
mod peers;

use std::collections::VecDeque;

use kavka_protocol::ErrorCode;

pub use acks::Acks;
use peers::Peers;

use crate::config::Durability;
use crate::metadata::PartitionView;
use crate::types::{HighWatermark, Instant, LeaderEpoch, NodeId, Offset, ReplyToken};

/// What a replica goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplicaConfig {
    /// This broker.
    pub node: NodeId,
    /// When a position counts.
    pub durability: Durability,
    /// `min.insync.replicas`: fewer in-sync replicas take no acks=all.
    pub min_insync: i32,
    /// `replica.lag.time.max.ms`: a follower that is behind for longer is no longer in sync.
    pub lag_max_ms: i64,
}

/// What follows from an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplicaOutput {
    /// Everything before it may be read.
    HighWatermark(HighWatermark),
    /// A producer is to be answered.
    Release {
        /// Of the append.
        token: ReplyToken,
        /// Whether it is kept.
        result: Result<(), ErrorCode>,
    },
    /// The controller is to be asked for these in-sync replicas.
    ProposeIsr {
        /// In order of the replicas.
        isr: Vec<NodeId>,
    },
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A client: up to the high watermark.
    Consumer,
    /// A follower: up to the log's end.
    Replica(NodeId),
}

/// A producer that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Waiter {
    end: Offset,
    acks: Acks,
    token: ReplyToken,
    deadline: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Role {
    Leader {
        replicas: Vec<NodeId>,
        isr: Vec<NodeId>,
        peers: Peers,
        proposed: bool,
    },
    Follower,
    /// Not told yet what it is.
    Idle,
}

/// One replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replica {
    config: ReplicaConfig,
    role: Role,
    leader_epoch: LeaderEpoch,
    log_end: Offset,
    synced: Offset,
    high_watermark: HighWatermark,
    waiters: VecDeque<Waiter>,
}

impl Replica {
    /// A replica that does not know yet what it is.
    pub fn new(config: ReplicaConfig) -> Self {
        Self {
            config,
            role: Role::Idle,
            leader_epoch: LeaderEpoch(-1),
            log_end: Offset(0),
            synced: Offset(0),
            high_watermark: HighWatermark(0),
            waiters: VecDeque::new(),
        }
    }

    /// Goes by other settings from now on.
    pub fn set_config(&mut self, config: ReplicaConfig, out: &mut Vec<ReplicaOutput>) {
        self.config = config;
        self.advance(out);
    }

    /// Everything before it may be read by clients.
    pub fn high_watermark(&self) -> HighWatermark {
        self.high_watermark
    }

    /// The offset of the next record.
    pub fn log_end(&self) -> Offset {
        self.log_end
    }

    /// What is before it is on the disk.
    pub fn synced_offset(&self) -> Offset {
        self.synced
    }

    /// The number of the current reign; -1 before the first.
    pub fn leader_epoch(&self) -> LeaderEpoch {
        self.leader_epoch
    }

    /// Whether this broker leads.
    pub fn is_leader(&self) -> bool {
        matches!(self.role, Role::Leader { .. })
    }

    /// How many producers wait.
    pub fn waiting(&self) -> usize {
        self.waiters.len()
    }

    /// This broker leads from now on. Whoever waits on an earlier reign is told to ask again,
    /// unless it is the same one.
    pub fn become_leader(
        &mut self,
        now: Instant,
        partition: &PartitionView,
        log_end: Offset,
        synced: Offset,
        high_watermark: HighWatermark,
        out: &mut Vec<ReplicaOutput>,
    ) {
        if self.is_leader() && self.leader_epoch == partition.leader_epoch {
            self.isr_changed(partition, out);
            return;
        }
        self.fail_waiters(ErrorCode::NotLeaderOrFollower, out);
        self.leader_epoch = partition.leader_epoch;
        self.log_end = log_end;
        self.synced = synced.min(log_end);
        let known = self.high_watermark.0.max(high_watermark.0);
        self.high_watermark = HighWatermark(known.min(log_end.0));
        let node = self.config.node;
        let others = partition
            .replicas
            .iter()
            .copied()
            .filter(|replica| *replica != node);
        self.role = Role::Leader {
            replicas: partition.replicas.clone(),
            isr: partition.isr.clone(),
            peers: Peers::new(now, others),
            proposed: false,
        };
        out.push(ReplicaOutput::HighWatermark(self.high_watermark));
        self.advance(out);
    }

    /// Another broker leads from now on.
    pub fn become_follower(&mut self, leader_epoch: LeaderEpoch, out: &mut Vec<ReplicaOutput>) {
        self.role = Role::Follower;
        self.leader_epoch = self.leader_epoch.max(leader_epoch);
        self.fail_waiters(ErrorCode::NotLeaderOrFollower, out);
    }

    /// The partition is gone.
    pub fn delete(&mut self, out: &mut Vec<ReplicaOutput>) {
        self.role = Role::Idle;
        self.fail_waiters(ErrorCode::UnknownTopicOrPartition, out);
    }

    /// Whether an append may be written; asked before it is, so that nothing is written for
    /// nobody.
    pub fn check_append(&self, acks: Acks) -> Result<LeaderEpoch, ErrorCode> {
        let Role::Leader { isr, .. } = &self.role else {
            return Err(ErrorCode::NotLeaderOrFollower);
        };
        if acks == Acks::All && !self.enough(isr) {
            return Err(ErrorCode::NotEnoughReplicas);
        }
        Ok(self.leader_epoch)
    }

    /// The log has grown to `end`. A producer that waits is released when its records are kept;
    /// it comes with its token and the time until which it waits.
    pub fn appended(
        &mut self,
        end: Offset,
        acks: Acks,
        producer: Option<(ReplyToken, Instant)>,
        out: &mut Vec<ReplicaOutput>,
    ) {
        debug_assert!(end >= self.log_end, "a log grows");
        self.log_end = self.log_end.max(end);
        if let Some((token, deadline)) = producer {
            if acks == Acks::None {
                out.push(ReplicaOutput::Release {
                    token,
                    result: Ok(()),
                });
            } else {
                self.waiters.push_back(Waiter {
                    end,
                    acks,
                    token,
                    deadline,
                });
            }
        }
        self.advance(out);
    }

    /// A producer's batch was appended before: it waits for that one.
    pub fn wait_for(
        &mut self,
        end: Offset,
        acks: Acks,
        token: ReplyToken,
        deadline: Instant,
        out: &mut Vec<ReplicaOutput>,
    ) {
        let end = end.min(self.log_end);
        let place = self.waiters.iter().position(|waiter| waiter.end > end);
        let waiter = Waiter {
            end,
            acks,
            token,
            deadline,
        };
        self.waiters
            .insert(place.unwrap_or(self.waiters.len()), waiter);
        self.advance(out);
    }

    /// What is before `offset` is on the disk.
    pub fn synced(&mut self, offset: Offset, out: &mut Vec<ReplicaOutput>) {
        self.synced = self.synced.max(offset.min(self.log_end));
        self.advance(out);
    }

    /// The disk failed: what is not synced may never be.
    pub fn sync_failed(&mut self, code: ErrorCode, out: &mut Vec<ReplicaOutput>) {
        self.fail_waiters(code, out);
    }

    /// The log was cut back to `end`: a follower that follows another log.
    pub fn truncated(&mut self, end: Offset) {
        self.log_end = self.log_end.min(end);
        self.synced = self.synced.min(end);
        self.high_watermark = HighWatermark(self.high_watermark.0.min(end.0));
    }

    /// A follower learns the leader's high watermark.
    pub fn follow(&mut self, high_watermark: HighWatermark, out: &mut Vec<ReplicaOutput>) {
        let reached = HighWatermark(high_watermark.0.min(self.log_end.0));
        if self.role == Role::Follower && reached > self.high_watermark {
            self.high_watermark = reached;
            out.push(ReplicaOutput::HighWatermark(reached));
        }
    }

    /// A follower fetches from `position`: it has everything before it.
    pub fn peer_fetched(
        &mut self,
        now: Instant,
        peer: NodeId,
        position: Offset,
        out: &mut Vec<ReplicaOutput>,
    ) {
        let log_end = self.log_end;
        if let Role::Leader { peers, .. } = &mut self.role {
            peers.fetched(now, peer, position, log_end);
        }
        self.advance(out);
        self.propose_isr(now, out);
    }

    /// The controller decided who is in sync.
    pub fn isr_changed(&mut self, partition: &PartitionView, out: &mut Vec<ReplicaOutput>) {
        if let Role::Leader {
            replicas,
            isr,
            peers,
            proposed,
        } = &mut self.role
        {
            replicas.clone_from(&partition.replicas);
            isr.clone_from(&partition.isr);
            peers.retain(replicas);
            *proposed = false;
        }
        self.advance(out);
    }

    /// Time has passed: producers that waited too long are told so, followers that fell behind
    /// are no longer in sync.
    pub fn expire(&mut self, now: Instant, out: &mut Vec<ReplicaOutput>) {
        let mut kept = VecDeque::with_capacity(self.waiters.len());
        for waiter in self.waiters.drain(..) {
            if waiter.deadline <= now {
                let result = Err(ErrorCode::RequestTimedOut);
                out.push(ReplicaOutput::Release {
                    token: waiter.token,
                    result,
                });
            } else {
                kept.push_back(waiter);
            }
        }
        self.waiters = kept;
        self.propose_isr(now, out);
    }

    /// When the first producer has waited too long.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.waiters.iter().map(|waiter| waiter.deadline).min()
    }

    /// The first offset that this reader does not get.
    pub fn fetch_bound(&self, reader: Reader) -> Offset {
        match reader {
            Reader::Consumer => Offset(self.high_watermark.0),
            Reader::Replica(_) => self.log_end,
        }
    }

    /// Whether a client that knows this leader epoch (-1: none) may be served (KIP-320).
    pub fn check_epoch(&self, current: i32) -> Result<(), ErrorCode> {
        if current >= 0 && current < self.leader_epoch.0 {
            return Err(ErrorCode::FencedLeaderEpoch);
        }
        if current > self.leader_epoch.0 {
            return Err(ErrorCode::UnknownLeaderEpoch);
        }
        if self.is_leader() {
            Ok(())
        } else {
            Err(ErrorCode::NotLeaderOrFollower)
        }
    }

    fn enough(&self, isr: &[NodeId]) -> bool {
        i32::try_from(isr.len()).unwrap_or(i32::MAX) >= self.config.min_insync
    }

    /// How much of this broker's own log counts.
    fn own_position(&self) -> Offset {
        match self.config.durability {
            Durability::Disk => self.synced,
            Durability::Replicas => self.log_end,
        }
    }

    /// Moves the high watermark and releases whom it lets go.
    fn advance(&mut self, out: &mut Vec<ReplicaOutput>) {
        let own = self.own_position();
        let Role::Leader { isr, peers, .. } = &self.role else {
            return;
        };
        let node = self.config.node;
        let position = |replica: &NodeId| {
            if *replica == node {
                own
            } else {
                peers.position(*replica)
            }
        };
        let reached = isr.iter().map(position).min().unwrap_or(own);
        let enough = self.enough(isr);
        if reached.0 > self.high_watermark.0 {
            self.high_watermark = HighWatermark(reached.0);
            out.push(ReplicaOutput::HighWatermark(self.high_watermark));
        }
        self.release(own, enough, out);
        debug_assert_eq!(crate::invariants::replica(self), Ok(()));
    }

    fn release(&mut self, own: Offset, enough: bool, out: &mut Vec<ReplicaOutput>) {
        let everywhere = Offset(self.high_watermark.0);
        let reached = everywhere.max(own);
        // Waiters are in order of offsets: behind the first one out of reach all are.
        if self
            .waiters
            .front()
            .is_none_or(|waiter| waiter.end > reached)
        {
            return;
        }
        self.waiters.retain(|waiter| {
            let bound = if waiter.acks == Acks::All {
                everywhere
            } else {
                own
            };
            if waiter.end > bound {
                return true;
            }
            // Kept, but by fewer than the topic asks for.
            let short = waiter.acks == Acks::All && !enough;
            let result = if short {
                Err(ErrorCode::NotEnoughReplicasAfterAppend)
            } else {
                Ok(())
            };
            out.push(ReplicaOutput::Release {
                token: waiter.token,
                result,
            });
            false
        });
    }

    fn fail_waiters(&mut self, code: ErrorCode, out: &mut Vec<ReplicaOutput>) {
        for waiter in self.waiters.drain(..) {
            out.push(ReplicaOutput::Release {
                token: waiter.token,
                result: Err(code),
            });
        }
    }

    /// Asks for other in-sync replicas when a follower caught up or fell behind. The old ones
    /// count until the controller has decided.
    fn propose_isr(&mut self, now: Instant, out: &mut Vec<ReplicaOutput>) {
        let (node, high_watermark) = (self.config.node, Offset(self.high_watermark.0));
        let lag = u64::try_from(self.config.lag_max_ms).unwrap_or(0);
        let Role::Leader {
            replicas,
            isr,
            peers,
            proposed,
        } = &mut self.role
        else {
            return;
        };
        let belongs = |replica: &&NodeId| {
            **replica == node
                || if isr.contains(replica) {
                    peers.keeps_up(now, **replica, lag)
                } else {
                    peers.has_caught_up(now, **replica, high_watermark, lag)
                }
        };
        let wanted: Vec<NodeId> = replicas.iter().filter(belongs).copied().collect();
        let same = wanted.len() == isr.len() && wanted.iter().all(|replica| isr.contains(replica));
        if !same && !*proposed {
            *proposed = true;
            out.push(ReplicaOutput::ProposeIsr { isr: wanted });
        }
    }

    /// Whether what must always be so is so, for the invariants.
    pub(crate) fn positions(&self) -> (Offset, Offset, HighWatermark, Vec<Offset>) {
        let ends = self.waiters.iter().map(|waiter| waiter.end).collect();
        (self.log_end, self.synced, self.high_watermark, ends)
    }
}

#[cfg(test)]
mod tests;
