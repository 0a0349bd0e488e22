//! What goes into the quorum and what comes out.

use bytes::Bytes;
use thiserror::Error;

use crate::types::ReplyToken;

/// Who a node of the quorum is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuorumConfig {
    /// Names one disk for ever: see [`super::raft_id`].
    pub id: u64,
    /// Decides the election timeouts.
    pub seed: u64,
    /// A snapshot is asked for when the log holds more bytes than this.
    pub snapshot_after_bytes: usize,
}

impl QuorumConfig {
    /// A node with the usual size of log.
    pub fn new(id: u64, seed: u64) -> Self {
        Self {
            id,
            seed,
            snapshot_after_bytes: 8 << 20,
        }
    }
}

/// What the disk holds of a node, as it was handed out in [`PersistRequest`]s.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restored {
    /// The newest hard state.
    pub hard_state: Option<Vec<u8>>,
    /// The newest snapshot.
    pub snapshot: Option<Vec<u8>>,
    /// The entries in order; those that the snapshot covers may be among them.
    pub entries: Vec<Vec<u8>>,
}

/// What must survive. Write the snapshot, then the entries, then the hard state; sync; then say
/// [`QuorumInput::Persisted`], in order of numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersistRequest {
    /// Grows by 1.
    pub number: u64,
    /// The index of the first entry here, or of the next one to come; entries from it on that
    /// the disk holds are void.
    pub first_index: u64,
    /// Entries of consecutive indexes.
    pub entries: Vec<Vec<u8>>,
    /// Replaces the one before.
    pub hard_state: Option<Vec<u8>>,
    /// Index and bytes; replaces the one before, and entries up to the index may go.
    pub snapshot: Option<(u64, Vec<u8>)>,
    /// Whether it must be on the disk, not only in its cache, before it counts.
    pub must_sync: bool,
}

/// A change of who belongs to the quorum; one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipChange {
    /// A node that follows without a vote.
    AddLearner(u64),
    /// A node that votes; promotes a learner.
    AddVoter(u64),
    /// A node that leaves for ever.
    Remove(u64),
}

/// Why a proposal came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DropReason {
    /// Another node leads, or none.
    #[error("this node does not lead the metadata quorum")]
    NotLeader {
        /// Who does.
        leader: Option<u64>,
    },
    /// Too much waits for its commit.
    #[error("the metadata quorum has too much to commit")]
    Busy,
    /// It is larger than an entry may be.
    #[error("the change of metadata is larger than 16 MiB")]
    TooLarge,
    /// Another change of members is on its way.
    #[error("another change of the quorum's members is on its way")]
    ChangePending,
    /// Another leader put something else in its place.
    #[error("another leader of the metadata quorum took over before the commit")]
    Overwritten,
    /// This node lost the lead: it may still become committed.
    #[error("this node lost the lead of the metadata quorum before the commit")]
    Unknown,
}

/// What happens to a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuorumInput {
    /// First of all, once.
    Start,
    /// 50 ms have passed.
    Tick,
    /// Data to be committed.
    Propose {
        /// Comes back with the outcome.
        token: ReplyToken,
        /// Opaque.
        data: Vec<u8>,
    },
    /// Everything up to this number is where it must be.
    Persisted {
        /// Of a [`PersistRequest`].
        number: u64,
    },
    /// The snapshot that was asked for.
    SnapshotTaken {
        /// As of this entry.
        index: u64,
        /// Opaque.
        data: Vec<u8>,
    },
    /// Bytes of a peer's [`QuorumOutput::Send`].
    Message(Bytes),
    /// A change of members to be committed.
    ChangeMembership {
        /// Comes back with the outcome.
        token: ReplyToken,
        /// What changes.
        change: MembershipChange,
    },
}

/// What a node wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuorumOutput {
    /// To be written.
    Persist(PersistRequest),
    /// Replaces everything that was applied.
    InstallSnapshot {
        /// As of this entry.
        index: u64,
        /// Opaque.
        data: Vec<u8>,
    },
    /// To be applied, in order; then the token is answered. Empty for a change of members.
    Committed {
        /// Its place in the log.
        index: u64,
        /// Opaque.
        data: Vec<u8>,
        /// Of the proposal, if it was made here.
        token: Option<ReplyToken>,
    },
    /// A proposal came to nothing.
    Dropped {
        /// Of the proposal.
        token: ReplyToken,
        /// Why.
        reason: DropReason,
    },
    /// To be sent to a peer.
    Send {
        /// The peer.
        to: u64,
        /// Opaque.
        message: Vec<u8>,
    },
    /// Who leads changed.
    Leadership {
        /// Nobody, as far as this node knows, when none.
        leader: Option<u64>,
        /// The current term.
        term: u64,
        /// Whether this node leads.
        here: bool,
    },
    /// The state as of this entry is wanted as [`QuorumInput::SnapshotTaken`].
    TakeSnapshot {
        /// The last applied entry.
        index: u64,
    },
}

/// A disk that no node can start from.
#[derive(Debug, Error)]
pub enum QuorumError {
    /// Bytes that this node never handed out.
    #[error("the quorum's {what} on disk does not decode: {source}")]
    Decode {
        /// Which part.
        what: &'static str,
        /// Why.
        source: protobuf::ProtobufError,
    },
    /// Entries without what comes before them.
    #[error("the quorum's log on disk has a gap: entry {found} follows {before}")]
    Gap {
        /// The last one before the gap.
        before: u64,
        /// The first one after it.
        found: u64,
    },
    /// A log without its beginning.
    #[error("the quorum's folder holds no snapshot; restore the folder or start with an empty one")]
    NoSnapshot,
    /// Raft refuses.
    #[error("the quorum does not start: {0}")]
    Raft(#[from] raft::Error),
}
