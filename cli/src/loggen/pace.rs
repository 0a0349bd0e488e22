//! When the next line is due, and how fast the lines come.

use std::time::{Duration, Instant};

/// A steady rate since a start.
#[derive(Debug)]
pub(crate) struct Pace {
    started: Instant,
    rate: u32,
    shown: Instant,
}

impl Pace {
    /// Starts now; a `rate` of 0 lines per second never waits.
    pub(crate) fn start(rate: u32) -> Self {
        let now = Instant::now();
        Self {
            started: now,
            rate,
            shown: now,
        }
    }

    /// How long it is until the line after `written` lines is due; `None` when it is.
    pub(crate) fn wait_before(&self, written: u64) -> Option<Duration> {
        let due = due_after(self.rate, written)?;
        due.checked_sub(self.started.elapsed())
            .filter(|wait| !wait.is_zero())
    }

    /// Shows the count and the rate once a second.
    pub(crate) fn show_progress(&mut self, written: u64) {
        if self.shown.elapsed() >= Duration::from_secs(1) {
            self.shown = Instant::now();
            eprint!("\r{}", self.progress(written));
        }
    }

    /// Shows the final count.
    pub(crate) fn end_progress(&self, written: u64) {
        eprintln!("\r{}", self.progress(written));
    }

    fn progress(&self, written: u64) -> String {
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        #[allow(clippy::cast_precision_loss, reason = "shown with two digits")]
        let rate = written as f64 / seconds;
        format!("{written}[rec] {rate:.2}[rec/s]")
    }
}

/// When line number `index` is due after the start; `None` without a rate.
fn due_after(rate: u32, index: u64) -> Option<Duration> {
    let rate = u64::from(rate);
    let seconds = index.checked_div(rate)?;
    let nanoseconds = (index % rate) * 1_000_000_000 / rate;
    Some(Duration::from_secs(seconds) + Duration::from_nanos(nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::{Duration, due_after};

    #[test]
    fn lines_are_due_evenly() {
        assert_eq!(due_after(10, 0), Some(Duration::ZERO));
        assert_eq!(due_after(10, 1), Some(Duration::from_millis(100)));
        assert_eq!(due_after(10, 10_000), Some(Duration::from_secs(1_000)));
        assert_eq!(due_after(3, 4), Some(Duration::from_nanos(1_333_333_333)));
    }

    #[test]
    fn without_a_rate_nothing_waits() {
        assert_eq!(due_after(0, 7), None);
    }
}
