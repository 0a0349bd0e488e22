//! Which part of each file is done. No I/O.
//!
//! Batches are accepted in any order; a file's committed offset only ever moves over batches that
//! were accepted without a gap before them.

use std::collections::{BTreeMap, HashMap, VecDeque};

/// One opened file, for as long as it is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FileKey(pub(crate) u64);

/// One batch on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BatchId(u64);

#[derive(Debug, Default)]
struct FileLedger {
    committed: u64,
    /// Offsets that become committed, in order, with whether their batch was accepted.
    pending: VecDeque<(BatchId, u64, bool)>,
}

/// The positions of all files of a source.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    files: BTreeMap<FileKey, FileLedger>,
    batches: HashMap<BatchId, Vec<FileKey>>,
    next: u64,
}

impl Ledger {
    /// Follows a file from `offset` on.
    pub(crate) fn open(&mut self, file: FileKey, offset: u64) {
        self.files.insert(
            file,
            FileLedger {
                committed: offset,
                pending: VecDeque::new(),
            },
        );
    }

    /// Forgets a file. Receipts that still come in for it mean nothing.
    pub(crate) fn close(&mut self, file: FileKey) {
        self.files.remove(&file);
    }

    /// Begins a batch; when it is accepted, each file is done up to its offset.
    pub(crate) fn begin(&mut self, upto: &[(FileKey, u64)]) -> BatchId {
        let batch = BatchId(self.next);
        self.next += 1;
        for (file, offset) in upto {
            if let Some(ledger) = self.files.get_mut(file) {
                ledger.pending.push_back((batch, *offset, false));
            }
        }
        self.batches
            .insert(batch, upto.iter().map(|(file, _)| *file).collect());
        batch
    }

    /// A batch was accepted. Unknown ones are from before a [`Ledger::rewind`].
    pub(crate) fn accept(&mut self, batch: BatchId) -> bool {
        let Some(files) = self.batches.remove(&batch) else {
            return false;
        };
        for file in files {
            let Some(ledger) = self.files.get_mut(&file) else {
                continue;
            };
            for entry in ledger.pending.iter_mut().filter(|entry| entry.0 == batch) {
                entry.2 = true;
            }
            while let Some((_, offset, true)) = ledger.pending.front() {
                ledger.committed = ledger.committed.max(*offset);
                ledger.pending.pop_front();
            }
        }
        true
    }

    /// Whether a batch is still expected to be accepted.
    pub(crate) fn knows(&self, batch: BatchId) -> bool {
        self.batches.contains_key(&batch)
    }

    /// Forgets every batch on its way: all of it will be read again from the committed offsets.
    pub(crate) fn rewind(&mut self) {
        self.batches.clear();
        self.files
            .values_mut()
            .for_each(|ledger| ledger.pending.clear());
    }

    /// Up to where a file is done.
    pub(crate) fn committed(&self, file: FileKey) -> u64 {
        self.files.get(&file).map_or(0, |ledger| ledger.committed)
    }

    /// Whether no batch is on its way.
    pub(crate) fn is_settled(&self) -> bool {
        self.batches.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_gap_holds_the_committed_offset_back() {
        let file = FileKey(1);
        let mut ledger = Ledger::default();
        ledger.open(file, 10);
        let first = ledger.begin(&[(file, 20)]);
        let second = ledger.begin(&[(file, 30)]);
        ledger.accept(second);
        assert_eq!(ledger.committed(file), 10);
        ledger.accept(first);
        assert_eq!(ledger.committed(file), 30);
        assert!(ledger.is_settled());
    }

    #[test]
    fn a_receipt_from_before_a_rewind_means_nothing() {
        let file = FileKey(1);
        let mut ledger = Ledger::default();
        ledger.open(file, 0);
        let old = ledger.begin(&[(file, 20)]);
        ledger.rewind();
        assert!(!ledger.accept(old));
        assert_eq!(ledger.committed(file), 0);
    }

    proptest! {
        #[test]
        fn the_committed_offset_never_passes_a_batch_that_was_not_accepted(
            order in Just((0_usize..12).collect::<Vec<_>>()).prop_shuffle(),
            accepted in 0_usize..12,
        ) {
            let files = [FileKey(0), FileKey(1)];
            let mut ledger = Ledger::default();
            for file in files {
                ledger.open(file, 0);
            }
            let batches: Vec<BatchId> = (0..12_u64)
                .map(|i| match i % 3 {
                    0 => ledger.begin(&[(files[0], i + 1)]),
                    1 => ledger.begin(&[(files[1], i + 1)]),
                    _ => ledger.begin(&[(files[0], i + 1), (files[1], i + 1)]),
                })
                .collect();
            let done: Vec<usize> = order.into_iter().take(accepted).collect();
            for i in &done {
                ledger.accept(batches[*i]);
            }
            for (file, other) in [(0_usize, 1_usize), (1, 0)] {
                let mut expected = 0;
                for i in (0..12).filter(|i| i % 3 != other) {
                    if !done.contains(&i) { break }
                    expected = i as u64 + 1;
                }
                prop_assert_eq!(ledger.committed(files[file]), expected);
            }
        }
    }
}
