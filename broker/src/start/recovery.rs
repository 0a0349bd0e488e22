//! Opening the partitions' logs: the metadata say which of them count.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use kavka_core::config::BrokerSettings;
use kavka_core::log::LogSettings;
use kavka_core::metadata::MetadataImage;
use kavka_core::types::{PartitionIndex, TopicId};
use kavka_disk::{
    DataFolder, DeletedPartition, LogStore, Opened, PartitionId, PartitionLog, RealDisk,
    StoreError, StoreSettings, StoredQuorum,
};

use super::StartError;
use crate::control::preview;
use crate::partition::{Recovered, log_settings};
use crate::shard::RecoveredLogs;
use crate::shared::shard_of;

/// The end of the metadata log cannot be read. Usually a crash has left that of a change that was
/// not made; but where there are partitions that the metadata do not know, it was damaged, and
/// nothing may be written that hides it.
pub(super) fn look_for_forgotten(
    folder: &DataFolder<RealDisk>,
    stored: &StoredQuorum,
    log: &Path,
    position: u64,
) -> Result<(), StartError> {
    // Nothing was ever there.
    if stored.snapshot.is_none() {
        return Ok(());
    }
    let (image, deleted) = preview(stored)?;
    let partitions: Vec<String> = folder
        .partitions()?
        .into_iter()
        .filter(|id| !is_known(&image, id.topic_id, id.partition))
        .filter(|id| !deleted.contains(&id.topic_id))
        .map(|id| format!("{}-{}", id.topic, id.partition))
        .collect();
    if partitions.is_empty() {
        return Ok(());
    }
    Err(StartError::Forgotten {
        log: log.to_owned(),
        position,
        partitions,
    })
}

/// Opens all logs, replaying the journal where the last shutdown was not clean. Logs of topics that
/// were deleted go; those of topics that nobody knows, though no deletion is known either, are set
/// aside. A partition that has neither a log nor damage has never held a record: its
/// files are made with the first one.
pub(super) fn open_logs(
    folder: &DataFolder<RealDisk>,
    settings: &BrokerSettings,
    image: &MetadataImage,
    deleted: &BTreeSet<TopicId>,
) -> Result<(LogStore<RealDisk>, RecoveredLogs), StoreError> {
    let mut last: Option<(Arc<str>, LogSettings)> = None;
    let settings_of = |id: &PartitionId| {
        // Partitions come topic by topic.
        if let Some((_, log)) = last.as_ref().filter(|(topic, _)| *topic == id.topic) {
            return log.clone();
        }
        let config = image.topic_config(&id.topic, settings);
        let log = log_settings(&config, settings).log;
        last = Some((id.topic.clone(), log.clone()));
        log
    };
    let store_settings = StoreSettings {
        durability: settings.durability,
        opening_threads: opening_threads(),
        ..StoreSettings::default()
    };
    let Opened {
        store,
        logs,
        report,
    } = LogStore::open(folder, store_settings, settings_of)?;
    let mut recovered = RecoveredLogs::new();
    for damaged in report.damaged {
        let id = damaged.id;
        if is_known(image, id.topic_id, id.partition) {
            // The disk has told what is wrong.
            recovered.insert((id.topic_id, id.partition), Recovered::Damaged);
        } else if deleted.contains(&id.topic_id) {
            remove(&id, store.delete_unopened(&id));
        } else {
            report_stray(&id, store.set_aside_unopened(&id));
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
    let mut strays = Vec::new();
    for log in logs {
        let id = log.id().clone();
        if is_known(image, id.topic_id, id.partition) {
            recovered.insert((id.topic_id, id.partition), Recovered::Log(Box::new(log)));
        } else if deleted.contains(&id.topic_id) || log.start_offset() == log.end_offset() {
            remove(&id, log.delete());
        } else {
            strays.push(log);
        }
    }
    set_aside(&store, strays);
    Ok((store, recovered))
}

/// Threads that open logs: where files are not in memory they wait for the disk.
fn opening_threads() -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    (2 * cores).clamp(4, 32)
}

/// Leaves logs of topics that nobody knows to a person.
fn set_aside(store: &LogStore<RealDisk>, strays: Vec<PartitionLog<RealDisk>>) {
    if strays.is_empty() {
        return;
    }
    // What only the journal holds of them must be in their files.
    if let Err(error) = store.flush() {
        tracing::error!(%error, "partitions of no known topic stay where they are");
        return;
    }
    for log in strays {
        let id = log.id().clone();
        report_stray(&id, log.set_aside());
    }
}

fn report_stray(id: &PartitionId, stray: std::io::Result<PathBuf>) {
    let (topic, partition) = (&id.topic, id.partition);
    match stray {
        Ok(path) => tracing::error!(
            %topic, %partition, folder = %path.display(),
            "a partition of a topic that the metadata neither know nor have deleted: set aside, \
             remove it when nobody misses its records"
        ),
        Err(error) => tracing::error!(%topic, %partition, %error, "it cannot be set aside"),
    }
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
