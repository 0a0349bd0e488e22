//! What of transactions a log gives back after a crash, and what it reads for that.

use super::*;
use crate::disk::{DiskFile, OpenMode};
use kavka_core::log::{Aborted, Marker, MarkerRule, Outcome};
use kavka_core::types::{CoordinatorEpoch, ProducerEpoch, ProducerId};

const PRODUCER: i64 = 9;

fn part(sequence: i32) -> Bytes {
    let mut builder = BatchBuilder::new(Compression::None)
        .producer(PRODUCER, 0, sequence)
        .transactional();
    builder.push(5, None, Some(b"value"), &[]);
    builder.build().unwrap()
}

fn abort(log: &mut PartitionLog<SimDisk>) {
    let marker = Marker {
        producer: ProducerId(PRODUCER),
        epoch: ProducerEpoch(0),
        coordinator_epoch: CoordinatorEpoch(0),
        outcome: Outcome::Abort,
    };
    log.append_marker(&marker, MarkerRule::AtLeast, CONTEXT)
        .unwrap();
}

/// A transaction of one record that is aborted.
fn aborted(log: &mut PartitionLog<SimDisk>, sequence: i32) {
    log.append_batch(part(sequence), CONTEXT).unwrap();
    abort(log);
}

fn found(log: &PartitionLog<SimDisk>) -> Vec<Offset> {
    let aborted = log.aborted(Offset(0), log.end_offset()).unwrap();
    aborted.iter().map(|entry| entry.first).collect()
}

/// After a power cut in which any part of what was not synced is lost.
fn cut_off(disk: &SimDisk, seed: u64) -> PartitionLog<SimDisk> {
    let copy = disk.fork();
    copy.crash(Crash::Tear { seed });
    open(&copy).logs.remove(0)
}

/// A log whose other files have been made and whose folder is synced: the next flush syncs it again
/// only for what is new by then. The next offset is 6.
fn clean_log(disk: &SimDisk) -> (LogStore<SimDisk>, PartitionLog<SimDisk>) {
    let (store, mut log) = new_log(disk);
    flushed_behind(&store, &mut log);
    assert_eq!(log.unsynced().recovery_point(), Offset(6));
    (store, log)
}

/// So much comes behind a marker that a start does not look at it which trusts what was flushed.
fn flushed_behind(store: &LogStore<SimDisk>, log: &mut PartitionLog<SimDisk>) {
    for _ in 0..6 {
        append(log, &["behind the marker"]);
    }
    store.journal().sync().unwrap();
    store.flush().unwrap();
}

/// The segment that the file belongs to ends while nothing of its end is synced.
fn ends_unsynced(store: &LogStore<SimDisk>, log: &mut PartitionLog<SimDisk>) {
    append(log, &["behind"]);
    log.roll().unwrap();
    append(log, &["in the next segment"]);
    store.journal().sync().unwrap();
}

#[test]
fn an_abort_whose_first_index_entry_was_not_written_is_known_after_a_power_cut() {
    for fails in [Operation::Create, Operation::Write] {
        let disk = SimDisk::new();
        let (store, mut log) = clean_log(&disk);
        disk.inject(failing(fails, ".txnindex", 1));
        aborted(&mut log, 0);
        flushed_behind(&store, &mut log);
        ends_unsynced(&store, &mut log);
        for seed in 0..100 {
            let log = cut_off(&disk, seed);
            assert_eq!(found(&log), [Offset(6)], "{fails:?} seed {seed}");
        }
    }
}

/// Where it is not, an older one may be in its place that a power cut has left of the segment's first
/// end, when it took the next segment.
#[test]
fn the_index_of_aborted_transactions_is_synced_with_its_segment() {
    let open = |disk: &SimDisk, crash| {
        disk.crash(crash);
        // A journal would have the markers, too.
        let mut opened = open_with(disk, Path::new("/data"), Durability::Replicas);
        (opened.store, opened.logs.pop())
    };
    let is_wrong = |seed: u64, is_synced: bool| {
        let disk = SimDisk::new();
        let store = open_with(&disk, Path::new("/data"), Durability::Replicas).store;
        let mut log = store.create_partition(id("t", 1), settings()).unwrap();
        aborted(&mut log, 0);
        store.flush().unwrap();
        log.roll().unwrap();
        drop((store, log));
        let (store, log) = open(&disk, Crash::Tear { seed });
        let mut log = log.unwrap();
        if !is_synced {
            disk.ignore_sync(SyncSelector::Ending(".txnindex".to_owned()));
        }
        aborted(&mut log, 1);
        log.roll().unwrap();
        flushed_behind(&store, &mut log);
        let expected = found(&log);
        drop((store, log));
        let (_store, log) = open(&disk, Crash::DropUnsynced);
        log.is_none_or(|log| found(&log) != expected)
    };
    for is_synced in [true, false] {
        let wrong = (0..100).filter(|seed| is_wrong(*seed, is_synced));
        assert_eq!(wrong.count() == 0, is_synced);
    }
}

