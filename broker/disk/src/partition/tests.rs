//! A partition's log keeps Kafka's promises to producers and consumers, over restarts too.

mod compacting;
mod reading;
mod restarting;
mod transactional;
mod unjournaled;
mod written_later;

use std::path::Path;

use bytes::Bytes;
use kavka_core::config::Durability;
use kavka_core::log::{AppendRules, LogSettings};
use kavka_core::types::{LeaderEpoch, Lsn, NodeId, Offset, PartitionIndex, Timestamp};
use kavka_protocol::records::{BatchBuilder, Batches, Compression};

use crate::disk::Disk;
use crate::disk::sim::{Crash, Fault, Operation, SyncSelector};
use crate::journal::JournalSettings;
use crate::partition::{AppendContext, Appended, PartitionId, PartitionLog};
use crate::{DataFolder, Fresh, LogStore, Opened, SimDisk, StoreSettings};

const CONTEXT: AppendContext = AppendContext {
    leader_epoch: LeaderEpoch(0),
    now: Timestamp(0),
};

fn settings() -> LogSettings {
    LogSettings {
        segment_bytes: 2000,
        index_interval_bytes: 100,
        rules: AppendRules {
            max_message_bytes: 1500,
            ..AppendRules::default()
        },
        ..LogSettings::default()
    }
}

fn id(topic: &str, number: u8) -> PartitionId {
    let topic_id = kavka_protocol::Uuid([number; 16]);
    PartitionId {
        topic: topic.into(),
        topic_id,
        partition: PartitionIndex(0),
    }
}

fn open_on<D: Disk>(disk: &D, path: &Path) -> Opened<D> {
    open_with(disk, path, Durability::Disk)
}

fn open_with<D: Disk>(disk: &D, path: &Path, durability: Durability) -> Opened<D> {
    let store = StoreSettings {
        durability,
        ..store_settings()
    };
    open_store(disk, path, store)
}

fn open_threads<D: Disk>(disk: &D, path: &Path, opening_threads: usize) -> Opened<D> {
    let store = StoreSettings {
        opening_threads,
        ..store_settings()
    };
    open_store(disk, path, store)
}

fn store_settings() -> StoreSettings {
    let journal = JournalSettings {
        file_bytes: 4000,
        ..JournalSettings::default()
    };
    StoreSettings {
        journal,
        reserve_bytes: 0,
        ..StoreSettings::default()
    }
}

fn open_store<D: Disk>(disk: &D, path: &Path, store: StoreSettings) -> Opened<D> {
    let fresh = || Fresh {
        cluster_id: "c".to_owned(),
        directory_id: kavka_protocol::Uuid([1; 16]),
    };
    let folder = DataFolder::open(disk.clone(), path, NodeId(0), None, fresh).unwrap();
    LogStore::open(&folder, store, |_| settings()).unwrap()
}

fn open(disk: &SimDisk) -> Opened<SimDisk> {
    let opened = open_on(disk, Path::new("/data"));
    assert_eq!(opened.report.damaged, []);
    opened
}

fn new_log(disk: &SimDisk) -> (LogStore<SimDisk>, PartitionLog<SimDisk>) {
    let store = open(disk).store;
    let log = store.create_partition(id("t", 1), settings()).unwrap();
    (store, log)
}

fn batch(values: &[&str], time: i64) -> Bytes {
    let mut builder = BatchBuilder::new(Compression::None);
    for (delta, value) in (0..).zip(values) {
        builder.push(time + delta, None, Some(value.as_bytes()), &[]);
    }
    builder.build().unwrap()
}

fn produced(sequence: i32, records: usize) -> Bytes {
    let mut builder = BatchBuilder::new(Compression::None).producer(77, 0, sequence);
    for _ in 0..records {
        builder.push(5, None, Some(b"value"), &[]);
    }
    builder.build().unwrap()
}

fn append<D: Disk>(log: &mut PartitionLog<D>, values: &[&str]) -> Appended {
    log.append_batch(batch(values, 0), CONTEXT).unwrap()
}

/// So many operations of a kind fail on paths that end so.
fn failing(operation: Operation, path_ending: &str, times: u64) -> Fault {
    Fault {
        operation: Some(operation),
        path_ending: path_ending.to_owned(),
        after: 0,
        times,
        error: std::io::ErrorKind::Other,
    }
}

/// Offsets and values in the bytes of a read.
fn records(bytes: Bytes) -> Vec<(i64, String)> {
    let mut found = Vec::new();
    for batch in Batches::new(bytes) {
        for record in batch.unwrap().records(1 << 20).unwrap() {
            let record = record.unwrap();
            let value = String::from_utf8(record.value.unwrap().to_vec()).unwrap();
            found.push((record.offset, value));
        }
    }
    found
}

fn all<D: Disk>(log: &PartitionLog<D>) -> Vec<(i64, String)> {
    let (mut from, end) = (log.start_offset(), log.end_offset());
    let mut found = Vec::new();
    while from < end {
        let read = log.read(from, 1 << 20, end, super::Minimum::OneBatch);
        let read = read.unwrap();
        // What compaction leaves of a batch may have no records.
        let last = Batches::new(read.clone()).last().unwrap().unwrap();
        from = Offset(last.header.last_offset()).plus(1);
        found.extend(records(read));
    }
    found
}
