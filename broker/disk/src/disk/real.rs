//! The disk of the machine.

use std::fs::File;
use std::io::{self, IoSlice};
use std::path::Path;

use bytes::Bytes;
use rustix::buffer::spare_capacity;
use rustix::fs::{FallocateFlags, FlockOperation, Mode, OFlags};

use super::pooled::Pooled;
use super::{Disk, DiskFile, Entry, EntryKind, OpenMode};
use crate::width::{narrow, wide};

/// The disk of the machine that the broker runs on, with a bounded number of open files.
pub type RealDisk = Pooled<Machine>;

/// Chunks that Linux writes with one call (`IOV_MAX`).
const CHUNKS_MAX: usize = 1024;

/// Where the system sets no limit.
const OPEN_MAX: usize = 1 << 15;

impl RealDisk {
    /// The machine's disk. Half of the files that the process may have open are for files that can
    /// rest, the others for connections and what stays open.
    pub fn new() -> Self {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
        let half = limit.current.map(|limit| narrow(limit / 2));
        Self::bounded(Machine, half.map_or(OPEN_MAX, |half| half.min(OPEN_MAX)))
    }
}

impl Default for RealDisk {
    fn default() -> Self {
        Self::new()
    }
}

/// The disk of the machine as the system has it.
#[derive(Debug, Clone)]
pub struct Machine;

/// The lock that a file of the machine stands for. It is given up explicitly: a child that the
/// program is just starting holds the file, too, until it has become another program.
#[derive(Debug)]
pub struct MachineLock(File);

impl Drop for MachineLock {
    fn drop(&mut self) {
        if let Err(error) = rustix::fs::flock(&self.0, FlockOperation::Unlock) {
            tracing::warn!(%error, "lock not given up before the program's end");
        }
    }
}

/// A file of the machine.
#[derive(Debug)]
pub struct MachineFile(File);

impl Disk for Machine {
    type File = MachineFile;
    type Lock = MachineLock;

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<MachineFile> {
        let flags = match mode {
            OpenMode::Read => OFlags::RDONLY,
            OpenMode::Write => OFlags::RDWR,
            OpenMode::Create => OFlags::RDWR | OFlags::CREATE,
        };
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP;
        Ok(MachineFile(File::from(rustix::fs::open(
            path,
            flags | OFlags::CLOEXEC,
            mode,
        )?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let kind = if entry.file_type()?.is_dir() {
                EntryKind::Directory
            } else {
                EntryKind::File
            };
            // Names that are no UTF-8 were not written by the broker.
            if let Ok(name) = entry.file_name().into_string() {
                entries.push(Entry { name, kind });
            }
        }
        entries.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(entries)
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir_all(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn lock(&self, path: &Path) -> io::Result<MachineLock> {
        let file = self.open(path, OpenMode::Create)?.0;
        rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        Ok(MachineLock(file))
    }

    fn free_space(&self, path: &Path) -> io::Result<u64> {
        let space = rustix::fs::statvfs(path)?;
        Ok(space.f_bavail.saturating_mul(space.f_frsize))
    }
}

impl DiskFile for MachineFile {
    fn read_at(&self, position: u64, length: usize) -> io::Result<Bytes> {
        let mut content = Vec::with_capacity(length);
        while content.len() < length {
            let at = position.saturating_add(wide(content.len()));
            let read = rustix::io::pread(&self.0, spare_capacity(&mut content), at);
            match read {
                Ok(0) => break,
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        // The allocator may have given more room than was asked for.
        content.truncate(length);
        Ok(Bytes::from(content))
    }

    fn write_at(&self, position: u64, chunks: &[&[u8]]) -> io::Result<()> {
        let mut slices: Vec<IoSlice<'_>> = chunks.iter().map(|chunk| IoSlice::new(chunk)).collect();
        let mut rest = slices.as_mut_slice();
        let mut at = position;
        IoSlice::advance_slices(&mut rest, 0);
        while !rest.is_empty() {
            let first = rest.get(..CHUNKS_MAX).unwrap_or(rest);
            match rustix::io::pwritev(&self.0, first, at) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    at = at.saturating_add(wide(count));
                    IoSlice::advance_slices(&mut rest, count);
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        match rustix::fs::fallocate(&self.0, FallocateFlags::empty(), 0, length) {
            // File systems without preallocation (overlay on old kernels, NFS) still work.
            Err(rustix::io::Errno::OPNOTSUPP) if self.len()? < length => self.set_len(length),
            Err(rustix::io::Errno::OPNOTSUPP) => Ok(()),
            other => Ok(other?),
        }
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
}
