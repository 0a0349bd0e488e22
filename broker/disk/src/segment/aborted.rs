//! A segment's index of aborted transactions.
//!
//! While the segment is written to, the file is for Kafka's tools only: what it holds comes back
//! from the producer snapshot and the log behind it. Once sealed it ends with a checksum and is
//! read for consumers.

use std::io;
use std::path::Path;
use std::sync::Arc;

use kavka_core::log::{Aborted, AbortedError, Search};
use kavka_core::types::Offset;

use super::{ABORTED_INDEX, Sealed, path_of};
use crate::disk::{self, Disk, DiskFile, OpenMode};
use crate::width::{narrow, wide};

/// Largest index that is read: about thirty million entries.
const INDEX_MAX: u64 = 1 << 30;

/// Entries that are read at once for a consumer.
const AT_ONCE: u64 = 120;

/// What lies where the index of a sealed segment should be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum AbortedFile {
    /// Nothing: no transaction was aborted in the segment.
    Missing,
    /// What was written there.
    Whole(Vec<Aborted>),
    /// Something else.
    Damaged(AbortedError),
}

impl AbortedFile {
    /// Reads the index of a sealed segment.
    pub(crate) fn read<D: Disk>(disk: &D, folder: &Path, base: Offset) -> io::Result<Self> {
        let path = path_of(folder, base, ABORTED_INDEX);
        Ok(match disk::read_small(disk, &path, INDEX_MAX)? {
            None => Self::Missing,
            Some(bytes) => match Aborted::from_sealed(&bytes) {
                Ok(entries) => Self::Whole(entries),
                Err(error) => Self::Damaged(error),
            },
        })
    }

    /// Writes the index of a sealed segment anew; the caller syncs file and folder.
    pub(crate) fn write<D: Disk>(
        disk: &D,
        folder: &Path,
        base: Offset,
        entries: &[Aborted],
    ) -> io::Result<D::File> {
        let path = path_of(folder, base, ABORTED_INDEX);
        let file = disk.open_resting(&path, OpenMode::Create)?;
        file.set_len(0)?;
        file.write_at(0, &[&Aborted::to_sealed(entries)])?;
        Ok(file)
    }