/// The file has a name since the write that failed: with the one that succeeds the folder is synced.
#[test]
fn an_index_whose_second_write_is_the_first_that_succeeds_survives_a_power_cut() {
    let disk = SimDisk::new();
    let (store, mut log) = clean_log(&disk);
    disk.inject(failing(Operation::Write, ".txnindex", 1));
    aborted(&mut log, 0);
    aborted(&mut log, 1);
    flushed_behind(&store, &mut log);
    assert_eq!(log.unsynced().recovery_point(), log.end_offset());
    ends_unsynced(&store, &mut log);
    for seed in 0..100 {
        let log = cut_off(&disk, seed);
        assert_eq!(found(&log), [Offset(6), Offset(8)], "seed {seed}");
    }
}

/// It writes the index, or holds the recovery point back when it cannot.
#[test]
fn an_index_that_was_never_written_is_made_good_by_the_next_start() {
    for succeeds in [true, false] {
        let disk = SimDisk::new();
        let (store, mut log) = clean_log(&disk);
        disk.inject(failing(
            Operation::Create,
            ".txnindex",
            if succeeds { 1 } else { 2 },
        ));
        aborted(&mut log, 0);
        flushed_behind(&store, &mut log);
        assert_eq!(log.unsynced().recovery_point(), Offset(7));
        drop((store, log));
        disk.crash(Crash::DropUnsynced);
        let mut opened = open(&disk);
        let (store, mut log) = (opened.store, opened.logs.remove(0));
        store.flush().unwrap();
        let trusted = if succeeds {
            log.end_offset()
        } else {
            Offset(7)
        };
        assert_eq!(log.unsynced().recovery_point(), trusted);
        ends_unsynced(&store, &mut log);
        for seed in 0..100 {
            let log = cut_off(&disk, seed);
            assert_eq!(found(&log), [Offset(6)], "{succeeds} seed {seed}");
        }
    }
}

#[test]
fn the_recovery_point_goes_on_once_the_index_is_written() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    disk.inject(failing(Operation::Write, ".txnindex", 1));
    aborted(&mut log, 0);
    store.journal().sync().unwrap();
    store.flush().unwrap();
    assert_eq!(log.unsynced().recovery_point(), Offset(1));
    aborted(&mut log, 1);
    store.flush().unwrap();
    assert_eq!(log.unsynced().recovery_point(), Offset(4));
}

/// Goes on until the log has so many more segments.
fn grow(log: &mut PartitionLog<SimDisk>, segments: usize) {
    let until = log.segment_count() + segments;
    while log.segment_count() < until {
        another(log);
    }
}

/// One more in a log of nothing else.
fn another(log: &mut PartitionLog<SimDisk>) {
    let sequence = i32::try_from(log.end_offset().0 / 2).unwrap();
    aborted(log, sequence);
}

/// Brings to the disk what no flush syncs, as the kernel does some time.
fn written_back(disk: &SimDisk) {
    for path in disk.files() {
        if path.starts_with("/data/t-0") {
            let file = disk.open(&path, OpenMode::Read).unwrap();
            file.sync_data().unwrap();
        }
    }
    disk.sync_dir(Path::new("/data/t-0")).unwrap();
}

/// A log of many segments, all flushed, and the base of the one that is written to.
fn grown(
    disk: &SimDisk,
    mut between: impl FnMut(&mut PartitionLog<SimDisk>),
) -> (LogStore<SimDisk>, PartitionLog<SimDisk>, Offset) {
    let (store, mut log) = new_log(disk);
    for _ in 0..4 {
        grow(&mut log, 3);
        between(&mut log);
        store.journal().sync().unwrap();
        store.flush().unwrap();
        written_back(disk);
    }
    let base = log.active.base;
    (store, log, base)
}

