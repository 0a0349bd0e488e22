//! What happens when time passes, in order of time.

use std::collections::BTreeSet;

use crate::types::Instant;

/// All timers of a state machine. Whether one is still meant is up to what it is of: a timer is
/// never taken back.
#[derive(Debug)]
pub(crate) struct Timers<D> {
    all: BTreeSet<(Instant, D)>,
}

impl<D> Default for Timers<D> {
    fn default() -> Self {
        Self {
            all: BTreeSet::new(),
        }
    }
}

impl<D: Ord> Timers<D> {
    pub(crate) fn set(&mut self, at: Instant, due: D) {
        self.all.insert((at, due));
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.all.first().map(|(at, _)| *at)
    }

    /// Takes the first one that is due.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<(Instant, D)> {
        if self.next()? <= now {
            self.all.pop_first()
        } else {
            None
        }
    }
}
