//! What happens to transactions when time passes.

/// What is due. Whether it is still meant is up to the transaction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// Transactions that take too long are looked for.
    Timeouts,
    /// Transactional ids that nobody uses any more are looked for.
    Expiry,
    /// Markers that could not be written are tried again.
    Retry { id: String },
    /// A request waits no longer for the transaction before it.
    Parked { id: String },
}

/// All timers of transactions.
pub(super) type Timers = crate::timers::Timers<Due>;
