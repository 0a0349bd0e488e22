//! Limits on what clients send, each a setting that is counted where it refuses.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use bytes::Bytes;
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::join_group_request::JoinGroupRequestProtocol;
use kavka_protocol::messages::metadata_request::MetadataRequestTopic;
use kavka_protocol::messages::offset_commit_request::OffsetCommitRequestTopic;
use kavka_protocol::messages::{JoinGroupRequest, MetadataRequest, OffsetCommitRequest};
use kavka_protocol::records::{BatchBuilder, Compression};

use crate::client::{batch_of, fetch_request, now_ms, produce_request};
use crate::groups::find_coordinator;
use crate::harness::TestBroker;
use crate::http::sample;

/// How often a limit has refused something.
fn refusals(broker: &TestBroker, limit: &str) -> Option<f64> {
    sample(
        broker,
        &format!("kavka_limit_refusals_total{{limit=\"{limit}\"}}"),
    )
}

/// A member that joins a group with so many bytes of metadata.
pub(crate) fn join(group: &str, metadata: usize) -> JoinGroupRequest {
    JoinGroupRequest {
        group_id: group.to_owned(),
        session_timeout_ms: 10_000,
        rebalance_timeout_ms: 10_000,
        protocol_type: "consumer".to_owned(),
        protocols: vec![JoinGroupRequestProtocol {
            name: "range".to_owned(),
            metadata: vec![0; metadata].into(),
        }],
        ..JoinGroupRequest::default()
    }
}

#[test]
fn names_and_metadata_of_groups_have_a_longest_length() {
    let broker = TestBroker::start(&[
        ("kavka.group.id.bytes.max", "20"),
        ("kavka.client.id.bytes.max", "3"),
        ("kavka.group.member.metadata.bytes.max", "2000"),
    ]);
    for limit in [
        "kavka.batch.decompressed.bytes.max",
        "kavka.client.id.bytes.max",
        "kavka.group.id.bytes.max",
        "kavka.group.member.metadata.bytes.max",
        "kavka.transactional.id.bytes.max",
    ] {
        assert_eq!(refusals(&broker, limit), Some(0.0), "{limit}");
    }
    let mut client = broker.client();
    find_coordinator(&mut client, "g");
    let long = "g".repeat(21);
    let refused = client.call(&join(&long, 10), 5);
    assert_eq!(refused.error_code, ErrorCode::InvalidGroupId.code());
    let commit = OffsetCommitRequest {
        group_id: long,
        topics: vec![OffsetCommitRequestTopic::default()],
        ..OffsetCommitRequest::default()
    };
    let partitions = client.call(&commit, 8).topics.remove(0).partitions;
    assert!(partitions.is_empty());
    let mut named = join("g", 10);
    named.group_instance_id = Some("i".repeat(21));
    let refused = client.call(&named, 5);
    assert_eq!(refused.error_code, ErrorCode::InvalidRequest.code());
    assert_eq!(refusals(&broker, "kavka.group.id.bytes.max"), Some(3.0));
    // Every client of these tests is called "test".
    let refused = client.call(&join("g", 10), 5);
    assert_eq!(refused.error_code, ErrorCode::InvalidRequest.code());
    assert_eq!(refusals(&broker, "kavka.client.id.bytes.max"), Some(1.0));

    let broker = TestBroker::start(&[("kavka.group.member.metadata.bytes.max", "2000")]);
    let mut client = broker.client();
    find_coordinator(&mut client, "g");
    let refused = client.call(&join("g", 2_000), 5);
    assert_eq!(refused.error_code, ErrorCode::InvalidRequest.code());
    assert_eq!(
        refusals(&broker, "kavka.group.member.metadata.bytes.max"),
        Some(1.0)
    );
    let asked = client.call(&join("g", 1_900), 5);
    assert_eq!(asked.error_code, ErrorCode::MemberIdRequired.code());
}

#[test]
fn a_request_names_only_so_many_things() {
    let broker = TestBroker::start(&[("kavka.request.elements.max", "1000")]);
    let mut client = broker.client();
    let topic = |number: usize| MetadataRequestTopic {
        name: Some(format!("t{number}")),
        ..MetadataRequestTopic::default()
    };
    let request = |count: usize| MetadataRequest {
        topics: Some((0..count).map(topic).collect()),
        ..MetadataRequest::default()
    };
    assert_eq!(client.ask(&request(1_000)).topics.len(), 1_000);
    client.send(&request(1_001), 12);
    assert!(client.receive_frame().is_none());
    let refused = sample(&broker, "kavka_requests_refused_total{reason=\"elements\"}");
    assert_eq!(refused, Some(1.0));
}

#[test]
fn naming_a_thing_often_makes_no_reply_larger() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 50, &[]);
    let topic = MetadataRequestTopic {
        name: Some("t".to_owned()),
        ..MetadataRequestTopic::default()
    };
    let request = MetadataRequest {
        topics: Some(vec![topic; 20_000]),
        ..MetadataRequest::default()
    };
    assert_eq!(client.ask(&request).topics.len(), 1);
}

