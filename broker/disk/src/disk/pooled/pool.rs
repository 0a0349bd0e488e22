//! The files that may rest, and which of them are open.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError, Weak};

use super::super::{Disk, DiskFile, OpenMode};
use crate::journal::locked;

/// Open files that are looked at for one that needs no sync, before any is taken.
const LOOKED_AT: usize = 64;
/// Files that are closed when the system has no descriptor left, and how often.
const CLOSED_AT_ONCE: usize = 16;
const RETRIES: usize = 4;

/// What was written to a file may not be on the disk: the sync before it was closed has failed.
#[derive(Debug, thiserror::Error)]
#[error("a sync failed when the file was closed")]
struct FailedAtClosing;

/// Whether the error tells of a sync that failed earlier, when the file was closed. It is told once:
/// written once more, the content can be synced now.
pub(crate) fn has_failed_at_closing(error: &io::Error) -> bool {
    match error.get_ref() {
        Some(source) => source.is::<FailedAtClosing>(),
        None => false,
    }
}

/// What is written to a file and not known to be synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Nothing by this process.
    Untouched,
    /// Something.
    Written,
    /// Nothing since a sync.
    Synced,
}

#[derive(Debug)]
struct State<F> {
    file: Option<Arc<F>>,
    content: Content,
    /// The sync before it was closed has failed.
    is_lost: bool,
}

/// A file that may rest.
pub(super) struct Slot<D: Disk> {
    pool: Arc<Pool<D>>,
    path: PathBuf,
    mode: OpenMode,
    state: Mutex<State<D::File>>,
    /// Since it was last looked at for closing.
    is_used: AtomicBool,
    /// Its place in the row of open files; changed under the row's lock.
    place: AtomicUsize,
}

/// The open ones of them.
pub(super) struct Pool<D: Disk> {
    disk: D,
    open_max: usize,
    row: Mutex<Row<D>>,
}

/// Open files in the order in which they are looked at for closing.
struct Row<D: Disk> {
    slots: BTreeMap<usize, Weak<Slot<D>>>,
    next: usize,
}

impl<D: Disk> Row<D> {
    fn put(&mut self, slot: &Arc<Slot<D>>) {
        slot.place.store(self.next, Ordering::Relaxed);
        self.slots.insert(self.next, Arc::downgrade(slot));
        self.next += 1;
    }
}

impl<D: Disk> Pool<D> {
    pub(super) fn new(disk: D, open_max: usize) -> Self {
        let row = Row {
            slots: BTreeMap::new(),
            next: 0,
        };
        Self {
            disk,
            open_max: open_max.max(1),
            row: Mutex::new(row),
        }
    }

    pub(super) fn disk(&self) -> &D {
        &self.disk
    }

    pub(super) fn open_files(&self) -> usize {
        locked(&self.row).slots.len()
    }

    /// Does what needs a descriptor; where the system has none, resting files give theirs back.
    pub(super) fn retried<T>(&self, action: impl Fn(&D) -> io::Result<T>) -> io::Result<T> {
        let mut result = action(&self.disk);
        for _ in 0..RETRIES {
            let Err(error) = &result else {
                return result;
            };
            if !is_out_of_descriptors(error) {
                return result;
            }
            let closed = (0..CLOSED_AT_ONCE).take_while(|_| self.close_one()).count();
            if closed == 0 {
                return result;
            }
            tracing::debug!(closed, "no descriptor left: files that rest were closed");
            result = action(&self.disk);
        }
        result
    }

    /// Makes room for one more.
    fn make_room(&self) {
        while self.open_files() >= self.open_max {
            if !self.close_one() {
                return;
            }
        }
    }

    /// Closes one that is not in use, rather one that has rested and needs no sync.
    fn close_one(&self) -> bool {
        let count = self.open_files();
        let synced = (0..count.saturating_mul(2).min(LOOKED_AT))
            .filter_map(|_| self.next())
            .any(|slot| !slot.was_used() && slot.close(Close::Synced));
        synced
            || (0..count)
                .filter_map(|_| self.next())
                .any(|slot| slot.close(Close::Any))
    }

    /// Closes those that were not used since the last call and need no sync.
    pub(super) fn close_unused(&self) {
        let slots: Vec<Arc<Slot<D>>> = {
            let row = locked(&self.row);
            row.slots.values().filter_map(Weak::upgrade).collect()
        };
        for slot in slots {
            if !slot.was_used() {
                slot.close(Close::Synced);
            }
        }
    }

