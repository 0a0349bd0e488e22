//! The simulated disk loses what real ones lose, and nothing else.

use super::*;
use crate::disk::DiskFile;

fn written(disk: &SimDisk, path: &str, content: &[u8]) -> SimFile {
    let file = disk.open(Path::new(path), OpenMode::Create).unwrap();
    file.write_at(0, &[content]).unwrap();
    file
}

#[test]
fn unsynced_content_is_lost_and_synced_content_stays() {
    let disk = SimDisk::new();
    let file = written(&disk, "/a", b"kept");
    file.sync_data().unwrap();
    disk.sync_dir(Path::new("/")).unwrap();
    file.write_at(4, &[b"lost"]).unwrap();
    disk.crash(Crash::DropUnsynced);
    assert_eq!(disk.content(Path::new("/a")).unwrap(), b"kept");
    assert!(file.read_at(0, 1).is_err(), "handles die in a crash");
}

#[test]
fn a_file_whose_directory_was_not_synced_is_gone() {
    let disk = SimDisk::new();
    written(&disk, "/a", b"content").sync_data().unwrap();
    disk.crash(Crash::DropUnsynced);
    assert!(disk.files().is_empty());
}

#[test]
fn a_rename_that_was_not_synced_is_undone() {
    let disk = SimDisk::new();
    written(&disk, "/a", b"x").sync_data().unwrap();
    disk.sync_dir(Path::new("/")).unwrap();
    disk.rename(Path::new("/a"), Path::new("/b")).unwrap();
    disk.crash(Crash::DropUnsynced);
    assert_eq!(disk.files(), vec![std::path::PathBuf::from("/a")]);
}

#[test]
fn a_killed_process_loses_nothing_of_the_page_cache() {
    let disk = SimDisk::new();
    written(&disk, "/a", b"content");
    disk.crash(Crash::Process);
    assert_eq!(disk.content(Path::new("/a")).unwrap(), b"content");
}

#[test]
fn content_of_a_failed_sync_never_becomes_durable_by_a_later_one() {
    let disk = SimDisk::new();
    let file = written(&disk, "/a", b"first");
    disk.sync_dir(Path::new("/")).unwrap();
    disk.inject(Fault {
        operation: Some(Operation::SyncData),
        path_ending: "a".to_owned(),
        after: 0,
        times: 1,
        error: io::ErrorKind::Other,
    });
    assert!(file.sync_data().is_err());
    file.sync_data().unwrap();
    disk.crash(Crash::DropUnsynced);
    assert!(disk.content(Path::new("/a")).unwrap().is_empty());
}

#[test]
fn a_full_disk_refuses_growth_but_not_overwriting() {
    let disk = SimDisk::new();
    let file = written(&disk, "/a", b"12345678");
    disk.set_capacity(Some(8));
    let error = file.write_at(8, &[b"9"]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    file.write_at(0, &[b"87654321"]).unwrap();
}

#[test]
fn the_same_seed_tears_alike() {
    let torn = |seed| {
        let disk = SimDisk::new();
        let file = written(&disk, "/a", b"");
        disk.sync_dir(Path::new("/")).unwrap();
        file.write_at(0, &[&vec![7; 10_000]]).unwrap();
        disk.crash(Crash::Tear { seed });
        disk.content(Path::new("/a")).unwrap()
    };
    assert_eq!(torn(7), torn(7));
    assert!((0..20).any(|seed| torn(seed) != torn(seed + 100)));
}

#[test]
fn operations_fail_from_the_chosen_one_on() {
    let disk = SimDisk::new();
    let file = written(&disk, "/a", b"x");
    disk.crash_at(disk.operations() + 1);
    file.sync_data().unwrap();
    assert!(file.write_at(0, &[b"y"]).is_err());
    assert!(disk.has_crashed());
}
