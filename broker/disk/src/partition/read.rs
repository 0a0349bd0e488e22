//! Reading whole batches, and finding offsets by time.

use std::io;

use bytes::Bytes;
use kavka_core::types::{LeaderEpoch, Offset, Timestamp};
use kavka_protocol::ErrorCode;
use kavka_protocol::records::{Batch, BatchHeader};
use thiserror::Error;

use super::PartitionLog;
use crate::disk::{Disk, DiskFile};
use crate::segment::{Place, View, ViewError};
use crate::width::narrow;

/// Most bytes that the records of one batch may have when a look-up by time decompresses it.
const DECOMPRESSED_MAX: usize = 128 << 20;

/// Whether a read gives a batch that is larger than what was asked for (KIP-74).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Minimum {
    /// At least one batch, however large: the first partition of a Fetch.
    OneBatch,
    /// Nothing above the limit: all further ones.
    Nothing,
}

/// Why a read fails.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The log does not hold the offset.
    #[error("offset {requested} is out of range: the log holds {start} to {end}")]
    OutOfRange {
        /// The offset that was asked for.
        requested: Offset,
        /// The log's start.
        start: Offset,
        /// The log's end.
        end: Offset,
    },
    /// The disk does not give back what was written to it.
    #[error("segment {base} of {folder} is damaged at {reason}")]
    Corrupt {
        /// The partition's folder.
        folder: String,
        /// The segment's base offset.
        base: Offset,
        /// Where and what.
        reason: String,
    },
    /// The disk failed.
    #[error("segment of {folder}: {source}")]
    Io {
        /// The partition's folder.
        folder: String,
        /// What the disk says.
        source: io::Error,
    },
}

impl ReadError {
    /// The wire's error code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::OutOfRange { .. } => ErrorCode::OffsetOutOfRange,
            Self::Corrupt { .. } | Self::Io { .. } => ErrorCode::KafkaStorageError,
        }
    }
}

/// A record found by its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimestampHit {
    /// Its offset.
    pub offset: Offset,
    /// Its time.
    pub timestamp: Timestamp,
    /// The epoch in which it was written.
    pub leader_epoch: LeaderEpoch,
}

impl<D: Disk> PartitionLog<D> {
    /// Reads whole batches from the one that holds `from` on, up to the end of its segment: at most
    /// `max_bytes` of them, and none that reaches `up_to` or is not written yet. Checksums are verified.
    pub fn read(
        &self,
        from: Offset,
        max_bytes: usize,
        up_to: Offset,
        minimum: Minimum,
    ) -> Result<Bytes, ReadError> {
        let Some((view, position, first)) = self.seek(from, up_to)? else {
            return Ok(Bytes::new());
        };
        let length = match (max_bytes < first.total_len(), minimum) {
            (true, Minimum::Nothing) => return Ok(Bytes::new()),
            (true, Minimum::OneBatch) => first.total_len(),
            (false, _) => max_bytes.min(narrow(view.size - position)),
        };
        let bytes = view
            .file
            .read_at(position, length)
            .map_err(|error| self.read_io(error))?;
        let whole = self.whole_batches(&view, view.place_of(position, &first), &bytes, up_to)?;
        Ok(bytes.slice(..whole))
    }

    /// Bytes of the leading batches that are whole, in their places and below `up_to`. What is sound
    /// before a damaged batch is given; the read that begins with it fails.
    fn whole_batches(
        &self,
        view: &View<'_, D>,
        mut place: Place,
        bytes: &Bytes,
        up_to: Offset,
    ) -> Result<usize, ReadError> {
        let mut whole = 0;
        loop {
            match whole_batch(place, &bytes.slice(whole..), up_to) {
                Ok(Some(header)) => {
                    place = view.behind(place.position, &header);
                    whole += header.total_len();
                }
                Err(reason) if whole == 0 => {
                    let reason = format!("position {}: {reason}", place.position);
                    return Err(self.corrupt(view.base, reason));
                }
                Ok(None) | Err(_) => return Ok(whole),
            }
        }
    }

    /// The first record of `timestamp` or later that lies below `up_to`.
    pub fn offset_for_timestamp(
        &self,
        timestamp: Timestamp,
        up_to: Offset,
    ) -> Result<Option<TimestampHit>, ReadError> {
        let up_to = up_to.min(self.written_end());
        for number in 0..=self.sealed.len() {
            let latest = self
                .sealed
                .get(number)
                .map_or(self.active.latest, |seg| seg.latest);
            if latest.is_none_or(|(latest, _)| latest < timestamp) {
                continue;
            }
            let view = self.view(number)?;
            let found = view.find_time(timestamp);
            let mut found = found.map_err(|error| self.read_fault(view.base, error))?;
            // The batch may lie before the log's start.
            while let Some((position, header)) = found {
                let hit =
                    self.record_of(&view, position, &header, |record, _| record.0 >= timestamp)?;
                if hit.is_some() {
                    return Ok(hit.filter(|hit| hit.offset < up_to));
                }
                let behind = view.behind(position, &header);
                let next = view.walk(behind, |header| header.max_timestamp >= timestamp.0);
                found = next.map_err(|error| self.read_fault(view.base, error))?;
            }
        }
        Ok(None)
    }

