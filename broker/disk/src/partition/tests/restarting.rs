//! What a log is after a restart, a deletion, a truncation, a full disk.

use super::*;
use crate::RealDisk;
use crate::partition::{AppendError, Minimum};
use kavka_protocol::ErrorCode;

/// The one log after a crash.
fn reopened(disk: &SimDisk, crash: Crash) -> (LogStore<SimDisk>, PartitionLog<SimDisk>) {
    disk.crash(crash);
    opened_again(disk)
}

/// The one log.
fn opened_again(disk: &SimDisk) -> (LogStore<SimDisk>, PartitionLog<SimDisk>) {
    let mut opened = open(disk);
    assert_eq!(opened.logs.len(), 1);
    (opened.store, opened.logs.remove(0))
}

#[test]
fn the_real_disk_gives_everything_back() {
    let folder = std::env::temp_dir().join(format!("kavka-disk-test-{}", std::process::id()));
    let opened = open_on(&RealDisk::new(), &folder);
    let mut log = opened
        .store
        .create_partition(id("t", 1), settings())
        .unwrap();
    for number in 0..200 {
        append(&mut log, &[&format!("value {number}")]);
    }
    opened.store.journal().sync().unwrap();
    opened.store.flush().unwrap();
    let expected = all(&log);
    append(&mut log, &["unsynced, but the process just ends"]);
    drop((log, opened));
    let mut again = open_on(&RealDisk::new(), &folder);
    let log = again.logs.remove(0);
    assert_eq!(all(&log)[..200], expected);
    assert_eq!(log.end_offset(), Offset(201));
    log.verify().unwrap();
    again.store.close(vec![log]).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

/// With thousands of partitions most rest most of the time.
#[test]
fn a_start_and_a_stop_without_a_write_in_between_leave_the_partitions_files_alone() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    for number in 0..40 {
        log.append_batch(produced(number * 2, 2), CONTEXT).unwrap();
    }
    store.close(vec![log]).unwrap();
    drop(store);
    let (syncs, files) = (disk.syncs().len(), disk.files());
    let (store, log) = opened_again(&disk);
    let expected = all(&log);
    store.flush().unwrap();
    store.close(vec![log]).unwrap();
    let of_partition = |path: &&String| path.starts_with("/data/t-0/");
    assert_eq!(disk.syncs()[syncs..].iter().find(of_partition), None);
    assert_eq!(disk.files(), files);
    drop(store);

    // What is written then is synced as ever.
    let (store, mut log) = opened_again(&disk);
    log.append_batch(produced(80, 2), CONTEXT).unwrap();
    store.close(vec![log]).unwrap();
    let (_store, mut log) = reopened(&disk, Crash::DropUnsynced);
    let found = all(&log);
    assert_eq!(found[..expected.len()], expected);
    assert_eq!(log.end_offset(), Offset(82));
    let again = log.append_batch(produced(80, 2), CONTEXT).unwrap();
    assert!(again.duplicate);
}

/// Found by the simulator: the log starts within a batch that a crash has brought back, and what
/// took its place has expired up to there.
#[test]
fn a_cut_may_take_the_batch_in_which_the_log_starts() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    append(&mut log, &["a", "b"]);
    append(&mut log, &["old", "old", "old"]);
    store.flush().unwrap();
    assert_eq!(log.truncate_to(Offset(2)).unwrap(), Offset(2));
    append(&mut log, &["gone", "gone"]);
    append(&mut log, &["new"]);
    assert!(log.delete_records_before(Offset(4)).unwrap().is_some());
    store.journal().sync().unwrap();
    drop((store, log));
    let (_store, log) = reopened(&disk, Crash::DropUnsynced);
    assert_eq!(
        (log.start_offset(), log.end_offset()),
        (Offset(4), Offset(5))
    );
    assert_eq!(all(&log), [(4, "new".to_owned())]);
}

