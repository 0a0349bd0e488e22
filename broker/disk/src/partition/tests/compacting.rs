//! What a compacted log is after a restart.

use kavka_core::log::compaction::{CompactionSettings, OffsetMap};

use super::*;
use crate::disk::sim::Crash;

const KEYS: usize = 3;

pub(super) fn compacted() -> LogSettings {
    LogSettings {
        compaction: Some(CompactionSettings {
            min_dirty_ratio: 0.0,
            ..CompactionSettings::default()
        }),
        ..settings()
    }
}

/// A log of numbers, each under one of few keys, that was flushed and compacted.
fn compacted_log(disk: &SimDisk, records: usize) -> (LogStore<SimDisk>, PartitionLog<SimDisk>) {
    let (store, mut log) = new_log(disk);
    log.set_settings(compacted());
    for number in 0..records {
        let mut builder = BatchBuilder::new(Compression::None);
        let (key, value) = (format!("k{}", number % KEYS), number.to_string());
        builder.push(5, Some(key.as_bytes()), Some(value.as_bytes()), &[]);
        log.append_batch(builder.build().unwrap(), CONTEXT).unwrap();
    }
    store.journal().sync().unwrap();
    store.flush().unwrap();
    let end = log.end_offset();
    let candidate = log.compaction_candidate(end, Timestamp(10)).unwrap();
    let pass = log.compaction(candidate).unwrap();
    let mut map = OffsetMap::new([1, 2], 4096, 90);
    let replace = |new| log.replace(new);
    let report = pass.run(&store, &mut map, Timestamp(10), replace, |_| Ok(()));
    let report = report.unwrap();
    assert!(report.bytes_after < report.bytes_before / 2, "{report:?}");
    (store, log)
}

#[test]
fn what_was_compacted_is_read_after_the_checkpoint_was_lost() {
    // The journal's last file begins elsewhere each time.
    for records in 60..90 {
        let disk = SimDisk::new();
        drop(compacted_log(&disk, records));
        disk.remove_file(Path::new("/data/kavka-checkpoint"))
            .unwrap();
        disk.sync_dir(Path::new("/data")).unwrap();
        // The second start believes the checkpoint that the first one left.
        for start in 0..3 {
            disk.crash(Crash::DropUnsynced);
            let opened = open(&disk);
            let [log] = &opened.logs[..] else {
                panic!("one log");
            };
            assert_eq!(log.end_offset(), Offset(i64::try_from(records).unwrap()));
            log.verify()
                .unwrap_or_else(|reason| panic!("{records} records, start {start}: {reason}"));
            let found = all(log);
            for number in records - KEYS..records {
                let last = (i64::try_from(number).unwrap(), number.to_string());
                assert!(found.contains(&last), "{records} records, start {start}");
            }
            opened.store.flush().unwrap();
        }
    }
}
