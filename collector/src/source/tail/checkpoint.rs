//! Positions that survive the process: one small file, replaced as a whole.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::Inode;
use super::fingerprint::Fingerprint;

/// The position in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    /// The device's number.
    pub(crate) device: u64,
    /// The inode's number.
    pub(crate) inode: u64,
    /// How the file begins.
    pub(crate) fingerprint: Fingerprint,
    /// Everything before this byte has been delivered.
    pub(crate) offset: u64,
    /// Where the file was last seen; for the reader only.
    pub(crate) path: PathBuf,
    /// When it was last seen, in seconds since the epoch.
    pub(crate) seen: i64,
}

#[derive(Serialize, Deserialize)]
struct Content {
    version: u32,
    files: Vec<Checkpoint>,
}

/// The version that this program writes and reads.
const VERSION: u32 = 1;
/// A file that was not seen for so long (seconds) is forgotten.
const KEEP_SECONDS: i64 = 24 * 3600;
/// Nothing is forgotten in this time after the start.
const KEEP_AFTER_START: Duration = Duration::from_mins(10);

/// The checkpoints of one source.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    path: PathBuf,
    files: BTreeMap<Inode, Checkpoint>,
    existed: bool,
    changed: bool,
    loaded: Instant,
}

impl Checkpoints {
    /// Reads the checkpoints in a folder, which is made when it is missing.
    ///
    /// # Errors
    /// The folder or file cannot be used, or is not what this program writes.
    pub(crate) fn load(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join("checkpoints.json");
        let (files, existed) = match fs::read(&path) {
            Ok(text) => (parse(&text)?, true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Vec::new(), false),
            Err(error) => return Err(error),
        };
        let files = files
            .into_iter()
            .map(|file| ((file.device, file.inode), file))
            .collect();
        Ok(Self {
            path,
            files,
            existed,
            changed: !existed,
            loaded: Instant::now(),
        })
    }

    /// Whether the source has run here before.
    pub(crate) fn existed(&self) -> bool {
        self.existed
    }

    /// The checkpoint of a file. After a reboot a disk may have another number; the inode and the
    /// whole fingerprint then say that it is the same file.
    pub(crate) fn find(&self, inode: Inode, fingerprint: Fingerprint) -> Option<&Checkpoint> {
        self.files.get(&inode).or_else(|| {
            self.files.values().find(|file| {
                file.inode == inode.1 && !fingerprint.is_short() && file.fingerprint == fingerprint
            })
        })
    }

    /// Keeps a position.
    pub(crate) fn put(&mut self, checkpoint: Checkpoint) {
        let inode = (checkpoint.device, checkpoint.inode);
        let same = self.files.get(&inode).is_some_and(|old| {
            old.offset == checkpoint.offset
                && old.fingerprint == checkpoint.fingerprint
                && checkpoint.seen - old.seen < KEEP_SECONDS / 24
        });
        if !same {
            self.files.insert(inode, checkpoint);
            self.changed = true;
        }
    }

    /// Forgets a file that exists no more.
    pub(crate) fn remove(&mut self, inode: Inode) {
        self.changed |= self.files.remove(&inode).is_some();
    }

    /// Writes them if anything changed: a new file, synced, takes the old one's place.
    ///
    /// # Errors
    /// The disk refuses; the old file is then still whole, and the next call tries again.
    pub(crate) fn save(&mut self, now: i64) -> io::Result<()> {
        if !self.changed {
            return Ok(());
        }
        // After a long pause every file first needs a chance to be seen again.
        if self.loaded.elapsed() > KEEP_AFTER_START {
            self.files.retain(|_, file| now - file.seen < KEEP_SECONDS);
        }
        let content = Content {
            version: VERSION,
            files: self.files.values().cloned().collect(),
        };
        let text = serde_json::to_vec(&content).map_err(io::Error::other)?;
        let new = self.path.with_extension("json.new");
        let mut file = File::create(&new)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)?;
        if let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        self.changed = false;
        Ok(())
    }
}

fn parse(text: &[u8]) -> io::Result<Vec<Checkpoint>> {
    let content: Content = serde_json::from_slice(text)
        .map_err(|error| io::Error::other(format!("it is no checkpoint file: {error}")))?;
    if content.version == VERSION {
        Ok(content.files)
    } else {
        let problem = format!(
            "it has version {}, this program reads {VERSION}",
            content.version
        );
        Err(io::Error::other(problem))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn checkpoint(inode: u64, offset: u64) -> Checkpoint {
        Checkpoint {
            device: 1,
            inode,
            fingerprint: Fingerprint {
                length: 3,
                hash: inode,
            },
            offset,
            path: "/var/log/a.log".into(),
            seen: 1_000_000,
        }
    }

    #[test]
    fn a_torn_write_leaves_the_old_checkpoints_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut checkpoints = Checkpoints::load(folder.path()).unwrap();
        checkpoints.put(checkpoint(7, 70));
        checkpoints.save(1_000_000).unwrap();
        fs::write(
            folder.path().join("checkpoints.json.new"),
            b"{\"version\":1,\"fi",
        )
        .unwrap();
        let again = Checkpoints::load(folder.path()).unwrap();
        assert_eq!(
            again.find((1, 7), Fingerprint::default()).unwrap().offset,
            70
        );
    }

    #[test]
    fn a_file_that_is_no_checkpoint_file_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("checkpoints.json"), b"something else").unwrap();
        assert!(Checkpoints::load(folder.path()).is_err());
    }

    proptest! {
        #[test]
        fn what_was_saved_is_read_back(offsets in proptest::collection::btree_map(0_u64..50, 0_u64..u64::MAX, 0..20)) {
            let folder = tempfile::tempdir().unwrap();
            let mut checkpoints = Checkpoints::load(folder.path()).unwrap();
            for (inode, offset) in &offsets {
                checkpoints.put(checkpoint(*inode, *offset));
            }
            checkpoints.save(1_000_000).unwrap();
            let again = Checkpoints::load(folder.path()).unwrap();
            prop_assert!(again.existed());
            prop_assert_eq!(&again.files, &checkpoints.files);
            for (inode, offset) in offsets {
                prop_assert_eq!(again.find((1, inode), Fingerprint::default()).unwrap().offset, offset);
            }
        }
    }
}
