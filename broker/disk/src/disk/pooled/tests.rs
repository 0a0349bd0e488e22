//! Many files, few descriptors, nothing lost.

use std::path::PathBuf;

use super::*;
use crate::disk::sim::{Crash, Fault, Operation};
use crate::{SimDisk, disk::OpenMode};

fn path(number: usize) -> PathBuf {
    PathBuf::from(format!("/{number}"))
}

/// Files with their number in them, of which at most `open_max` are open.
fn filled(disk: &SimDisk, open_max: usize, count: usize) -> Vec<PooledFile<SimDisk>> {
    let pooled = Pooled::bounded(disk.clone(), open_max);
    let files: Vec<_> = (0..count)
        .map(|number| {
            let mode = OpenMode::Create;
            let file = pooled.open_resting(&path(number), mode).unwrap();
            file.write_at(0, &[&[7, u8::try_from(number).unwrap()]])
                .unwrap();
            assert!(disk.open_files() <= open_max, "{number}");
            file
        })
        .collect();
    disk.sync_dir(Path::new("/")).unwrap();
    files
}

fn failing(operation: Operation, times: u64) -> Fault {
    Fault {
        operation: Some(operation),
        path_ending: String::new(),
        after: 0,
        times,
        error: io::ErrorKind::Other,
    }
}

#[test]
fn many_files_are_written_and_read_with_few_open() {
    let disk = SimDisk::new();
    let files = filled(&disk, 3, 50);
    for (number, file) in files.iter().enumerate() {
        assert_eq!(
            file.read_at(1, 1).unwrap()[0],
            u8::try_from(number).unwrap()
        );
        assert!(disk.open_files() <= 3);
    }
    drop(files);
    assert_eq!(disk.open_files(), 0);
}

#[test]
fn what_is_closed_before_it_is_synced_is_on_the_disk_when_its_sync_succeeds() {
    let disk = SimDisk::new();
    let files = filled(&disk, 2, 20);
    for file in &files {
        file.sync_data().unwrap();
    }
    disk.crash(Crash::DropUnsynced);
    for number in 0..20 {
        let content = disk.content(&path(number)).unwrap();
        assert_eq!(content, [7, u8::try_from(number).unwrap()]);
    }
}

#[test]
fn a_sync_that_failed_at_closing_fails_for_whoever_asks_next() {
    let disk = SimDisk::new();
    let files = filled(&disk, 1, 2);
    disk.inject(failing(Operation::SyncData, 1));
    // The second file is closed for the first one.
    files[0].read_at(0, 1).unwrap();
    assert!(files[1].sync_data().is_err());
    files[1].write_at(0, &[&[7, 1]]).unwrap();
    files[1].sync_data().unwrap();
    disk.crash(Crash::DropUnsynced);
    assert_eq!(disk.content(&path(1)).unwrap(), [7, 1]);
}

#[test]
fn when_the_system_has_no_descriptor_left_resting_files_give_theirs() {
    let disk = SimDisk::new();
    let pooled = Pooled::bounded(disk.clone(), 1000);
    let open = |number| pooled.open_resting(&path(number), OpenMode::Create);
    let files: Vec<_> = (0..30).map(|number| open(number).unwrap()).collect();
    disk.set_open_max(Some(disk.open_files()));
    let held = pooled.open(&path(30), OpenMode::Create).unwrap();
    held.write_at(0, &[b"held"]).unwrap();
    pooled.read_dir(Path::new("/")).unwrap();
    pooled.sync_dir(Path::new("/")).unwrap();
    for file in &files {
        file.write_at(0, &[b"rested"]).unwrap();
    }
    assert!(disk.open_files() <= 30);
}

#[test]
fn without_any_descriptor_the_error_passes_and_the_file_is_as_before() {
    let disk = SimDisk::new();
    let files = filled(&disk, 1, 2);
    disk.set_open_max(Some(0));
    assert!(files[0].write_at(0, &[b"no"]).is_err());
    disk.set_open_max(None);
    assert_eq!(files[0].read_at(0, 2).unwrap()[..], [7, 0]);
    files[0].write_at(0, &[b"yes"]).unwrap();
}

#[test]
fn files_that_rest_are_closed_and_those_in_use_are_not() {
    let disk = SimDisk::new();
    let files = filled(&disk, 10, 3);
    let Kind::Resting(slot) = &files[0].0 else {
        panic!("it may rest");
    };
    let open = slot.opened().unwrap();
    for file in &files {
        file.sync_data().unwrap();
    }
    files[2].write_at(0, &[b"not synced"]).unwrap();
    let pool = Pooled {
        pool: slot.pool().clone(),
    };
    pool.close_resting();
    assert_eq!(pool.open_files(), 3, "all were used since they were opened");
    pool.close_resting();
    assert_eq!(pool.open_files(), 2, "one is being read, one not synced");
    drop(open);
    pool.close_resting();
    assert_eq!(pool.open_files(), 1);
}

#[test]
fn a_file_that_is_gone_is_not_made_again() {
    let disk = SimDisk::new();
    let files = filled(&disk, 1, 2);
    disk.remove_file(&path(0)).unwrap();
    let error = files[0].write_at(0, &[b"x"]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    files[0].sync_data().unwrap();
}
