//! Deleting a partition: its folder gets another name at once and is emptied in the background. A
//! start finishes what was begun.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{PartitionLog, deleted_name};
use crate::disk::{Disk, EntryKind};
use crate::journal::Content;
use crate::store::Shared;

/// The folder of a deleted partition, under its last name.
#[derive(Debug)]
#[must_use = "the files go when `remove` is called"]
pub struct DeletedPartition<D: Disk> {
    shared: Arc<Shared<D>>,
    folder: PathBuf,
}

impl<D: Disk> PartitionLog<D> {
    /// Takes the partition off the disk: afterwards a new one may have its name.
    pub fn delete(self) -> io::Result<DeletedPartition<D>> {
        let folder = self.shared.root.join(deleted_name(&self.id));
        let renamed = self
            .unsynced
            .end_with(|| self.shared.disk.rename(&self.folder, &folder));
        self.shared.forget(&self.unsynced);
        if renamed.is_err() {
            self.shared.abandon(self.folder.clone(), folder.clone());
        }
        if let Err(error) = self
            .shared
            .journal
            .append(&self.id.address(), &Content::Deleted)
        {
            // On a full disk it goes without: then the new name must not be lost, or a partition
            // of the same name that comes next would find this one in its place.
            tracing::warn!(partition = %self.id, %error, "deletion is not in the journal");
            self.shared.sync_folders()?;
        }
        renamed?;
        Ok(DeletedPartition {
            shared: self.shared.clone(),
            folder,
        })
    }
}

impl<D: Disk> DeletedPartition<D> {
    /// Removes the files, on a background thread.
    pub fn remove(self) -> io::Result<()> {
        // A start that finds the old name must find a whole folder behind it: one that has lost its
        // partition.metadata could be taken for a newer partition of that name.
        self.shared.disk.sync_dir(&self.shared.root)?;
        remove_folder(&self.shared.disk, &self.folder)?;
        self.shared.folders_changed();
        Ok(())
    }
}

/// Removes a folder of plain files.
pub(crate) fn remove_folder<D: Disk>(disk: &D, folder: &Path) -> io::Result<()> {
    for entry in disk.read_dir(folder)? {
        let path = folder.join(&entry.name);
        match entry.kind {
            EntryKind::File => disk.remove_file(&path)?,
            EntryKind::Directory => remove_folder(disk, &path)?,
        }
    }
    disk.remove_dir(folder)
}
