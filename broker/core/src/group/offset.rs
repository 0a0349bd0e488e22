//! A committed offset.

use std::collections::BTreeMap;

use crate::types::{LeaderEpoch, Offset, Timestamp};

/// The partition that an offset is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OffsetKey {
    pub(crate) topic: String,
    pub(crate) partition: i32,
}

/// Where a group goes on reading a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Committed {
    pub(crate) offset: Offset,
    /// Of the record before it; -1 is unknown (KIP-320).
    pub(crate) leader_epoch: LeaderEpoch,
    /// The client's own text.
    pub(crate) metadata: String,
    pub(crate) at: Timestamp,
    /// Asked for by clients of old; else the group decides (KIP-211).
    pub(crate) expires: Option<Timestamp>,
    /// Its place among the commits of the group: the later one counts.
    pub(crate) order: u64,
}

/// What an open transaction has committed of each partition, oldest first: the last counts, unless
/// the log refuses it. Once the log has one, those before it are gone.
pub(crate) type PendingOffsets = BTreeMap<OffsetKey, Vec<Committed>>;
