//! What the simulated disk holds: what programs see, what is durable, and what lies between.

mod crash;
mod names;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use crate::width::{narrow, wide};

/// What an operation does; faults are aimed by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Makes a file.
    Create,
    /// Writes into a file.
    Write,
    /// Syncs a file's content.
    SyncData,
    /// Reserves space.
    Allocate,
    /// Cuts or extends a file.
    SetLength,
    /// Renames a file or a directory.
    Rename,
    /// Removes a file or a directory.
    Remove,
    /// Makes a directory.
    CreateDirectory,
    /// Syncs a directory's entries.
    SyncDirectory,
}

/// An error to come.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Only operations of this kind; `None` for every kind.
    pub operation: Option<Operation>,
    /// Only paths that end so; directories have a `/` at the end.
    pub path_ending: String,
    /// How many such operations succeed before.
    pub after: u64,
    /// How many then fail.
    pub times: u64,
    /// With this error.
    pub error: io::ErrorKind,
}

/// Chooses syncs that shall do nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncSelector {
    /// The sync with this number, counted from 0 over files and directories.
    Number(u64),
    /// Every sync of a path that ends so; directories have a `/` at the end.
    Ending(String),
}

/// A change of a file that is not durable yet.
#[derive(Debug, Clone)]
pub(super) enum FileChange {
    Write { position: usize, content: Vec<u8> },
    SetLength(usize),
}

/// A change of a directory that is not durable yet.
#[derive(Debug, Clone)]
pub(super) enum DirectoryChange {
    Insert {
        name: String,
        inode: u64,
    },
    Remove {
        name: String,
        inode: u64,
    },
    Rename {
        from: String,
        to: String,
        inode: u64,
    },
}

/// A file: what programs see, what survives, and the changes between them.
#[derive(Debug, Clone, Default)]
pub(super) struct FileNode {
    pub(super) cached: Vec<u8>,
    pub(super) durable: Vec<u8>,
    pub(super) pending: Vec<FileChange>,
}

/// A directory, alike.
#[derive(Debug, Clone, Default)]
pub(super) struct DirectoryNode {
    pub(super) cached: BTreeMap<String, u64>,
    pub(super) durable: BTreeMap<String, u64>,
    pub(super) pending: Vec<DirectoryChange>,
}

#[derive(Debug, Clone)]
pub(super) enum Node {
    File(FileNode),
    Directory(DirectoryNode),
}

const ROOT: u64 = 0;

/// Everything that the disk knows.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) nodes: BTreeMap<u64, Node>,
    pub(super) next_inode: u64,
    pub(super) incarnation: u64,
    pub(super) operations: u64,
    pub(super) bytes_read: u64,
    pub(super) crash_at: Option<u64>,
    pub(super) crashed: bool,
    pub(super) faults: Vec<Fault>,
    pub(super) ignored: Vec<SyncSelector>,
    pub(super) syncs: Vec<String>,
    pub(super) capacity: Option<u64>,
    /// Files that may be open at once.
    pub(super) open_max: Option<usize>,
    pub(super) locks: HashSet<PathBuf>,
    /// How often each file is open: a removed one takes its space until it is closed.
    pub(super) open: BTreeMap<u64, usize>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            nodes: BTreeMap::from([(ROOT, Node::Directory(DirectoryNode::default()))]),
            next_inode: ROOT + 1,
            incarnation: 0,
            operations: 0,
            bytes_read: 0,
            crash_at: None,
            crashed: false,
            faults: Vec::new(),
            ignored: Vec::new(),
            syncs: Vec::new(),
            capacity: None,
            open_max: None,
            locks: HashSet::new(),
            open: BTreeMap::new(),
        }
    }
}

impl FileChange {
    pub(super) fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write {
                position,
                content: written,
            } => {
                let end = position.saturating_add(written.len());
                if content.len() < end {
                    content.resize(end, 0);
                }
                if let Some(place) = content.get_mut(*position..end) {
                    place.copy_from_slice(written);
                }
            }
            Self::SetLength(length) => content.resize(*length, 0),
        }
    }
}

impl State {
    /// Counts the operation and fails it where that is wanted.
    pub(super) fn begin(&mut self, operation: Operation, path: &str) -> io::Result<()> {
        if self.crashed || self.crash_at.is_some_and(|at| self.operations >= at) {
            self.crashed = true;
            return Err(io::Error::other("the simulated machine has crashed"));
        }
        self.operations += 1;
        for fault in &mut self.faults {
            let kind_fits = fault.operation.is_none_or(|kind| kind == operation);
            if !kind_fits || !path.ends_with(&fault.path_ending) || fault.times == 0 {
                continue;
            }
            if fault.after > 0 {
                fault.after -= 1;
                continue;
            }
            fault.times -= 1;
            return Err(fault.error.into());
        }
        Ok(())
    }

