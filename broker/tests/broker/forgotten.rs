//! Partitions that the metadata do not know: deleted ones go, forgotten ones never do.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{TestBroker, start_in};

/// The one file of the metadata log.
fn metadata_log(folder: &Path) -> PathBuf {
    let mut files: Vec<PathBuf> = fs::read_dir(folder.join("quorum"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1);
    files.remove(0)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn strays(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with("-stray")).collect()
}

#[test]
fn a_damaged_end_of_the_metadata_log_forgets_no_topic() {
    let mut broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("kept", 1, &[]);
    client.produce_values("kept", 0, &["a"]);
    client.create_topic("forgotten", 2, &[]);
    client.produce_values("forgotten", 1, &["b"]);
    broker.stop();
    let log = metadata_log(broker.folder());
    let mut content = fs::read(&log).unwrap();
    let name = content.windows(9).rposition(|part| part == b"forgotten");
    content[name.unwrap()..].fill(0xff);
    fs::write(&log, &content).unwrap();
    // However often it is tried: nothing is written that would hide the damage.
    for _ in 0..2 {
        let refused = start_in(broker.folder(), &[]).unwrap_err().to_string();
        assert!(refused.contains("not know: forgotten-1."), "{refused}");
        assert!(refused.contains(log.to_str().unwrap()), "{refused}");
        assert_eq!(fs::read(&log).unwrap(), content);
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let folder = broker.folder().join("forgotten-1");
    copy(&folder, &elsewhere.path().join("forgotten-1"));
    fs::remove_dir_all(folder).unwrap();
    broker.start_again();
    assert_eq!(broker.client().fetch_values("kept", 0), ["a"]);
}

#[test]
fn a_partition_of_no_known_topic_is_set_aside() {
    let mut broker = TestBroker::start(&[]);
    broker.client().create_topic("kept", 1, &[]);
    broker.stop();
    let log = metadata_log(broker.folder());
    let before = fs::read(&log).unwrap();
    broker.start_again();
    let mut client = broker.client();
    client.create_topic("forgotten", 2, &[]);
    client.produce_values("forgotten", 0, &["a", "b"]);
    broker.stop();
    fs::write(&log, before).unwrap();
    for _ in 0..2 {
        broker.start_again();
        assert_eq!(strays(broker.folder()), ["forgotten-0.0-stray"]);
        broker.stop();
    }
    let segment = "forgotten-0.0-stray/00000000000000000000.log";
    let segment = fs::read(broker.folder().join(segment)).unwrap();
    assert!(segment.windows(4).any(|part| part == b"\x01\x02b\0"));
    broker.start_again();
    let mut client = broker.client();
    client.create_topic("forgotten", 1, &[]);
    assert_eq!(client.produce_values("forgotten", 0, &["new"]), 0);
    assert_eq!(client.fetch_values("forgotten", 0), ["new"]);
}

#[test]
fn a_crash_between_a_deletion_and_its_files_leaves_nothing_behind() {
    let mut broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("deleted", 1, &[]);
    client.produce_values("deleted", 0, &["a"]);
    broker.stop();
    let crashed = tempfile::tempdir().unwrap();
    copy(broker.folder(), crashed.path());
    broker.start_again();
    broker.client().delete_topic("deleted");
    broker.stop();
    let log = metadata_log(crashed.path());
    fs::remove_file(log).unwrap();
    copy(
        &broker.folder().join("quorum"),
        &crashed.path().join("quorum"),
    );
    let running = start_in(crashed.path(), &[]).unwrap();
    assert_eq!(strays(crashed.path()), [""; 0]);
    assert!(!crashed.path().join("deleted-0").exists());
    drop(running);
}
