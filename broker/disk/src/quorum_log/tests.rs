//! What the quorum stored is there again, whatever happened in between.

use super::*;
use crate::disk::sim::{Crash, Fault, Operation};
use crate::{DataFolder, Fresh, SimDisk};
use kavka_core::types::NodeId;

fn folder(disk: &SimDisk) -> DataFolder<SimDisk> {
    let fresh = || Fresh {
        cluster_id: "c".to_owned(),
        directory_id: kavka_protocol::Uuid([7; 16]),
    };
    DataFolder::open(disk.clone(), Path::new("/data"), NodeId(1), None, fresh).unwrap()
}

fn open(disk: &SimDisk) -> (QuorumLog<SimDisk>, StoredQuorum) {
    QuorumLog::open(&folder(disk)).unwrap()
}

fn entries(stored: &StoredQuorum) -> Vec<(u64, Vec<u8>)> {
    (stored.first_index..)
        .zip(stored.entries.iter().map(|entry| entry.to_vec()))
        .collect()
}

#[test]
fn an_empty_disk_holds_nothing() {
    let (_, stored) = open(&SimDisk::new());
    assert!(stored.is_empty());
}

#[test]
fn what_was_synced_survives_a_power_cut() {
    let disk = SimDisk::new();
    let (mut log, _) = open(&disk);
    log.persist(None, 1, &[b"one", b"two"], Some(b"hard"))
        .unwrap();
    log.sync().unwrap();
    log.persist(None, 3, &[b"lost"], None).unwrap();
    disk.crash(Crash::DropUnsynced);
    let (_, stored) = open(&disk);
    assert_eq!(
        entries(&stored),
        [(1, b"one".to_vec()), (2, b"two".to_vec())]
    );
    assert_eq!(stored.hard_state.unwrap(), "hard");
}

#[test]
fn entries_replace_those_from_their_index_on() {
    let disk = SimDisk::new();
    let (mut log, _) = open(&disk);
    log.persist(None, 1, &[b"a", b"b", b"c"], None).unwrap();
    log.persist(None, 2, &[b"B"], None).unwrap();
    log.sync().unwrap();
    drop(log);
    disk.crash(Crash::Process);
    assert_eq!(
        entries(&open(&disk).1),
        [(1, b"a".to_vec()), (2, b"B".to_vec())]
    );
}

#[test]
fn a_snapshot_replaces_the_entries_that_it_holds() {
    let disk = SimDisk::new();
    let (mut log, _) = open(&disk);
    log.persist(None, 1, &[b"a", b"b", b"c"], Some(b"hard"))
        .unwrap();
    log.persist(Some((2, b"image")), 4, &[b"d"], None).unwrap();
    log.sync().unwrap();
    drop(log);
    disk.crash(Crash::DropUnsynced);
    let (_, stored) = open(&disk);
    assert_eq!(stored.snapshot, Some((2, Bytes::from_static(b"image"))));
    assert_eq!(entries(&stored), [(3, b"c".to_vec()), (4, b"d".to_vec())]);
    assert_eq!(stored.hard_state.unwrap(), "hard");
}

#[test]
fn a_flipped_bit_below_what_was_synced_is_damage_and_not_a_shorter_log() {
    let disk = SimDisk::new();
    let (mut log, _) = open(&disk);
    for index in 1..10 {
        log.persist(None, index, &[b"entry"], None).unwrap();
        log.sync().unwrap();
    }
    drop(log);
    let path = Path::new("/data/quorum").join(name(1));
    disk.damage(&path, |content| content[100] ^= 4).unwrap();
    disk.crash(Crash::Process);
    let error = QuorumLog::open(&folder(&disk)).unwrap_err();
    assert!(matches!(error, QuorumLogError::Damaged { .. }), "{error}");
}

#[test]
fn after_a_failed_sync_the_records_are_written_again() {
    let disk = SimDisk::new();
    let (mut log, _) = open(&disk);
    log.persist(None, 1, &[b"entry"], None).unwrap();
    disk.inject(Fault {
        operation: Some(Operation::SyncData),
        path_ending: ENDING.to_owned(),
        after: 0,
        times: 1,
        error: io::ErrorKind::Other,
    });
    assert!(log.sync().is_err());
    log.sync().unwrap();
    disk.crash(Crash::DropUnsynced);
    assert_eq!(entries(&open(&disk).1), [(1, b"entry".to_vec())]);
}

#[test]
fn a_full_disk_passes() {
    let disk = SimDisk::new();
    let (mut log, _) = open(&disk);
    disk.set_capacity(Some(200));
    let big = vec![1; 500];
    let error = log.persist(None, 1, &[&big], None).unwrap_err();
    assert!(matches!(error, QuorumLogError::Full { .. }), "{error}");
    disk.set_capacity(None);
    log.persist(None, 1, &[&big], None).unwrap();
    log.sync().unwrap();
    disk.crash(Crash::DropUnsynced);
    assert_eq!(entries(&open(&disk).1), [(1, big)]);
}

#[test]
fn what_lay_behind_a_torn_record_never_goes_on_behind_the_next_one() {
    let disk = SimDisk::new();
    let (mut log, _) = open(&disk);
    log.persist(None, 1, &[b"one"], None).unwrap();
    log.sync().unwrap();
    log.persist(None, 2, &[b"old"], None).unwrap();
    let torn = usize::try_from(log.end).unwrap() - 1;
    log.persist(None, 3, &[b"older"], None).unwrap();
    log.sync().unwrap();
    let path = log.path.clone();
    drop(log);
    disk.crash(Crash::Process);
    disk.damage(&path, |content| content[torn - 7] ^= 1)
        .unwrap();
    for seed in 0..200 {
        let disk = disk.fork();
        let (mut log, stored) = open(&disk);
        assert_eq!(stored.entries.len(), 1);
        log.persist(None, 2, &[b"new"], None).unwrap();
        drop(log);
        disk.crash(Crash::Tear { seed });
        let (_, stored) = open(&disk);
        let found = entries(&stored);
        let all = [(1, b"one".to_vec()), (2, b"new".to_vec())];
        assert!(all.starts_with(&found), "seed {seed}: {found:?}");
    }
}
