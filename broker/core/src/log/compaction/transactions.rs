//! What the batches of a pass are to transactions. Nothing at or behind the last stable offset is
//! ever shown to it, so every transaction has ended.

use std::collections::{BTreeMap, BTreeSet};

use kavka_protocol::records::BatchHeader;

use crate::log::Aborted;
use crate::types::{Offset, ProducerId};

/// Aborted transactions by producer, where each begins and where its marker is.
pub type AbortedRanges = BTreeMap<ProducerId, BTreeMap<Offset, Offset>>;

/// Brings the entries of all indexes together.
pub fn aborted_ranges(entries: impl IntoIterator<Item = Aborted>) -> AbortedRanges {
    let mut ranges = AbortedRanges::new();
    for entry in entries {
        let of_producer = ranges.entry(entry.producer).or_default();
        of_producer.insert(entry.first, entry.last);
    }
    ranges
}

/// What a batch is to transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its records count.
    Data,
    /// It belongs to a transaction that was aborted: nobody may read it as committed.
    Aborted,
    /// It ends a transaction.
    Marker {
        /// A batch of the transaction is still in the log.
        is_needed: bool,
    },
}

/// Follows the batches of a log in their order.
#[derive(Debug)]
pub struct Transactions<'a> {
    aborted: &'a AbortedRanges,
    /// Producers of which a batch was seen since their last marker.
    seen: BTreeSet<ProducerId>,
}

impl<'a> Transactions<'a> {
    /// Before the first batch.
    pub fn new(aborted: &'a AbortedRanges) -> Self {
        Self {
            aborted,
            seen: BTreeSet::new(),
        }
    }

    /// What the next batch is.
    pub fn standing(&mut self, header: &BatchHeader) -> Standing {
        let producer = ProducerId(header.producer_id);
        if header.is_control() {
            let is_needed = self.seen.remove(&producer);
            return Standing::Marker { is_needed };
        }
        if !header.is_transactional() {
            return Standing::Data;
        }
        self.seen.insert(producer);
        let base = Offset(header.base_offset);
        let ranges = self.aborted.get(&producer);
        let began = ranges.and_then(|ranges| ranges.range(..=base).next_back());
        match began {
            Some((_, marker)) if base < *marker => Standing::Aborted,
            _ => Standing::Data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use kavka_protocol::records::{Batch, BatchBuilder, Compression};

    fn header(base: i64, producer: i64, control: bool) -> BatchHeader {
        let builder = BatchBuilder::new(Compression::None).base_offset(base);
        let builder = builder.producer(producer, 0, -1).transactional();
        let mut builder = if control { builder.control() } else { builder };
        builder.push(1, Some(b"k"), Some(b"v"), &[]);
        let mut bytes: Bytes = builder.build().unwrap();
        Batch::take(&mut bytes).unwrap().header
    }

    #[test]
    fn what_lies_between_the_beginning_and_the_marker_is_aborted() {
        let entry = |first, last| Aborted {
            producer: ProducerId(7),
            first: Offset(first),
            last: Offset(last),
            last_stable: Offset(last + 1),
        };
        let ranges = aborted_ranges([entry(10, 15), entry(30, 40)]);
        let mut transactions = Transactions::new(&ranges);
        let mut of = |base, producer| transactions.standing(&header(base, producer, false));
        assert_eq!(of(9, 7), Standing::Data);
        assert_eq!(of(10, 7), Standing::Aborted);
        assert_eq!(of(12, 8), Standing::Data);
        assert_eq!(of(14, 7), Standing::Aborted);
        assert_eq!(of(16, 7), Standing::Data);
        assert_eq!(of(30, 7), Standing::Aborted);
    }

    #[test]
    fn a_marker_is_needed_while_a_batch_of_its_transaction_is_there() {
        let none = AbortedRanges::new();
        let mut transactions = Transactions::new(&none);
        let mut of =
            |base, producer, control| transactions.standing(&header(base, producer, control));
        assert_eq!(of(0, 7, true), Standing::Marker { is_needed: false });
        of(1, 7, false);
        assert_eq!(of(2, 8, true), Standing::Marker { is_needed: false });
        assert_eq!(of(3, 7, true), Standing::Marker { is_needed: true });
        assert_eq!(of(4, 7, true), Standing::Marker { is_needed: false });
    }
}
