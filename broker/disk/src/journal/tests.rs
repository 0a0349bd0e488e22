//! What the journal synced comes back, in order and once; what it did not may come back in part,
//! from the front.

use super::*;
use crate::SimDisk;
use crate::disk::sim::{Crash, Fault, Operation, Random, SyncSelector};
use kavka_core::types::{Offset, PartitionIndex};

const FOLDER: &str = "/journal";

fn settings() -> JournalSettings {
    JournalSettings {
        file_bytes: 1024,
        free_files: 2,
        unsynced_bytes_max: 1 << 20,
    }
}

fn open(disk: &SimDisk) -> (Journal<SimDisk>, Replay<SimDisk>) {
    Journal::open(disk, Path::new(FOLDER), settings()).unwrap()
}

fn address(partition: i32) -> Address {
    Address {
        topic_id: kavka_protocol::Uuid([9; 16]),
        partition: PartitionIndex(partition),
    }
}

fn put(journal: &Journal<SimDisk>, number: i64) -> Result<Lsn, JournalError> {
    journal.append(&address(0), &Content::StartOffset(Offset(number)))
}

fn put_for_sync(journal: &Journal<SimDisk>, number: i64) -> Result<Lsn, JournalError> {
    journal.append_for_sync(&address(0), &Content::StartOffset(Offset(number)))
}

/// Takes everything.
struct All(Vec<Replayed>);

impl ReplayTarget<io::Error> for All {
    fn is_done(&mut self, _: &ScannedBatch) -> bool {
        false
    }

    fn take(&mut self, record: Replayed) -> io::Result<()> {
        self.0.push(record);
        Ok(())
    }
}

fn records(replay: &Replay<SimDisk>) -> Vec<Replayed> {
    let mut all = All(Vec::new());
    replay.hand_to(&mut all).unwrap();
    all.0
}

fn numbers(replay: &Replay<SimDisk>) -> Vec<i64> {
    let mut numbers = Vec::new();
    for record in records(replay) {
        if let ReplayedContent::StartOffset(offset) = record.content {
            numbers.push(offset.0);
        }
    }
    numbers
}

#[test]
fn every_kind_of_record_comes_back_as_it_was() {
    let disk = SimDisk::new();
    let (journal, _) = open(&disk);
    let batch = Content::Batch {
        head: [1; 16],
        rest: Bytes::from(vec![2; 45]),
    };
    let topic = Arc::from("orders");
    let contents = [
        Content::Created { topic },
        batch,
        Content::Truncated(Offset(5)),
        Content::StartOffset(Offset(6)),
        Content::Deleted,
    ];
    for content in &contents {
        journal.append(&address(3), content).unwrap();
    }
    journal.sync().unwrap();
    disk.crash(Crash::DropUnsynced);
    let mut found = Vec::new();
    for record in records(&open(&disk).1) {
        assert_eq!(record.address, address(3));
        found.push(record.content);
    }
    let mut whole = vec![1; 16];
    whole.extend([2; 45]);
    let expected = [
        ReplayedContent::Created("orders".to_owned()),
        ReplayedContent::Batch(Bytes::from(whole)),
        ReplayedContent::Truncated(Offset(5)),
        ReplayedContent::StartOffset(Offset(6)),
        ReplayedContent::Deleted,
    ];
    assert_eq!(found, expected);
}

#[test]
fn synced_records_survive_over_many_files_and_recyclings() {
    let disk = SimDisk::new();
    let (journal, _) = open(&disk);
    for number in 0..200 {
        put(&journal, number).unwrap();
        let synced = journal.sync().unwrap();
        if number == 150 {
            journal.checkpoint(synced).unwrap();
        }
    }
    let files = disk.files().len();
    assert!(files < 12, "old files are recycled or removed: {files}");
    disk.crash(Crash::DropUnsynced);
    assert_eq!(numbers(&open(&disk).1), (151..200).collect::<Vec<_>>());
}

