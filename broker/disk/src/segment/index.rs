//! An index file: entries of one width, in growing order.
//!
//! New entries are kept in memory and written some hundred at a time: the segment tells them all,
//! so that a crash costs nothing but a longer walk. The file is open only while it is read or
//! written, and made with its first entries or at its segment's end, so that a partition that holds
//! little costs little.

use std::collections::VecDeque;
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use kavka_core::log::index::{IndexEntry, partition_point};

use crate::disk::{Disk, DiskFile, OpenMode};
use crate::journal::locked;
use crate::width::{narrow, wide};

/// Entries kept in memory: reads are mostly at the end.
const RECENT: usize = 8;
/// Bytes of entries that are written together.
const KEPT: usize = 4096;
/// Bytes of entries that wait at most while the disk takes none.
const KEPT_MAX: usize = 16 * KEPT;

/// An index.
#[derive(Debug)]
pub(crate) struct IndexFile<D: Disk, E> {
    store: Arc<IndexStore<D>>,
    count: u32,
    /// The last entries.
    recent: VecDeque<E>,
    entry: PhantomData<E>,
}

/// What an index's owner shares with whoever syncs it.
#[derive(Debug)]
pub(crate) struct IndexStore<D: Disk> {
    disk: D,
    path: PathBuf,
    state: Mutex<Stored>,
}

#[derive(Debug)]
struct Stored {
    /// Bytes of the file that count; `None` while there is no file.
    written: Option<u64>,
    /// Nothing was written since a sync.
    is_synced: bool,
    /// The file was made, and nobody has been told.
    is_new: bool,
    /// What comes behind them.
    kept: Vec<u8>,
}

impl Stored {
    fn length(&self) -> u64 {
        self.written.unwrap_or(0)
    }
}

impl<D: Disk> IndexStore<D> {
    /// Writes what is kept in memory.
    pub(crate) fn write_out(&self) -> io::Result<()> {
        self.write(&mut locked(&self.state)).map(drop)
    }

    /// The segment gets no more batches. There is a file then even where it has no entries: Kafka's
    /// tools look for it.
    pub(crate) fn finish(&self) -> io::Result<()> {
        let mut state = locked(&self.state);
        if state.written.is_none() && state.kept.is_empty() {
            self.disk.open(&self.path, OpenMode::Create)?;
            (state.written, state.is_new) = (Some(0), true);
            return Ok(());
        }
        self.write(&mut state).map(drop)
    }

    /// Writes what is kept in memory; returns the file when it is open for that.
    fn write(&self, state: &mut Stored) -> io::Result<Option<D::File>> {
        if state.kept.is_empty() {
            return Ok(None);
        }
        let file = match state.written {
            None => Some(self.disk.open(&self.path, OpenMode::Create)?),
            Some(_) => self.reopen()?,
        };
        state.is_new |= state.written.is_none();
        let length = state.length();
        if let Some(file) = &file {
            file.write_at(length, &[&state.kept])?;
            state.written = Some(length + wide(state.kept.len()));
            state.is_synced = false;
        }
        // A segment that rests needs no room.
        state.kept = Vec::new();
        Ok(file)
    }

