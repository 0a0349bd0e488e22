//! One journal per broker takes the batches of all partitions; its fdatasync, grouped over all of
//! them, is what acknowledges them. It is a row of preallocated files that are used again once the
//! segments of everything in them are synced.
//!
//! What keeps it honest:
//! - A record carries its own position (LSN) and is checksummed together with the incarnation of
//!   the journal that wrote it, so what an earlier use of the file left is never taken for new.
//! - A record says how far the journal was synced when it was written. An unreadable place below
//!   that is damage and reported; above it is the torn end of a crash and harmless.
//! - Records stay in memory until they are synced; those that only a sync makes count are written
//!   with it, all at once. After a failed fdatasync the kernel may have dropped the pages, so the
//!   next one writes them again first. So does a start with what it finds and nobody is known to
//!   have synced: the process before it may have seen such a failure.
//! - Behind the last record lies an end mark, so that a start does not search the rest of the file
//!   for more. Only where a crash has torn it, the rest is searched.

mod file;
mod record;
mod replay;

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use kavka_core::types::Lsn;
use thiserror::Error;

use crate::disk::{self, Disk, DiskFile, OpenMode};
use crate::reserve::{MayBeFull, Reserve};
use crate::width::wide;
use file::FileHeader;

pub use record::{Address, Content, Replayed, ReplayedContent};
pub use replay::{JournalDamage, Replay, ReplayTarget, ScannedBatch};

/// A file takes at most this part of the free space.
const SHARE: u64 = 16;
/// But this much in any case.
const FILE_MIN: u64 = 1 << 20;
/// So much is not written at once while a sync takes its time.
const UNWRITTEN_MAX: usize = 1 << 20;

/// Sizes of the journal.
#[derive(Debug, Clone)]
pub struct JournalSettings {
    /// Bytes of each file; a larger record gets a larger file, and little space a smaller one.
    pub file_bytes: u64,
    /// Files kept for the next use.
    pub free_files: usize,
    /// Most bytes that may wait for a sync; beyond that appends are refused.
    pub unsynced_bytes_max: usize,
}

impl Default for JournalSettings {
    fn default() -> Self {
        Self {
            file_bytes: 64 << 20,
            free_files: 4,
            unsynced_bytes_max: 256 << 20,
        }
    }
}

/// The journal did not take a record, or did not get one to the disk. All of them may pass.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The disk is full.
    #[error("the disk of the journal {} is full: free some space", path.display())]
    Full {
        /// The file that could not grow.
        path: PathBuf,
    },
    /// Too much waits for a sync already.
    #[error("{waiting} bytes of the journal wait for the disk; at most {max} may")]
    Backlog {
        /// Bytes that wait.
        waiting: usize,
        /// The limit.
        max: usize,
    },
    /// The disk failed.
    #[error("journal {}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the disk says.
        source: io::Error,
    },
}

impl JournalError {
    fn new(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        if disk::is_full(&source) {
            Self::Full { path }
        } else {
            Self::Io { path, source }
        }
    }
}

impl MayBeFull for JournalError {
    fn is_full(&self) -> bool {
        matches!(self, Self::Full { .. })
    }
}

/// A live file of the journal.
#[derive(Debug)]
struct Live<D: Disk> {
    start: u64,
    capacity: u64,
    path: PathBuf,
    /// `None` for files of earlier incarnations, which are only read.
    file: Option<Arc<D::File>>,
}

/// A record that is not known to be on disk.
#[derive(Debug)]
struct Pending<D: Disk> {
    end: u64,
    file: Arc<D::File>,
    position: u64,
    head: Bytes,
    rest: Bytes,
    padding: &'static [u8],
}

impl<D: Disk> Clone for Pending<D> {
    fn clone(&self) -> Self {
        Self {
            end: self.end,
            file: self.file.clone(),
            position: self.position,
            head: self.head.clone(),
            rest: self.rest.clone(),
            padding: self.padding,
        }
    }
}

impl<D: Disk> Pending<D> {
    fn len(&self) -> usize {
        self.head.len() + self.rest.len()
    }