    /// Removes the index; one that is gone already is no error.
    pub(crate) fn remove<D: Disk>(disk: &D, folder: &Path, base: Offset) -> io::Result<()> {
        match disk.remove_file(&path_of(folder, base, ABORTED_INDEX)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// The index of a sealed segment, which a start has found whole: of it only what a fetch asks for
/// is read.
#[derive(Debug)]
pub(crate) struct SealedAborted<F: DiskFile> {
    file: F,
    segment: Sealed,
}

impl<F: DiskFile> SealedAborted<F> {
    pub(crate) fn open<D: Disk<File = F>>(
        disk: &D,
        folder: &Path,
        segment: Sealed,
    ) -> io::Result<Self> {
        let file = disk.open(
            &path_of(folder, segment.base, ABORTED_INDEX),
            OpenMode::Read,
        )?;
        Ok(Self { file, segment })
    }

    /// Adds the entries that have records in `from..to`. Returns whether later segments have none.
    pub(crate) fn collect(
        &self,
        from: Offset,
        to: Offset,
        into: &mut Vec<Aborted>,
    ) -> io::Result<Search> {
        let count = u64::from(self.segment.aborted);
        // The markers are in order: those before `from` are passed over.
        let (mut low, mut high) = (0, count);
        while high - low > AT_ONCE {
            let middle = low.midpoint(high);
            match self.entries(middle, 1)?.first() {
                Some(entry) if entry.last < from => low = middle + 1,
                _ => high = middle,
            }
        }
        while low < count {
            let entries = self.entries(low, AT_ONCE.min(count - low))?;
            if Aborted::collect(&entries, from, to, into) == Search::Finished {
                return Ok(Search::Finished);
            }
            low += AT_ONCE;
        }
        Ok(Search::GoesOn)
    }

    fn entries(&self, first: u64, count: u64) -> io::Result<Vec<Aborted>> {
        let width = wide(Aborted::WIDTH);
        let bytes = self.file.read_at(first * width, narrow(count * width))?;
        if bytes.len() != narrow(count * width) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let entries = bytes.chunks(Aborted::WIDTH).map(Aborted::decode);
        let entries = entries.collect::<Result<Vec<_>, _>>();
        let damaged = |reason: String| io::Error::new(io::ErrorKind::InvalidData, reason);
        let entries = entries.map_err(|error| damaged(error.to_string()))?;
        let within = self.segment.base..self.segment.end;
        let sound = entries.iter().all(|it| within.contains(&it.last))
            && entries.is_sorted_by_key(|it| it.last);
        if sound {
            Ok(entries)
        } else {
            Err(damaged(
                "its markers are not those of the segment".to_owned(),
            ))
        }
    }
}

/// The index of the segment that is written to.
#[derive(Debug)]
pub(crate) struct AbortedIndex<D: Disk> {
    base: Offset,
    entries: Vec<Aborted>,
    /// Made with the first entry.
    file: Option<Arc<D::File>>,
    /// It was made and has nothing yet: its folder is to be synced.
    is_new: bool,
    /// Entries that the file has.
    written: usize,
}

impl<D: Disk> AbortedIndex<D> {
    pub(crate) fn new(base: Offset) -> Self {
        Self {
            base,
            entries: Vec::new(),
            file: None,
            is_new: false,
            written: 0,
        }
    }

    pub(crate) fn entries(&self) -> &[Aborted] {
        &self.entries
    }

    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// Adds an entry; [`AbortedIndex::store`] writes it.
    pub(crate) fn push(&mut self, entry: Aborted) {
        self.entries.push(entry);
    }

    /// Takes over what was found at start; the file is written anew with the next entry.
    pub(crate) fn replace(&mut self, entries: Vec<Aborted>) {
        self.entries = entries;
        self.written = 0;
    }

    /// The first marker whose transaction a start after a crash may not find in any file.
    pub(crate) fn unsafe_from(&self) -> Option<Offset> {
        let nowhere = self.file.is_none() || self.is_new;
        self.entries
            .first()
            .filter(|_| nowhere)
            .map(|first| first.last)
    }

    /// Brings the file up to date. Returns whether it is new in its folder.
    pub(crate) fn store(&mut self, disk: &D, folder: &Path) -> io::Result<bool> {
        if self.entries.is_empty() {
            return Ok(false);
        }
        let file = if let Some(file) = &self.file {
            file.clone()
        } else {
            let path = path_of(folder, self.base, ABORTED_INDEX);
            let file = Arc::new(disk.open_resting(&path, OpenMode::Create)?);
            self.file = Some(file.clone());
            self.is_new = true;
            file
        };
        if self.written == 0 {
            file.set_len(0)?;
        }
        let mut bytes = Vec::new();
        let unwritten = self.entries.get(self.written..).unwrap_or_default();
        for entry in unwritten {
            entry.encode(&mut bytes);
        }
        file.write_at(wide(self.written * Aborted::WIDTH), &[&bytes])?;
        self.written = self.entries.len();
        Ok(std::mem::take(&mut self.is_new))
    }

    /// The segment is no longer written to: its index gets a checksum. Returns the file to sync,
    /// unless nothing was aborted.
    pub(crate) fn seal(&mut self, disk: &D, folder: &Path) -> io::Result<Option<Arc<D::File>>> {
        if self.entries.is_empty() {
            // What a former life of the segment may have left behind.
            AbortedFile::remove(disk, folder, self.base)?;
            return Ok(None);
        }
        let file = Arc::new(AbortedFile::write(disk, folder, self.base, &self.entries)?);
        self.file = Some(file.clone());
        self.is_new = false;
        self.written = self.entries.len();
        Ok(Some(file))
    }
}