/// Lives of a journal that end with a power cut or a kill each: what a start finds that it should
/// not, or does not find that it should.
fn lives(seed: u64, ignored_sync: Option<&str>) -> Result<(), String> {
    const ROUNDS: i64 = 6;
    let disk = SimDisk::new();
    if let Some(ending) = ignored_sync {
        disk.ignore_sync(SyncSelector::Ending(ending.to_owned()));
    }
    let mut random = Random::new(seed);
    // What each round writes differs, so that no record passes for one of another round.
    let mut written: Vec<i64> = Vec::new();
    let (mut synced_to, mut forgotten) = (0_i64, 0_i64);
    // Up to where records are in the page cache at least.
    let mut cached_to = 0_i64;
    for round in 0..ROUNDS {
        let opened = Journal::open(&disk, Path::new(FOLDER), settings());
        let (journal, replay) = opened.map_err(|error| error.to_string())?;
        let found = numbers(&replay);
        let first = found.first().map_or(forgotten, |first| first / ROUNDS);
        let first = usize::try_from(first).unwrap();
        let end = first + found.len();
        let told = || format!("seed {seed}, round {round}: {found:?} of {written:?}");
        if replay.damage().count() > 0 {
            return Err(format!("{}: damage", told()));
        }
        if i64::try_from(first).unwrap() > forgotten.max(synced_to)
            || end < usize::try_from(synced_to.max(cached_to)).unwrap()
        {
            return Err(format!("{}: {synced_to} were synced", told()));
        }
        if !found.is_empty() && written.get(first..end) != Some(&found[..]) {
            return Err(told());
        }
        written.truncate(end);
        for _ in 0..random.below(40) {
            let value = i64::try_from(written.len()).unwrap() * ROUNDS + round;
            let at_once = random.chance(50);
            let put = if at_once { put } else { put_for_sync };
            put(&journal, value).unwrap();
            written.push(value);
            let end = i64::try_from(written.len()).unwrap();
            if at_once {
                cached_to = end;
            }
            if random.chance(30) {
                journal.sync().unwrap();
                synced_to = end;
            }
            if random.chance(5) {
                journal.checkpoint(journal.appended()).unwrap();
                (synced_to, forgotten) = (end, end);
            }
        }
        if random.chance(30) {
            disk.crash(Crash::Process);
        } else {
            let seed = random.next_u64();
            disk.crash(Crash::Tear { seed });
            cached_to = synced_to;
        }
    }
    Ok(())
}

#[test]
fn a_crash_leaves_a_prefix_that_holds_all_that_was_synced() {
    for seed in 0..300 {
        lives(seed, None).unwrap();
    }
}

#[test]
fn incarnations_are_counted_durably() {
    // A file is taken for one of the same number's only after several crashes.
    let fails = (0..20_000).any(|seed| lives(seed, Some("/incarnation")).is_err());
    assert!(fails, "no seed misses the sync");
}

#[test]
fn stale_content_of_a_recycled_file_is_never_replayed() {
    let disk = SimDisk::new();
    let (journal, _) = open(&disk);
    for number in 0..100 {
        put(&journal, number).unwrap();
    }
    journal.checkpoint(journal.sync().unwrap()).unwrap();
    for number in 100..105 {
        put(&journal, number).unwrap();
    }
    journal.sync().unwrap();
    disk.crash(Crash::Process);
    assert_eq!(numbers(&open(&disk).1), (100..105).collect::<Vec<_>>());
}

#[test]
fn a_flipped_bit_in_synced_records_is_reported_as_damage() {
    for bit in (64 * 8..600 * 8).step_by(7) {
        let disk = SimDisk::new();
        let (journal, _) = open(&disk);
        for number in 0..40 {
            put(&journal, number).unwrap();
            journal.sync().unwrap();
        }
        drop(journal);
        let path = Path::new(FOLDER).join(file::live_name(0));
        disk.damage(&path, |content| content[bit / 8] ^= 1 << (bit % 8))
            .unwrap();
        disk.crash(Crash::Process);
        let (_, replay) = open(&disk);
        let found = numbers(&replay);
        // The bytes that fill records up to a multiple of eight carry nothing.
        let harmless = found == (0..40).collect::<Vec<_>>();
        assert!(harmless || replay.damage().count() == 1, "bit {bit}");
        assert!(
            harmless || found.len() == 39,
            "bit {bit}: the others are still read"
        );
    }
}

#[test]
fn a_failed_sync_acknowledges_nothing_and_the_next_one_writes_again() {
    let disk = SimDisk::new();
    let (journal, _) = open(&disk);
    put(&journal, 0).unwrap();
    journal.sync().unwrap();
    disk.inject(Fault {
        operation: Some(Operation::SyncData),
        path_ending: ".journal".to_owned(),
        after: 0,
        times: 2,
        error: io::ErrorKind::Other,
    });
    let lsn = put(&journal, 1).unwrap();
    assert!(journal.sync().is_err());
    assert!(journal.synced() < lsn);
    put(&journal, 2).unwrap();
    assert!(journal.sync().is_err());
    journal.sync().unwrap();
    disk.crash(Crash::DropUnsynced);
    assert_eq!(numbers(&open(&disk).1), [0, 1, 2]);
}

