//! Opening the partitions' logs: the metadata say which of them count.

use std::collections::VecDeque;

use kavka_core::config::BrokerSettings;
use kavka_core::metadata::MetadataImage;
use kavka_core::types::{PartitionIndex, TopicId};
use kavka_disk::{
    DataFolder, DeletedPartition, LogStore, Opened, PartitionId, RealDisk, StoreError,
    StoreSettings,
};

use crate::partition::{Recovered, log_settings};
use crate::shard::RecoveredLogs;
use crate::shared::shard_of;

/// Opens all logs, replaying the journal where the last shutdown was not clean. Logs of topics that
/// are no more are deleted. A partition that has neither a log nor damage has never held a record: its
/// files are made with the first one.
pub(super) fn open_logs(
    folder: &DataFolder<RealDisk>,
    settings: &BrokerSettings,
    image: &MetadataImage,
) -> Result<(LogStore<RealDisk>, RecoveredLogs), StoreError> {
    let settings_of = |id: &PartitionId| {
        let config = image.topic_config(&id.topic, settings);
        log_settings(&config, settings).log
    };
    let Opened {
        store,
        logs,
        report,
    } = LogStore::open(folder, StoreSettings::default(), settings_of)?;
    let mut recovered = RecoveredLogs::new();
    for damaged in report.damaged {
        let id = damaged.id;
        if is_known(image, id.topic_id, id.partition) {
            // The disk has told what is wrong.
            recovered.insert((id.topic_id, id.partition), Recovered::Damaged);
        } else {
            remove(&id, store.delete_unopened(&id));
        }
    }
    for gone in report.missing {
        let (topic_id, partition) = (gone.topic_id, gone.partition);
        if is_known(image, topic_id, partition) {
            let topic = image.topic_by_id(topic_id).map(|topic| topic.name.clone());
            tracing::error!(?topic, %partition, "a partition's folder is gone: it is not served");
            recovered.insert((topic_id, partition), Recovered::Damaged);
        } else {
            store.forget_missing(&gone);
        }
    }
    for log in logs {
        let id = log.id().clone();
        if is_known(image, id.topic_id, id.partition) {
            recovered.insert((id.topic_id, id.partition), Recovered::Log(Box::new(log)));
        } else {
            remove(&id, log.delete());
        }
    }
    Ok((store, recovered))
}

fn is_known(image: &MetadataImage, topic: TopicId, partition: PartitionIndex) -> bool {
    image
        .topic_by_id(topic)
        .is_some_and(|topic| topic.partition(partition).is_some())
}

/// Removes the files of a topic that is no more.
fn remove(id: &PartitionId, deleted: std::io::Result<DeletedPartition<RealDisk>>) {
    let (topic, partition) = (&id.topic, id.partition);
    tracing::info!(%topic, %partition, "removing a deleted topic's log");
    if let Err(error) = deleted.and_then(DeletedPartition::remove) {
        tracing::warn!(%error, "its files stay for now");
    }
}

/// Deals the logs out to the shards that their partitions belong to.
pub(super) fn by_shard(recovered: RecoveredLogs, shards: usize) -> VecDeque<RecoveredLogs> {
    let mut dealt: VecDeque<RecoveredLogs> = VecDeque::new();
    dealt.resize_with(shards, RecoveredLogs::new);
    for (key, log) in recovered {
        if let Some(logs) = dealt.get_mut(shard_of(key.0, key.1, shards)) {
            logs.insert(key, log);
        }
    }
    dealt
}
