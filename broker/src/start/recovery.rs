//! Opening the partitions' logs: the metadata say which of them count.

use std::collections::VecDeque;

use kavka_core::config::BrokerSettings;
use kavka_core::metadata::MetadataImage;
use kavka_disk::{
    DataFolder, DeletedPartition, LogStore, Opened, PartitionId, RealDisk, StoreError,
    StoreSettings,
};

use crate::partition::log_settings;
use crate::shard::RecoveredLogs;
use crate::shared::shard_of;

/// Opens all logs, replaying the journal where the last shutdown was not clean. Logs of topics that
/// are no more are deleted.
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
    for damaged in &report.damaged {
        tracing::error!(
            folder = %damaged.folder.display(),
            reason = %damaged.reason,
            "a partition's log is damaged and not served"
        );
    }
    let mut recovered = RecoveredLogs::new();
    for log in logs {
        let id = log.id().clone();
        let known = image.topic_by_id(id.topic_id).is_some_and(|topic| {
            topic
                .partitions
                .iter()
                .any(|view| view.index == id.partition)
        });
        if known {
            recovered.insert((id.topic_id, id.partition), log);
            continue;
        }
        let (topic, partition) = (&id.topic, id.partition);
        tracing::info!(%topic, %partition, "removing a deleted topic's log");
        match log.delete().map(DeletedPartition::remove) {
            Ok(Ok(())) => {}
            Ok(Err(error)) | Err(error) => tracing::warn!(%error, "its files stay for now"),
        }
    }
    Ok((store, recovered))
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