#[test]
fn what_waits_for_its_sync_is_written_with_it_or_before_what_is_written_at_once() {
    let disk = SimDisk::new();
    let (journal, _) = open(&disk);
    put_for_sync(&journal, 0).unwrap();
    put_for_sync(&journal, 1).unwrap();
    put(&journal, 2).unwrap();
    put_for_sync(&journal, 3).unwrap();
    drop(journal);
    disk.crash(Crash::Process);
    let (journal, replay) = open(&disk);
    assert_eq!(numbers(&replay), [0, 1, 2]);
    put_for_sync(&journal, 3).unwrap();
    put_for_sync(&journal, 4).unwrap();
    journal.sync().unwrap();
    disk.crash(Crash::DropUnsynced);
    assert_eq!(numbers(&open(&disk).1), [0, 1, 2, 3, 4]);
}

#[test]
fn a_record_that_could_not_be_written_at_once_is_gone_and_those_before_it_are_not() {
    let disk = SimDisk::new();
    let (journal, _) = open(&disk);
    put(&journal, 0).unwrap();
    put_for_sync(&journal, 1).unwrap();
    disk.inject(Fault {
        operation: Some(Operation::Write),
        path_ending: ".journal".to_owned(),
        after: 0,
        times: 2,
        error: io::ErrorKind::Other,
    });
    assert!(put(&journal, 7).is_err());
    assert!(journal.sync().is_err());
    put(&journal, 2).unwrap();
    journal.sync().unwrap();
    disk.crash(Crash::DropUnsynced);
    assert_eq!(numbers(&open(&disk).1), [0, 1, 2]);
}

#[test]
fn no_more_than_a_bound_waits_in_memory_alone() {
    let disk = SimDisk::new();
    let large = JournalSettings {
        file_bytes: 8 << 20,
        unsynced_bytes_max: 8 << 20,
        ..settings()
    };
    let (journal, _) = Journal::open(&disk, Path::new(FOLDER), large).unwrap();
    for _ in 0..40 {
        let rest = Bytes::from(vec![5; 100_000]);
        let batch = Content::Batch {
            head: [0; 16],
            rest,
        };
        journal.append_for_sync(&address(0), &batch).unwrap();
    }
    drop(journal);
    disk.crash(Crash::Process);
    let kept = records(&open(&disk).1).len();
    assert!(
        (25..40).contains(&kept),
        "{kept} of 40 are in the page cache"
    );
}

#[test]
fn a_full_disk_is_told_and_passes() {
    let disk = SimDisk::new();
    let (journal, _) = open(&disk);
    disk.set_capacity(Some(2100));
    let mut taken = 0;
    let error = loop {
        match put(&journal, taken) {
            Ok(_) => taken += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, JournalError::Full { .. }), "{error}");
    assert!(taken > 0);
    disk.set_capacity(None);
    put(&journal, taken).unwrap();
    journal.sync().unwrap();
    disk.crash(Crash::DropUnsynced);
    assert_eq!(numbers(&open(&disk).1), (0..=taken).collect::<Vec<_>>());
}

#[test]
fn too_much_that_waits_for_the_disk_is_refused_until_it_is_synced() {
    let disk = SimDisk::new();
    let tight = JournalSettings {
        unsynced_bytes_max: 500,
        ..settings()
    };
    let (journal, _) = Journal::open(&disk, Path::new(FOLDER), tight).unwrap();
    let mut number = 0;
    let error = loop {
        match put(&journal, number) {
            Ok(_) => number += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, JournalError::Backlog { .. }), "{error}");
    journal.sync().unwrap();
    put(&journal, number).unwrap();
}

#[test]
fn a_record_larger_than_a_file_gets_a_file_of_its_own() {
    let disk = SimDisk::new();
    let (journal, _) = open(&disk);
    put(&journal, 1).unwrap();
    let rest = Bytes::from(vec![5; 5000]);
    journal
        .append(
            &address(0),
            &Content::Batch {
                head: [0; 16],
                rest,
            },
        )
        .unwrap();
    put(&journal, 2).unwrap();
    journal.sync().unwrap();
    disk.crash(Crash::DropUnsynced);
    assert_eq!(numbers(&open(&disk).1), [1, 2]);
}

#[test]
fn an_orderly_end_leaves_nothing_to_replay() {
    let disk = SimDisk::new();
    let (journal, _) = open(&disk);
    put(&journal, 1).unwrap();
    journal.checkpoint(journal.appended()).unwrap();
    assert!(journal.is_quiet());
    drop(journal);
    let (journal, replay) = open(&disk);
    assert!(replay.is_empty() && journal.is_quiet());
}

