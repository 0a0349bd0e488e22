//! Logs whose batches are not in the journal (`durability: replicas`): a kill takes nothing, a power
//! cut no more than the end.

use super::*;

fn open_unjournaled(disk: &SimDisk) -> Opened<SimDisk> {
    let opened = open_with(disk, Path::new("/data"), Durability::Replicas);
    assert_eq!(opened.report.damaged, []);
    opened
}

fn new_unjournaled(disk: &SimDisk) -> (LogStore<SimDisk>, PartitionLog<SimDisk>) {
    let store = open_unjournaled(disk).store;
    let log = store.create_partition(id("t", 1), settings()).unwrap();
    (store, log)
}

/// The only log after a crash.
fn found(
    disk: &SimDisk,
    crash: Crash,
    durability: Durability,
) -> (LogStore<SimDisk>, PartitionLog<SimDisk>) {
    disk.crash(crash);
    let mut opened = open_with(disk, Path::new("/data"), durability);
    assert_eq!(opened.report.damaged, []);
    let log = opened.logs.pop().unwrap();
    log.verify().unwrap();
    (opened.store, log)
}

fn append_many(log: &mut PartitionLog<SimDisk>, what: &str, count: usize) -> Lsn {
    let appended = (0..count).map(|number| append(log, &[&format!("{what} {number}")]));
    appended.last().unwrap().lsn
}

/// Power cuts leave what was flushed, and of the rest a part, in order.
fn check_torn(disk: &SimDisk, written: &[(i64, String)], flushed: usize) {
    for seed in 0..40 {
        let (_store, log) = found(&disk.fork(), Crash::Tear { seed }, Durability::Replicas);
        let left = all(&log);
        let is_part = left.len() >= flushed && written.starts_with(&left);
        assert!(is_part, "seed {seed}");
    }
}

#[test]
fn batches_are_not_in_the_journal_and_a_kill_takes_none() {
    let disk = SimDisk::new();
    let (store, mut log) = new_unjournaled(&disk);
    let before = store.journal().appended();
    assert_eq!(append_many(&mut log, "value", 100), Lsn(0));
    assert_eq!(store.journal().appended(), before);
    let expected = all(&log);
    drop((store, log));
    let (_store, log) = found(&disk, Crash::Process, Durability::Replicas);
    assert_eq!(all(&log), expected);
}

#[test]
fn after_a_power_cut_there_is_what_was_flushed_and_then_a_part_of_the_rest_in_order() {
    let disk = SimDisk::new();
    let (store, mut log) = new_unjournaled(&disk);
    append_many(&mut log, "flushed", 60);
    store.flush().unwrap();
    assert_eq!(log.synced_offset(Lsn(0)), Offset(60));
    append_many(&mut log, "not flushed", 60);
    assert_eq!(log.synced_offset(Lsn(0)), Offset(60));
    let written = all(&log);
    drop((store, log));
    check_torn(&disk, &written, 60);
}

#[test]
fn a_repeated_truncation_takes_nothing_that_was_written_after_it() {
    let disk = SimDisk::new();
    let (store, mut log) = new_unjournaled(&disk);
    append_many(&mut log, "old", 100);
    log.truncate_to(Offset(20)).unwrap();
    let lsn = append_many(&mut log, "new", 30);
    assert!(lsn > Lsn(0), "a start would take it for what was cut");
    let expected = all(&log);
    drop((store, log));
    let (store, mut log) = found(&disk, Crash::Process, Durability::Replicas);
    assert_eq!(all(&log), expected);
    // The truncation is still in the journal, and is repeated by the next start, too.
    append_many(&mut log, "newer", 30);
    let expected = all(&log);
    drop((store, log));
    let (store, mut log) = found(&disk, Crash::Process, Durability::Replicas);
    assert_eq!(all(&log), expected);
    store.flush().unwrap();
    assert_eq!(append_many(&mut log, "newest", 30), Lsn(0));
    let expected = all(&log);
    drop((store, log));
    let (_store, log) = found(&disk, Crash::Process, Durability::Replicas);
    assert_eq!(all(&log), expected);
}

#[test]
fn a_truncated_log_is_whole_after_a_power_cut() {
    let disk = SimDisk::new();
    let (store, mut log) = new_unjournaled(&disk);
    append_many(&mut log, "old", 100);
    store.flush().unwrap();
    append_many(&mut log, "old, too", 20);
    log.truncate_to(Offset(110)).unwrap();
    log.truncate_to(Offset(50)).unwrap();
    append_many(&mut log, "new", 30);
    let written = all(&log);
    check_torn(&disk, &written, 50);
    store.journal().sync().unwrap();
    drop((store, log));
    for seed in 0..40 {
        let (_store, log) = found(&disk.fork(), Crash::Tear { seed }, Durability::Replicas);
        assert_eq!(all(&log), written, "seed {seed}: the journal had it");
    }
}

#[test]
fn a_change_of_the_setting_loses_nothing() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    append_many(&mut log, "journaled", 40);
    log.truncate_to(Offset(30)).unwrap();
    append_many(&mut log, "journaled, too", 10);
    let (mut store, mut log) = {
        drop((store, log));
        found(&disk, Crash::Process, Durability::Replicas)
    };
    let mut expected = all(&log);
    assert_eq!(expected.len(), 40);
    for round in 0..6 {
        append_many(&mut log, &format!("round {round}"), 25);
        if round % 3 == 2 {
            store.flush().unwrap();
            append_many(&mut log, "behind a flush", 5);
        }
        expected.extend(all(&log).split_off(expected.len()));
        drop((store, log));
        let durability = match round % 2 {
            0 => Durability::Disk,
            _ => Durability::Replicas,
        };
        (store, log) = found(&disk, Crash::Process, durability);
        assert_eq!(all(&log), expected, "round {round}");
    }
}
