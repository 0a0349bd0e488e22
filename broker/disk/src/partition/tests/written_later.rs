//! Batches that stay in memory until the log is told to write them.

use kavka_core::log::ProducedBatch;
use kavka_core::log::compaction::OffsetMap;

use super::*;
use crate::partition::{AppendError, TimestampHit};

fn new_on(disk: &SimDisk) -> (LogStore<SimDisk>, PartitionLog<SimDisk>) {
    let store = open_with(disk, Path::new("/data"), Durability::Replicas).store;
    let log = store.create_partition(id("t", 1), settings()).unwrap();
    (store, log)
}

fn later(log: &mut PartitionLog<SimDisk>, batch: Bytes) -> Result<Appended, AppendError> {
    log.append_later(ProducedBatch::internal(batch).unwrap(), CONTEXT)
}

/// The log after the process was killed, or the power went.
fn after(disk: &SimDisk, crash: Crash) -> (LogStore<SimDisk>, PartitionLog<SimDisk>) {
    disk.crash(crash);
    let mut opened = open_with(disk, Path::new("/data"), Durability::Replicas);
    assert_eq!(opened.report.damaged, []);
    let log = opened.logs.pop().unwrap();
    log.verify().unwrap();
    (opened.store, log)
}

fn values(log: &PartitionLog<SimDisk>) -> Vec<String> {
    all(log).into_iter().map(|(_, value)| value).collect()
}

/// What a read up to the log's end gives.
fn readable(log: &PartitionLog<SimDisk>) -> Vec<(i64, String)> {
    let read = log.read(
        Offset(0),
        1 << 20,
        log.end_offset(),
        super::super::Minimum::OneBatch,
    );
    records(read.unwrap())
}

#[test]
fn what_is_appended_later_is_written_with_one_write_and_read_from_then_on() {
    let disk = SimDisk::new();
    let (_store, mut log) = new_on(&disk);
    append(&mut log, &["a"]);
    for (number, value) in (1..).zip(["b", "c", "d"]) {
        let appended = later(&mut log, batch(&[value], 0)).unwrap();
        assert_eq!(
            (appended.base_offset, appended.lsn),
            (Offset(number), Lsn(0))
        );
    }
    assert_eq!(
        (log.end_offset(), log.written_end()),
        (Offset(4), Offset(1))
    );
    assert_eq!(readable(&log), [(0, "a".to_owned())]);
    let operations = disk.operations();
    log.write_out().unwrap();
    assert_eq!(disk.operations(), operations + 1);
    assert!(log.is_written_out());
    assert_eq!(values(&log), ["a", "b", "c", "d"]);
    log.verify().unwrap();
    log.write_out().unwrap();
    assert_eq!(disk.operations(), operations + 1, "there was nothing more");
}

#[test]
fn an_append_at_once_writes_what_came_before_it() {
    let disk = SimDisk::new();
    let (_store, mut log) = new_on(&disk);
    later(&mut log, batch(&["a"], 0)).unwrap();
    append(&mut log, &["b"]);
    assert!(log.is_written_out());
    assert_eq!(values(&log), ["a", "b"]);
}

#[test]
fn searches_by_time_do_not_find_what_is_not_written() {
    let disk = SimDisk::new();
    let (_store, mut log) = new_on(&disk);
    let padding = "x".repeat(200);
    append(&mut log, &["a"]);
    // So many that the indexes have entries of them.
    for time in 1..7 {
        later(&mut log, batch(&[&padding], time * 10)).unwrap();
    }
    let end = log.end_offset();
    let hit = |offset, timestamp| TimestampHit {
        offset: Offset(offset),
        timestamp: Timestamp(timestamp),
        leader_epoch: LeaderEpoch(0),
    };
    assert_eq!(
        log.offset_for_timestamp(Timestamp(0), end).unwrap(),
        Some(hit(0, 0))
    );
    assert_eq!(log.offset_for_timestamp(Timestamp(60), end).unwrap(), None);
    assert_eq!(log.max_timestamp(end).unwrap(), Some(hit(0, 0)));
    assert!(
        log.read(Offset(3), 1 << 20, end, super::super::Minimum::OneBatch)
            .unwrap()
            .is_empty()
    );
    log.write_out().unwrap();
    assert_eq!(
        log.offset_for_timestamp(Timestamp(55), end).unwrap(),
        Some(hit(6, 60))
    );
    assert_eq!(log.max_timestamp(end).unwrap(), Some(hit(6, 60)));
}

#[test]
fn a_kill_takes_what_is_not_written_and_a_flush_does_not_count_it() {
    let disk = SimDisk::new();
    let (store, mut log) = new_on(&disk);
    append_some(&mut log, "written", 3);
    for _ in 0..3 {
        later(&mut log, batch(&["in memory"], 0)).unwrap();
    }
    store.flush().unwrap();
    assert_eq!(log.synced_offset(Lsn(0)), Offset(3));
    drop((store, log));
    for crash in [Crash::Process, Crash::Tear { seed: 1 }] {
        let disk = disk.fork();
        let (_store, mut log) = after(&disk, crash);
        assert_eq!(values(&log), ["written 0", "written 1", "written 2"]);
        assert_eq!(append(&mut log, &["next"]).base_offset, Offset(3));
    }
}

fn append_some(log: &mut PartitionLog<SimDisk>, what: &str, count: usize) {
    for number in 0..count {
        append(log, &[&format!("{what} {number}")]);
    }
}

