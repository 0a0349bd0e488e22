//! The first half of a pass: where each key of the dirty part was written last.

use kavka_protocol::records::{Batch, Record};

use super::transactions::{Standing, Transactions};
use super::{MapFull, OffsetMap};
use crate::types::Offset;

/// Reads the dirty part of a log into an [`OffsetMap`].
#[derive(Debug)]
pub struct Survey<'a> {
    map: &'a mut OffsetMap,
    transactions: Transactions<'a>,
    read_up_to: Offset,
}

impl<'a> Survey<'a> {
    /// Begins at `first_dirty` with an empty map.
    pub fn new(
        map: &'a mut OffsetMap,
        transactions: Transactions<'a>,
        first_dirty: Offset,
    ) -> Self {
        map.clear();
        Self {
            map,
            transactions,
            read_up_to: first_dirty,
        }
    }

    /// Takes the next batch; a part of it when the map gets full, and then none may follow.
    /// `records` unpacks it and is asked only where that matters.
    pub fn take(
        &mut self,
        batch: &Batch,
        records: impl FnOnce() -> Option<Vec<Record>>,
    ) -> Result<(), MapFull> {
        let end = Offset(batch.header.last_offset()).plus(1);
        let counts = self.transactions.standing(&batch.header) == Standing::Data;
        if counts && end > self.read_up_to {
            for record in records().unwrap_or_default() {
                let offset = Offset(record.offset);
                let Some(key) = record.key.filter(|_| offset >= self.read_up_to) else {
                    continue;
                };
                if let Err(full) = self.map.put(&key, offset) {
                    self.read_up_to = offset;
                    return Err(full);
                }
            }
        }
        self.read_up_to = self.read_up_to.max(end);
        Ok(())
    }

    /// Up to where the log was read.
    pub fn read_up_to(&self) -> Offset {
        self.read_up_to
    }
}