#[test]
fn logs_that_are_opened_side_by_side_are_all_there_and_the_damaged_ones_told() {
    let folder = tempfile::tempdir().unwrap();
    let count = 100;
    let opened = open_on(&RealDisk::new(), folder.path());
    let mut logs = Vec::new();
    for number in 0..count {
        let id = id(&format!("t{number}"), number);
        let mut log = opened.store.create_partition(id, settings()).unwrap();
        append(&mut log, &[&format!("value of {number}")]);
        logs.push(log);
    }
    opened.store.close(logs).unwrap();
    drop(opened);
    let damaged = folder.path().join("t7-0/00000000000000000000.log");
    std::fs::write(damaged, "").unwrap();
    let again = open_threads(&RealDisk::new(), folder.path(), 8);
    let [missing] = &again.report.damaged[..] else {
        panic!("{:?}", again.report.damaged);
    };
    assert_eq!(missing.id, id("t7", 7));
    assert_eq!(again.logs.len(), usize::from(count) - 1);
    for log in &again.logs {
        let number = log.id().topic_id.0[0];
        assert_eq!(*log.id(), id(&format!("t{number}"), number));
        assert_eq!(all(log), [(0, format!("value of {number}"))]);
    }
}

#[test]
fn each_of_a_producer_s_last_five_batches_is_known_after_a_restart() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    for number in 0..8 {
        log.append_batch(produced(number * 2, 2), CONTEXT).unwrap();
    }
    store.close(vec![log]).unwrap();
    let (_store, mut log) = reopened(&disk, Crash::DropUnsynced);
    for number in 3..8 {
        let again = log.append_batch(produced(number * 2, 2), CONTEXT).unwrap();
        assert!(again.duplicate);
        assert_eq!(again.base_offset, Offset(i64::from(number) * 2));
    }
    let forgotten = log.append_batch(produced(4, 2), CONTEXT).unwrap_err();
    assert_eq!(forgotten.code(), ErrorCode::OutOfOrderSequenceNumber);
}

#[test]
fn the_synced_offset_follows_the_journal() {
    let (store, mut log) = new_log(&SimDisk::new());
    append(&mut log, &["a", "b"]);
    assert_eq!(log.synced_offset(store.journal().synced()), Offset(0));
    let synced = store.journal().sync().unwrap();
    append(&mut log, &["c"]);
    assert_eq!(log.synced_offset(synced), Offset(2));
    assert_eq!(log.end_offset(), Offset(3));
}

#[test]
fn a_deleted_topic_stays_away_and_its_name_can_be_used_again() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    append(&mut log, &["old"]);
    // The files are not removed before the crash.
    drop(log.delete().unwrap());
    let mut log = store.create_partition(id("t", 2), settings()).unwrap();
    append(&mut log, &["new"]);
    store.journal().sync().unwrap();
    drop((store, log));
    let (_store, log) = reopened(&disk, Crash::DropUnsynced);
    assert_eq!(log.id(), &id("t", 2));
    assert_eq!(all(&log), [(0, "new".to_owned())]);
    let left = disk
        .files()
        .iter()
        .any(|path| path.to_string_lossy().contains("-delete"));
    assert!(!left, "the next start finishes a deletion");
}

#[test]
fn a_truncated_log_grows_anew_and_stays_so() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    for number in 0..100 {
        append(&mut log, &[&format!("old {number}")]);
    }
    store.flush().unwrap();
    assert_eq!(log.truncate_to(Offset(20)).unwrap(), Offset(20));
    append(&mut log, &["new"]);
    store.journal().sync().unwrap();
    let expected = all(&log);
    assert_eq!(expected[20], (20, "new".to_owned()));
    drop((store, log));
    for seed in 0..20 {
        let copy = disk.fork();
        let (_store, log) = reopened(&copy, Crash::Tear { seed });
        assert_eq!(all(&log), expected, "seed {seed}");
        log.verify().unwrap();
    }
}

#[test]
fn retention_by_size_removes_the_oldest_segments_and_nothing_comes_back() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    for number in 0..100 {
        append(&mut log, &[&format!("value {number}")]);
    }
    let before = log.segment_count();
    log.set_settings(LogSettings {
        retention_bytes: Some(2500),
        ..settings()
    });
    let expired = log.expire(Timestamp(1), log.end_offset()).unwrap().unwrap();
    assert!(expired.len() > 1 && log.segment_count() == before - expired.len());
    assert!(log.size_bytes() >= 2500);
    expired.remove().unwrap();
    let (start, content) = (log.start_offset(), all(&log));
    drop((store, log));
    let (_store, log) = reopened(&disk, Crash::DropUnsynced);
    assert_eq!(log.start_offset(), start);
    assert_eq!(all(&log), content);
}