    /// The first record with the largest timestamp of those below `up_to` (KIP-734).
    pub fn max_timestamp(&self, up_to: Offset) -> Result<Option<TimestampHit>, ReadError> {
        let up_to = up_to.min(self.written_end());
        let mut best: Option<(usize, u64, BatchHeader)> = None;
        for number in 0..=self.sealed.len() {
            let latest = self
                .sealed
                .get(number)
                .map_or(self.active.latest, |seg| seg.latest);
            let Some((latest, last)) = latest else {
                continue;
            };
            if best.is_some_and(|(_, _, header)| header.max_timestamp >= latest.0) {
                continue;
            }
            let view = self.view(number)?;
            let found = if last < up_to {
                view.find_time(latest)
            } else {
                Self::latest_below(&view, up_to)
            };
            // What a compaction has emptied has no record of that time.
            let found = match found {
                Ok(Some((_, header))) if header.records_count == 0 => {
                    Self::latest_below(&view, up_to)
                }
                found => found,
            };
            let found = found.map_err(|error| self.read_fault(view.base, error))?;
            let better = found.filter(|(_, header)| {
                best.is_none_or(|(_, _, old)| old.max_timestamp < header.max_timestamp)
            });
            best = better
                .map(|(position, header)| (number, position, header))
                .or(best);
        }
        let Some((number, position, header)) = best else {
            return Ok(None);
        };
        let view = self.view(number)?;
        self.record_of(&view, position, &header, |record, header| {
            record.0.0 == header.max_timestamp
        })
    }

    /// Walks a segment that reaches beyond `up_to`.
    fn latest_below(
        view: &View<'_, D>,
        up_to: Offset,
    ) -> Result<Option<(u64, BatchHeader)>, ViewError> {
        let mut best: Option<(u64, BatchHeader)> = None;
        let mut batches = view.batches(view.start());
        while let Some((at, header)) = batches.next()? {
            if header.last_offset() >= up_to.0 {
                break;
            }
            if header.records_count > 0
                && best.is_none_or(|(_, old)| old.max_timestamp < header.max_timestamp)
            {
                best = Some((at, header));
            }
        }
        Ok(best)
    }

    /// The first readable record of a batch that `wanted` holds for.
    fn record_of(
        &self,
        view: &View<'_, D>,
        position: u64,
        header: &BatchHeader,
        wanted: impl Fn((Timestamp, Offset), &BatchHeader) -> bool,
    ) -> Result<Option<TimestampHit>, ReadError> {
        let corrupt = |error: &dyn ToString| {
            self.corrupt(
                view.base,
                format!("position {position}: {}", error.to_string()),
            )
        };
        let length = header.total_len();
        let bytes = view
            .file
            .read_at(position, length)
            .map_err(|error| self.read_io(error))?;
        let batch = Batch {
            header: *header,
            bytes,
        };
        batch.check_crc().map_err(|error| corrupt(&error))?;
        for record in batch
            .records(DECOMPRESSED_MAX)
            .map_err(|error| corrupt(&error))?
        {
            let record = record.map_err(|error| corrupt(&error))?;
            let (timestamp, offset) = (Timestamp(record.timestamp), Offset(record.offset));
            if offset >= self.start && wanted((timestamp, offset), header) {
                let leader_epoch = LeaderEpoch(header.partition_leader_epoch);
                return Ok(Some(TimestampHit {
                    offset,
                    timestamp,
                    leader_epoch,
                }));
            }
        }
        Ok(None)
    }

    /// The batch that holds `from`; `None` when it is not below `up_to`.
    fn seek(
        &self,
        from: Offset,
        up_to: Offset,
    ) -> Result<Option<(View<'_, D>, u64, BatchHeader)>, ReadError> {
        if from < self.start || from > self.end {
            let (start, end) = (self.start, self.end);
            return Err(ReadError::OutOfRange {
                requested: from,
                start,
                end,
            });
        }
        if from >= up_to.min(self.written_end()) {
            return Ok(None);
        }
        let view = self.view(self.sealed.partition_point(|segment| segment.end <= from))?;
        let found = view
            .find(from)
            .map_err(|error| self.read_fault(view.base, error))?;
        let below = found.filter(|(_, header)| header.last_offset() < up_to.0);
        Ok(below.map(|(position, header)| (view, position, header)))
    }

    /// The segment with this number, oldest first.
    pub(super) fn view(&self, number: usize) -> Result<View<'_, D>, ReadError> {
        self.segment(number).map_err(|error| self.read_io(error))
    }

    /// The segment with this number; behind the sealed ones comes the one that is written to.
    pub(super) fn segment(&self, number: usize) -> io::Result<View<'_, D>> {
        match self.sealed.get(number) {
            Some(sealed) => View::of_sealed(&self.shared.disk, &self.folder, sealed),
            None => Ok(View::of_active(&self.active)),
        }
    }

    fn read_fault(&self, base: Offset, error: ViewError) -> ReadError {
        match error {
            ViewError::Io(error) => self.read_io(error),
            ViewError::Corrupt { .. } => self.corrupt(base, error.to_string()),
        }
    }

    pub(super) fn read_io(&self, source: io::Error) -> ReadError {
        ReadError::Io {
            folder: self.folder.display().to_string(),
            source,
        }
    }

    pub(super) fn corrupt(&self, base: Offset, reason: String) -> ReadError {
        ReadError::Corrupt {
            folder: self.folder.display().to_string(),
            base,
            reason,
        }
    }
}

/// The batch at the front of `rest`, when it is whole and below `up_to`; what is wrong when it is
/// damaged.
fn whole_batch(place: Place, rest: &Bytes, up_to: Offset) -> Result<Option<BatchHeader>, String> {
    if rest.len() < kavka_protocol::records::HEADER_LEN {
        return Ok(None);
    }
    let header = BatchHeader::parse(rest).map_err(|error| error.to_string())?;
    place.check(&header)?;
    let length = header.total_len();
    if rest.len() < length || header.last_offset() >= up_to.0 {
        return Ok(None);
    }
    let batch = Batch {
        header,
        bytes: rest.slice(..length),
    };
    batch.check_crc().map_err(|error| error.to_string())?;
    Ok(Some(header))
}
