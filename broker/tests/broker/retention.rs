//! Old records go, and only those.

use std::time::{Duration, Instant};

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::DeleteRecordsRequest;
use kavka_protocol::messages::delete_records_request::{
    DeleteRecordsPartition, DeleteRecordsTopic,
};

use crate::client::Client;
use crate::groups::find_coordinator;
use crate::harness::TestBroker;

/// Error code and low watermark.
pub(crate) fn delete_records(
    client: &mut Client,
    topic: &str,
    partition: i32,
    offset: i64,
) -> (i16, i64) {
    let response = client.ask(&DeleteRecordsRequest {
        topics: vec![DeleteRecordsTopic {
            name: topic.to_owned(),
            partitions: vec![DeleteRecordsPartition {
                partition_index: partition,
                offset,
            }],
        }],
        timeout_ms: 10_000,
    });
    let deleted = &response.topics[0].partitions[0];
    (deleted.error_code, deleted.low_watermark)
}

#[test]
fn deleted_records_are_gone_for_good_and_the_others_stay() {
    let mut broker = TestBroker::start(&[("kavka.shards", "2")]);
    let mut client = broker.client();
    client.create_topic("t", 2, &[]);
    for value in ["a", "b", "c", "d"] {
        client.produce_values("t", 0, &[value]);
    }
    assert_eq!(delete_records(&mut client, "t", 0, 2), (0, 2));
    assert_eq!(delete_records(&mut client, "t", 0, 1), (0, 2), "never back");
    assert_eq!(
        delete_records(&mut client, "t", 1, -1),
        (0, 0),
        "nothing there"
    );
    for _ in 0..2 {
        let mut client = broker.client();
        assert_eq!(client.offset("t", 0, -2), (0, 2));
        let gone = client.fetch("t", 0, 1).error_code;
        assert_eq!(gone, ErrorCode::OffsetOutOfRange.code());
        let left = crate::client::records_of(&client.fetch("t", 0, 2));
        assert_eq!(left, [(2, "c".to_owned()), (3, "d".to_owned())]);
        broker.restart();
    }
    // Up to the high watermark: the bytes go, too.
    let segment = broker.folder().join("t-0/00000000000000000000.log");
    assert!(segment.exists());
    let mut client = broker.client();
    assert_eq!(delete_records(&mut client, "t", 0, -1), (0, 4));
    let deadline = Instant::now() + Duration::from_secs(20);
    while segment.exists() {
        assert!(Instant::now() < deadline, "the segment stays");
        std::thread::sleep(Duration::from_millis(20));
    }
    broker.restart();
    let mut client = broker.client();
    assert_eq!(client.offset("t", 0, -2), (0, 4));
    assert_eq!(client.produce_values("t", 0, &["e"]), 4);
}

#[test]
fn records_that_must_not_be_deleted_are_not() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    client.create_topic("kept", 1, &[("cleanup.policy", "compact")]);
    client.produce_values("t", 0, &["a"]);
    find_coordinator(&mut client, "g");
    let refusals = [
        ("t", 0, 2, ErrorCode::OffsetOutOfRange),
        ("t", 0, -2, ErrorCode::OffsetOutOfRange),
        ("t", 7, 0, ErrorCode::UnknownTopicOrPartition),
        ("none", 0, 0, ErrorCode::UnknownTopicOrPartition),
        ("kept", 0, 0, ErrorCode::PolicyViolation),
        ("__consumer_offsets", 0, 0, ErrorCode::InvalidTopicException),
    ];
    for (topic, partition, offset, code) in refusals {
        let refused = delete_records(&mut client, topic, partition, offset);
        assert_eq!(refused, (code.code(), -1), "{topic}-{partition} {offset}");
    }
    assert_eq!(client.fetch_values("t", 0), ["a"]);
}

#[test]
fn a_log_over_its_size_loses_its_oldest_segments() {
    let mut broker = TestBroker::start(&[("log.retention.check.interval.ms", "200")]);
    let mut client = broker.client();
    let configs = [("segment.bytes", "1048576"), ("retention.bytes", "2000000")];
    client.create_topic("t", 1, &configs);
    let value = "x".repeat(100_000);
    for _ in 0..60 {
        client.produce_values("t", 0, &[&value]);
    }
    let deadline = Instant::now() + Duration::from_secs(20);
    let start = loop {
        let (code, start) = client.offset("t", 0, -2);
        assert_eq!(code, 0);
        if start > 20 {
            break start;
        }
        assert!(Instant::now() < deadline, "nothing was removed");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(client.offset("t", 0, -1), (0, 60));
    assert_eq!(
        client.fetch("t", 0, 0).error_code,
        1,
        "what is gone is out of range"
    );
    assert_eq!(client.fetch("t", 0, start).error_code, 0);
    broker.restart();
    let mut client = broker.client();
    assert!(client.offset("t", 0, -2).1 >= start);
    assert_eq!(client.produce_values("t", 0, &["next"]), 60);
}