#[test]
fn retention_by_time_takes_even_the_segment_that_is_written_to() {
    let (_store, mut log) = new_log(&SimDisk::new());
    append(&mut log, &["old"]);
    let later = Timestamp(8 * 24 * 3_600_000);
    assert!(
        log.expire(later, Offset(0)).unwrap().is_none(),
        "not above the high watermark"
    );
    log.expire(later, Offset(1))
        .unwrap()
        .unwrap()
        .remove()
        .unwrap();
    assert_eq!(
        (log.start_offset(), log.end_offset()),
        (Offset(1), Offset(1))
    );
    assert_eq!(append(&mut log, &["new"]).base_offset, Offset(1));
}

#[test]
fn a_full_disk_is_a_storage_error_and_the_same_batch_goes_through_later() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    append(&mut log, &["first"]);
    let used: usize = disk
        .files()
        .iter()
        .map(|path| disk.content(path).unwrap().len())
        .sum();
    disk.set_capacity(Some(u64::try_from(used).unwrap() + 50));
    let error = log
        .append_batch(batch(&["second"], 0), CONTEXT)
        .unwrap_err();
    assert!(matches!(error, AppendError::DiskFull { .. }), "{error}");
    assert_eq!(error.code(), ErrorCode::KafkaStorageError);
    assert!(error.to_string().contains("/data/t-0"), "{error}");
    disk.set_capacity(None);
    assert_eq!(append(&mut log, &["second"]).base_offset, Offset(1));
    store.journal().sync().unwrap();
    drop((store, log));
    let (_store, log) = reopened(&disk, Crash::DropUnsynced);
    assert_eq!(
        all(&log),
        [(0, "first".to_owned()), (1, "second".to_owned())]
    );
}

#[test]
fn below_the_reserve_appends_are_refused_and_deletion_still_works() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    append(&mut log, &["a"]);
    drop((store, log));
    disk.crash(Crash::Process);
    let fresh = || Fresh {
        cluster_id: "c".to_owned(),
        directory_id: kavka_protocol::Uuid([1; 16]),
    };
    let folder =
        DataFolder::open(disk.clone(), Path::new("/data"), NodeId(0), None, fresh).unwrap();
    disk.set_capacity(Some(1 << 20));
    let reserve = StoreSettings {
        reserve_bytes: 2 << 20,
        ..StoreSettings::default()
    };
    let mut opened = LogStore::open(&folder, reserve, |_| settings()).unwrap();
    let mut log = opened.logs.remove(0);
    let refused = log.append_batch(batch(&["b"], 0), CONTEXT).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::KafkaStorageError);
    assert_eq!(all(&log).len(), 1, "reading goes on");
    log.delete().unwrap().remove().unwrap();
}

#[test]
fn leader_epochs_come_back_even_without_their_file() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    for epoch in [0, 3, 7] {
        let context = AppendContext {
            leader_epoch: LeaderEpoch(epoch),
            ..CONTEXT
        };
        log.append_batch(batch(&["x", "y"], 0), context).unwrap();
    }
    let epochs = log.leader_epochs().clone();
    assert_eq!(epochs.entries().len(), 3);
    store.close(vec![log]).unwrap();
    drop(store);
    let file = Path::new("/data/t-0/leader-epoch-checkpoint");
    assert_eq!(disk.content(file).unwrap(), b"0\n3\n0 0\n3 2\n7 4\n");
    let (store, log) = reopened(&disk, Crash::DropUnsynced);
    assert_eq!(log.leader_epochs(), &epochs);
    drop((store, log));
    disk.remove_file(file).unwrap();
    let (_store, log) = reopened(&disk, Crash::Process);
    assert_eq!(log.leader_epochs(), &epochs);
}

#[test]
fn a_synced_segment_that_was_cut_is_reported_and_left_alone() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    for number in 0..60 {
        append(&mut log, &[&format!("value {number}")]);
    }
    store.close(vec![log]).unwrap();
    drop(store);
    let path = Path::new("/data/t-0/00000000000000000000.log");
    disk.damage(path, |content| content.truncate(content.len() - 10))
        .unwrap();
    disk.crash(Crash::Process);
    let opened = open_on(&disk, Path::new("/data"));
    assert!(opened.logs.is_empty());
    assert_eq!(opened.report.damaged.len(), 1);
    let text = &opened.report.damaged[0].reason;
    assert!(text.contains("00000000000000000000.log"), "{text}");
}

