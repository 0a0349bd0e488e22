//! Numbers that look random and are the same for the same seed.

use std::time::{SystemTime, UNIX_EPOCH};

/// The splitmix64 sequence: enough for log lines, and for nothing that must not be guessed.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// Starts from `seed`, or from the time.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        let from_time = || {
            let now = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            u64::from(now.subsec_nanos()) ^ (now.as_secs() << 30)
        };
        Self(seed.unwrap_or_else(from_time))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// One of `choices`.
    pub(crate) fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let index = usize::try_from(self.below(choices.len() as u64)).unwrap_or(0);
        choices.get(index).copied().unwrap_or("")
    }
}
