//! The narrow interface through which all file access goes.

pub mod pooled;
pub mod real;
pub mod sim;

use std::fmt;
use std::io;
use std::path::Path;

use bytes::Bytes;

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// An existing file, for reading only.
    Read,
    /// An existing file, for reading and writing.
    Write,
    /// For reading and writing; made when it is missing.
    Create,
}

/// What a directory entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A plain file.
    File,
    /// A directory.
    Directory,
}

/// One entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name within the directory.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
}

/// A disk: names, directories and locks. Cheap to clone; clones are the same disk.
pub trait Disk: Clone + fmt::Debug + Send + Sync + 'static {
    /// An open file of this disk.
    type File: DiskFile;
    /// Holds a lock until it is dropped.
    type Lock: fmt::Debug + Send + Sync + 'static;

    /// Opens a file.
    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Self::File>;
    /// Opens a file of a kind that there are very many of. It may be closed while it is not used, so
    /// its path must stay what it is for as long as it is used.
    fn open_resting(&self, path: &Path, mode: OpenMode) -> io::Result<Self::File> {
        self.open(path, mode)
    }
    /// Closes files that have rested since the last call; for a background thread.
    fn close_resting(&self) {}
    /// Renames within one directory, replacing what has the new name; durable after
    /// [`Disk::sync_dir`].
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file; durable after [`Disk::sync_dir`] of its directory.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty directory.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    /// The entries of a directory in the order of their names.
    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>>;
    /// Makes a directory and those above it.
    fn create_dir_all(&self, path: &Path) -> io::Result<()>;
    /// Makes the entries of a directory durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Takes the exclusive lock that the file stands for; `WouldBlock` when another holds it.
    fn lock(&self, path: &Path) -> io::Result<Self::Lock>;
    /// Bytes that an unprivileged program may still write where `path` lies.
    fn free_space(&self, path: &Path) -> io::Result<u64>;
}

/// An open file. All methods take the position, so that threads can share it.
pub trait DiskFile: fmt::Debug + Send + Sync + 'static {
    /// Reads up to `length` bytes; fewer only at the end of the file. The caller bounds `length`
    /// by [`DiskFile::len`]: it is allocated at once.
    fn read_at(&self, position: u64, length: usize) -> io::Result<Bytes>;
    /// Writes all the chunks one behind the other, or fails with an unknown part of them written.
    fn write_at(&self, position: u64, chunks: &[&[u8]]) -> io::Result<()>;
    /// Makes the content and the length durable. After an error the content since the last
    /// success may be lost even when a later call succeeds: it has to be written again.
    fn sync_data(&self) -> io::Result<()>;
    /// Reserves space for the first `length` bytes and makes the file at least that long.
    fn allocate(&self, length: u64) -> io::Result<()>;
    /// Cuts the file or extends it with zeros.
    fn set_len(&self, length: u64) -> io::Result<()>;
    /// The length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Whether the file has no content.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
}

/// Whether the error says that nothing more fits on the disk, or into its owner's share of it.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// Writes a small file so that after a crash it has either the old content or the new one: a
/// temporary file is written, synced and renamed. The directory is synced too.
pub(crate) fn replace<D: Disk>(disk: &D, path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("/"));
    let mut name = path
        .file_name()
        .map(std::ffi::OsStr::to_os_string)
        .unwrap_or_default();
    name.push(".tmp");
    let temporary = directory.join(name);
    let file = disk.open(&temporary, OpenMode::Create)?;
    file.set_len(0)?;
    file.write_at(0, &[content])?;
    file.sync_data()?;
    disk.rename(&temporary, path)?;
    disk.sync_dir(directory)
}

/// The whole content of a file of at most `limit` bytes; `None` when it does not exist.
pub(crate) fn read_small<D: Disk>(disk: &D, path: &Path, limit: u64) -> io::Result<Option<Bytes>> {
    let file = match disk.open(path, OpenMode::Read) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let length = file.len()?;
    if length > limit {
        let message = format!(
            "{} has {length} bytes; at most {limit} are expected",
            path.display()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    file.read_at(0, crate::width::narrow(length)).map(Some)
}