    /// The first of the row, which goes to its end.
    fn next(&self) -> Option<Arc<Slot<D>>> {
        let mut row = locked(&self.row);
        let (_, slot) = row.slots.pop_first()?;
        // One that is just being dropped has left the row with that.
        let slot = slot.upgrade()?;
        row.put(&slot);
        Some(slot)
    }
}

/// Which files are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Close {
    /// Those without unsynced content.
    Synced,
    /// All, after a sync where one is due.
    Any,
}

impl<D: Disk> Slot<D> {
    /// Opens a file that may rest later.
    pub(super) fn open(pool: &Arc<Pool<D>>, path: &Path, mode: OpenMode) -> io::Result<Arc<Self>> {
        pool.make_room();
        let file = pool.retried(|disk| disk.open(path, mode))?;
        let slot = Arc::new(Self {
            pool: pool.clone(),
            path: path.to_owned(),
            // What is gone by then is not made again.
            mode: match mode {
                OpenMode::Read => OpenMode::Read,
                OpenMode::Write | OpenMode::Create => OpenMode::Write,
            },
            state: Mutex::new(State {
                file: Some(Arc::new(file)),
                content: Content::Untouched,
                is_lost: false,
            }),
            is_used: AtomicBool::new(true),
            place: AtomicUsize::new(0),
        });
        locked(&pool.row).put(&slot);
        Ok(slot)
    }

    #[cfg(test)]
    pub(super) fn pool(&self) -> &Arc<Pool<D>> {
        &self.pool
    }

    /// The open file. While a clone of it lives it is not closed.
    pub(super) fn opened(self: &Arc<Self>) -> io::Result<Arc<D::File>> {
        self.open_in(&mut locked(&self.state))
    }

    fn open_in(self: &Arc<Self>, state: &mut State<D::File>) -> io::Result<Arc<D::File>> {
        self.is_used.store(true, Ordering::Relaxed);
        if let Some(file) = &state.file {
            return Ok(file.clone());
        }
        self.pool.make_room();
        let file = self.pool.retried(|disk| disk.open(&self.path, self.mode));
        let file = Arc::new(file?);
        state.file = Some(file.clone());
        locked(&self.pool.row).put(self);
        Ok(file)
    }

    /// Changes the file. It is not closed meanwhile.
    pub(super) fn change(
        self: &Arc<Self>,
        change: impl FnOnce(&D::File) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut state = locked(&self.state);
        let file = self.open_in(&mut state)?;
        state.content = Content::Written;
        change(&file)
    }

    /// Makes the content durable. Writes go on meanwhile; they count as not synced.
    pub(super) fn sync(self: &Arc<Self>) -> io::Result<()> {
        let file = {
            let mut state = locked(&self.state);
            if std::mem::take(&mut state.is_lost) {
                return Err(io::Error::other(FailedAtClosing));
            }
            if state.file.is_none() && state.content == Content::Synced {
                return Ok(());
            }
            let file = self.open_in(&mut state)?;
            state.content = Content::Synced;
            file
        };
        file.sync_data()
            .inspect_err(|_| locked(&self.state).content = Content::Written)
    }

    fn was_used(&self) -> bool {
        self.is_used.swap(false, Ordering::Relaxed)
    }

    /// Closes the file unless it is in use; tells whether it was open.
    fn close(&self, which: Close) -> bool {
        let Some(mut state) = self.try_state() else {
            return false;
        };
        let Some(file) = state.file.take_if(|file| Arc::strong_count(file) == 1) else {
            return false;
        };
        if state.content == Content::Written {
            if which == Close::Synced {
                state.file = Some(file);
                return false;
            }
            let synced = file.sync_data();
            state.is_lost |= synced.is_err();
            state.content = Content::Synced;
            if let Err(error) = synced {
                let path = self.path.display();
                tracing::warn!(%path, %error, "not synced before it was closed");
            }
        }
        drop(file);
        self.leave_row();
        true
    }

    fn try_state(&self) -> Option<MutexGuard<'_, State<D::File>>> {
        match self.state.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn leave_row(&self) {
        let mut row = locked(&self.pool.row);
        row.slots.remove(&self.place.load(Ordering::Relaxed));
    }
}

impl<D: Disk> Drop for Slot<D> {
    fn drop(&mut self) {
        if locked(&self.state).file.take().is_some() {
            self.leave_row();
        }
    }
}

impl<D: Disk> fmt::Debug for Slot<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot")
            .field("path", &self.path)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// Whether the process or the whole system has no descriptor left (EMFILE, ENFILE).
fn is_out_of_descriptors(error: &io::Error) -> bool {
    use rustix::io::Errno;
    [Errno::MFILE, Errno::NFILE]
        .map(|errno| Some(errno.raw_os_error()))
        .contains(&error.raw_os_error())
}