    /// Position behind it in its file.
    fn file_end(&self) -> u64 {
        self.position + wide(self.len() + self.padding.len())
    }
}

#[derive(Debug)]
struct State<D: Disk> {
    /// Oldest first; the last one is written to when it has a file.
    live: VecDeque<Live<D>>,
    /// Where the next record goes in the last live file.
    position: u64,
    free: Vec<PathBuf>,
    next_free: u64,
    /// Where a new file may begin: behind whatever any file has ever said of itself.
    next_start: u64,
    pending: VecDeque<Pending<D>>,
    pending_bytes: usize,
    /// How many of the pending records are in the page cache, from the front.
    written: usize,
    unwritten_bytes: usize,
    directory_dirty: bool,
    /// A sync has failed: what is pending has to be written again.
    rewrite: bool,
}

/// The journal. Appends come from all shards, syncs from one thread.
#[derive(Debug)]
pub struct Journal<D: Disk> {
    disk: D,
    directory: PathBuf,
    settings: JournalSettings,
    incarnation: u64,
    reserve: Arc<Reserve<D>>,
    state: Mutex<State<D>>,
    /// Held over a whole sync or recycling, so that these do not overlap.
    syncing: Mutex<()>,
    appended: AtomicU64,
    synced: AtomicU64,
    /// Where a checkpoint of everything before it ends.
    quiet: AtomicU64,
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<D: Disk> Journal<D> {
    /// Opens the journal in `directory`, which is made when missing, and finds what is to be
    /// replayed. New records go into a new file.
    pub fn open(
        disk: &D,
        directory: &Path,
        settings: JournalSettings,
    ) -> Result<(Self, Replay<D>), JournalError> {
        Self::open_from(disk, directory, settings, Lsn(0), Arc::new(Reserve::none()))
    }

    /// Like [`Journal::open`], when everything before `flushed` is known to be in synced segments:
    /// that part is not read.
    pub(crate) fn open_from(
        disk: &D,
        directory: &Path,
        settings: JournalSettings,
        flushed: Lsn,
        reserve: Arc<Reserve<D>>,
    ) -> Result<(Self, Replay<D>), JournalError> {
        let fault = |source| JournalError::new(directory, source);
        disk.create_dir_all(directory).map_err(fault)?;
        let incarnation = reserve
            .with_room(|| file::next_incarnation(disk, directory))
            .map_err(fault)?;
        if let Some(parent) = directory.parent() {
            disk.sync_dir(parent).map_err(fault)?;
        }
        let found = file::list(disk, directory).map_err(fault)?;
        let replay = Replay::scan(disk, &found.live, flushed).map_err(fault)?;
        if !found.live.is_empty() {
            // After a mere kill the files, their names included, may be in the page cache only. From
            // now on everything up to the end counts as synced, so that has to be true: also where
            // nothing is to be replayed, or the next file would not follow what is on disk.
            replay.write_again(disk).map_err(fault)?;
            file::sync_all(disk, directory, &found.live).map_err(fault)?;
        }
        let live = found.live.into_iter().map(|(path, header)| Live {
            start: header.start,
            capacity: header.capacity,
            path,
            file: None,
        });
        let end = replay.end();
        let journal = Self {
            disk: disk.clone(),
            directory: directory.to_owned(),
            settings,
            incarnation,
            reserve,
            state: Mutex::new(State {
                live: live.collect(),
                position: 0,
                free: found.free,
                next_free: found.next_free,
                next_start: found.next_start,
                pending: VecDeque::new(),
                pending_bytes: 0,
                written: 0,
                unwritten_bytes: 0,
                directory_dirty: false,
                rewrite: false,
            }),
            syncing: Mutex::new(()),
            appended: AtomicU64::new(end),
            synced: AtomicU64::new(end),
            quiet: AtomicU64::new(replay.quiet_end()),
        };
        Ok((journal, replay))
    }

    /// Everything below has its place.
    pub fn appended(&self) -> Lsn {
        Lsn(self.appended.load(Ordering::Acquire))
    }

    /// Everything below is on disk.
    pub fn synced(&self) -> Lsn {
        Lsn(self.synced.load(Ordering::Acquire))
    }

    /// Bytes of all files that recovery would have to read.
    pub fn live_bytes(&self) -> u64 {
        locked(&self.state)
            .live
            .iter()
            .map(|live| live.capacity)
            .sum()
    }

    /// Appends a record to the page cache, where it survives the end of the process. It is on disk
    /// once [`Journal::synced`] has reached the LSN that is returned. After an error nothing was
    /// appended.
    pub fn append(&self, address: &Address, content: &Content) -> Result<Lsn, JournalError> {
        let draft = record::Draft::new(address, content);
        let mut state = locked(&self.state);
        let end = self.hold(&mut state, draft, content)?;
        self.write_out(&mut state)
            .inspect_err(|_| state.take_back())?;
        self.appended.store(end, Ordering::Release);
        Ok(Lsn(end))
    }

    /// Like [`Journal::append`] for a record that does not count before it is on disk: it is
    /// written together with others, by the next sync at the latest.
    pub fn append_for_sync(
        &self,
        address: &Address,
        content: &Content,
    ) -> Result<Lsn, JournalError> {
        let draft = record::Draft::new(address, content);
        let mut state = locked(&self.state);
        if state.unwritten_bytes >= UNWRITTEN_MAX {
            self.write_out(&mut state)?;
        }
        let end = self.hold(&mut state, draft, content)?;
        self.appended.store(end, Ordering::Release);
        Ok(Lsn(end))
    }

    /// Gives a record its place, and keeps it until it is on disk.
    fn hold(
        &self,
        state: &mut State<D>,
        draft: record::Draft,
        content: &Content,
    ) -> Result<u64, JournalError> {
        if state.pending_bytes.saturating_add(draft.len()) > self.settings.unsynced_bytes_max
            && state.pending_bytes > 0
        {
            let (waiting, max) = (state.pending_bytes, self.settings.unsynced_bytes_max);
            return Err(JournalError::Backlog { waiting, max });
        }
        let length = wide(draft.len());
        let has_room = state.live.back().is_some_and(|live| {
            live.file.is_some() && state.position.saturating_add(length) <= live.capacity
        });
        if !has_room {
            // The next file says where this one ends.
            self.write_out(state)?;
            match content {
                Content::Batch { .. } | Content::Created { .. } | Content::Checkpoint(_) => {
                    self.begin_file(state, length)?;
                }
                // These free space, or say what is no more.
                Content::Deleted | Content::Truncated(_) | Content::StartOffset(_) => {
                    self.reserve.with_room(|| self.begin_file(state, length))?;
                }
            }
        }
        let position = state.position;
        let active = state.live.back();
        let Some((start, file)) = active.and_then(|live| Some((live.start, live.file.clone()?)))
        else {
            return Err(JournalError::new(
                &self.directory,
                io::ErrorKind::NotFound.into(),
            ));
        };
        let lsn = start + position;
        let end = lsn + length;
        let padding = draft.padding();
        let (head, rest) = draft.finish(self.incarnation, lsn, self.synced().0);
        state.position = position + length;
        state.hold(Pending {
            end,
            file,
            position,
            head,
            rest,
            padding,
        });
        Ok(end)
    }

    /// Writes what is only in memory, and the end mark behind it.
    fn write_out(&self, state: &mut State<D>) -> Result<(), JournalError> {
        while let Some(first) = state.pending.get(state.written) {
            let (file, position) = (first.file.clone(), first.position);
            let in_file = |record: &&Pending<D>| Arc::ptr_eq(&record.file, &file);
            let records = state.pending.iter().skip(state.written).take_while(in_file);
            let mut chunks: Vec<&[u8]> = Vec::new();
            let (mut count, mut lsn, mut next) = (0, 0, position);
            // Within a file they lie one behind the other.
            for record in records {
                chunks.extend([&record.head[..], &record.rest, record.padding]);
                (lsn, next) = (record.end, record.file_end());
                count += 1;
            }
            let mark = record::end_mark(self.incarnation, lsn);
            // At the end of a file there is nothing left to search, and what follows is no end.
            let is_last = state.written + count == state.pending.len();
            let capacity = state.live.back().map_or(0, |live| live.capacity);
            if is_last && next + wide(mark.len()) <= capacity {
                chunks.push(&mark);
            }
            file.write_at(position, &chunks)
                .map_err(|source| JournalError::new(&self.directory, source))?;
            state.written += count;
        }
        state.unwritten_bytes = 0;
        Ok(())
    }

    /// Starts the next file, a used one where there is one.
    fn begin_file(&self, state: &mut State<D>, length: u64) -> Result<(), JournalError> {
        let previous_end = self.appended().0;
        let start = match state.live.back() {
            Some(live) => (live.start + live.capacity).max(previous_end),
            None => previous_end,
        };
        let start = start.max(state.next_start);
        let source = state.free.last().cloned();
        let fault = |source| JournalError::new(&self.directory, source);
        let wanted = if source.is_some() {
            self.settings.file_bytes
        } else {
            let free = self.disk.free_space(&self.directory).map_err(fault)?;
            let share = (free / SHARE).max(FILE_MIN);
            self.settings.file_bytes.min(share)
        };
        let capacity = wanted.max(length + file::HEADER_LEN);
        let header = FileHeader {
            start,
            capacity,
            previous_end,
            incarnation: self.incarnation,
        };
        let path = self.directory.join(file::live_name(start));
        let fault = |source| JournalError::new(&path, source);
        let file = self
            .disk
            .open(source.as_ref().unwrap_or(&path), OpenMode::Create);
        let file = file.map_err(fault)?;
        let begin = || {
            file.allocate(capacity)?;
            let encoded = header.encode();
            file.write_at(0, &[&encoded])?;
            if let Some(source) = &source {
                self.disk.rename(source, &path)?;
            }
            Ok(encoded)
        };
        let encoded = match begin() {
            Ok(encoded) => encoded,
            Err(error) => {
                if source.is_none() {
                    // Leaves no half-made file behind; when that fails too it is used next time.
                    let _ = self.disk.remove_file(&path);
                }
                return Err(fault(error));
            }
        };
        if source.is_some() {
            state.free.pop();
        }
        let file = Arc::new(file);
        state.hold(Pending {
            end: start + file::HEADER_LEN,
            file: file.clone(),
            position: 0,
            head: encoded,
            rest: Bytes::new(),
            padding: &[],
        });
        state.written += 1;
        state.unwritten_bytes = 0;
        state.live.push_back(Live {
            start,
            capacity,
            path,
            file: Some(file),
        });
        state.position = file::HEADER_LEN;
        state.directory_dirty = true;
        Ok(())
    }

    /// Brings everything that was appended before the call to the disk and returns up to where.
    /// After an error nothing new counts as synced; call it again.
    pub fn sync(&self) -> Result<Lsn, JournalError> {
        let _syncing = locked(&self.syncing);
        self.sync_exclusively()
    }

    fn sync_exclusively(&self) -> Result<Lsn, JournalError> {
        let (target, files, again, directory_dirty) = {
            let mut state = locked(&self.state);
            self.write_out(&mut state)?;
            let dirty = std::mem::take(&mut state.directory_dirty);
            let again = state.take_again();
            (self.appended().0, state.pending_files(), again, dirty)
        };
        match self.bring_to_disk(&files, &again, directory_dirty) {
            Ok(()) => {
                let mut state = locked(&self.state);
                state.release(target);
                self.synced.fetch_max(target, Ordering::AcqRel);
                Ok(self.synced())
            }
            Err(source) => {
                let mut state = locked(&self.state);
                state.rewrite = true;
                state.directory_dirty |= directory_dirty;
                Err(JournalError::new(&self.directory, source))
            }
        }
    }

    /// Writes `again` first, without keeping appends waiting: it may be much.
    fn bring_to_disk(
        &self,
        files: &[Arc<D::File>],
        again: &[Pending<D>],
        directory_dirty: bool,
    ) -> io::Result<()> {
        for record in again {
            record
                .file
                .write_at(record.position, &[&record.head, &record.rest])?;
        }
        for file in files {
            file.sync_data()?;
        }
        if directory_dirty {
            self.disk.sync_dir(&self.directory)?;
        }
        Ok(())
    }

    /// Whether nothing was appended since a checkpoint of everything.
    pub fn is_quiet(&self) -> bool {
        self.appended.load(Ordering::Acquire) == self.quiet.load(Ordering::Acquire)
    }

    /// Says that everything below `mark` is in synced segments: recovery need not look at it, and
    /// files that hold nothing else can be used again.
    pub fn checkpoint(&self, mark: Lsn) -> Result<(), JournalError> {
        let _syncing = locked(&self.syncing);
        match self.append(&Address::BROKER, &Content::Checkpoint(mark)) {
            Ok(end) if end.0 == mark.0 + record::CHECKPOINT_LEN => {
                self.quiet.store(end.0, Ordering::Release);
            }
            // On a full disk old files may go without it: what is replayed twice is skipped.
            Ok(_) | Err(JournalError::Full { .. }) => {}
            Err(error) => return Err(error),
        }
        // The file that replaces the old ones must be there before they go.
        self.sync_exclusively()?;
        let gone: Vec<PathBuf> = {
            let state = locked(&self.state);
            let before_last = state.live.len().saturating_sub(1);
            let old = state.live.iter().take(before_last);
            old.take_while(|live| live.start + live.capacity <= mark.0)
                .map(|live| live.path.clone())
                .collect()
        };
        for path in gone {
            self.retire(&path)
                .map_err(|source| JournalError::new(&path, source))?;
        }
        Ok(())
    }

    /// Gives the space of unused files back. Returns whether there was any.
    pub fn release_free_files(&self) -> bool {
        let free = std::mem::take(&mut locked(&self.state).free);
        free.iter()
            .filter(|path| self.disk.remove_file(path).is_ok())
            .count()
            > 0
    }

    /// Takes the oldest file out of the journal.
    fn retire(&self, path: &Path) -> io::Result<()> {
        let spare = {
            let mut state = locked(&self.state);
            let is_plain = state
                .live
                .front()
                .is_some_and(|live| live.capacity == self.settings.file_bytes);
            let keep = is_plain && state.free.len() < self.settings.free_files;
            keep.then(|| {
                state.next_free += 1;
                self.directory.join(file::free_name(state.next_free))
            })
        };
        match &spare {
            Some(spare) => self.disk.rename(path, spare)?,
            None => self.disk.remove_file(path)?,
        }
        let mut state = locked(&self.state);
        state.live.pop_front();
        drop(state);
        // Only a file whose old name is surely gone may be overwritten: a stale part of it must
        // not come back as a part of the journal.
        self.disk.sync_dir(&self.directory)?;
        locked(&self.state).free.extend(spare);
        Ok(())
    }
}

impl<D: Disk> State<D> {
    fn hold(&mut self, record: Pending<D>) {
        self.pending_bytes += record.len();
        self.unwritten_bytes += record.len();
        self.pending.push_back(record);
    }

