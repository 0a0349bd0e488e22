//! Recognising a file by its first bytes: an inode's number comes back for another file.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use serde::{Deserialize, Serialize};

/// A hash over the first bytes of a file, at most 1 KiB of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    /// How many bytes it covers.
    pub(crate) length: u64,
    /// FNV-1a of them.
    pub(crate) hash: u64,
}

/// Enough to tell log files apart.
const LENGTH_MAX: usize = 1024;

impl Fingerprint {
    /// Over as many first bytes as there are, up to the maximum.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        Self::over(file, LENGTH_MAX)
    }

    /// Whether the file still begins with the same bytes.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn matches(&self, file: &File) -> io::Result<bool> {
        let length = usize::try_from(self.length)
            .unwrap_or(LENGTH_MAX)
            .min(LENGTH_MAX);
        Ok(*self == Self::over(file, length)?)
    }

    /// Whether more of the file could make it surer.
    pub(crate) fn is_short(&self) -> bool {
        self.length < LENGTH_MAX as u64
    }

    fn over(file: &File, length: usize) -> io::Result<Self> {
        let mut bytes = [0_u8; LENGTH_MAX];
        let mut filled = 0;
        while let Some(room) = bytes
            .get_mut(filled..length)
            .filter(|room| !room.is_empty())
        {
            match file.read_at(room, filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self {
            length: filled as u64,
            hash: hash(bytes.get(..filled).unwrap_or_default()),
        })
    }
}

fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
