//! A full disk is an error that clients retry, and nothing else: not for a broker that runs, and not
//! for one that starts.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::delete_topics_request::DeleteTopicState;
use kavka_protocol::messages::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig,
};
use kavka_protocol::messages::{DeleteTopicsRequest, IncrementalAlterConfigsRequest};

use crate::client::{Client, batch_of};
use crate::harness::{BrokerProcess, command};
use crate::small_disk::{FileSystem, SmallDisk};

/// Room for the journal and some segments.
const DISK_MIB: u32 = 256;
const SETTINGS: &[(&str, &str)] = &[("log.retention.check.interval.ms", "300")];

fn produced(client: &mut Client, topic: &str, value: &str) -> bool {
    let response = client.produce(topic, 0, -1, batch_of(&[value]));
    if response.error_code == 0 {
        return true;
    }
    let code = ErrorCode::from_code(response.error_code);
    assert_eq!(
        code,
        ErrorCode::KafkaStorageError,
        "{:?}",
        response.error_message
    );
    assert!(code.is_retriable());
    false
}

/// Produces until the broker goes on by itself.
fn recovers(client: &mut Client, topic: &str, value: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !produced(client, topic, value) {
        assert!(Instant::now() < deadline, "it should recover by itself");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Produces to `topic` until the broker says that the disk is full.
fn produce_until_full(client: &mut Client, topic: &str) -> usize {
    let value = "x".repeat(500_000);
    (0..1000)
        .find(|_| !produced(client, topic, &value))
        .expect("the disk never filled up")
}

#[test]
fn a_full_disk_is_told_to_producers_and_survived() {
    let Some(disk) = SmallDisk::mount(FileSystem::Tmpfs, DISK_MIB) else {
        return;
    };
    let broker = disk.start(SETTINGS);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    client.produce_values("t", 0, &["before"]);
    let filler = disk.fill("filler");
    let written = produce_until_full(&mut client, "t");
    let values = client.fetch_values("t", 0);
    assert_eq!(values.len(), 1 + written, "reads go on");
    assert_eq!(values[0], "before");

    std::fs::remove_file(&filler).unwrap();
    recovers(&mut client, "t", "after");
    let values = client.fetch_values("t", 0);
    assert_eq!(values.len(), 2 + written);
    assert_eq!(values[1 + written], "after");
}

/// A broker with two topics that was killed, and whose disk then filled up to the last byte.
fn killed_and_full(kind: FileSystem) -> Option<(SmallDisk, BrokerProcess)> {
    let disk = SmallDisk::mount(kind, DISK_MIB)?;
    let broker = disk.start(SETTINGS);
    let mut client = broker.client();
    client.create_topic("kept", 1, &[]);
    client.create_topic("big", 1, &[("segment.bytes", "8388608")]);
    client.produce_values("kept", 0, &["before"]);
    let value = "x".repeat(500_000);
    for _ in 0..120 {
        client.produce_values("big", 0, &[&value]);
    }
    // Not flushed: this is in the journal, and only in the page cache of its segment.
    client.produce_values("kept", 0, &["last"]);
    broker.kill();
    disk.fill("filler");
    let broker = disk.start(SETTINGS);
    let mut client = broker.client();
    assert_eq!(client.fetch_values("kept", 0), ["before", "last"]);
    assert_eq!(client.fetch_values("big", 0).len(), 120);
    assert!(!produced(&mut client, "kept", "no room"));
    // Once more: what was set aside is for more than one start.
    broker.kill();
    disk.fill("more");
    let broker = disk.start(SETTINGS);
    let mut client = broker.client();
    assert_eq!(client.fetch_values("kept", 0), ["before", "last"]);
    assert!(!produced(&mut client, "kept", "no room"));
    Some((disk, broker))
}

fn survives_deletion(kind: FileSystem) {
    let Some((disk, broker)) = killed_and_full(kind) else {
        return;
    };
    let mut client = broker.client();
    let deleted = client.ask(&DeleteTopicsRequest {
        topics: vec![DeleteTopicState {
            name: Some("big".to_owned()),
            ..DeleteTopicState::default()
        }],
        timeout_ms: 10_000,
        ..DeleteTopicsRequest::default()
    });
    assert_eq!(deleted.responses[0].error_code, 0, "{deleted:?}");
    recovers(&mut client, "kept", "after");
    assert_eq!(client.fetch_values("kept", 0), ["before", "last", "after"]);
    // And what was left of the journal is in order.
    broker.kill();
    let broker = disk.start(SETTINGS);
    let values = broker.client().fetch_values("kept", 0);
    assert_eq!(values, ["before", "last", "after"]);
}

fn survives_by_retention(kind: FileSystem) {
    let Some((_disk, broker)) = killed_and_full(kind) else {
        return;
    };
    let mut client = broker.client();
    let altered = client.ask(&IncrementalAlterConfigsRequest {
        resources: vec![AlterConfigsResource {
            resource_type: 2,
            resource_name: "big".to_owned(),
            configs: vec![AlterableConfig {
                name: "retention.bytes".to_owned(),
                config_operation: 0,
                value: Some("1000".to_owned()),
            }],
        }],
        ..IncrementalAlterConfigsRequest::default()
    });
    assert_eq!(altered.responses[0].error_code, 0, "{altered:?}");
    recovers(&mut client, "kept", "after");
    assert_eq!(client.fetch_values("kept", 0), ["before", "last", "after"]);
}

#[test]
fn a_start_on_a_full_disk_serves_and_a_deletion_frees_it() {
    survives_deletion(FileSystem::Tmpfs);
}

#[test]
fn a_start_on_a_full_disk_serves_and_retention_frees_it() {
    survives_by_retention(FileSystem::Tmpfs);
}

#[test]
fn a_start_on_a_full_ext4_serves_and_a_deletion_frees_it() {
    survives_deletion(FileSystem::Ext4);
}

#[test]
fn a_start_on_a_full_ext4_serves_and_retention_frees_it() {
    survives_by_retention(FileSystem::Ext4);
}

/// Lets no file of the process grow beyond so many bytes; `None` ends that.
fn limit_files(broker: &BrokerProcess, bytes: Option<u64>) {
    let limit = rustix::process::Rlimit {
        current: bytes,
        maximum: None,
    };
    let pid = rustix::process::Pid::from_raw(i32::try_from(broker.pid()).unwrap());
    rustix::process::prlimit(pid, rustix::process::Resource::Fsize, limit).unwrap();
}

#[test]
fn what_could_not_be_written_at_first_is_written_without_being_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("kavka.durability", "replicas"), ("kavka.shards", "1")];
    let plain = command(folder.path(), &settings);
    let mut wrapped = Command::new("env");
    wrapped.arg("--ignore-signal=XFSZ").arg(plain.get_program());
    wrapped.args(plain.get_args());
    wrapped.stdout(Stdio::null()).stderr(Stdio::piped());
    let broker = BrokerProcess::spawn(&mut wrapped);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    client.produce_values("t", 0, &["before"]);
    let segment = folder.path().join("t-0/00000000000000000000.log");
    let written = std::fs::metadata(segment).unwrap().len();
    limit_files(&broker, Some(written + 20));
    for (acks, value) in [(-1, "refused and kept"), (1, "refused"), (-1, "refused")] {
        let response = client.produce("t", 0, acks, batch_of(&[value]));
        assert_eq!(response.error_code, ErrorCode::KafkaStorageError.code());
        assert_eq!(client.fetch_values("t", 0), ["before"], "reads go on");
    }

    limit_files(&broker, None);
    let deadline = Instant::now() + Duration::from_secs(30);
    while client.fetch_values("t", 0) != ["before", "refused and kept"] {
        assert!(Instant::now() < deadline, "it should be written by itself");
        std::thread::sleep(Duration::from_millis(20));
    }
    for acks in [1, -1] {
        let response = client.produce("t", 0, acks, batch_of(&["after"]));
        assert_eq!(response.error_code, 0);
    }
    broker.kill();
    let broker = BrokerProcess::start(folder.path(), &settings);
    let values = broker.client().fetch_values("t", 0);
    assert_eq!(values, ["before", "refused and kept", "after", "after"]);
}
