//! Finding batches in a segment.

use std::io;
use std::path::Path;
use std::sync::Arc;

use kavka_core::log::index::{IndexEntry, OffsetEntry, TimeEntry, relative};
use kavka_core::types::{Offset, Timestamp};
use kavka_protocol::records::BatchHeader;
use thiserror::Error;

use super::batches::{behind, check_order};
use super::{
    Active, Found, IndexFile, LOG, OFFSET_INDEX, Sealed, TIME_INDEX, header_at, header_in, path_of,
};
use crate::disk::{Disk, OpenMode};
use crate::window::Window;

/// A segment cannot be read.
#[derive(Debug, Error)]
pub(crate) enum ViewError {
    /// The disk failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Its content is damaged.
    #[error("position {position}: {reason}")]
    Corrupt {
        /// Where, in bytes from the segment's start.
        position: u64,
        /// What is wrong.
        reason: String,
    },
}

/// Where the next batch lies and with which offset it has to begin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) position: u64,
    offset: Offset,
    gaps_before: Offset,
}

impl Place {
    /// The batch that was found here; `None` at the end. Each has to follow the one before.
    fn expect(&self, found: Found) -> Result<Option<BatchHeader>, ViewError> {
        let position = self.position;
        let corrupt = |reason| ViewError::Corrupt { position, reason };
        match found {
            Found::Batch(header) => {
                self.check(&header).map_err(corrupt)?;
                Ok(Some(header))
            }
            Found::End => Ok(None),
            Found::Broken(reason) => Err(corrupt(reason)),
        }
    }

    /// What is wrong when this batch lies here.
    pub(crate) fn check(&self, header: &BatchHeader) -> Result<(), String> {
        check_order(header, self.offset, self.gaps_before)
    }
}

/// An index that is there anyway, or was looked at for this one read. One without a file has no
/// entries, which costs time and nothing else.
#[derive(Debug)]
enum Index<'a, D: Disk, E> {
    Borrowed(&'a IndexFile<D, E>),
    Opened(IndexFile<D, E>),
}

impl<D: Disk, E: IndexEntry> Index<'_, D, E> {
    fn get(&self) -> &IndexFile<D, E> {
        match self {
            Self::Borrowed(index) => index,
            Self::Opened(index) => index,
        }
    }
}

/// A segment, open for reading.
#[derive(Debug)]
pub(crate) struct View<'a, D: Disk> {
    pub(crate) file: Arc<D::File>,
    pub(crate) base: Offset,
    pub(crate) size: u64,
    gaps_before: Offset,
    offsets: Index<'a, D, OffsetEntry>,
    times: Index<'a, D, TimeEntry>,
}

/// The headers of a segment's batches, one after the other.
#[derive(Debug)]
pub(crate) struct Batches<'a, D: Disk> {
    view: &'a View<'a, D>,
    window: Window<&'a D::File>,
    place: Place,
}

impl<D: Disk> Batches<'_, D> {
    /// The next one and its position; `None` at the segment's end.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, BatchHeader)>, ViewError> {
        let position = self.place.position;
        let found = header_in(&mut self.window, position)?;
        let header = self.place.expect(found)?;
        if let Some(header) = &header {
            self.place = self.view.behind(position, header);
        }
        Ok(header.map(|header| (position, header)))
    }
}

impl<'a, D: Disk> View<'a, D> {
    /// What is in the file of the segment that is written to.
    pub(crate) fn of_active(active: &'a Active<D>) -> Self {
        Self {
            file: active.log.clone(),
            base: active.base,
            size: active.written(),
            gaps_before: active.gaps_before,
            offsets: Index::Borrowed(&active.offsets),
            times: Index::Borrowed(&active.times),
        }
    }

    /// An older segment.
    pub(crate) fn of_sealed(disk: &D, folder: &Path, sealed: &Sealed) -> io::Result<Self> {
        let path = |ending| path_of(folder, sealed.base, ending);
        Ok(Self {
            file: Arc::new(disk.open(&path(LOG), OpenMode::Read)?),
            base: sealed.base,
            size: sealed.size,
            gaps_before: sealed.gaps_before,
            offsets: Index::Opened(IndexFile::open(disk, &path(OFFSET_INDEX))?),
            times: Index::Opened(IndexFile::open(disk, &path(TIME_INDEX))?),
        })
    }