    /// The last record could not be written.
    fn take_back(&mut self) {
        if let Some(record) = self.pending.pop_back() {
            self.pending_bytes = self.pending_bytes.saturating_sub(record.len());
            self.unwritten_bytes = self.unwritten_bytes.saturating_sub(record.len());
            self.position = record.position;
        }
    }

    fn release(&mut self, target: u64) {
        while let Some(record) = self.pending.pop_front_if(|record| record.end <= target) {
            self.pending_bytes = self.pending_bytes.saturating_sub(record.len());
            self.written = self.written.saturating_sub(1);
        }
    }

    /// What has to be written again: all pending records, when a sync has failed before.
    fn take_again(&mut self) -> Vec<Pending<D>> {
        if !std::mem::take(&mut self.rewrite) {
            return Vec::new();
        }
        self.pending.iter().cloned().collect()
    }

    /// The files of the records, each once.
    fn pending_files(&self) -> Vec<Arc<D::File>> {
        let mut files: Vec<Arc<D::File>> = Vec::new();
        for record in &self.pending {
            let same = |file: &Arc<D::File>| Arc::ptr_eq(file, &record.file);
            if !files.last().is_some_and(same) {
                files.push(record.file.clone());
            }
        }
        files
    }
}

#[cfg(test)]
mod tests;
