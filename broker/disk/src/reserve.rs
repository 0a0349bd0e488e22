//! Space that is set aside so that a full disk can be left again: a start, a deletion and the end of
//! old records have to write a little before they free much.
//!
//! It is one preallocated file without content. Whoever must not fail gives a part of it back to
//! the disk and tries again; once there is space, the file takes it again.

use std::io;
use std::path::Path;
use std::sync::Mutex;

use crate::disk::{Disk, DiskFile, OpenMode, is_full};
use crate::journal::locked;

const NAME: &str = "reserve";
/// It is given back in this many parts.
const PARTS: u64 = 8;

#[derive(Debug)]
struct State<D: Disk> {
    file: Option<D::File>,
    left: u64,
    size: u64,
}

/// Space that is set aside on a disk.
#[derive(Debug)]
pub(crate) struct Reserve<D: Disk> {
    state: Mutex<State<D>>,
}

impl<D: Disk> Reserve<D> {
    /// None at all.
    pub(crate) fn none() -> Self {
        let state = State {
            file: None,
            left: 0,
            size: 0,
        };
        Self {
            state: Mutex::new(state),
        }
    }

    /// What an earlier start has left in `folder`, filled up to `size` bytes where the disk has
    /// them.
    pub(crate) fn open(disk: &D, folder: &Path, size: u64) -> io::Result<Self> {
        let file = match disk.open(&folder.join(NAME), OpenMode::Create) {
            Ok(file) => file,
            Err(error) if is_full(&error) => return Ok(Self::none()),
            Err(error) => return Err(error),
        };
        // The power may go before it is needed.
        disk.sync_dir(folder)?;
        let left = file.len()?;
        let state = State {
            file: Some(file),
            left,
            size,
        };
        let reserve = Self {
            state: Mutex::new(state),
        };
        reserve.refill(disk.free_space(folder)?);
        Ok(reserve)
    }

    /// Takes what is missing when the disk has twice as much left.
    pub(crate) fn refill(&self, free: u64) {
        let mut state = locked(&self.state);
        let missing = state.size.saturating_sub(state.left);
        if missing == 0 || free / 2 < missing {
            return;
        }
        let size = state.size;
        if let Some(file) = &state.file
            && file.allocate(size).and_then(|()| file.sync_data()).is_ok()
        {
            state.left = size;
        }
    }

    /// Gives a part back to the disk; tells whether there was any.
    fn give(&self) -> bool {
        let mut state = locked(&self.state);
        if state.left == 0 {
            return false;
        }
        let part = (state.size / PARTS).max(1);
        let left = state.left.saturating_sub(part);
        let given = state
            .file
            .as_ref()
            .is_some_and(|file| file.set_len(left).is_ok());
        if given {
            state.left = left;
            tracing::warn!(left, "disk full: a part of the reserve is used");
        }
        given
    }

    /// Does what must not fail for want of space: as long as the disk is full, a part of the reserve
    /// is given to it and `action` tried again.
    pub(crate) fn with_room<T, E: MayBeFull>(
        &self,
        mut action: impl FnMut() -> Result<T, E>,
    ) -> Result<T, E> {
        loop {
            match action() {
                Err(error) if error.is_full() && self.give() => {}
                result => return result,
            }
        }
    }
}

/// An error that may say that the disk is full.
pub(crate) trait MayBeFull {
    /// Whether it says so.
    fn is_full(&self) -> bool;
}

impl MayBeFull for io::Error {
    fn is_full(&self) -> bool {
        is_full(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SimDisk;

    fn write(disk: &SimDisk, name: &str, length: usize) -> io::Result<()> {
        let file = disk.open(Path::new(name), OpenMode::Create)?;
        file.write_at(0, &[&vec![7; length]])
    }

    #[test]
    fn what_must_not_fail_gets_the_reserve_and_the_reserve_comes_back() {
        let disk = SimDisk::new();
        let root = Path::new("/");
        let reserve = Reserve::open(&disk, root, 800).unwrap();
        disk.set_capacity(Some(800));
        assert!(write(&disk, "/a", 10).is_err());
        reserve.with_room(|| write(&disk, "/a", 10)).unwrap();
        assert_eq!(disk.content(Path::new("/reserve")).unwrap().len(), 700);
        reserve.with_room(|| write(&disk, "/b", 650)).unwrap();
        assert!(reserve.with_room(|| write(&disk, "/c", 500)).is_err());
        disk.set_capacity(Some(5000));
        reserve.refill(disk.free_space(root).unwrap());
        assert_eq!(disk.content(Path::new("/reserve")).unwrap().len(), 800);
    }

    #[test]
    fn a_start_on_a_full_disk_finds_what_was_set_aside() {
        let disk = SimDisk::new();
        let root = Path::new("/");
        drop(Reserve::open(&disk, root, 800).unwrap());
        disk.set_capacity(Some(800));
        let reserve = Reserve::open(&disk, root, 800).unwrap();
        reserve.with_room(|| write(&disk, "/a", 300)).unwrap();
    }

    #[test]
    fn other_errors_cost_nothing_of_it() {
        let disk = SimDisk::new();
        let reserve = Reserve::open(&disk, Path::new("/"), 800).unwrap();
        let failing = || Err::<(), _>(io::Error::other("broken"));
        assert!(reserve.with_room(failing).is_err());
        assert_eq!(disk.content(Path::new("/reserve")).unwrap().len(), 800);
    }
}
