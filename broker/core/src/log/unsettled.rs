//! Transactions whose marker is in the log and may yet be lost.

use std::collections::VecDeque;

use crate::types::Offset;

/// Transactions that are ended by a marker which is not below the high watermark: until it is,
/// nobody may read what they wrote as if the end were certain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unsettled {
    /// First offset and the marker's, in order of the markers.
    ended: VecDeque<(Offset, Offset)>,
}

impl Unsettled {
    /// A transaction that began at `first` was ended at `marker`.
    pub fn ended(&mut self, first: Offset, marker: Offset) {
        self.ended.push_back((first, marker));
    }

    /// What lies before `high_watermark` stays.
    pub fn settle(&mut self, high_watermark: Offset) {
        while self
            .ended
            .pop_front_if(|(_, marker)| *marker < high_watermark)
            .is_some()
        {}
    }

    /// The log was cut to `end`: markers behind it are gone.
    pub fn truncate_to(&mut self, end: Offset) {
        self.ended.retain(|(_, marker)| *marker < end);
    }

    /// Where the first of them begins.
    pub fn first(&self) -> Option<Offset> {
        self.ended.iter().map(|(first, _)| *first).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_is_settled_once_its_marker_is_below_the_high_watermark() {
        let mut unsettled = Unsettled::default();
        unsettled.ended(Offset(10), Offset(20));
        unsettled.ended(Offset(5), Offset(21));
        assert_eq!(unsettled.first(), Some(Offset(5)));
        unsettled.settle(Offset(20));
        assert_eq!(unsettled.first(), Some(Offset(5)));
        unsettled.settle(Offset(21));
        assert_eq!(unsettled, {
            let mut rest = Unsettled::default();
            rest.ended(Offset(5), Offset(21));
            rest
        });
        unsettled.settle(Offset(22));
        assert_eq!(unsettled.first(), None);
    }

    #[test]
    fn a_marker_that_was_cut_off_ends_nothing() {
        let mut unsettled = Unsettled::default();
        unsettled.ended(Offset(10), Offset(20));
        unsettled.ended(Offset(11), Offset(21));
        unsettled.truncate_to(Offset(21));
        assert_eq!(unsettled.first(), Some(Offset(10)));
    }
}
