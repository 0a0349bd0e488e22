//! What happens when time passes, in order of time.

use std::collections::BTreeSet;

use crate::types::Instant;

/// What is due. Whether it is still meant is up to the group: a timer is never taken back.
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

/// All timers.
#[derive(Debug, Default)]
pub(super) struct Timers {
    all: BTreeSet<(Instant, Due)>,
}

impl Timers {
    pub(super) fn set(&mut self, at: Instant, due: Due) {
        self.all.insert((at, due));
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.all.first().map(|(at, _)| *at)
    }

    /// Takes the first one that is due.
    pub(super) fn pop(&mut self, now: Instant) -> Option<(Instant, Due)> {
        if self.next()? <= now {
            self.all.pop_first()
        } else {
            None
        }
    }
}