#[test]
fn a_batch_that_grows_too_much_is_refused_where_it_has_to_be_read() {
    let broker = TestBroker::start(&[("kavka.batch.decompressed.bytes.max", "2000000")]);
    let mut client = broker.client();
    client.create_topic("as-sent", 1, &[]);
    client.create_topic("compacted", 1, &[("cleanup.policy", "compact")]);
    let batch = |zeros: usize| {
        let mut batch = BatchBuilder::new(Compression::Zstd);
        batch.push(now_ms(), Some(b"k"), Some(&vec![0; zeros]), &[]);
        batch.build().unwrap()
    };
    assert!(batch(5_000_000).len() < 10_000);
    let written = client.produce("as-sent", 0, -1, batch(5_000_000));
    assert_eq!(written.error_code, 0, "nobody looks into it");
    let refused = client.produce("compacted", 0, -1, batch(5_000_000));
    assert_eq!(refused.error_code, ErrorCode::MessageTooLarge.code());
    assert_eq!(
        refusals(&broker, "kavka.batch.decompressed.bytes.max"),
        Some(1.0)
    );
    let written = client.produce("compacted", 0, -1, batch(1_900_000));
    assert_eq!(written.error_code, 0);
}

/// Frames that never end hold memory, but not what others need.
#[test]
fn thousands_of_half_open_frames_hold_up_nobody() {
    let memory = [("queued.max.request.bytes", "16777216")];
    let broker = TestBroker::start(&memory);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let mut halves = Vec::new();
    for number in 0..2_000 {
        let mut half = TcpStream::connect(broker.address()).unwrap();
        half.write_all(&50_000_000_i32.to_be_bytes()).unwrap();
        // Some send nothing more, some so much that they need memory for it.
        if number % 2 == 0 {
            half.set_write_timeout(Some(Duration::from_secs(5)))
                .unwrap();
            // Those that lose their connection meanwhile notice it here.
            let _ = half.write_all(&vec![0; 60_000]);
        }
        halves.push(half);
    }
    // Needs memory of the budget for itself, each time.
    let large = batch_of(&["x".repeat(500_000).as_str()]);
    for _ in 0..20 {
        assert_eq!(client.produce("t", 0, -1, large.clone()).error_code, 0);
        client.ask(&MetadataRequest::default());
    }
    let used = sample(&broker, "kavka_memory_used_bytes{purpose=\"requests\"}").unwrap();
    assert!(used <= 16_777_216.0, "{used}");
    let evicted = sample(
        &broker,
        "kavka_memory_evictions_total{purpose=\"requests\"}",
    );
    assert!(evicted > Some(0.0), "the memory was never used up");
    drop(halves);
}

/// Replies that are never taken hold memory, but not what others need.
#[test]
fn readers_that_never_read_hold_up_nobody() {
    let broker = TestBroker::start(&[("kavka.reply.bytes.max", "8388608")]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let value = "x".repeat(900_000);
    let batch = batch_of(&[value.as_str()]);
    for _ in 0..20 {
        assert_eq!(client.produce("t", 0, -1, batch.clone()).error_code, 0);
    }
    let mut idle = Vec::new();
    for _ in 0..50 {
        let mut reader = broker.client();
        let mut request = fetch_request("t", 0, 0, 0);
        request.topics[0].partitions[0].partition_max_bytes = 50_000_000;
        for _ in 0..4 {
            reader.send(&request, 12);
        }
        idle.push(reader);
    }
    let mut read = 0;
    let mut from = 0;
    while from < 20 {
        let data = client.call(&fetch_request("t", 0, from, 500), 12);
        let data = &data.responses[0].partitions[0];
        assert_eq!(data.error_code, 0);
        let records = crate::client::records_of(data);
        from += i64::try_from(records.len()).unwrap();
        read += records.iter().map(|(_, value)| value.len()).sum::<usize>();
    }
    assert_eq!(read, 20 * 900_000);
    drop(idle);
}

/// A producer that asks for acknowledgements and never reads them is stopped, not served for ever.
#[test]
fn a_client_that_reads_nothing_is_read_from_no_more() {
    let broker = TestBroker::start(&[]);
    broker.client().create_topic("t", 200, &[]);
    let mut flood = broker.client();
    flood.set_write_timeout(Duration::from_secs(2));
    let all = MetadataRequest {
        topics: None,
        ..MetadataRequest::default()
    };
    let mut sent = 0;
    while sent < 200_000 && flood.try_send(&all, 9) {
        sent += 1;
    }
    assert!(sent < 200_000, "the broker reads on and on");
    let mut client = broker.client();
    let batch: Bytes = batch_of(&["a"]);
    let response = client.call(&produce_request("t", 0, -1, batch), 9);
    assert_eq!(response.responses[0].partition_responses[0].error_code, 0);
}
