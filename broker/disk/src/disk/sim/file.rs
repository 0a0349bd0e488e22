//! An open file of the simulated disk.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::state::State;
use crate::disk::DiskFile;
use crate::width::{narrow, wide};

/// An open file of a simulated disk. It is dead after a crash.
#[derive(Debug)]
pub struct SimFile {
    state: Arc<Mutex<State>>,
    inode: u64,
    incarnation: u64,
    path: PathBuf,
}

impl SimFile {
    pub(super) fn new(state: Arc<Mutex<State>>, inode: u64, incarnation: u64, path: &Path) -> Self {
        Self {
            state,
            inode,
            incarnation,
            path: path.to_owned(),
        }
    }

    fn live(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.incarnation == self.incarnation {
            Ok(state)
        } else {
            Err(io::Error::other("the file was opened before the crash"))
        }
    }
}

impl Drop for SimFile {
    fn drop(&mut self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.incarnation != self.incarnation {
            return;
        }
        let open = state.open.get_mut(&self.inode);
        let left = open.map_or(0, |open| {
            *open -= 1;
            *open
        });
        if left == 0 {
            state.open.remove(&self.inode);
        }
    }
}

impl DiskFile for SimFile {
    fn read_at(&self, position: u64, length: usize) -> io::Result<Bytes> {
        let mut state = self.live()?;
        let content = &state.file(self.inode)?.cached;
        let start = narrow(position).min(content.len());
        let end = start.saturating_add(length).min(content.len());
        let read = Bytes::copy_from_slice(content.get(start..end).unwrap_or_default());
        state.bytes_read += wide(end - start);
        Ok(read)
    }

    fn write_at(&self, position: u64, chunks: &[&[u8]]) -> io::Result<()> {
        let content = chunks.concat();
        self.live()?
            .write(self.inode, &self.path, position, content)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.live()?.sync_file(self.inode, &self.path)
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        self.live()?.allocate(self.inode, &self.path, length)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.live()?.set_len(self.inode, &self.path, length)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(crate::width::wide(
            self.live()?.file(self.inode)?.cached.len(),
        ))
    }
}