    /// The file, unless its segment has been removed.
    fn reopen(&self) -> io::Result<Option<D::File>> {
        match self.disk.open(&self.path, OpenMode::Write) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the file was made since the last call: its folder has to be synced then.
    pub(crate) fn was_made(&self) -> bool {
        std::mem::take(&mut locked(&self.state).is_new)
    }

    /// Brings all entries to the disk, those in memory included.
    pub(crate) fn sync(&self) -> io::Result<()> {
        let file = {
            let mut state = locked(&self.state);
            let file = self.write(&mut state)?;
            if state.written.is_none() || std::mem::replace(&mut state.is_synced, true) {
                return Ok(());
            }
            match file {
                Some(file) => Some(file),
                None => self.reopen().inspect_err(|_| state.is_synced = false)?,
            }
        };
        // Entries are added meanwhile; they are written later and make it unsynced again.
        file.map_or(Ok(()), |file| file.sync_data())
            .inspect_err(|_| locked(&self.state).is_synced = false)
    }

    /// Writes everything once more: after a failed sync it counts as written though it is not.
    pub(crate) fn write_again(&self) -> io::Result<()> {
        let mut state = locked(&self.state);
        let Some(length) = state.written else {
            return Ok(());
        };
        let Some(file) = self.reopen()? else {
            return Ok(());
        };
        let content = file.read_at(0, narrow(length))?;
        file.write_at(0, &[&content])?;
        state.is_synced = false;
        Ok(())
    }
}

impl<D: Disk, E: IndexEntry> IndexFile<D, E> {
    /// Looks at what the file holds, if there is one; a part of an entry at its end is ignored.
    pub(crate) fn open(disk: &D, path: &Path) -> io::Result<Self> {
        let file = match disk.open(path, OpenMode::Read) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self::missing(disk, path));
            }
            Err(error) => return Err(error),
        };
        let count = u32::try_from(file.len()? / wide(E::WIDTH)).unwrap_or(u32::MAX);
        let written = u64::from(count) * wide(E::WIDTH);
        let mut index = Self::new(disk, path, Some(written), count);
        if let Some(last) = count.checked_sub(1) {
            index.recent.push_back(read(&file, last)?);
        }
        Ok(index)
    }

    /// An index without a file.
    pub(crate) fn missing(disk: &D, path: &Path) -> Self {
        Self::new(disk, path, None, 0)
    }

    fn new(disk: &D, path: &Path, written: Option<u64>, count: u32) -> Self {
        let store = IndexStore {
            disk: disk.clone(),
            path: path.to_owned(),
            state: Mutex::new(Stored {
                written,
                is_synced: false,
                is_new: false,
                kept: Vec::new(),
            }),
        };
        Self {
            store: Arc::new(store),
            count,
            recent: VecDeque::new(),
            entry: PhantomData,
        }
    }

    /// What is shared with whoever syncs it.
    pub(crate) fn store(&self) -> &Arc<IndexStore<D>> {
        &self.store
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
        self.entry_through(number, &mut None)
    }

    /// The same; `file` is opened when it is needed, and stays open for the next one.
    fn entry_through(&self, number: u32, file: &mut Option<D::File>) -> io::Result<E> {
        let from_end = self.count.saturating_sub(number);
        let recent = usize::try_from(from_end)
            .ok()
            .and_then(|from_end| self.recent.len().checked_sub(from_end));
        if let Some(entry) = recent.and_then(|place| self.recent.get(place)) {
            return Ok(*entry);
        }
        {
            let state = locked(&self.store.state);
            let position = u64::from(number) * wide(E::WIDTH);
            if let Some(place) = position.checked_sub(state.length()) {
                let kept = state.kept.get(narrow(place)..);
                let entry = kept.and_then(E::decode);
                return entry.ok_or_else(|| io::ErrorKind::UnexpectedEof.into());
            }
        }
        let file = match file {
            Some(file) => file,
            closed => closed.insert(self.store.disk.open(&self.store.path, OpenMode::Read)?),
        };
        read(file, number)
    }

    /// The last entry of those that `is_before` holds for; it must hold for a leading part.
    pub(crate) fn last_before(&self, is_before: impl Fn(&E) -> bool) -> io::Result<Option<E>> {
        if self.recent.front().is_some_and(&is_before) {
            let last = self.recent.iter().rev().find(|entry| is_before(entry));
            return Ok(last.copied());
        }
        let mut file = None;
        let count = partition_point(
            self.count,
            |number| self.entry_through(number, &mut file),
            is_before,
        )?;
        match count.checked_sub(1) {
            Some(number) => self.entry_through(number, &mut file).map(Some),
            None => Ok(None),
        }
    }

    /// All entries.
    pub(crate) fn entries(&self) -> io::Result<Vec<E>> {
        let mut file = None;
        (0..self.count)
            .map(|number| self.entry_through(number, &mut file))
            .collect()
    }

    /// The number of leading entries that grow as `follows` says and that `is_before` holds for:
    /// what lies behind may be torn.
    pub(crate) fn sound_before(
        &self,
        is_before: impl Fn(&E) -> bool,
        follows: impl Fn(&E, &E) -> bool,
    ) -> io::Result<u32> {
        let (mut count, mut last) = (0, None);
        for entry in self.content()?.chunks_exact(E::WIDTH).map_while(E::decode) {
            if !is_before(&entry) || last.is_some_and(|last| !follows(&last, &entry)) {
                break;
            }
            count += 1;
            last = Some(entry);
        }
        Ok(count)
    }

    fn content(&self) -> io::Result<Vec<u8>> {
        let state = locked(&self.store.state);
        let mut content = match state.written {
            Some(length) if length > 0 => {
                let file = self.store.disk.open(&self.store.path, OpenMode::Read)?;
                file.read_at(0, narrow(length))?.to_vec()
            }
            _ => Vec::new(),
        };
        content.extend_from_slice(&state.kept);
        Ok(content)
    }

    /// Appends an entry.
    pub(crate) fn push(&mut self, entry: E) -> io::Result<()> {
        let mut state = locked(&self.store.state);
        if state.kept.len() >= KEPT_MAX {
            self.store.write(&mut state)?;
        }
        entry.encode(&mut state.kept);
        if state.kept.len() >= KEPT
            && let Err(error) = self.store.write(&mut state)
        {
            tracing::warn!(%error, path = %self.store.path.display(), "index not written yet");
        }
        drop(state);
        self.count += 1;
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(entry);
        Ok(())
    }

    /// Keeps the first `count` entries only.
    pub(crate) fn truncate(&mut self, count: u32) -> io::Result<()> {
        let count = count.min(self.count);
        let length = u64::from(count) * wide(E::WIDTH);
        {
            let mut state = locked(&self.store.state);
            if let Some(kept) = length.checked_sub(state.length()) {
                state.kept.truncate(narrow(kept));
            } else {
                state.kept.clear();
            }
            // The file may end with a part of an entry, or with what a crash has left.
            if let Some(written) = state.written {
                let file = self.store.disk.open(&self.store.path, OpenMode::Write)?;
                let rest = written.min(length);
                if file.len()? != rest {
                    file.set_len(rest)?;
                    state.is_synced = false;
                }
                state.written = Some(rest);
            }
        }
        self.count = count;
        self.recent.clear();
        if let Some(last) = count.checked_sub(1) {
            let last = self.entry(last)?;
            self.recent.push_back(last);
        }
        Ok(())
    }
}

