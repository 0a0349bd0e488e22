//! The broker's clocks; decisions get their readings handed in.

use std::time::{SystemTime, UNIX_EPOCH};

use kavka_core::types::{Instant, Timestamp};

/// Monotonic time since the broker started, and wall-clock time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    origin: std::time::Instant,
}

impl Clock {
    /// A clock that stands at zero now.
    pub(crate) fn start() -> Self {
        Self {
            origin: std::time::Instant::now(),
        }
    }

    /// Monotonic time.
    pub(crate) fn now(&self) -> Instant {
        Instant(u64::try_from(self.origin.elapsed().as_micros()).unwrap_or(u64::MAX))
    }

    /// Time since the broker started.
    pub(crate) fn uptime(&self) -> std::time::Duration {
        self.origin.elapsed()
    }

    /// Wall-clock time, as records carry it.
    pub(crate) fn wall() -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// The moment `instant` on the runtime's clock, for timers.
    pub(crate) fn deadline(&self, instant: Instant) -> tokio::time::Instant {
        tokio::time::Instant::from_std(
            self.origin
                .checked_add(std::time::Duration::from_micros(instant.0))
                .unwrap_or(self.origin),
        )
    }
}
