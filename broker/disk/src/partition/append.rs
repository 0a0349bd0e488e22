//! Appending batches.

use bytes::Bytes;
use kavka_core::config::Durability;
use kavka_core::log::{
    Marker, MarkerRule, MarkerVerdict, ProducedBatch, ProducerError, ProducerEvent, Rejection,
    Verdict, roll_reason,
};
use kavka_core::types::{LeaderEpoch, Lsn, Offset, Timestamp};
use kavka_protocol::ErrorCode;
use kavka_protocol::records::BatchHeader;
use std::io;
use thiserror::Error;

use super::PartitionLog;
use crate::disk::{Disk, DiskFile};
use crate::journal::{Content, JournalError};
use crate::segment::{Active, HEAD, Sealed};
use crate::width::wide;

/// Bytes of batches after which a producer snapshot is taken, to bound what a start has to read.
const SNAPSHOT_BYTES: u64 = 64 << 20;
/// Appends of one partition that are tracked one by one until the journal is synced.
const WAITING_MAX: usize = 4096;
/// Bytes that are written at once rather than kept for [`PartitionLog::write_out`].
const TAIL_MAX: u64 = 1 << 20;

/// What an append needs to know beside the batch.
#[derive(Debug, Clone, Copy)]
pub struct AppendContext {
    /// The epoch in which this broker leads the partition.
    pub leader_epoch: LeaderEpoch,
    /// The broker's clock.
    pub now: Timestamp,
}

/// Where a batch went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Offset of the first record.
    pub base_offset: Offset,
    /// Offset of the last record.
    pub last_offset: Offset,
    /// The broker's time in the batch, with `LogAppendTime`.
    pub log_append_time: Option<Timestamp>,
    /// Offset of the first record in the log.
    pub log_start_offset: Offset,
    /// The batch is on disk when the journal is synced up to here; 0 when the journal does not hold
    /// it.
    pub lsn: Lsn,
    /// The producer sent it again; it was appended before.
    pub duplicate: bool,
}

/// A batch was not appended; the log is as before.
#[derive(Debug, Error)]
pub enum AppendError {
    /// The batch itself is wrong.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// Its producer is fenced or skips something.
    #[error(transparent)]
    Producer(#[from] ProducerError),
    /// The log has no offsets left.
    #[error("the log ends at offset {end}; there is no room for more records")]
    OffsetsExhausted {
        /// The log's end.
        end: Offset,
    },
    /// The disk is full, or nearly.
    #[error("the disk is full: free some space below {folder}")]
    DiskFull {
        /// The partition's folder.
        folder: String,
    },
    /// The segment could not be written.
    #[error("segment of {folder}: {source}")]
    Io {
        /// The partition's folder.
        folder: String,
        /// What the disk says.
        source: io::Error,
    },
    /// The journal could not be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl AppendError {
    /// The wire's error code; clients try again where that can help.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Rejected(rejection) => rejection.code(),
            Self::Producer(error) => error.code(),
            Self::OffsetsExhausted { .. } => ErrorCode::InvalidRequest,
            Self::DiskFull { .. } | Self::Io { .. } | Self::Journal(_) => {
                ErrorCode::KafkaStorageError
            }
        }
    }
}

impl<D: Disk> PartitionLog<D> {
    /// Appends a batch of the broker's own making, such as group offsets.
    pub fn append_batch(
        &mut self,
        batch: Bytes,
        context: AppendContext,
    ) -> Result<Appended, AppendError> {
        self.append(ProducedBatch::internal(batch)?, context)
    }