#[test]
fn a_batch_larger_than_a_segment_is_refused() {
    let (_store, mut log) = new_log(&SimDisk::new());
    let large = "x".repeat(3000);
    let error = log.append_batch(batch(&[&large], 0), CONTEXT).unwrap_err();
    assert_eq!(error.code(), ErrorCode::RecordListTooLarge);
    assert_eq!(append(&mut log, &["fits"]).base_offset, Offset(0));
    let read = log
        .read(Offset(0), 100, Offset(1), Minimum::OneBatch)
        .unwrap();
    assert_eq!(records(read).len(), 1);
}

#[test]
fn a_partition_whose_making_failed_again_and_again_is_made_when_it_is_possible() {
    let disk = SimDisk::new();
    let store = open(&disk).store;
    let make = || store.create_partition(id("t", 1), settings());
    for operation in [Operation::Write, Operation::Create, Operation::Write] {
        disk.inject(failing(operation, "partition.metadata", 1));
        assert!(make().is_err(), "{operation:?}");
    }
    for _ in 0..3 {
        disk.set_open_max(Some(disk.open_files() + 1));
        assert!(make().is_err(), "without descriptors");
        disk.set_open_max(None);
    }
    let mut log = make().unwrap();
    append(&mut log, &["a"]);
    store.journal().sync().unwrap();
    drop((store, log));
    let (_store, log) = reopened(&disk, Crash::DropUnsynced);
    assert_eq!(all(&log), [(0, "a".to_owned())]);
}

#[test]
fn a_topic_id_whose_sync_failed_before_a_kill_is_written_again() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    append(&mut log, &["a"]);
    store.journal().sync().unwrap();
    disk.inject(failing(Operation::SyncData, "partition.metadata", 1));
    assert!(store.flush().is_err());
    let (store, _log) = reopened(&disk, Crash::Process);
    store.flush().unwrap();
    let (_store, log) = reopened(&disk, Crash::DropUnsynced);
    assert_eq!(all(&log), [(0, "a".to_owned())]);
}

#[test]
fn a_deletion_that_the_journal_did_not_take_never_stands_in_a_later_topic_s_place() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    append(&mut log, &["old"]);
    disk.inject(failing(Operation::Write, ".journal", 1));
    drop(log.delete().unwrap());
    let mut log = store.create_partition(id("t", 2), settings()).unwrap();
    append(&mut log, &["new"]);
    store.journal().sync().unwrap();
    let (_store, log) = reopened(&disk, Crash::DropUnsynced);
    assert_eq!(*log.id(), id("t", 2));
    assert_eq!(all(&log), [(0, "new".to_owned())]);
}

#[test]
fn a_deleted_folder_whose_deletion_the_journal_lost_is_not_made_again() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    append(&mut log, &["a"]);
    store.journal().sync().unwrap();
    drop(log.delete().unwrap());
    // The new name reaches the disk, the journal's record does not.
    disk.sync_dir(Path::new("/data")).unwrap();
    for crash in [Crash::DropUnsynced, Crash::DropUnsynced] {
        disk.crash(crash);
        let opened = open(&disk);
        assert_eq!((opened.logs.len(), opened.report.missing.len()), (0, 0));
    }
}

#[test]
fn what_lay_behind_a_torn_batch_never_goes_on_behind_the_one_that_takes_its_place() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    let segment = Path::new("/data/t-0/00000000000000000000.log");
    append(&mut log, &["acknowledged"]);
    store.journal().sync().unwrap();
    let first = disk.content(segment).unwrap().len();
    append(&mut log, &["not synced"]);
    let mut torn = disk.content(segment).unwrap();
    torn[first - 1] ^= 1;
    // Of the segment only a part is on the disk, of the journal what was synced.
    disk.sync_dir(Path::new("/data")).unwrap();
    disk.sync_dir(Path::new("/data/t-0")).unwrap();
    disk.crash(Crash::DropUnsynced);
    disk.damage(segment, |content| *content = torn).unwrap();
    for seed in 0..200 {
        let disk = disk.fork();
        let (_store, log) = reopened(&disk, Crash::Process);
        assert_eq!(all(&log), [(0, "acknowledged".to_owned())]);
        let (_store, log) = reopened(&disk, Crash::Tear { seed });
        assert_eq!(all(&log), [(0, "acknowledged".to_owned())], "seed {seed}");
    }
}

