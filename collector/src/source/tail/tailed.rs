//! One file that is being followed.

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::PathBuf;
use std::time::Instant;

use super::Inode;
use super::fingerprint::Fingerprint;
use super::line::{Line, LineSplitter};

/// Bytes that are read at once: enough to be quick, little enough that no file starves another.
const CHUNK_BYTES: usize = 128 << 10;

/// An open file and how far it has been read.
pub(crate) struct Tailed {
    pub(crate) path: PathBuf,
    pub(crate) inode: Inode,
    pub(crate) stream: String,
    pub(crate) fingerprint: Fingerprint,
    /// Up to where batches on their way or done reach.
    pub(crate) promised: u64,
    /// Whether the last look at the folders still found it.
    pub(crate) linked: bool,
    pub(crate) last_growth: Instant,
    pub(crate) splitter: LineSplitter,
    handle: File,
    limit: usize,
}

/// What a look at a file gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// There is nothing new.
    AtEnd,
    /// Something was read; there may be more.
    More,
    /// It was cut off or written anew: it has to be begun again.
    Truncated,
}

impl Tailed {
    /// Takes an open file, to be read from `offset` on.
    pub(crate) fn new(
        path: PathBuf,
        stream: String,
        handle: File,
        inode: Inode,
        offset: u64,
        limit: usize,
    ) -> io::Result<Self> {
        Ok(Self {
            path,
            inode,
            stream,
            fingerprint: Fingerprint::of(&handle)?,
            promised: offset,
            linked: true,
            last_growth: Instant::now(),
            splitter: LineSplitter::new(offset, limit),
            handle,
            limit,
        })
    }

    /// Reads one chunk and gives out its lines.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn read(
        &mut self,
        buffer: &mut Vec<u8>,
        each: impl FnMut(&Line<'_>),
    ) -> io::Result<Progress> {
        let size = self.handle.metadata()?.size();
        let position = self.splitter.position();
        if size < position {
            return Ok(Progress::Truncated);
        }
        if size == position {
            return Ok(Progress::AtEnd);
        }
        if !self.fingerprint.matches(&self.handle)? {
            return Ok(Progress::Truncated);
        }
        buffer.resize(CHUNK_BYTES, 0);
        let length = self.handle.read_at(buffer, position)?;
        if length == 0 {
            return Ok(Progress::AtEnd);
        }
        if self.fingerprint.is_short() {
            self.fingerprint = Fingerprint::of(&self.handle)?;
        }
        self.last_growth = Instant::now();
        self.splitter
            .push(buffer.get(..length).unwrap_or_default(), each);
        Ok(Progress::More)
    }

    /// Bytes that were not read yet.
    pub(crate) fn lag(&self) -> u64 {
        let size = self.handle.metadata().map_or(0, |metadata| metadata.size());
        size.saturating_sub(self.splitter.position())
    }

    /// Whether its last name is gone, so that nobody will open it again.
    pub(crate) fn is_deleted(&self) -> bool {
        self.handle
            .metadata()
            .is_ok_and(|metadata| metadata.nlink() == 0)
    }

    /// Goes back to `offset`.
    pub(crate) fn rewind(&mut self, offset: u64) {
        self.splitter = LineSplitter::new(offset, self.limit);
        self.promised = offset;
    }

    /// The same open file, begun again from its start.
    pub(crate) fn begin_again(&self) -> io::Result<Self> {
        let handle = self.handle.try_clone()?;
        let (path, stream) = (self.path.clone(), self.stream.clone());
        let mut again = Self::new(path, stream, handle, self.inode, 0, self.limit)?;
        again.linked = self.linked;
        Ok(again)
    }
}