    /// Ends a transaction: appends the marker, unless it is there already.
    pub fn append_marker(
        &mut self,
        marker: &Marker,
        rule: MarkerRule,
        context: AppendContext,
    ) -> Result<Appended, AppendError> {
        if self.producers.check_marker(marker, rule)? == MarkerVerdict::Duplicate {
            let last = self.end.plus(-1);
            return Ok(Appended {
                base_offset: last,
                last_offset: last,
                log_append_time: None,
                log_start_offset: self.start,
                lsn: self.last_lsn,
                duplicate: true,
            });
        }
        let batch = marker.to_batch(context.now).map_err(|error| {
            let reason = error.to_string();
            Rejection::Malformed { reason }
        })?;
        let batch = ProducedBatch::internal(batch)?;
        self.add_now(&batch, Some(ProducerEvent::Marker(*marker)), context)
    }

    /// Appends a batch to the segment, in the page cache, and to the journal. It may be acknowledged
    /// when the journal is synced up to [`Appended::lsn`].
    #[expect(clippy::needless_pass_by_value, reason = "a batch is appended once")]
    pub fn append(
        &mut self,
        batch: ProducedBatch,
        context: AppendContext,
    ) -> Result<Appended, AppendError> {
        match self.duplicate_of(&batch)? {
            Some(before) => Ok(before),
            None => self.add_now(&batch, event_of(&batch), context),
        }
    }

    /// Like [`PartitionLog::append`], but a batch that does not go to the journal may stay in memory,
    /// where reads do not find it, until [`PartitionLog::write_out`] writes it together with others.
    /// It must not be acknowledged before.
    #[expect(clippy::needless_pass_by_value, reason = "a batch is appended once")]
    pub fn append_later(
        &mut self,
        batch: ProducedBatch,
        context: AppendContext,
    ) -> Result<Appended, AppendError> {
        match self.duplicate_of(&batch)? {
            Some(before) => Ok(before),
            None => self.add_later(&batch, context),
        }
    }

    /// Whether nothing waits for [`PartitionLog::write_out`].
    pub fn is_written_out(&self) -> bool {
        self.active.tail_bytes() == 0
    }

    /// Writes what [`PartitionLog::append_later`] has left in memory. After an error it is still
    /// there, and every append tries to write it before anything else.
    pub fn write_out(&mut self) -> Result<(), AppendError> {
        self.write_tail().map_err(|error| self.io_error(error))
    }

    pub(super) fn write_tail(&mut self) -> io::Result<()> {
        if self.is_written_out() {
            return Ok(());
        }
        let from = self.active.written();
        let written = self.active.write_tail();
        self.is_stuck = written.is_err();
        written?;
        let active = &self.active;
        self.unsynced
            .wrote(active.base, from, active.size, || active.files());
        self.unsynced.set_end(self.end);
        Ok(())
    }

    /// Where the batch went when its producer sent it before.
    fn duplicate_of(&self, batch: &ProducedBatch) -> Result<Option<Appended>, AppendError> {
        let Some(producer) = batch.producer() else {
            return Ok(None);
        };
        Ok(match self.producers.check(&producer)? {
            Verdict::Duplicate(old) => Some(Appended {
                base_offset: old.first_offset(),
                last_offset: old.last_offset,
                log_append_time: batch.log_append_time(),
                log_start_offset: self.start,
                lsn: self.last_lsn,
                duplicate: true,
            }),
            Verdict::New => None,
        })
    }

    fn add_later(
        &mut self,
        batch: &ProducedBatch,
        context: AppendContext,
    ) -> Result<Appended, AppendError> {
        let event = event_of(batch);
        let is_full = self.active.tail_bytes() + wide(batch.bytes().len()) > TAIL_MAX;
        if is_full || self.is_stuck || self.is_journaled() {
            return self.add_now(batch, event, context);
        }
        let last = self.prepare(batch, context)?;
        let (head, rest) = stamped(batch, self.end, context.leader_epoch);
        self.active.push(head, rest);
        Ok(self.added(batch, event, context, last, None))
    }