    /// Where the segment's first batch lies.
    pub(crate) fn start(&self) -> Place {
        Place {
            position: 0,
            offset: self.base,
            gaps_before: self.gaps_before,
        }
    }

    /// Where a batch lies that is in its place.
    pub(crate) fn place_of(&self, position: u64, header: &BatchHeader) -> Place {
        Place {
            position,
            offset: Offset(header.base_offset),
            gaps_before: self.gaps_before,
        }
    }

    /// Behind a batch that is in its place.
    pub(crate) fn behind(&self, position: u64, header: &BatchHeader) -> Place {
        Place {
            position: behind(position, header),
            offset: Offset(header.last_offset()).plus(1),
            gaps_before: self.gaps_before,
        }
    }

    /// The batch that the last index entry points at.
    pub(crate) fn last_indexed(&self) -> io::Result<Place> {
        match self.offsets.get().last() {
            Some(entry) => self.confirmed(*entry),
            None => Ok(self.start()),
        }
    }

    /// The entry's position when the batch that it promises lies there, else the segment's start:
    /// a damaged index costs time, never records.
    fn confirmed(&self, entry: OffsetEntry) -> io::Result<Place> {
        let position = u64::from(entry.position);
        if let Found::Batch(header) = header_at(self.file.as_ref(), position, self.size)?
            && relative(self.base, Offset(header.last_offset())) == Some(entry.relative)
        {
            return Ok(self.place_of(position, &header));
        }
        tracing::warn!(base = %self.base, position, "offset index does not fit the segment");
        Ok(self.start())
    }

    /// The batch that holds `offset`, or the next one behind a gap; `None` at the end.
    pub(crate) fn find(&self, offset: Offset) -> Result<Option<(u64, BatchHeader)>, ViewError> {
        let target = relative(self.base, offset.max(self.base)).unwrap_or(u32::MAX);
        // The entries of a tail point behind what is in the file.
        let before =
            |entry: &OffsetEntry| entry.relative <= target && u64::from(entry.position) < self.size;
        let entry = self.offsets.get().last_before(before)?;
        let place = entry.map_or(Ok(self.start()), |entry| self.confirmed(entry))?;
        self.walk(place, |header| header.last_offset() >= offset.0)
    }

    /// The first batch from `place` on that `wanted` holds for.
    pub(crate) fn walk(
        &self,
        place: Place,
        wanted: impl Fn(&BatchHeader) -> bool,
    ) -> Result<Option<(u64, BatchHeader)>, ViewError> {
        let mut batches = self.batches(place);
        while let Some((position, header)) = batches.next()? {
            if wanted(&header) {
                return Ok(Some((position, header)));
            }
        }
        Ok(None)
    }

    /// All batches from `place` on.
    pub(crate) fn batches(&self, place: Place) -> Batches<'_, D> {
        Batches {
            view: self,
            window: Window::sparse(&self.file, self.size),
            place,
        }
    }

    /// The first batch that holds a record of `timestamp` or later.
    pub(crate) fn find_time(
        &self,
        timestamp: Timestamp,
    ) -> Result<Option<(u64, BatchHeader)>, ViewError> {
        let earlier = self
            .times
            .get()
            .last_before(|entry| entry.timestamp < timestamp)?;
        let place = match earlier {
            Some(entry) => {
                let offset = self.base.plus(i64::from(entry.relative));
                let found = self.find(offset)?;
                found.map_or(self.start(), |(position, header)| {
                    self.place_of(position, &header)
                })
            }
            None => self.start(),
        };
        self.walk(place, |header| header.max_timestamp >= timestamp.0)
    }

    /// All entries of both indexes.
    pub(crate) fn entries(&self) -> io::Result<(Vec<OffsetEntry>, Vec<TimeEntry>)> {
        Ok((self.offsets.get().entries()?, self.times.get().entries()?))
    }

    /// The last entry of the time index.
    pub(crate) fn last_time(&self) -> Option<TimeEntry> {
        self.times.get().last().copied()
    }
}