/// A segment may hold batches of appends that were taken back, at the same offsets and as sound as
/// those in the journal.
#[test]
fn the_journal_is_right_where_a_segment_holds_other_sound_batches() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    append(&mut log, &["both"]);
    store.journal().sync().unwrap();
    let path = Path::new("/data/t-0/00000000000000000000.log");
    let common = disk.content(path).unwrap().len();
    for value in ["one", "two", "six"] {
        append(&mut log, &[value]);
    }
    store.journal().sync().unwrap();
    drop((store, log));
    // The same offsets, lengths and times, another content.
    let other = SimDisk::new();
    let (_other_store, mut other_log) = new_log(&other);
    for value in ["both", "ONE", "TWO", "SIX"] {
        append(&mut other_log, &[value]);
    }
    let taken_back = other.content(path).unwrap();
    assert_eq!(taken_back.len(), disk.content(path).unwrap().len());
    disk.damage(path, |content| {
        content.truncate(common);
        content.extend_from_slice(&taken_back[common..]);
    })
    .unwrap();
    let (_store, log) = reopened(&disk, Crash::Process);
    let values = all(&log).into_iter().map(|(_, value)| value);
    assert_eq!(values.collect::<Vec<_>>(), ["both", "one", "two", "six"]);
}

#[test]
fn what_a_kill_kept_from_the_journal_is_there_after_a_power_cut_and_made_whole_from_it() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    append(&mut log, &["journaled"]);
    store.journal().sync().unwrap();
    for number in 0..60 {
        append(&mut log, &[&format!("waits for the sync {number}")]);
    }
    let expected = all(&log);
    assert!(log.segment_count() > 1);
    drop((store, log));
    let (store, log) = reopened(&disk, Crash::Process);
    assert_eq!(all(&log), expected);
    drop((store, log));
    let copy = disk.fork();
    let (_store, log) = reopened(&copy, Crash::DropUnsynced);
    assert_eq!(all(&log), expected);
    // The segments alone would end before the damage.
    let segments = disk.files();
    let is_log = |path: &&std::path::PathBuf| path.extension() == Some("log".as_ref());
    let last = segments.iter().rfind(is_log).unwrap();
    disk.damage(last, |content| content[80] ^= 1).unwrap();
    let (_store, log) = reopened(&disk, Crash::Process);
    assert_eq!(all(&log), expected);
}

#[test]
fn more_than_goes_into_the_journal_at_a_start_is_synced_where_it_is() {
    let disk = SimDisk::new();
    let large = || LogSettings {
        segment_bytes: 64 << 20,
        rules: AppendRules {
            max_message_bytes: 8 << 20,
            ..AppendRules::default()
        },
        ..LogSettings::default()
    };
    let opened = open_with(&disk, Path::new("/data"), Durability::Replicas);
    let mut log = opened.store.create_partition(id("t", 1), large()).unwrap();
    let value = "x".repeat(5 << 20);
    for _ in 0..4 {
        append(&mut log, &[&value]);
    }
    drop((log, opened));
    let (store, log) = reopened(&disk, Crash::Process);
    assert_eq!(log.end_offset(), Offset(4));
    drop((log, store));
    let (_store, log) = reopened(&disk, Crash::DropUnsynced);
    assert_eq!(log.end_offset(), Offset(4));
    log.verify().unwrap();
}

#[test]
fn many_partitions_are_flushed_side_by_side_and_each_of_them() {
    const COUNT: u8 = 150;
    let disk = SimDisk::new();
    let opened = open_with(&disk, Path::new("/data"), Durability::Replicas);
    let mut logs: Vec<_> = (1..=COUNT)
        .map(|number| {
            let id = id(&format!("t{number:03}"), number);
            opened.store.create_partition(id, settings()).unwrap()
        })
        .collect();
    for log in &mut logs {
        append(log, &["first"]);
    }
    disk.inject(Fault {
        operation: Some(Operation::SyncData),
        path_ending: "t077-0/00000000000000000000.log".to_owned(),
        after: 0,
        times: 1,
        error: std::io::ErrorKind::Other,
    });
    let error = opened.store.flush().unwrap_err().to_string();
    assert!(error.contains("t077-0"), "{error}");
    let synced = |log: &PartitionLog<SimDisk>| log.unsynced().recovery_point() == Offset(1);
    let not_synced = logs.iter().filter(|log| !synced(log));
    assert_eq!(not_synced.count(), 1);
    opened.store.flush().unwrap();
    drop((logs, opened));
    disk.crash(Crash::DropUnsynced);
    let opened = open(&disk);
    assert_eq!(opened.logs.len(), usize::from(COUNT));
    for log in &opened.logs {
        assert_eq!(all(log), [(0, "first".to_owned())], "{}", log.id());
    }
}
