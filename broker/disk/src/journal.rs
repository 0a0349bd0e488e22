//! One journal per broker takes the batches of all partitions; its fdatasync, grouped over all of
//! them, is what acknowledges them. It is a row of preallocated files that are used again once the
//! segments of everything in them are synced.
//!
//! What keeps it honest:
//! - A record carries its own position (LSN) and is checksummed together with the incarnation of
//!   the journal that wrote it, so what an earlier use of the file left is never taken for new.
//! - A record says how far the journal was synced when it was written. An unreadable place below
//!   that is damage and reported; above it is the torn end of a crash and harmless.
//! - Records stay in memory until they are synced. After a failed fdatasync the kernel may have
//!   dropped the pages, so the next one writes them again first. So does a start with what it finds
//!   and nobody is known to have synced: the process before it may have seen such a failure.
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
    directory_dirty: bool,
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

    /// Everything below is in the page cache.
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

    /// Appends a record to the page cache. It is on disk once [`Journal::synced`] has reached the
    /// LSN that is returned. After an error nothing was appended.
    pub fn append(&self, address: &Address, content: &Content) -> Result<Lsn, JournalError> {
        let draft = record::Draft::new(address, content);
        let mut state = locked(&self.state);
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
            match content {
                Content::Batch { .. } | Content::Created { .. } | Content::Checkpoint(_) => {
                    self.begin_file(&mut state, length)?;
                }
                // These free space, or say what is no more.
                Content::Deleted | Content::Truncated(_) | Content::StartOffset(_) => self
                    .reserve
                    .with_room(|| self.begin_file(&mut state, length))?,
            }
        }
        let position = state.position;
        let active = state
            .live
            .back()
            .and_then(|live| Some((live.start, live.capacity, live.file.clone()?)));
        let Some((start, capacity, file)) = active else {
            return Err(JournalError::new(
                &self.directory,
                io::ErrorKind::NotFound.into(),
            ));
        };
        let lsn = start + position;
        let padding = draft.padding();
        let (head, rest) = draft.finish(self.incarnation, lsn, self.synced().0);
        let end = lsn + length;
        let mark = record::end_mark(self.incarnation, end);
        // At the end of a file there is nothing left to search.
        let mark: &[u8] = if position + length + wide(mark.len()) <= capacity {
            &mark
        } else {
            &[]
        };
        file.write_at(position, &[&head, &rest, padding, mark])
            .map_err(|source| JournalError::new(&self.directory, source))?;
        state.position = position + length;
        state.hold(Pending {
            end,
            file,
            position,
            head,
            rest,
        });
        self.appended.store(end, Ordering::Release);
        Ok(Lsn(end))
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
        });
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
        let (target, work, rewrite, directory_dirty) = {
            let mut state = locked(&self.state);
            let target = self.appended().0;
            let rewrite = std::mem::take(&mut state.rewrite);
            let dirty = std::mem::take(&mut state.directory_dirty);
            (target, state.pending_copies(rewrite), rewrite, dirty)
        };
        match self.bring_to_disk(&work, rewrite, directory_dirty) {
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

    fn bring_to_disk(
        &self,
        work: &[Pending<D>],
        rewrite: bool,
        directory_dirty: bool,
    ) -> io::Result<()> {
        if rewrite {
            for record in work {
                record
                    .file
                    .write_at(record.position, &[&record.head, &record.rest])?;
            }
        }
        let mut last: Option<&Arc<D::File>> = None;
        for record in work {
            if !last.is_some_and(|last| Arc::ptr_eq(last, &record.file)) {
                record.file.sync_data()?;
                last = Some(&record.file);
            }
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
        self.pending_bytes += record.head.len() + record.rest.len();
        self.pending.push_back(record);
    }

    fn release(&mut self, target: u64) {
        while let Some(record) = self.pending.pop_front_if(|record| record.end <= target) {
            let length = record.head.len() + record.rest.len();
            self.pending_bytes = self.pending_bytes.saturating_sub(length);
        }
    }

    /// What a sync has to do: all records to write them again, else one of each file.
    fn pending_copies(&self, all: bool) -> Vec<Pending<D>> {
        let mut copies: Vec<Pending<D>> = Vec::new();
        for record in &self.pending {
            let same = |copy: &Pending<D>| Arc::ptr_eq(&copy.file, &record.file);
            if all || !copies.last().is_some_and(same) {
                copies.push(Pending {
                    end: record.end,
                    file: record.file.clone(),
                    position: record.position,
                    head: record.head.clone(),
                    rest: record.rest.clone(),
                });
            }
        }
        copies
    }
}

#[cfg(test)]
mod tests;
