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