    fn add_now(
        &mut self,
        batch: &ProducedBatch,
        event: Option<ProducerEvent>,
        context: AppendContext,
    ) -> Result<Appended, AppendError> {
        let last = self.prepare(batch, context)?;
        self.write_out()?;
        let (head, rest) = stamped(batch, self.end, context.leader_epoch);
        let size = self.active.size + wide(batch.bytes().len());
        self.active
            .write(&head, &rest)
            .map_err(|error| self.io_error(error))?;
        self.unsynced
            .wrote(self.active.base, self.active.size, size, || {
                self.active.files()
            });
        let lsn = if self.is_journaled() {
            Some(self.journal(&Content::Batch { head, rest })?)
        } else {
            None
        };
        Ok(self.added(batch, event, context, last, lsn))
    }

    /// Makes room for the batch; returns the offset of its last record.
    fn prepare(
        &mut self,
        batch: &ProducedBatch,
        context: AppendContext,
    ) -> Result<Offset, AppendError> {
        let base = self.end;
        if !batch.fits_behind(base) {
            return Err(AppendError::OffsetsExhausted { end: base });
        }
        self.check_space()?;
        let last = batch.last_offset(base);
        self.make_room(batch.header(), last, context.now)?;
        Ok(last)
    }

    /// The batch is part of the log now.
    fn added(
        &mut self,
        batch: &ProducedBatch,
        event: Option<ProducerEvent>,
        context: AppendContext,
        last: Offset,
        lsn: Option<Lsn>,
    ) -> Appended {
        let base = self.end;
        self.count(
            batch.header(),
            event,
            context.leader_epoch,
            last,
            context.now,
        );
        if let Some(lsn) = lsn {
            self.await_sync(lsn);
        }
        Appended {
            base_offset: base,
            last_offset: last,
            log_append_time: batch.log_append_time(),
            log_start_offset: self.start,
            lsn: lsn.unwrap_or(Lsn(0)),
            duplicate: false,
        }
    }

    /// Whether batches go to the journal. Where they need not, they do all the same behind a
    /// truncation that a start would repeat.
    fn is_journaled(&self) -> bool {
        self.shared.durability == Durability::Disk || self.is_behind_truncation()
    }

    /// Whether a start would cut the log again: it takes what lies behind for what was cut, unless
    /// the journal has it.
    fn is_behind_truncation(&self) -> bool {
        self.shared.is_replayed(self.truncated)
    }

    /// Puts the batch at the end of the segment into the journal, or takes it back. Who is not told
    /// to wait for the sync has the segment, which a mere kill leaves as it is.
    fn journal(&self, record: &Content) -> Result<Lsn, JournalError> {
        let (journal, address) = (&self.shared.journal, self.id.address());
        let appended = if self.is_behind_truncation() {
            journal.append(&address, record)
        } else {
            journal.append_for_sync(&address, record)
        };
        appended.inspect_err(|_| {
            // Best effort: what is left behind the end is overwritten, and does not survive a
            // replay of the journal either.
            let _ = self.active.log.set_len(self.active.size);
            self.unsynced.took_back(self.active.base, self.active.size);
        })
    }

    fn check_space(&self) -> Result<(), AppendError> {
        if self.shared.is_nearly_full() {
            return Err(AppendError::DiskFull {
                folder: self.folder.display().to_string(),
            });
        }
        Ok(())
    }

    /// Rolls the segment when the batch needs a new one.
    pub(super) fn make_room(
        &mut self,
        header: &BatchHeader,
        last: Offset,
        now: Timestamp,
    ) -> Result<(), AppendError> {
        let length = u32::try_from(header.total_len()).unwrap_or(u32::MAX);
        if length > self.settings.segment_bytes {
            let (size, max) = (header.total_len(), self.settings.segment_bytes);
            return Err(Rejection::LargerThanSegment { size, max }.into());
        }
        // The age is counted in the records' own time, as Kafka does, so that old records do not
        // get a segment each.
        let time = if header.max_timestamp < 0 {
            now
        } else {
            Timestamp(header.max_timestamp)
        };
        if roll_reason(&self.active.fill(now), length, last, &self.settings, time).is_some() {
            self.roll().map_err(|error| self.io_error(error))?;
        }
        Ok(())
    }