/// What a start after the crash finds that cannot walk through any segment before `first`, or why
/// it does not open the log.
fn found_without(disk: &SimDisk, crash: Crash, first: Offset) -> Result<Vec<Offset>, String> {
    disk.crash(crash);
    let mut spoiled = 0;
    for path in disk.files() {
        let base = path
            .file_stem()
            .and_then(|name| name.to_str()?.parse().ok());
        let is_log = path.extension().is_some_and(|ending| ending == "log");
        if is_log && base.is_some_and(|base: i64| base < first.0) {
            let spoil = |content: &mut Vec<u8>| content[..20].fill(0xff);
            disk.damage(&path, spoil).unwrap();
            spoiled += 1;
        }
    }
    assert!(spoiled > 10);
    let opened = open_on(disk, Path::new("/data"));
    match opened.report.damaged.first() {
        Some(damaged) => Err(damaged.reason.clone()),
        None => Ok(found(&opened.logs[0])),
    }
}

/// Wherever in a flush it comes, also in one after a checkpoint that could not be written: the
/// snapshot before the first segment that a start looks through again is still there.
#[test]
fn a_crash_after_rolls_walks_no_more_than_what_was_not_trusted() {
    for checkpoint_fails in [false, true] {
        for operation in 0.. {
            let tear = Crash::Tear { seed: operation };
            let mut whole = false;
            for crash in [Crash::Process, Crash::DropUnsynced, tear] {
                let disk = SimDisk::new();
                let (store, mut log, first) = grown(&disk, |_| {});
                grow(&mut log, 4);
                if checkpoint_fails {
                    disk.inject(Fault {
                        path_ending: "kavka-checkpoint.tmp".to_owned(),
                        ..failing(Operation::Write, ".txnindex", 1)
                    });
                    assert!(store.flush().is_err());
                    grow(&mut log, 4);
                }
                store.journal().sync().unwrap();
                let written = found(&log);
                disk.crash_at(disk.operations() + operation);
                whole = store.flush().is_ok();
                drop((store, log));
                let aborted = found_without(&disk, crash, first);
                assert_eq!(aborted, Ok(written), "{crash:?} at operation {operation}");
            }
            if whole {
                assert!(operation > 10);
                break;
            }
        }
    }
}

/// As is taken of a large one every so many bytes.
#[test]
fn many_snapshots_of_one_segment_leave_the_one_before_it() {
    let disk = SimDisk::new();
    let (store, mut log, first) = grown(&disk, |log| {
        for _ in 0..3 {
            another(log);
            log.take_snapshot();
        }
    });
    grow(&mut log, 2);
    store.journal().sync().unwrap();
    let written = found(&log);
    drop((store, log));
    assert_eq!(found_without(&disk, Crash::Process, first), Ok(written));
}

#[test]
fn of_a_sealed_index_only_what_concerns_the_fetch_is_read() {
    let disk = SimDisk::new();
    let store = open(&disk).store;
    let large = LogSettings {
        segment_bytes: 1 << 20,
        ..settings()
    };
    let mut log = store.create_partition(id("t", 1), large).unwrap();
    for sequence in 0..3000 {
        aborted(&mut log, sequence);
    }
    log.roll().unwrap();
    assert_eq!(log.segment_count(), 2);
    let all: Vec<Aborted> = log.aborted(Offset(0), log.end_offset()).unwrap();
    assert_eq!(all.len(), 3000);
    let end = log.end_offset().0;
    for (from, to) in [
        (0, 1),
        (0, 2),
        (1, 3),
        (2999, 3001),
        (end - 3, end),
        (end - 1, end),
    ] {
        let before = disk.bytes_read();
        let some = log.aborted(Offset(from), Offset(to)).unwrap();
        let read = disk.bytes_read() - before;
        assert!(read < 10_000, "{from}..{to}: {read} bytes");
        let within = |entry: &&Aborted| entry.last.0 >= from && entry.first.0 < to;
        let expected: Vec<Aborted> = all.iter().filter(within).copied().collect();
        assert_eq!(some, expected, "{from}..{to}");
    }
}

#[test]
fn a_sealed_index_that_is_cut_is_not_taken_for_an_empty_one() {
    let disk = SimDisk::new();
    let (_store, mut log) = new_log(&disk);
    aborted(&mut log, 0);
    log.roll().unwrap();
    let index = Path::new("/data/t-0/00000000000000000000.txnindex");
    for content in [&b""[..], &[0; 20], &[1; 38]] {
        disk.damage(index, |bytes| *bytes = content.to_vec())
            .unwrap();
        assert!(log.aborted(Offset(0), Offset(2)).is_err(), "{content:?}");
    }
}
