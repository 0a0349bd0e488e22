//! An index file: entries of one width, in growing order.

use std::collections::VecDeque;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;

use kavka_core::log::index::{IndexEntry, partition_point};

use crate::disk::DiskFile;
use crate::width::wide;

/// Entries kept in memory: reads are mostly at the end.
const RECENT: usize = 8;

/// An open index file.
#[derive(Debug)]
pub(crate) struct IndexFile<F, E> {
    file: Arc<F>,
    count: u32,
    /// The last entries.
    recent: VecDeque<E>,
    entry: PhantomData<E>,
}

impl<F: DiskFile, E: IndexEntry> IndexFile<F, E> {
    /// Takes over an open file; a part of an entry at its end is ignored.
    pub(crate) fn open(file: F) -> io::Result<Self> {
        let count = file.len()? / wide(E::WIDTH);
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let mut index = Self {
            file: Arc::new(file),
            count,
            recent: VecDeque::new(),
            entry: PhantomData,
        };
        index.recent.extend(index.last_stored()?);
        Ok(index)
    }

    fn last_stored(&self) -> io::Result<Option<E>> {
        self.count
            .checked_sub(1)
            .map(|last| self.entry(last))
            .transpose()
    }

    /// The file, for whoever syncs it.
    pub(crate) fn file(&self) -> &Arc<F> {
        &self.file
    }

    /// Number of entries.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Bytes of all entries.
    pub(crate) fn bytes(&self) -> u32 {
        u32::try_from(E::WIDTH)
            .unwrap_or(0)
            .saturating_mul(self.count)
    }

    /// The last entry.
    pub(crate) fn last(&self) -> Option<&E> {
        self.recent.back()
    }

    /// The entry with this number.
    pub(crate) fn entry(&self, number: u32) -> io::Result<E> {
        let from_end = self.count.saturating_sub(number);
        let recent = usize::try_from(from_end)
            .ok()
            .and_then(|from_end| self.recent.len().checked_sub(from_end));
        if let Some(entry) = recent.and_then(|place| self.recent.get(place)) {
            return Ok(*entry);
        }
        let bytes = self
            .file
            .read_at(u64::from(number) * wide(E::WIDTH), E::WIDTH)?;
        E::decode(&bytes).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// The last entry of those that `is_before` holds for; it must hold for a leading part.
    pub(crate) fn last_before(&self, is_before: impl Fn(&E) -> bool) -> io::Result<Option<E>> {
        match self.count_before(is_before)?.checked_sub(1) {
            Some(number) => self.entry(number).map(Some),
            None => Ok(None),
        }
    }

    /// The number of leading entries that `is_before` holds for.
    pub(crate) fn count_before(&self, is_before: impl Fn(&E) -> bool) -> io::Result<u32> {
        partition_point(self.count, |number| self.entry(number), is_before)
    }

    /// The number of leading entries that grow as `follows` says and that `is_before` holds for:
    /// what lies behind may be torn.
    pub(crate) fn sound_before(
        &self,
        is_before: impl Fn(&E) -> bool,
        follows: impl Fn(&E, &E) -> bool,
    ) -> io::Result<u32> {
        let length = u64::from(self.count) * wide(E::WIDTH);
        let bytes = self.file.read_at(0, crate::width::narrow(length))?;
        let (mut count, mut last) = (0, None);
        for entry in bytes.chunks_exact(E::WIDTH).map_while(E::decode) {
            if !is_before(&entry) || last.is_some_and(|last| !follows(&last, &entry)) {
                break;
            }
            count += 1;
            last = Some(entry);
        }
        Ok(count)
    }

    /// Appends an entry.
    pub(crate) fn push(&mut self, entry: E) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(E::WIDTH);
        entry.encode(&mut bytes);
        self.file
            .write_at(u64::from(self.count) * wide(E::WIDTH), &[&bytes])?;
        self.count += 1;
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(entry);
        Ok(())
    }

    /// Keeps the first `count` entries only.
    pub(crate) fn truncate(&mut self, count: u32) -> io::Result<()> {
        self.count = count.min(self.count);
        self.file.set_len(u64::from(self.count) * wide(E::WIDTH))?;
        self.recent.clear();
        self.recent.extend(self.last_stored()?);
        Ok(())
    }
}