    /// Fails when no further file can be opened.
    pub(super) fn check_descriptors(&self) -> io::Result<()> {
        let open: usize = self.open.values().sum();
        if self.open_max.is_some_and(|max| open >= max) {
            let errno = rustix::io::Errno::MFILE.raw_os_error();
            return Err(io::Error::from_raw_os_error(errno));
        }
        Ok(())
    }

    /// Notes a sync; tells whether it shall do anything.
    fn sync_counts(&mut self, path: String) -> bool {
        let number = wide(self.syncs.len());
        let ignored = self.ignored.iter().any(|selector| match selector {
            SyncSelector::Number(chosen) => *chosen == number,
            SyncSelector::Ending(ending) => path.ends_with(ending.as_str()),
        });
        self.syncs.push(path);
        !ignored
    }

    pub(super) fn file(&self, inode: u64) -> io::Result<&FileNode> {
        match self.nodes.get(&inode) {
            Some(Node::File(file)) => Ok(file),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn file_mut(&mut self, inode: u64) -> io::Result<&mut FileNode> {
        match self.nodes.get_mut(&inode) {
            Some(Node::File(file)) => Ok(file),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn change(&mut self, inode: u64, change: FileChange) -> io::Result<()> {
        let file = self.file_mut(inode)?;
        change.apply(&mut file.cached);
        file.pending.push(change);
        Ok(())
    }

    /// Bytes of all files that have a name or are open.
    pub(super) fn used(&self) -> u64 {
        let mut counted = self.reachable();
        counted.extend(self.open.keys().copied());
        counted
            .iter()
            .map(|inode| match self.nodes.get(inode) {
                Some(Node::File(file)) => wide(file.cached.len()),
                _ => 0,
            })
            .sum()
    }

    /// Everything that has a name.
    pub(super) fn reachable(&self) -> BTreeSet<u64> {
        let mut reachable = BTreeSet::from([ROOT]);
        let mut left = vec![ROOT];
        while let Some(inode) = left.pop() {
            if let Some(Node::Directory(directory)) = self.nodes.get(&inode) {
                let entries = directory.cached.values();
                left.extend(entries.filter(|entry| reachable.insert(**entry)));
            }
        }
        reachable
    }

    pub(super) fn free_space(&self) -> u64 {
        match self.capacity {
            Some(capacity) => capacity.saturating_sub(self.used()),
            None => u64::MAX / 2,
        }
    }

    /// Fails when the file cannot grow to `end`.
    fn check_space(&self, inode: u64, end: usize) -> io::Result<()> {
        let growth = end.saturating_sub(self.file(inode)?.cached.len());
        if self.capacity.is_some() && wide(growth) > self.free_space() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    pub(super) fn write(
        &mut self,
        inode: u64,
        path: &Path,
        position: u64,
        content: Vec<u8>,
    ) -> io::Result<()> {
        self.begin(Operation::Write, &path.to_string_lossy())?;
        let position = narrow(position);
        self.check_space(inode, position.saturating_add(content.len()))?;
        self.change(inode, FileChange::Write { position, content })
    }

    pub(super) fn allocate(&mut self, inode: u64, path: &Path, length: u64) -> io::Result<()> {
        self.begin(Operation::Allocate, &path.to_string_lossy())?;
        self.check_space(inode, narrow(length))?;
        if self.file(inode)?.cached.len() < narrow(length) {
            self.change(inode, FileChange::SetLength(narrow(length)))?;
        }
        Ok(())
    }

    pub(super) fn set_len(&mut self, inode: u64, path: &Path, length: u64) -> io::Result<()> {
        self.begin(Operation::SetLength, &path.to_string_lossy())?;
        self.check_space(inode, narrow(length))?;
        self.change(inode, FileChange::SetLength(narrow(length)))
    }

    /// Makes a file's content durable. When it fails, the pending changes are forgotten as Linux
    /// forgets them: they stay visible and never reach the disk unless written again.
    pub(super) fn sync_file(&mut self, inode: u64, path: &Path) -> io::Result<()> {
        let label = path.to_string_lossy().into_owned();
        if let Err(error) = self.begin(Operation::SyncData, &label) {
            if !self.crashed {
                self.file_mut(inode)?.pending.clear();
            }
            return Err(error);
        }
        if self.sync_counts(label) {
            let file = self.file_mut(inode)?;
            for change in std::mem::take(&mut file.pending) {
                change.apply(&mut file.durable);
            }
        }
        Ok(())
    }

    pub(super) fn content(&self, path: &Path) -> io::Result<&Vec<u8>> {
        Ok(&self.file(self.resolve(path)?)?.cached)
    }

    pub(super) fn damage(
        &mut self,
        path: &Path,
        change: impl FnOnce(&mut Vec<u8>),
    ) -> io::Result<()> {
        let inode = self.resolve(path)?;
        let file = self.file_mut(inode)?;
        change(&mut file.cached);
        file.durable = file.cached.clone();
        file.pending.clear();
        Ok(())
    }
}
