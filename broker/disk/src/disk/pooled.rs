//! A disk that keeps few files open. Of the files that are many (segments) only those in use stay
//! open, up to a budget: who comes next takes the descriptor of one that has rested longest. When
//! the system itself has none left, resting files give theirs back and the operation is repeated.
//!
//! A file with unsynced content is synced before it is closed: once it is closed, the kernel may
//! forget that it could not write it. When that sync fails, the next one that is asked for fails,
//! too, so that whoever answers for the content writes it again.

mod pool;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use super::{Disk, DiskFile, Entry, OpenMode};
pub(crate) use pool::has_failed_at_closing;
use pool::{Pool, Slot};

/// A disk with a bounded number of open files. Clones share the budget.
#[derive(Clone)]
pub struct Pooled<D: Disk> {
    pool: Arc<Pool<D>>,
}

/// A file of such a disk.
#[derive(Debug)]
pub struct PooledFile<D: Disk>(Kind<D>);

#[derive(Debug)]
enum Kind<D: Disk> {
    /// Open until it is dropped.
    Held(D::File),
    /// Open when it is used.
    Resting(Arc<Slot<D>>),
}

impl<D: Disk> Pooled<D> {
    /// At most about `open_max` files of `disk` that may rest are open at once.
    pub fn bounded(disk: D, open_max: usize) -> Self {
        Self {
            pool: Arc::new(Pool::new(disk, open_max)),
        }
    }

    /// Files open now of those that may rest.
    pub fn open_files(&self) -> usize {
        self.pool.open_files()
    }
}

impl<D: Disk> fmt::Debug for Pooled<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pooled")
            .field("disk", self.pool.disk())
            .field("open_files", &self.open_files())
            .finish()
    }
}

impl<D: Disk> Disk for Pooled<D> {
    type File = PooledFile<D>;
    type Lock = D::Lock;

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<PooledFile<D>> {
        let file = self.pool.retried(|disk| disk.open(path, mode))?;
        Ok(PooledFile(Kind::Held(file)))
    }

    fn open_resting(&self, path: &Path, mode: OpenMode) -> io::Result<PooledFile<D>> {
        let slot = Slot::open(&self.pool, path, mode)?;
        Ok(PooledFile(Kind::Resting(slot)))
    }

    fn close_resting(&self) {
        self.pool.close_unused();
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.pool.disk().rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.pool.disk().remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.pool.disk().remove_dir(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.pool.retried(|disk| disk.read_dir(path))
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        self.pool.disk().create_dir_all(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.pool.retried(|disk| disk.sync_dir(path))
    }

    fn lock(&self, path: &Path) -> io::Result<D::Lock> {
        self.pool.retried(|disk| disk.lock(path))
    }

    fn free_space(&self, path: &Path) -> io::Result<u64> {
        self.pool.disk().free_space(path)
    }
}

impl<D: Disk> DiskFile for PooledFile<D> {
    fn read_at(&self, position: u64, length: usize) -> io::Result<Bytes> {
        match &self.0 {
            Kind::Held(file) => file.read_at(position, length),
            Kind::Resting(slot) => slot.opened()?.read_at(position, length),
        }
    }

    fn write_at(&self, position: u64, chunks: &[&[u8]]) -> io::Result<()> {
        self.change(|file| file.write_at(position, chunks))
    }

    fn sync_data(&self) -> io::Result<()> {
        match &self.0 {
            Kind::Held(file) => file.sync_data(),
            Kind::Resting(slot) => slot.sync(),
        }
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        self.change(|file| file.allocate(length))
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.change(|file| file.set_len(length))
    }

    fn len(&self) -> io::Result<u64> {
        match &self.0 {
            Kind::Held(file) => file.len(),
            Kind::Resting(slot) => slot.opened()?.len(),
        }
    }
}

impl<D: Disk> PooledFile<D> {
    fn change(&self, change: impl FnOnce(&D::File) -> io::Result<()>) -> io::Result<()> {
        match &self.0 {
            Kind::Held(file) => change(file),
            Kind::Resting(slot) => slot.change(change),
        }
    }
}

#[cfg(test)]
mod tests;
