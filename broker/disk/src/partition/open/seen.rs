//! What the scan of unsynced segments saw, so that nothing of them is read a second time at start.

use kavka_core::types::Offset;
use kavka_protocol::records::BatchHeader;

use crate::segment::BatchIdentity;

/// Batches of a log that are remembered; others are read once more.
const REMEMBERED: usize = 1 << 18;

/// The headers of the batches that were verified at start, in the order of their offsets.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    headers: Vec<BatchHeader>,
    /// Where the next one that is asked for probably is: the journal has them in the same order.
    next: usize,
}

impl Seen {
    /// A batch was verified that lies behind all those before.
    pub(crate) fn note(&mut self, header: &BatchHeader) {
        if self.headers.len() < REMEMBERED {
            self.headers.push(*header);
        }
    }

    /// All batches up to `end`, from the first that was scanned on; none if there are others before
    /// `end` that were not.
    pub(crate) fn up_to(&self, end: Offset) -> &[BatchHeader] {
        match self.headers.last() {
            Some(last) if last.last_offset() + 1 == end.0 => &self.headers,
            _ => &[],
        }
    }

    /// The batch if just this one lies in its place. Of what was not scanned nothing is known.
    pub(crate) fn find(&mut self, wanted: &BatchIdentity) -> Option<&BatchHeader> {
        let base = wanted.base_offset();
        let next = self.headers.get(self.next);
        if next.is_none_or(|next| next.base_offset != base) {
            self.next = self.headers.partition_point(|seen| seen.base_offset < base);
        }
        let found = self.headers.get(self.next);
        let found = found.filter(|found| BatchIdentity::of(found) == *wanted)?;
        self.next += 1;
        Some(found)
    }

    /// Forgets what lies behind `end`.
    pub(crate) fn truncate(&mut self, end: Offset) {
        let left = self
            .headers
            .partition_point(|seen| seen.base_offset < end.0);
        self.headers.truncate(left);
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Batches of two records each.
    fn header(number: i64) -> BatchHeader {
        let mut batch =
            kavka_protocol::records::BatchBuilder::new(kavka_protocol::records::Compression::None);
        for value in [&b"one"[..], b"two"] {
            batch.push(number, None, Some(value), &[]);
        }
        let mut header = BatchHeader::parse(&batch.build().unwrap()).unwrap();
        header.base_offset = 2 * number;
        header
    }

    fn seen(count: i64) -> Seen {
        let mut seen = Seen::default();
        (0..count).for_each(|number| seen.note(&header(number)));
        seen
    }

    #[test]
    fn batches_are_found_in_any_order_and_only_as_they_were() {
        let mut seen = seen(10);
        for number in [0, 1, 2, 7, 8, 3, 9, 0, 0] {
            let wanted = header(number);
            assert_eq!(seen.find(&BatchIdentity::of(&wanted)), Some(&wanted));
            let mut other = wanted;
            other.crc ^= 1;
            assert_eq!(seen.find(&BatchIdentity::of(&other)), None, "{number}");
        }
        assert_eq!(seen.find(&BatchIdentity::of(&header(10))), None);
    }

    #[test]
    fn what_was_cut_off_is_not_known_any_more() {
        let mut seen = seen(10);
        seen.truncate(Offset(6));
        assert!(seen.find(&BatchIdentity::of(&header(3))).is_none());
        assert!(seen.find(&BatchIdentity::of(&header(2))).is_some());
        assert_eq!(seen.up_to(Offset(6)).len(), 3);
        assert!(seen.up_to(Offset(20)).is_empty(), "others follow");
    }

    #[test]
    fn what_is_too_much_to_remember_is_read_once_more() {
        let mut seen = Seen::default();
        let mut next = header(0);
        for number in 0..=i64::try_from(REMEMBERED).unwrap() {
            next.base_offset = 2 * number;
            seen.note(&next);
        }
        assert_eq!(seen.find(&BatchIdentity::of(&next)), None);
        assert!(seen.up_to(Offset(next.last_offset() + 1)).is_empty());
    }
}
