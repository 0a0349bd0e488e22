//! Numbers that look random and follow from a seed alone.

/// A sequence of numbers that a seed decides (splitmix64).
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// A sequence of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// The text of a random identity as Java prints it (UUID version 4).
    pub fn uuid_text(&mut self) -> String {
        let upper = self.next_u64() & !0xf000 | 0x4000;
        let lower = self.next_u64() & !(0b11 << 62) | (0b10 << 62);
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            upper >> 32,
            (upper >> 16) & 0xffff,
            upper & 0xffff,
            lower >> 48,
            lower & 0xffff_ffff_ffff
        )
    }
}

/// Spreads every bit of a number over all of its bits.
pub fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_everything() {
        let (mut left, mut right) = (Random::new(7), Random::new(7));
        assert_eq!(left.uuid_text(), right.uuid_text());
        assert_ne!(left.uuid_text(), Random::new(8).uuid_text());
        let text = left.uuid_text();
        assert_eq!(text.len(), 36);
        assert_eq!(&text[14..15], "4");
    }
}