    /// The batch that was written at the end of the segment is part of the log now.
    pub(super) fn count(
        &mut self,
        header: &BatchHeader,
        event: Option<ProducerEvent>,
        epoch: LeaderEpoch,
        last: Offset,
        seen: Timestamp,
    ) {
        if self.epochs.assign(epoch, self.end) {
            self.unsynced.epochs_changed(self.epochs.to_text());
        }
        self.active.appended(header, last, &self.settings);
        match event {
            Some(ProducerEvent::Batch(batch)) => self.producers.record(&batch, last, seen),
            Some(ProducerEvent::Marker(marker)) => self.end_transaction(&marker, last, seen),
            None => {}
        }
        self.end = last.plus(1);
        if self.is_written_out() {
            self.unsynced.set_end(self.end);
        }
        self.bytes_since_snapshot += wide(header.total_len());
        if self.bytes_since_snapshot >= SNAPSHOT_BYTES {
            self.take_snapshot();
        }
    }

    fn await_sync(&mut self, lsn: Lsn) {
        self.last_lsn = lsn;
        if self.waiting.len() >= WAITING_MAX {
            // The journal is stuck. Waiting for the later position is right for both.
            self.waiting.pop_back();
        }
        self.waiting.push_back((lsn, self.end));
    }

    /// Ends the active segment and begins a new one.
    pub fn roll(&mut self) -> io::Result<()> {
        if self.active.size == 0 {
            return Ok(());
        }
        self.write_tail()?;
        let reserve = self.shared.reserve.clone();
        match reserve.with_room(|| self.active.finish()) {
            // Without its last entries an index costs a longer walk and nothing else.
            Err(error) if crate::disk::is_full(&error) => {}
            noted => noted?,
        }
        let size = self.active.size;
        self.unsynced
            .wrote(self.active.base, size, size, || self.active.files());
        reserve.with_room(|| self.seal_aborted())?;
        let create = || Active::create(&self.shared.disk, &self.folder, self.end);
        let next = reserve.with_room(create).inspect_err(|_| {
            // Best effort: a start removes what is left, too.
            let _ = Sealed::remove(&self.shared.disk, &self.folder, self.end);
        })?;
        self.unsynced.folder_changed();
        let old = std::mem::replace(&mut self.active, next);
        self.sealed.push_back(old.summary(self.end));
        self.take_snapshot();
        Ok(())
    }

    pub(super) fn take_snapshot(&mut self) {
        self.bytes_since_snapshot = 0;
        let bytes = self.producers.to_snapshot(self.active.aborted.entries());
        self.unsynced.snapshot_taken(self.end, bytes);
    }

    pub(super) fn io_error(&self, source: io::Error) -> AppendError {
        let folder = self.folder.display().to_string();
        if crate::disk::is_full(&source) {
            AppendError::DiskFull { folder }
        } else {
            AppendError::Io { folder, source }
        }
    }
}

/// What the batch is to its producer.
fn event_of(batch: &ProducedBatch) -> Option<ProducerEvent> {
    batch.producer().map(ProducerEvent::Batch)
}

/// The bytes to write: offset and leader epoch are set, the rest is as received.
fn stamped(batch: &ProducedBatch, base: Offset, epoch: LeaderEpoch) -> ([u8; HEAD], Bytes) {
    let mut head = [0; HEAD];
    let length = batch.header().batch_length.to_be_bytes();
    let fields = base
        .0
        .to_be_bytes()
        .into_iter()
        .chain(length)
        .chain(epoch.0.to_be_bytes());
    for (place, byte) in head.iter_mut().zip(fields) {
        *place = byte;
    }
    (head, batch.bytes().slice(HEAD..))
}
