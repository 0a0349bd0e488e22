//! Newtypes for every quantity of the broker that could be swapped with another.

use std::fmt;

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

quantity! {
    /// Position of a record in a partition's log, counted from 0.
    Offset(i64)
}
quantity! {
    /// The offset before which every record is on all in-sync replicas; consumers read no further.
    HighWatermark(i64)
}
quantity! {
    /// Number of a partition leader's reign (KIP-101); grows with each election.
    LeaderEpoch(i32)
}
quantity! {
    /// Identity of an idempotent or transactional producer (KIP-98).
    ProducerId(i64)
}
quantity! {
    /// Incarnation of a producer id (KIP-98); an older one is fenced.
    ProducerEpoch(i16)
}
quantity! {
    /// Number of a transaction coordinator's reign: the leader epoch of its partition of
    /// `__transaction_state`. An older one may end no transactions.
    CoordinatorEpoch(i32)
}
quantity! {
    /// Number of a record within one producer's writes to one partition; wraps from `i32::MAX`
    /// to 0.
    Sequence(i32)
}
quantity! {
    /// Number of a partition within its topic, counted from 0.
    PartitionIndex(i32)
}
quantity! {
    /// Number of a broker within its cluster (`node.id`).
    NodeId(i32)
}
quantity! {
    /// Number that pairs a reply with its request on one connection.
    CorrelationId(i32)
}
quantity! {
    /// Number of a consumer group's incarnation of membership; grows with each rebalance.
    Generation(i32)
}
quantity! {
    /// Wall-clock time in milliseconds since 1970-01-01 UTC, as records carry it.
    Timestamp(i64)
}
quantity! {
    /// Monotonic time in microseconds since the broker started; the only clock that decisions see.
    Instant(u64)
}
quantity! {
    /// Stands for a request that waits for its answer; the shell chooses it and gets it back.
    ReplyToken(u64)
}
quantity! {
    /// Position in the broker's journal, in bytes since the journal was made; never reused.
    Lsn(u64)
}

/// Identity of a topic that outlives its name (KIP-516).
pub type TopicId = kavka_protocol::Uuid;

/// Identity of a disk (`directory.id`, KIP-858); also names the raft voter that lives on it.
pub type DirectoryId = kavka_protocol::Uuid;

impl ProducerId {
    /// Stands for "no producer id" on the wire.
    pub const NONE: Self = Self(-1);
}

impl ProducerEpoch {
    /// Stands for "no producer epoch" on the wire.
    pub const NONE: Self = Self(-1);
}

impl CoordinatorEpoch {
    /// Stands for "no coordinator has ended a transaction yet".
    pub const NONE: Self = Self(-1);
}

impl Offset {
    /// The offset `count` records further; saturates instead of wrapping.
    #[must_use]
    pub fn plus(self, count: i64) -> Self {
        Self(self.0.saturating_add(count))
    }
}

impl Sequence {
    /// The sequence number `count` records further; wraps from `i32::MAX` to 0 as Kafka's does.
    #[must_use]
    pub fn plus(self, count: i32) -> Self {
        let sum = i64::from(self.0) + i64::from(count);
        let wrapped = sum.rem_euclid(i64::from(i32::MAX) + 1);
        Self(i32::try_from(wrapped).unwrap_or(0))
    }
}

impl Instant {
    /// This moment plus `milliseconds`.
    #[must_use]
    pub fn plus_ms(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add(milliseconds.saturating_mul(1_000)))
    }

    /// Milliseconds from `earlier` to this moment; 0 when `earlier` lies later.
    pub fn ms_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0) / 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_wraps_to_zero_after_the_largest() {
        assert_eq!(Sequence(i32::MAX).plus(1), Sequence(0));
        assert_eq!(Sequence(i32::MAX - 1).plus(3), Sequence(1));
        assert_eq!(Sequence(5).plus(0), Sequence(5));
    }
}
