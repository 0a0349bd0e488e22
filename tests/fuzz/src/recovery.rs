//! A broker's data folder after a crash, with one file changed: the start must end, without a
//! panic, and what is then served must be what was written.

use std::path::Path;
use std::sync::OnceLock;

use bytes::Bytes;
use kavka_core::config::Durability;
use kavka_core::log::LogSettings;
use kavka_core::types::{LeaderEpoch, NodeId, Offset, PartitionIndex, Timestamp};
use kavka_disk::disk::sim::Crash;
use kavka_disk::journal::JournalSettings;
use kavka_disk::{
    AppendContext, DataFolder, Fresh, LogStore, Minimum, Opened, PartitionId, PartitionLog,
    QuorumLog, SimDisk, StoreSettings,
};
use kavka_protocol::Uuid;
use kavka_protocol::records::{BatchBuilder, Batches, Compression};

/// Batches in the folder's one log.
const BATCHES: i64 = 40;

/// The bytes of a value, all of them the record's offset.
const VALUE_LEN: usize = 30;

fn log_settings() -> LogSettings {
    LogSettings {
        segment_bytes: 1500,
        index_interval_bytes: 100,
        index_bytes: 240,
        ..LogSettings::default()
    }
}

fn open(disk: &SimDisk) -> Option<Opened<SimDisk>> {
    let fresh = || Fresh {
        cluster_id: "fuzz".to_owned(),
        directory_id: Uuid([1; 16]),
    };
    let folder = DataFolder::open(disk.clone(), Path::new("/data"), NodeId(0), None, fresh).ok()?;
    let (_quorum, _stored) = QuorumLog::open(&folder).ok()?;
    let settings = StoreSettings {
        durability: Durability::Disk,
        journal: JournalSettings {
            file_bytes: 3000,
            free_files: 1,
            unsynced_bytes_max: 1 << 20,
        },
        flush_journal_bytes: 12_000,
        reserve_bytes: 0,
        opening_threads: 1,
    };
    LogStore::open(&folder, settings, |_| log_settings()).ok()
}

fn batch(base: i64) -> Bytes {
    let mut builder = BatchBuilder::new(Compression::None);
    for offset in base..base + 2 {
        let value = [u8::try_from(offset % 256).unwrap(); VALUE_LEN];
        builder.push(offset, None, Some(&value), &[]);
    }
    builder.build().unwrap()
}

/// A folder with segments, indexes, checkpoints and a journal that the segments are behind of.
fn lived() -> &'static SimDisk {
    static DISK: OnceLock<SimDisk> = OnceLock::new();
    DISK.get_or_init(|| {
        let disk = SimDisk::new();
        let opened = open(&disk).unwrap();
        let id = PartitionId {
            topic: "numbers".into(),
            topic_id: Uuid([7; 16]),
            partition: PartitionIndex(0),
        };
        let mut log = opened.store.create_partition(id, log_settings()).unwrap();
        for number in 0..BATCHES {
            let context = AppendContext {
                leader_epoch: LeaderEpoch(1),
                now: Timestamp(1_000),
            };
            log.append_batch(batch(2 * number), context).unwrap();
            if number == BATCHES / 2 {
                opened.store.flush().unwrap();
            }
        }
        opened.store.journal().sync().unwrap();
        drop((log, opened));
        disk.crash(Crash::Process);
        disk
    })
}

/// The first byte chooses the file; then follow edits of two bytes of place, one of kind and one of
/// content each.
pub(crate) fn run(data: &[u8]) {
    let [which, edits @ ..] = data else { return };
    let disk = lived().fork();
    let files = disk.files();
    let Some(path) = files.get(usize::from(*which) % files.len()) else {
        return;
    };
    disk.damage(path, |content| {
        for edit in edits.chunks_exact(4) {
            change(content, edit);
        }
    })
    .unwrap();
    let Some(opened) = open(&disk) else { return };
    for log in &opened.logs {
        check(log);
    }
}

fn change(content: &mut Vec<u8>, edit: &[u8]) {
    let &[high, low, kind, value] = edit else {
        return;
    };
    let at = usize::from(u16::from_be_bytes([high, low]));
    match kind % 4 {
        0 => content.truncate(at),
        1 if content.len() < 8192 => content.push(value),
        2 if at + 1 < content.len() => content.swap(at, at + 1),
        _ => {
            if let Some(byte) = content.get_mut(at) {
                *byte = value;
            }
        }
    }
}

/// What is read is what was written at its offset; an error is an answer, too.
fn check(log: &PartitionLog<SimDisk>) {
    let (mut from, end) = (log.start_offset(), log.end_offset());
    while from < end {
        let Ok(bytes) = log.read(from, 700, end, Minimum::OneBatch) else {
            return;
        };
        let before = from;
        for batch in Batches::new(bytes) {
            let Ok(batch) = batch else { return };
            if batch.check_crc().is_err() {
                // The client sees that as well as we do.
                return;
            }
            let Ok(records) = batch.records(1 << 20) else {
                return;
            };
            for record in records.map_while(Result::ok) {
                let expected = [u8::try_from(record.offset.rem_euclid(256)).unwrap(); VALUE_LEN];
                assert_eq!(record.value.as_deref(), Some(&expected[..]));
            }
            from = from.max(Offset(batch.header.last_offset()).plus(1));
        }
        if from == before {
            return;
        }
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let files = u8::try_from(lived().files().len()).unwrap();
    (0..files)
        .flat_map(|file| {
            [
                vec![file],
                vec![file, 0, 40, 3, 0xff],
                vec![file, 0, 70, 0, 0],
                vec![file, 0, 0, 1, 7, 0, 9, 2, 0],
            ]
        })
        .collect()
}
