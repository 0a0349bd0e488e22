//! The data folder: whose it is (`meta.properties`, as Kafka writes it) and who uses it (a lock).

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kavka_core::types::{DirectoryId, NodeId};
use thiserror::Error;

use crate::disk::{self, Disk, EntryKind};
use crate::partition::{PartitionId, log_bytes, parse_folder_name, read_metadata};
use crate::reserve::Reserve;

const META: &str = "meta.properties";
const LOCK: &str = ".lock";
const META_MAX: u64 = 64 << 10;

/// Identities for a folder that has none yet.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// The cluster's id; used unless another one is expected.
    pub cluster_id: String,
    /// The disk's id.
    pub directory_id: DirectoryId,
}

/// The data folder cannot be used. Each text says what would help.
#[derive(Debug, Error)]
pub enum DataFolderError {
    /// Another process has it.
    #[error(
        "data folder {} is in use by another broker: stop that one, or give this one another \
         folder (log.dirs)", folder.display()
    )]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// It belongs to another cluster.
    #[error(
        "data folder {} belongs to cluster {found:?}, not to {expected:?}: give this broker \
         another folder (log.dirs), or correct the cluster id", folder.display()
    )]
    OtherCluster {
        /// The folder.
        folder: PathBuf,
        /// The cluster that it belongs to.
        found: String,
        /// The cluster that is expected.
        expected: String,
    },
    /// It belongs to another broker.
    #[error(
        "data folder {} belongs to node.id {found}, not to {expected}: give this broker another \
         folder (log.dirs), or set node.id={found}", folder.display()
    )]
    OtherNode {
        /// The folder.
        folder: PathBuf,
        /// The broker that it belongs to.
        found: NodeId,
        /// This broker.
        expected: NodeId,
    },
    /// Its `meta.properties` is not readable.
    #[error(
        "{}: {reason}: restore the file; only if the folder holds nothing of value, remove the \
         folder", file.display()
    )]
    BadMeta {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// It cannot be written.
    #[error(
        "data folder {} cannot be written ({source}): make it writable for the user that the \
         broker runs as, or give another folder (log.dirs)", folder.display()
    )]
    Unwritable {
        /// The folder.
        folder: PathBuf,
        /// What the disk says.
        source: io::Error,
    },
    /// It, or what it would lie in, is no folder.
    #[error(
        "data folder {} cannot be made, since a file is in its way: move the file, or give another \
         folder (log.dirs)", folder.display()
    )]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// The disk is full.
    #[error("the disk of data folder {} is full: free some space", folder.display())]
    Full {
        /// The folder.
        folder: PathBuf,
    },
}

/// A data folder that is this broker's, locked for as long as this or a store made of it lives.
#[derive(Debug)]
pub struct DataFolder<D: Disk> {
    disk: D,
    path: PathBuf,
    cluster_id: String,
    node_id: NodeId,
    directory_id: DirectoryId,
    is_new: bool,
    lock: Arc<D::Lock>,
    reserve: Arc<Reserve<D>>,
}

impl<D: Disk> DataFolder<D> {
    /// Makes, checks and locks the folder. `fresh` is asked for identities when it has none.
    pub fn open(
        disk: D,
        path: &Path,
        node_id: NodeId,
        expected_cluster_id: Option<&str>,
        fresh: impl FnOnce() -> Fresh,
    ) -> Result<Self, DataFolderError> {
        let fault = |source: io::Error| unusable(path, source);
        disk.create_dir_all(path).map_err(fault)?;
        let lock = disk.lock(&path.join(LOCK)).map_err(fault)?;
        let file = path.join(META);
        let stored = disk::read_small(&disk, &file, META_MAX).map_err(fault)?;
        let is_new = stored.is_none();
        let meta = if let Some(content) = stored {
            Meta::parse(&content).map_err(|reason| DataFolderError::BadMeta {
                file: file.clone(),
                reason,
            })?
        } else {
            let fresh = fresh();
            let expected = expected_cluster_id.map(ToOwned::to_owned);
            let meta = Meta {
                cluster_id: expected.unwrap_or(fresh.cluster_id),
                node_id,
                directory_id: fresh.directory_id,
            };
            disk::replace(&disk, &file, meta.to_text().as_bytes()).map_err(fault)?;
            meta
        };
        let folder = path.to_owned();
        if let Some(expected) = expected_cluster_id.filter(|id| *id != meta.cluster_id) {
            let (found, expected) = (meta.cluster_id, expected.to_owned());
            return Err(DataFolderError::OtherCluster {
                folder,
                found,
                expected,
            });
        }
        if meta.node_id != node_id {
            let (found, expected) = (meta.node_id, node_id);
            return Err(DataFolderError::OtherNode {
                folder,
                found,
                expected,
            });
        }
        // Also when they were there: an earlier start may have ended right before this.
        disk.sync_dir(path).map_err(fault)?;
        sync_parents(&disk, path).map_err(fault)?;
        let Meta {
            cluster_id,
            node_id,
            directory_id,
        } = meta;
        let lock = Arc::new(lock);
        Ok(Self {
            disk,
            path: folder,
            cluster_id,
            node_id,
            directory_id,
            is_new,
            lock,
            reserve: Arc::new(Reserve::none()),
        })
    }

