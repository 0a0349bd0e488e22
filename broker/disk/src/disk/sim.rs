//! A disk in memory that crashes as real ones do: whatever was not synced, directory entries
//! included, is lost or torn, decided by a seed. It also fails and counts operations, so that a
//! test can stop the world at every boundary.

mod file;
mod random;
mod state;

pub use file::SimFile;
pub use random::Random;
pub use state::{Fault, Operation, SyncSelector};

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Disk, Entry, OpenMode};
use state::State;

/// What a crash leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    /// The process died (kill -9): the page cache stays.
    Process,
    /// Power went: everything unsynced is gone.
    DropUnsynced,
    /// Power went: of everything unsynced, a part chosen by the seed has reached the disk, in any
    /// order and by sectors of 512 bytes.
    Tear {
        /// Decides which part.
        seed: u64,
    },
}

/// A disk in memory; clones are the same disk.
#[derive(Debug, Clone, Default)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
}

/// Holds a lock of a simulated disk.
#[derive(Debug)]
pub struct SimLock {
    disk: SimDisk,
    path: std::path::PathBuf,
    incarnation: u64,
}

impl SimDisk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends every open file and leaves what such a crash leaves. The disk works again afterwards.
    pub fn crash(&self, crash: Crash) {
        self.state().crash(crash);
    }

    /// Every operation from number `operation` on fails, as if the power had gone before it.
    pub fn crash_at(&self, operation: u64) {
        self.state().crash_at = Some(operation);
    }

    /// Whether the operation of [`SimDisk::crash_at`] has been reached.
    pub fn has_crashed(&self) -> bool {
        self.state().crashed
    }

    /// Operations so far that change or sync something.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Bytes of all files that were read so far.
    pub fn bytes_read(&self) -> u64 {
        self.state().bytes_read
    }

    /// Injects a fault.
    pub fn inject(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    /// Ends all injected faults that have not happened yet.
    pub fn heal(&self) {
        self.state().faults.clear();
    }

    /// From now on these syncs report success and do nothing: a test's way to show that each sync
    /// is needed.
    pub fn ignore_sync(&self, selector: SyncSelector) {
        self.state().ignored.push(selector);
    }

    /// The paths of all syncs so far, directories with a `/` at the end.
    pub fn syncs(&self) -> Vec<String> {
        self.state().syncs.clone()
    }

    /// Bytes of all files that have a name or are open.
    pub fn used_space(&self) -> u64 {
        self.state().used()
    }

    /// Sets how many bytes all files together may have; beyond that writes fail with
    /// `StorageFull`. A removed file counts until it is closed.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.state().capacity = bytes;
    }

    /// Sets how many files may be open at once; beyond that whatever needs a descriptor fails.
    pub fn set_open_max(&self, files: Option<usize>) {
        self.state().open_max = files;
    }

    /// Files that are open.
    pub fn open_files(&self) -> usize {
        self.state().open.values().sum()
    }

    /// The content of a file as programs see it.
    pub fn content(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.state().content(path).cloned()
    }

    /// Changes a file's content on the medium itself: bit rot, a careless person.
    pub fn damage(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        self.state().damage(path, change)
    }

    /// All files, in the order of their paths.
    pub fn files(&self) -> Vec<std::path::PathBuf> {
        self.state().files()
    }

    /// An independent copy, open files excluded.
    #[must_use]
    pub fn fork(&self) -> Self {
        let mut state = self.state().clone();
        state.open.clear();
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }
}

impl Disk for SimDisk {
    type File = SimFile;
    type Lock = SimLock;

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<SimFile> {
        let mut state = self.state();
        state.check_descriptors()?;
        let inode = state.open(path, mode)?;
        *state.open.entry(inode).or_default() += 1;
        Ok(SimFile::new(
            self.state.clone(),
            inode,
            state.incarnation,
            path,
        ))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.state().rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.state().remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.state().remove_dir(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let state = self.state();
        state.check_descriptors()?;
        state.read_dir(path)
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        self.state().create_dir_all(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.check_descriptors()?;
        state.sync_dir(path)
    }

    fn lock(&self, path: &Path) -> io::Result<SimLock> {
        let mut state = self.state();
        if !state.locks.insert(path.to_owned()) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let incarnation = state.incarnation;
        Ok(SimLock {
            disk: self.clone(),
            path: path.to_owned(),
            incarnation,
        })
    }

    fn free_space(&self, _path: &Path) -> io::Result<u64> {
        Ok(self.state().free_space())
    }
}

impl Drop for SimLock {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        if state.incarnation == self.incarnation {
            state.locks.remove(&self.path);
        }
    }
}

#[cfg(test)]
mod tests;
