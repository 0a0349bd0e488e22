//! `max.connection.creation.rate`: how soon the next connection may be accepted.

use std::time::{Duration, Instant};

/// A bucket that fills with one second's worth of connections.
#[derive(Debug)]
pub(crate) struct CreationRate {
    /// Connections that may be accepted at once; negative when some were promised for later.
    left: f64,
    at: Instant,
}

impl CreationRate {
    /// A full bucket.
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            left: f64::INFINITY,
            at: now,
        }
    }

    /// Takes the right to one connection at `per_second`; it may be used after the time returned.
    pub(crate) fn take(&mut self, per_second: i32, now: Instant) -> Duration {
        let rate = f64::from(per_second.max(1));
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.left = (self.left + passed * rate).min(rate) - 1.0;
        if self.left >= 0.0 {
            Duration::ZERO
        } else {
            Duration::try_from_secs_f64(-self.left / rate).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_s_worth_is_free_and_the_rest_comes_at_the_rate() {
        let begun = Instant::now();
        let mut rate = CreationRate::new(begun);
        for _ in 0..10 {
            assert_eq!(rate.take(10, begun), Duration::ZERO);
        }
        assert_eq!(rate.take(10, begun), Duration::from_millis(100));
        assert_eq!(rate.take(10, begun), Duration::from_millis(200));
        let later = begun + Duration::from_mins(1);
        for _ in 0..10 {
            assert_eq!(
                rate.take(10, later),
                Duration::ZERO,
                "never more than a second's worth"
            );
        }
        assert!(rate.take(10, later) > Duration::ZERO);
    }

    #[test]
    fn without_a_limit_nothing_waits() {
        let begun = Instant::now();
        let mut rate = CreationRate::new(begun);
        assert!((0..100_000).all(|_| rate.take(i32::MAX, begun) == Duration::ZERO));
    }
}