fn read<E: IndexEntry>(file: &impl DiskFile, number: u32) -> io::Result<E> {
    let bytes = file.read_at(u64::from(number) * wide(E::WIDTH), E::WIDTH)?;
    E::decode(&bytes).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SimDisk;
    use crate::disk::sim::{Fault, Operation};
    use kavka_core::log::index::OffsetEntry;

    const PATH: &str = "/0.index";

    fn entry(number: u32) -> OffsetEntry {
        OffsetEntry {
            relative: number,
            position: number * 10,
        }
    }

    fn filled(disk: &SimDisk, count: u32) -> IndexFile<SimDisk, OffsetEntry> {
        let mut index = IndexFile::open(disk, Path::new(PATH)).unwrap();
        for number in 1..=count {
            index.push(entry(number)).unwrap();
        }
        index
    }

    #[test]
    fn entries_are_found_in_the_file_and_in_memory_alike() {
        let disk = SimDisk::new();
        let index = filled(&disk, 1300);
        let on_disk = disk.content(Path::new(PATH)).unwrap().len();
        assert!(on_disk > 0 && on_disk < 1300 * 8, "{on_disk}");
        for number in (1..=1300).step_by(7) {
            assert_eq!(index.entry(number - 1).unwrap(), entry(number));
            let before = |entry: &OffsetEntry| entry.relative <= number;
            assert_eq!(index.last_before(before).unwrap(), Some(entry(number)));
        }
        assert_eq!(index.entries().unwrap().len(), 1300);
        index.store().write_out().unwrap();
        let again = IndexFile::<_, OffsetEntry>::open(&disk, Path::new(PATH)).unwrap();
        assert_eq!(again.entries().unwrap(), index.entries().unwrap());
    }

    #[test]
    fn what_is_cut_does_not_come_back() {
        for (all, left) in [(1300, 1200), (1300, 100), (1300, 0), (20, 3)] {
            let disk = SimDisk::new();
            let mut index = filled(&disk, all);
            index.truncate(left).unwrap();
            assert_eq!(index.last().copied(), (left > 0).then(|| entry(left)));
            index.push(entry(5000)).unwrap();
            index.store().write_out().unwrap();
            let again = IndexFile::<_, OffsetEntry>::open(&disk, Path::new(PATH)).unwrap();
            let expected: Vec<_> = (1..=left).chain([5000]).map(entry).collect();
            assert_eq!(again.entries().unwrap(), expected, "{all} cut to {left}");
        }
    }

    #[test]
    fn entries_wait_while_the_disk_takes_none() {
        let disk = SimDisk::new();
        disk.inject(Fault {
            operation: Some(Operation::Write),
            path_ending: ".index".to_owned(),
            after: 0,
            times: 3,
            error: io::ErrorKind::Other,
        });
        let index = filled(&disk, 1300);
        index.store().write_out().unwrap();
        let again = IndexFile::<_, OffsetEntry>::open(&disk, Path::new(PATH)).unwrap();
        assert_eq!(again.entries().unwrap(), index.entries().unwrap());
    }

    #[test]
    fn an_index_without_entries_has_no_file() {
        let disk = SimDisk::new();
        let index = filled(&disk, 0);
        index.store().sync().unwrap();
        assert!(disk.files().is_empty());
    }
}
