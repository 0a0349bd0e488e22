//! Putting the journal's records behind what the segments hold.

use std::io;

use bytes::Bytes;
use kavka_core::log::ProducerEvent;
use kavka_core::types::{LeaderEpoch, Offset, Timestamp};
use kavka_protocol::records::{Batch, BatchHeader};

use super::{OpenFault, PartitionLog};
use crate::disk::{Disk, DiskFile};
use crate::journal::Content;
use crate::partition::Minimum;
use crate::segment::{BatchIdentity, HEAD};

impl<D: Disk> PartitionLog<D> {
    /// Takes a batch of the journal when the log does not have it. The journal is right where the
    /// two differ: what an unsynced segment holds may come from an append that was taken back.
    pub(crate) fn replay_batch(&mut self, batch: &Bytes) -> Result<(), OpenFault> {
        let header = BatchHeader::parse(batch).map_err(|error| self.fault(&error))?;
        let (base, last) = (Offset(header.base_offset), Offset(header.last_offset()));
        if last < self.start {
            return Ok(());
        }
        if base < self.start && self.sealed.is_empty() && self.active.size == 0 {
            // The log starts within this batch and its segment did not reach the disk.
            self.rebase(base)?;
        }
        if base > self.end {
            if base > self.start {
                return Err(self.lost_before(base));
            }
            // A cut took the batch in which the log starts. What lies before has expired.
            self.rebase(base)?;
        }
        if base < self.end {
            if self.header_of(base)? == Some(header) {
                return Ok(());
            }
            let gaps_before = self.unsynced.gaps_before();
            if base < self.start {
                // All before it has expired, and a cut leaves what has.
                self.rebase(base)?;
            } else {
                self.cut(base)?;
            }
            if self.end < base {
                // The batch was compacted away, with others before it. It is put back; they are not.
                if last >= gaps_before {
                    return Err(self.lost_before(base));
                }
                self.active.gaps_before = last.plus(1);
                self.unsynced.allow_gaps(last.plus(1));
            }
            // As with a torn end, nothing of what was cut may come back behind the new batch.
            self.active.log.sync_data()?;
            self.shared.disk.sync_dir(&self.folder)?;
        }
        let time = Timestamp(header.max_timestamp.max(0));
        self.make_room(&header, last, time)?;
        let (base, from) = (self.active.base, self.active.size);
        self.active.write(&[], batch)?;
        let to = from + crate::width::wide(batch.len());
        self.unsynced.wrote(base, from, to, || self.active.files());
        let epoch = LeaderEpoch(header.partition_leader_epoch);
        let bytes = batch.clone();
        let event = ProducerEvent::of(&Batch { header, bytes });
        self.count(&header, event, epoch, last, time);
        self.durable_end = self.end;
        Ok(())
    }

    /// Repeats a truncation.
    pub(crate) fn replay_truncation(&mut self, end: Offset) -> Result<(), OpenFault> {
        // The next start repeats it, too, unless a flush comes before.
        self.truncated = self.shared.journal.appended();
        self.cut(end)
    }

    /// Repeats an advance of the log's start.
    pub(crate) fn replay_start(&mut self, start: Offset) -> Result<(), OpenFault> {
        if start > self.end {
            self.rebase(start)?;
        }
        let gone = self.advance_start(start.min(self.end));
        for base in gone {
            crate::segment::Sealed::remove(&self.shared.disk, &self.folder, base)?;
        }
        Ok(())
    }

    /// The last offset of a batch of the journal, if it is known to be in its place.
    pub(crate) fn has_seen(&mut self, batch: &BatchIdentity) -> Option<Offset> {
        let header = self.seen.find(batch)?;
        Some(Offset(header.last_offset()))
    }

    /// Puts the batches from `from` on into the journal, which a crash has kept from having them.
    /// Fails when they have more than `most` bytes; gives how many bytes are left of them.
    pub(crate) fn journal_from(&self, from: Offset, most: usize) -> io::Result<usize> {
        let (mut next, mut left) = (from.max(self.start), most);
        while next < self.end {
            let batches = self
                .read(next, left, self.end, Minimum::Nothing)
                .map_err(io::Error::other)?;
            let mut rest = batches.clone();
            while !rest.is_empty() {
                let header = BatchHeader::parse(&rest).map_err(io::Error::other)?;
                let mut batch = rest.split_to(header.total_len());
                let mut head = [0; HEAD];
                head.copy_from_slice(&batch.split_to(HEAD));
                let content = Content::Batch { head, rest: batch };
                let journal = &self.shared.journal;
                journal
                    .append_for_sync(&self.id.address(), &content)
                    .map_err(io::Error::other)?;
                next = Offset(header.last_offset()).plus(1);
            }
            if batches.is_empty() {
                return Err(io::Error::other(format!(
                    "{next} and what follows is too large"
                )));
            }
            left -= batches.len();
        }
        Ok(left)
    }

    /// All of the journal was replayed.
    pub(crate) fn replay_ends(&mut self) {
        self.seen.clear();
    }

    fn lost_before(&self, base: Offset) -> OpenFault {
        let end = self.end;
        self.fault(&format!(
            "the log ends at offset {end} and the journal goes on at {base}: records between are \
             lost"
        ))
    }

    /// The header of the batch that holds `offset`.
    fn header_of(&self, offset: Offset) -> Result<Option<BatchHeader>, OpenFault> {
        let number = self.sealed.partition_point(|segment| segment.end <= offset);
        let view = self.segment(number)?;
        let found = view.find(offset).map_err(|error| self.fault(&error))?;
        Ok(found.map(|(_, header)| header))
    }
}