#[test]
fn a_flush_after_the_write_counts_what_was_appended_later() {
    let disk = SimDisk::new();
    let (store, mut log) = new_on(&disk);
    later(&mut log, batch(&["a"], 0)).unwrap();
    store.flush().unwrap();
    log.write_out().unwrap();
    store.flush().unwrap();
    assert_eq!(log.synced_offset(Lsn(0)), Offset(1));
    drop((store, log));
    let (_store, log) = after(&disk, Crash::DropUnsynced);
    assert_eq!(values(&log), ["a"]);
}

#[test]
fn segments_end_and_logs_are_cut_and_closed_with_all_that_was_appended() {
    let disk = SimDisk::new();
    let (store, mut log) = new_on(&disk);
    let expected: Vec<String> = (0..60).map(|number| format!("value {number}")).collect();
    for value in &expected {
        later(&mut log, batch(&[value], 0)).unwrap();
    }
    assert!(log.segment_count() > 1);
    log.truncate_to(Offset(55)).unwrap();
    assert_eq!(values(&log), expected[..55]);
    // Behind a cut everything goes to the journal; a flush ends that.
    assert!(later(&mut log, batch(&["behind the cut"], 0)).unwrap().lsn > Lsn(0));
    store.flush().unwrap();
    later(&mut log, batch(&["last"], 0)).unwrap();
    assert!(!log.is_written_out());
    store.close(vec![log]).unwrap();
    drop(store);
    let (_store, log) = after(&disk, Crash::DropUnsynced);
    assert_eq!(values(&log)[54..], ["value 54", "behind the cut", "last"]);
}

#[test]
fn what_could_not_be_written_stays_and_is_written_before_anything_else() {
    let disk = SimDisk::new();
    let (store, mut log) = new_on(&disk);
    append(&mut log, &["before"]);
    later(&mut log, produced(0, 2)).unwrap();
    later(&mut log, produced(2, 1)).unwrap();
    disk.inject(failing(Operation::Write, ".log", 1000));
    assert!(matches!(log.write_out(), Err(AppendError::Io { .. })));
    assert!(matches!(
        later(&mut log, produced(3, 1)),
        Err(AppendError::Io { .. })
    ));
    let refused = log.append_batch(batch(&["refused"], 0), CONTEXT);
    assert!(matches!(refused, Err(AppendError::Io { .. })));
    assert!(matches!(
        log.truncate_to(Offset(1)),
        Err(AppendError::Io { .. })
    ));
    assert!(log.roll().is_err());
    assert_eq!(readable(&log), [(0, "before".to_owned())]);
    store.flush().unwrap();
    assert_eq!(log.synced_offset(Lsn(0)), Offset(1));

    disk.heal();
    let again = later(&mut log, produced(0, 2)).unwrap();
    assert!(
        again.duplicate && again.base_offset == Offset(1),
        "{again:?}"
    );
    assert_eq!(
        later(&mut log, produced(3, 1)).unwrap().base_offset,
        Offset(4)
    );
    assert!(log.is_written_out(), "after a failure nothing waits");
    assert_eq!(values(&log), ["before", "value", "value", "value", "value"]);
    log.verify().unwrap();
    later(&mut log, produced(4, 1)).unwrap();
    assert!(!log.is_written_out(), "the failure is over");
}

#[test]
fn no_more_than_a_bounded_part_stays_in_memory() {
    let disk = SimDisk::new();
    let store = open_with(&disk, Path::new("/data"), Durability::Replicas).store;
    let mut large = settings();
    large.segment_bytes = 64 << 20;
    large.rules.max_message_bytes = 1 << 20;
    let mut log = store.create_partition(id("t", 1), large).unwrap();
    let value = "x".repeat(100_000);
    let mut most = 0;
    for number in 1..40 {
        later(&mut log, batch(&[&value], 0)).unwrap();
        most = most.max(number - log.written_end().0);
    }
    assert!((5..=10).contains(&most), "{most} batches of 100 kB");
}

#[test]
fn what_goes_to_the_journal_is_written_at_once() {
    let disk = SimDisk::new();
    let (_store, mut log) = new_log(&disk);
    assert!(later(&mut log, batch(&["a"], 0)).unwrap().lsn > Lsn(0));
    assert!(log.is_written_out());
}

#[test]
fn a_pass_of_compaction_counts_on_no_batch_that_a_kill_would_take() {
    let disk = SimDisk::new();
    let (store, mut log) = new_on(&disk);
    log.set_settings(compacting::compacted());
    let numbered = |sequence, value: &str| {
        let mut builder = BatchBuilder::new(Compression::None).producer(77, 0, sequence);
        builder.push(5, Some(b"key"), Some(value.as_bytes()), &[]);
        builder.build().unwrap()
    };
    log.append_batch(numbered(0, "first"), CONTEXT).unwrap();
    log.roll().unwrap();
    let mut builder = BatchBuilder::new(Compression::None);
    builder.push(5, Some(b"key"), Some(b"of another"), &[]);
    log.append_batch(builder.build().unwrap(), CONTEXT).unwrap();
    log.roll().unwrap();
    later(&mut log, numbered(1, "second")).unwrap();
    let candidate = log.compaction_candidate(Offset(2), Timestamp(10)).unwrap();
    disk.inject(failing(Operation::Write, ".log", 1));
    assert!(log.compaction(candidate).is_err());
    let pass = log.compaction(candidate).unwrap();
    let mut map = OffsetMap::new([1, 2], 4096, 90);
    let replace = |new| log.replace(new);
    pass.run(&store, &mut map, Timestamp(10), replace, |_| Ok(()))
        .unwrap();
    drop((store, log));
    let (_store, mut log) = after(&disk, Crash::DropUnsynced);
    let again = log.append_batch(numbered(1, "second"), CONTEXT).unwrap();
    assert!(again.duplicate, "nobody knows the producer any more");
}
