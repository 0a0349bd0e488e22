//! Names of a partition's folder and its `partition.metadata`, as Kafka writes them.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use kavka_core::types::{PartitionIndex, TopicId};

use super::PartitionId;
use crate::disk::{self, Disk, DiskFile, OpenMode};

pub(crate) const METADATA: &str = "partition.metadata";
pub(crate) const EPOCHS: &str = "leader-epoch-checkpoint";
/// Ending of a folder that belongs to no known topic.
const STRAY: &str = "-stray";
/// Ending of a folder that is being removed.
const DELETED: &str = "-delete";

/// The folder of a partition.
pub(crate) fn folder_name(id: &PartitionId) -> String {
    format!("{}-{}", id.topic, id.partition)
}

/// The topic and the partition that a folder's name stands for.
pub(crate) fn parse_folder_name(name: &str) -> Option<(&str, PartitionIndex)> {
    let (topic, partition) = name.rsplit_once('-')?;
    let digits = !partition.is_empty() && partition.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !topic.is_empty()).then_some(())?;
    Some((topic, PartitionIndex(partition.parse().ok()?)))
}

/// The folder's name while it is being removed. Names of files end at 255 bytes.
pub(crate) fn deleted_name(id: &PartitionId) -> String {
    let topic: String = id.topic.chars().take(190).collect();
    let unique = u128::from_be_bytes(id.topic_id.0);
    format!("{topic}-{}.{unique:032x}{DELETED}", id.partition)
}

/// Whether a folder's name says that it is being removed.
pub(crate) fn is_deleted_name(name: &str) -> bool {
    name.ends_with(DELETED) && name.contains('.')
}

/// A name that no folder has yet, for a folder that is set aside.
pub(crate) fn stray_path<D: Disk>(disk: &D, root: &Path, name: &str) -> io::Result<PathBuf> {
    let taken: BTreeSet<String> = disk
        .read_dir(root)?
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    // Names of files end at 255 bytes.
    let start: String = name.chars().take(230).collect();
    let stray = (0..=u32::MAX)
        .map(|number| format!("{start}.{number}{STRAY}"))
        .find(|stray| !taken.contains(stray));
    stray
        .map(|stray| root.join(stray))
        .ok_or_else(|| io::ErrorKind::AlreadyExists.into())
}

/// The topic and the partition of a folder that is being removed.
pub(crate) fn parse_deleted_name(name: &str) -> Option<(TopicId, PartitionIndex)> {
    let (partition, unique) = name.strip_suffix(DELETED)?.rsplit_once('.')?;
    let (_, partition) = parse_folder_name(partition)?;
    let unique = u128::from_str_radix(unique, 16).ok()?;
    Some((kavka_protocol::Uuid(unique.to_be_bytes()), partition))
}

pub(crate) fn metadata_text(topic_id: TopicId) -> String {
    format!("version: 0\ntopic_id: {topic_id}\n")
}

/// Writes `partition.metadata`; the flusher syncs the file that is returned.
pub(crate) fn write_metadata<D: Disk>(
    disk: &D,
    folder: &Path,
    topic_id: TopicId,
) -> io::Result<D::File> {
    let file = disk.open_resting(&folder.join(METADATA), OpenMode::Create)?;
    let text = metadata_text(topic_id);
    file.set_len(0)?;
    file.write_at(0, &[text.as_bytes()])?;
    Ok(file)
}

/// Bytes of all segments in a folder.
pub(crate) fn log_bytes<D: Disk>(disk: &D, folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in disk.read_dir(folder)? {
        if Path::new(&entry.name).extension() == Some("log".as_ref()) {
            bytes += disk
                .open(&folder.join(&entry.name), OpenMode::Read)?
                .len()?;
        }
    }
    Ok(bytes)
}

/// The topic that a folder belongs to; `None` when that is not readable.
pub(crate) fn read_metadata<D: Disk>(disk: &D, folder: &Path) -> io::Result<Option<TopicId>> {
    let Some(content) = disk::read_small(disk, &folder.join(METADATA), 4096)? else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&content).unwrap_or_default();
    let mut lines = text.lines();
    if lines.next() != Some("version: 0") {
        return Ok(None);
    }
    Ok(lines
        .next()
        .and_then(|line| line.strip_prefix("topic_id: ")?.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_as_kafka_names_them() {
        let id = PartitionId {
            topic: "a-b.c".into(),
            topic_id: kavka_protocol::Uuid([0xab; 16]),
            partition: PartitionIndex(7),
        };
        assert_eq!(folder_name(&id), "a-b.c-7");
        assert_eq!(
            parse_folder_name("a-b.c-7"),
            Some(("a-b.c", PartitionIndex(7)))
        );
        assert_eq!(parse_folder_name("journal"), None);
        assert_eq!(parse_folder_name("t-x"), None);
        assert_eq!(
            deleted_name(&id),
            format!("a-b.c-7.{}-delete", "ab".repeat(16))
        );
        assert_eq!(parse_folder_name(&deleted_name(&id)), None);
        let parsed = parse_deleted_name(&deleted_name(&id));
        assert_eq!(parsed, Some((id.topic_id, id.partition)));
    }
}
