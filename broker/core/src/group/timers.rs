//! What happens to groups when time passes.

/// What is due. Whether it is still meant is up to the group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// Offsets that nobody needs any more are looked for.
    Expiry,
    /// A rebalance waits no longer for members.
    Join { group: String },
    /// A rebalance waits no longer for members to fetch their assignment.
    Sync { group: String },
    /// A member has been silent for too long.
    Session { group: String, member: String },
}

/// All timers of groups.
pub(super) type Timers = crate::timers::Timers<Due>;
