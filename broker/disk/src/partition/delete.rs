//! Deleting a partition: its folder gets another name at once and is emptied in the background. A
//! start finishes what was begun.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{PartitionId, PartitionLog, Unsynced, deleted_name, folder_name, stray_path};
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
        take_away(&self.shared, &self.id, Some(&self.unsynced))
    }

    /// Gives the folder another name and leaves it to a person: afterwards a new partition may have
    /// its name. Flush the store before. Returns where it lies now.
    pub fn set_aside(mut self) -> io::Result<PathBuf> {
        self.write_tail()?;
        set_aside(&self.shared, &self.id, Some(&self.unsynced))
    }
}

/// Gives the folder of a partition that belongs to no known topic another name, under which it is
/// left to a person. What was written must have been flushed.
pub(crate) fn set_aside<D: Disk>(
    shared: &Arc<Shared<D>>,
    id: &PartitionId,
    unsynced: Option<&Arc<Unsynced<D>>>,
) -> io::Result<PathBuf> {
    let name = folder_name(id);
    let stray = stray_path(&shared.disk, &shared.root, &name)?;
    let rename = || shared.disk.rename(&shared.root.join(&name), &stray);
    match unsynced {
        Some(unsynced) => unsynced.end_with(rename)?,
        None => rename()?,
    }
    // Only then the journal: a folder of the old name would be removed by what it says.
    shared.disk.sync_dir(&shared.root)?;
    match unsynced {
        Some(unsynced) => shared.forget(unsynced),
        None => shared.folders_changed(),
    }
    if let Err(error) = shared.journal.append(&id.address(), &Content::Deleted) {
        tracing::warn!(partition = %id, %error, "that it is gone is not in the journal yet");
        shared.deletion_unwritten(id.address());
    }
    Ok(stray)
}

/// Gives the partition's folder its last name and writes the deletion into the journal.
pub(crate) fn take_away<D: Disk>(
    shared: &Arc<Shared<D>>,
    id: &PartitionId,
    unsynced: Option<&Arc<Unsynced<D>>>,
) -> io::Result<DeletedPartition<D>> {
    let folder = shared.root.join(folder_name(id));
    let deleted = shared.root.join(deleted_name(id));
    let rename = || shared.disk.rename(&folder, &deleted);
    let renamed = match unsynced {
        Some(unsynced) => unsynced.end_with(rename),
        // Of a partition that was not opened there may be nothing at all.
        None => match rename() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        },
    };
    match unsynced {
        Some(unsynced) => shared.forget(unsynced),
        None => shared.folders_changed(),
    }
    if renamed.is_err() {
        shared.abandon(folder, Some(deleted.clone()));
    }
    if let Err(error) = shared.journal.append(&id.address(), &Content::Deleted) {
        // It goes without for now: then the new name must not be lost, or a partition of the same
        // name that comes next would find this one in its place.
        tracing::warn!(partition = %id, %error, "deletion is not in the journal yet");
        shared.deletion_unwritten(id.address());
        shared.sync_folders()?;
    }
    renamed?;
    Ok(DeletedPartition {
        shared: shared.clone(),
        folder: deleted,
    })
}

impl<D: Disk> DeletedPartition<D> {
    /// Removes the files, on a background thread.
    pub fn remove(self) -> io::Result<()> {
        // A start that finds neither the folder nor the deletion would make the partition again from
        // what the journal has of it, which need not be all.
        self.shared.sync_deletions()?;
        // A start that finds the old name must find a whole folder behind it: one that has lost its
        // partition.metadata could be taken for a newer partition of that name.
        self.shared.disk.sync_dir(&self.shared.root)?;
        match remove_folder(&self.shared.disk, &self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
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
