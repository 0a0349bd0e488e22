//! Paths and directories of the simulated disk.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::{DirectoryChange, DirectoryNode, FileNode, Node, Operation, ROOT, State};
use crate::disk::{Entry, EntryKind, OpenMode};

/// A directory's path as faults and sync lists show it.
fn directory_label(path: &Path) -> String {
    let mut label = path.to_string_lossy().into_owned();
    if !label.ends_with('/') {
        label.push('/');
    }
    label
}

fn split(path: &Path) -> io::Result<(&Path, String)> {
    match (
        path.parent(),
        path.file_name().and_then(|name| name.to_str()),
    ) {
        (Some(parent), Some(name)) => Ok((parent, name.to_owned())),
        _ => Err(io::ErrorKind::InvalidInput.into()),
    }
}

impl State {
    pub(super) fn resolve(&self, path: &Path) -> io::Result<u64> {
        let mut inode = ROOT;
        for component in path.components() {
            if let Component::Normal(name) = component {
                let name = name.to_str().ok_or(io::ErrorKind::InvalidInput)?;
                let entry = self.directory(inode)?.cached.get(name);
                inode = *entry.ok_or(io::ErrorKind::NotFound)?;
            }
        }
        Ok(inode)
    }

    fn directory(&self, inode: u64) -> io::Result<&DirectoryNode> {
        match self.nodes.get(&inode) {
            Some(Node::Directory(directory)) => Ok(directory),
            Some(Node::File(_)) => Err(io::ErrorKind::NotADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn change_directory(&mut self, inode: u64, change: DirectoryChange) -> io::Result<()> {
        match self.nodes.get_mut(&inode) {
            Some(Node::Directory(directory)) => {
                change.apply(&mut directory.cached);
                directory.pending.push(change);
                Ok(())
            }
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn add(&mut self, parent: u64, name: String, node: Node) -> io::Result<u64> {
        let inode = self.next_inode;
        self.next_inode += 1;
        self.nodes.insert(inode, node);
        self.change_directory(parent, DirectoryChange::Insert { name, inode })?;
        Ok(inode)
    }

    pub(in super::super) fn open(&mut self, path: &Path, mode: OpenMode) -> io::Result<u64> {
        match self.resolve(path) {
            Ok(inode) => self.file(inode).map(|_| inode),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Err(error) if mode != OpenMode::Create => Err(error),
            Err(_) => {
                self.begin(Operation::Create, &path.to_string_lossy())?;
                let (parent, name) = split(path)?;
                let parent = self.resolve(parent)?;
                self.add(parent, name, Node::File(FileNode::default()))
            }
        }
    }

    pub(in super::super) fn create_dir_all(&mut self, path: &Path) -> io::Result<()> {
        let mut made = PathBuf::from("/");
        let mut inode = ROOT;
        for component in path.components() {
            let Component::Normal(name) = component else {
                continue;
            };
            made.push(name);
            inode = if let Ok(found) = self.resolve(&made) {
                found
            } else {
                self.begin(Operation::CreateDirectory, &directory_label(&made))?;
                let name = name.to_str().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
                self.add(inode, name, Node::Directory(DirectoryNode::default()))?
            };
        }
        Ok(())
    }

    pub(in super::super) fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.begin(Operation::Rename, &from.to_string_lossy())?;
        let ((from_parent, from), (to_parent, to)) = (split(from)?, split(to)?);
        if from_parent != to_parent {
            return Err(io::ErrorKind::CrossesDevices.into());
        }
        let parent = self.resolve(from_parent)?;
        let entry = self.directory(parent)?.cached.get(&from);
        let inode = *entry.ok_or(io::ErrorKind::NotFound)?;
        let replaced = self.directory(parent)?.cached.get(&to);
        if let Some(Node::Directory(replaced)) = replaced.and_then(|inode| self.nodes.get(inode))
            && !replaced.cached.is_empty()
        {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        self.change_directory(parent, DirectoryChange::Rename { from, to, inode })
    }

    pub(in super::super) fn remove_file(&mut self, path: &Path) -> io::Result<()> {
        self.begin(Operation::Remove, &path.to_string_lossy())?;
        let inode = self.resolve(path)?;
        self.file(inode)?;
        self.remove(path, inode)
    }

    pub(in super::super) fn remove_dir(&mut self, path: &Path) -> io::Result<()> {
        self.begin(Operation::Remove, &directory_label(path))?;
        let inode = self.resolve(path)?;
        if !self.directory(inode)?.cached.is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        self.remove(path, inode)
    }

    fn remove(&mut self, path: &Path, inode: u64) -> io::Result<()> {
        let (parent, name) = split(path)?;
        let parent = self.resolve(parent)?;
        self.change_directory(parent, DirectoryChange::Remove { name, inode })
    }

    pub(in super::super) fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let directory = self.directory(self.resolve(path)?)?;
        let entries = directory.cached.iter().map(|(name, inode)| {
            let kind = match self.nodes.get(inode) {
                Some(Node::Directory(_)) => EntryKind::Directory,
                _ => EntryKind::File,
            };
            Entry {
                name: name.clone(),
                kind,
            }
        });
        Ok(entries.collect())
    }

    pub(in super::super) fn sync_dir(&mut self, path: &Path) -> io::Result<()> {
        let label = directory_label(path);
        self.begin(Operation::SyncDirectory, &label)?;
        let inode = self.resolve(path)?;
        if self.sync_counts(label)
            && let Some(Node::Directory(directory)) = self.nodes.get_mut(&inode)
        {
            for change in std::mem::take(&mut directory.pending) {
                change.apply(&mut directory.durable);
            }
        }
        Ok(())
    }

    pub(in super::super) fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![(PathBuf::from("/"), ROOT)];
        while let Some((path, inode)) = open.pop() {
            match self.nodes.get(&inode) {
                Some(Node::Directory(directory)) => {
                    let children = directory.cached.iter();
                    open.extend(children.map(|(name, child)| (path.join(name), *child)));
                }
                Some(Node::File(_)) => found.push(path),
                None => {}
            }
        }
        found.sort();
        found
    }
}