/// A journal of large files, and what opening it again from `flushed` on finds and reads.
fn large_and_again(records: i64, flushed: impl Fn(&Journal<SimDisk>) -> Lsn) -> (Vec<i64>, u64) {
    let disk = SimDisk::new();
    let large = JournalSettings {
        file_bytes: 8 << 20,
        unsynced_bytes_max: 8 << 20,
        ..settings()
    };
    let (journal, _) = Journal::open(&disk, Path::new(FOLDER), large.clone()).unwrap();
    let mut mark = Lsn(0);
    for number in 0..records {
        put(&journal, number).unwrap();
        if number == records - 10 {
            mark = flushed(&journal);
        }
    }
    disk.crash(Crash::Process);
    let before = disk.bytes_read();
    let reserve = Arc::new(Reserve::none());
    let again = Journal::open_from(&disk, Path::new(FOLDER), large, mark, reserve);
    let read = disk.bytes_read() - before;
    (numbers(&again.unwrap().1), read)
}

/// What is read at a time, and as much again for what is written once more.
const TWO_WINDOWS: u64 = 600_000;

#[test]
fn after_a_kill_the_unused_rest_of_a_file_is_not_read() {
    let (found, read) = large_and_again(20, |_| Lsn(0));
    assert_eq!(found, (0..20).collect::<Vec<_>>());
    assert!(read < TWO_WINDOWS, "{read} bytes were read");
}

#[test]
fn what_was_flushed_is_not_read() {
    let (found, read) = large_and_again(60_000, Journal::appended);
    assert_eq!(found, (59_991..60_000).collect::<Vec<_>>());
    assert!(read < TWO_WINDOWS, "{read} bytes were read");
    let (found, read) = large_and_again(60_000, |_| Lsn(0));
    assert_eq!(found.len(), 60_000);
    assert!(read > TWO_WINDOWS, "the test shows nothing: {read}");
}

#[test]
fn records_of_a_process_that_saw_syncs_fail_are_written_again_by_the_next() {
    let disk = SimDisk::new();
    let (journal, _) = open(&disk);
    put(&journal, 0).unwrap();
    journal.sync().unwrap();
    put(&journal, 1).unwrap();
    disk.inject(Fault {
        operation: Some(Operation::SyncData),
        path_ending: ".journal".to_owned(),
        after: 0,
        times: 1,
        error: io::ErrorKind::Other,
    });
    assert!(journal.sync().is_err());
    drop(journal);
    disk.crash(Crash::Process);
    // What this start finds counts from now on.
    assert_eq!(numbers(&open(&disk).1), [0, 1]);
    disk.crash(Crash::DropUnsynced);
    assert_eq!(numbers(&open(&disk).1), [0, 1]);
}

#[test]
fn a_file_that_a_kill_left_in_the_page_cache_with_nothing_to_replay_is_no_damage_when_it_is_lost() {
    let disk = SimDisk::new();
    let (journal, _) = open(&disk);
    while journal.appended().0 + 56 <= 1024 {
        put(&journal, 1).unwrap();
    }
    journal.sync().unwrap();
    // It begins another file.
    put(&journal, 1).unwrap();
    // A checkpoint that the flusher wrote and did not get to the disk any more.
    disk.inject(Fault {
        operation: Some(Operation::SyncData),
        path_ending: String::new(),
        after: 0,
        times: u64::MAX,
        error: io::ErrorKind::Other,
    });
    let flushed = journal.appended();
    assert!(journal.checkpoint(flushed).is_err());
    disk.heal();
    disk.crash(Crash::Process);
    let reserve = || Arc::new(Reserve::none());
    let again = |disk: &SimDisk| {
        Journal::open_from(disk, Path::new(FOLDER), settings(), flushed, reserve()).unwrap()
    };
    let (journal, replay) = again(&disk);
    assert!(replay.is_empty());
    put(&journal, 2).unwrap();
    journal.sync().unwrap();
    put(&journal, 3).unwrap();
    journal.sync().unwrap();
    disk.crash(Crash::DropUnsynced);
    let (_journal, replay) = again(&disk);
    assert_eq!(replay.damage().count(), 0);
    assert_eq!(numbers(&replay), [2, 3]);
}

#[test]
fn the_last_record_is_read_though_a_failed_sync_lost_the_length_of_its_file() {
    let disk = SimDisk::new();
    let (journal, _) = open(&disk);
    disk.inject(Fault {
        operation: Some(Operation::SyncData),
        path_ending: ".journal".to_owned(),
        after: 0,
        times: 1,
        error: io::ErrorKind::Other,
    });
    put(&journal, 1).unwrap();
    assert!(journal.sync().is_err());
    journal.sync().unwrap();
    for crash in [Crash::DropUnsynced, Crash::Process, Crash::DropUnsynced] {
        disk.crash(crash);
        let (_journal, replay) = open(&disk);
        assert_eq!(numbers(&replay), [1]);
        assert_eq!(replay.damage().count(), 0);
    }
}