    /// Sets `bytes` aside for what has to be written even on a full disk. What earlier starts set
    /// aside is there even when the disk is full by now.
    pub fn set_aside(&mut self, bytes: u64) -> Result<(), DataFolderError> {
        let reserve = Reserve::open(&self.disk, &self.path, bytes);
        self.reserve = Arc::new(reserve.map_err(|source| unusable(&self.path, source))?);
        Ok(())
    }

    /// The disk that it lies on.
    pub fn disk(&self) -> &D {
        &self.disk
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The cluster that it belongs to.
    pub fn cluster_id(&self) -> &str {
        &self.cluster_id
    }

    /// The broker that it belongs to.
    pub fn node_id(&self) -> NodeId {
        self.node_id
    }

    /// The disk's own identity (KIP-858).
    pub fn directory_id(&self) -> DirectoryId {
        self.directory_id
    }

    /// Whether it was made by this opening.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Bytes that may still be written.
    pub fn free_space(&self) -> io::Result<u64> {
        self.disk.free_space(&self.path)
    }

    /// The partitions whose folders hold records, as the folders themselves say.
    pub fn partitions(&self) -> io::Result<Vec<PartitionId>> {
        let mut found = Vec::new();
        for entry in self.disk.read_dir(&self.path)? {
            let Some((topic, partition)) = parse_folder_name(&entry.name) else {
                continue;
            };
            let folder = self.path.join(&entry.name);
            let is_folder = entry.kind == EntryKind::Directory;
            if !is_folder || log_bytes(&self.disk, &folder)? == 0 {
                continue;
            }
            if let Some(topic_id) = read_metadata(&self.disk, &folder)? {
                found.push(PartitionId {
                    topic: topic.into(),
                    topic_id,
                    partition,
                });
            }
        }
        found.sort();
        Ok(found)
    }

    pub(crate) fn reserve(&self) -> Arc<Reserve<D>> {
        self.reserve.clone()
    }

    pub(crate) fn hold_lock(&self) -> Arc<D::Lock> {
        self.lock.clone()
    }
}

/// Makes the folder's own name durable, and those above it that may be new.
fn sync_parents<D: Disk>(disk: &D, path: &Path) -> io::Result<()> {
    for parent in path.ancestors().skip(1).take(2) {
        let parent = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        match disk.sync_dir(parent) {
            // A folder above the data folder may be closed to the broker; then it is not new.
            Err(error) if error.kind() != io::ErrorKind::PermissionDenied => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn unusable(folder: &Path, source: io::Error) -> DataFolderError {
    let folder = folder.to_owned();
    match source.kind() {
        io::ErrorKind::WouldBlock => DataFolderError::InUse { folder },
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            DataFolderError::NoFolder { folder }
        }
        _ if disk::is_full(&source) => DataFolderError::Full { folder },
        _ => DataFolderError::Unwritable { folder, source },
    }
}

/// The content of `meta.properties`.
#[expect(clippy::struct_field_names, reason = "Kafka's names of the properties")]
struct Meta {
    cluster_id: String,
    node_id: NodeId,
    directory_id: DirectoryId,
}

impl Meta {
    fn to_text(&self) -> String {
        let Self {
            cluster_id,
            node_id,
            directory_id,
        } = self;
        format!(
            "#\ncluster.id={cluster_id}\ndirectory.id={directory_id}\nnode.id={node_id}\n\
             version=1\n"
        )
    }

    fn parse(content: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(content).map_err(|_| "it is no text".to_owned())?;
        let lines = text.lines().map(str::trim);
        let properties: BTreeMap<&str, &str> = lines
            .filter(|line| !line.starts_with(['#', '!']))
            .filter_map(|line| line.split_once('='))
            .map(|(key, value)| (key.trim(), value.trim()))
            .collect();
        let get = |key: &str| {
            let value = properties
                .get(key)
                .copied()
                .filter(|value| !value.is_empty());
            value.ok_or_else(|| format!("{key} is missing"))
        };
        let wrong = |key: &str, value: &str| format!("{key}={value} is not valid");
        let version = get("version")?;
        if version != "1" {
            return Err(format!("version={version} is unknown; 1 is expected"));
        }
        let (node, directory) = (get("node.id")?, get("directory.id")?);
        Ok(Self {
            cluster_id: get("cluster.id")?.to_owned(),
            node_id: NodeId(node.parse().map_err(|_| wrong("node.id", node))?),
            directory_id: directory
                .parse()
                .map_err(|_| wrong("directory.id", directory))?,
        })
    }
}

#[cfg(test)]
mod tests;
