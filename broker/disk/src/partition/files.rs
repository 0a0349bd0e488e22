//! Names of a partition's folder and its `partition.metadata`, as Kafka writes them.

use std::io;
use std::path::Path;

use kavka_core::types::{PartitionIndex, TopicId};

use super::PartitionId;
use crate::disk::{self, Disk, DiskFile, OpenMode};

pub(crate) const METADATA: &str = "partition.metadata";
pub(crate) const EPOCHS: &str = "leader-epoch-checkpoint";
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

pub(crate) fn metadata_text(topic_id: TopicId) -> String {
    format!("version: 0\ntopic_id: {topic_id}\n")
}

/// Writes `partition.metadata`; the flusher syncs the file that is returned.
pub(crate) fn write_metadata<D: Disk>(
    disk: &D,
    folder: &Path,
    topic_id: TopicId,
) -> io::Result<D::File> {
    let file = disk.open(&folder.join(METADATA), OpenMode::Create)?;
    let text = metadata_text(topic_id);
    file.set_len(0)?;
    file.write_at(0, &[text.as_bytes()])?;
    Ok(file)
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
    }
}
