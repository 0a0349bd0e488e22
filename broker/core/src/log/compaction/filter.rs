//! What stays of one batch.

use std::collections::BTreeMap;

use bytes::Bytes;
use kavka_protocol::records::{Batch, BatchError, BatchHeader, Record};

use super::OffsetMap;
use super::transactions::{Standing, Transactions};
use crate::types::{Offset, ProducerEpoch, ProducerId, Timestamp};

/// What a restart has to find of each producer (KIP-98), so that its next batch is known for what
/// it is: its epoch, and the last offset of its newest batch with a sequence number. Where that
/// epoch has written none yet, the marker stays that began it.
pub type RetainedProducers = BTreeMap<ProducerId, (ProducerEpoch, Option<Offset>)>;

/// What stays of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filtered {
    /// All of it, as it lies.
    Whole,
    /// This batch in its place.
    Changed(Bytes),
    /// Nothing.
    Nothing,
}

/// Decides on the batches of a pass, which it has to be shown one after the other.
#[derive(Debug)]
pub struct Filter<'a> {
    /// The last offset of each key of the part that was read.
    pub map: &'a OffsetMap,
    /// Where that part ends; later records are not judged.
    pub read_up_to: Offset,
    /// When the pass takes place.
    pub now: Timestamp,
    /// `delete.retention.ms`
    pub delete_retention_ms: u64,
    /// What has to stay, if only empty.
    pub producers: &'a RetainedProducers,
    /// What became of the transactions; from the start of the log on.
    pub transactions: Transactions<'a>,
}

impl Filter<'_> {
    /// Decides on a batch. `records` unpacks it and is asked only where that matters: a batch
    /// whose records it does not know stays whole. The last batch of a segment, which ends with
    /// offset `segment_last`, stays, if only empty: it says where the segment ends.
    pub fn apply(
        &mut self,
        batch: &Batch,
        records: impl FnOnce() -> Option<Vec<Record>>,
        segment_last: Offset,
    ) -> Result<Filtered, BatchError> {
        let header = &batch.header;
        match self.transactions.standing(header) {
            Standing::Aborted => self.empty(batch, segment_last),
            Standing::Marker { is_needed } => {
                let has_to_stay = is_needed || self.is_last(header, segment_last);
                self.marker(batch, records, has_to_stay)
            }
            Standing::Data if header.records_count == 0 => self.empty(batch, segment_last),
            Standing::Data => match records() {
                Some(records) => self.data(batch, records, segment_last),
                None => Ok(Filtered::Whole),
            },
        }
    }

    fn data(
        &self,
        batch: &Batch,
        records: Vec<Record>,
        segment_last: Offset,
    ) -> Result<Filtered, BatchError> {
        let count = records.len();
        let mut kept = records;
        kept.retain(|record| self.keeps(&batch.header, record));
        if kept.is_empty() {
            return self.empty(batch, segment_last);
        }
        let judged = |record: &&Record| record.offset < self.read_up_to.0;
        let has_tombstones = kept
            .iter()
            .filter(judged)
            .any(|record| record.value.is_none());
        let needs_horizon = has_tombstones && !batch.header.has_delete_horizon();
        if kept.len() == count && !needs_horizon {
            return Ok(Filtered::Whole);
        }
        let horizon = needs_horizon.then(|| self.horizon());
        batch.retain(&kept, horizon).map(Filtered::Changed)
    }

    /// A marker goes as a tombstone does, but not before all that its transaction wrote is gone.
    fn marker(
        &self,
        batch: &Batch,
        records: impl FnOnce() -> Option<Vec<Record>>,
        has_to_stay: bool,
    ) -> Result<Filtered, BatchError> {
        if has_to_stay {
            return Ok(Filtered::Whole);
        }
        if batch.header.has_delete_horizon() {
            return Ok(if self.is_due(&batch.header) {
                Filtered::Nothing
            } else {
                Filtered::Whole
            });
        }
        match records().filter(|records| !records.is_empty()) {
            Some(records) => {
                let marked = batch.retain(&records, Some(self.horizon()));
                marked.map(Filtered::Changed)
            }
            None => Ok(Filtered::Whole),
        }
    }

    fn keeps(&self, header: &BatchHeader, record: &Record) -> bool {
        if record.offset >= self.read_up_to.0 {
            return true;
        }
        // What has no key cannot be in a compacted topic but from before it was one.
        let Some(key) = &record.key else {
            return false;
        };
        let is_last = self.map.get(key).is_none_or(|last| record.offset >= last.0);
        is_last && (record.value.is_some() || !self.is_due(header))
    }

    fn is_due(&self, header: &BatchHeader) -> bool {
        let horizon = header.delete_horizon();
        horizon.is_some_and(|horizon| horizon <= self.now.0)
    }

    /// From when on a tombstone may go that is seen for the first time.
    fn horizon(&self) -> i64 {
        let retention = i64::try_from(self.delete_retention_ms).unwrap_or(i64::MAX);
        self.now.0.saturating_add(retention)
    }

    /// Nothing, or an empty batch where one has to stay.
    fn empty(&self, batch: &Batch, segment_last: Offset) -> Result<Filtered, BatchError> {
        if !self.is_last(&batch.header, segment_last) {
            return Ok(Filtered::Nothing);
        }
        if batch.header.records_count == 0 {
            return Ok(Filtered::Whole);
        }
        batch.emptied().map(Filtered::Changed)
    }

    /// Whether it is the last batch of its producer, or of its segment.
    fn is_last(&self, header: &BatchHeader, segment_last: Offset) -> bool {
        let last = Offset(header.last_offset());
        let known = self.producers.get(&ProducerId(header.producer_id));
        let of_producer = known.is_some_and(|(epoch, newest)| match newest {
            Some(newest) => *newest == last,
            None => header.is_control() && epoch.0 == header.producer_epoch,
        });
        of_producer || last == segment_last
    }
}
