//! What consumers may rely on.

use std::time::{Duration, Instant};

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::fetch_response::PartitionData;
use kavka_protocol::messages::metadata_request::MetadataRequestTopic;
use kavka_protocol::messages::{FetchRequest, MetadataRequest};

use crate::client::{Client, batch_of, fetch_request, now_ms, records_of};
use crate::harness::TestBroker;
use crate::retention::delete_records;

/// The last one that goes by names.
const VERSION: i16 = 12;

#[test]
fn a_fetch_waits_for_records_and_returns_as_soon_as_they_come() {
    let broker = TestBroker::start(&[]);
    let mut producer = broker.client();
    producer.create_topic("t", 1, &[]);
    let mut consumer = broker.client();
    let begun = Instant::now();
    consumer.send(&fetch_request("t", 0, 0, 20_000), VERSION);
    std::thread::sleep(Duration::from_millis(100));
    producer.produce_values("t", 0, &["late"]);
    let response = consumer.receive::<FetchRequest>(12, 1);
    assert_eq!(
        records_of(&response.responses[0].partitions[0]),
        [(0, "late".to_owned())]
    );
    assert!(
        begun.elapsed() < Duration::from_secs(19),
        "it waited to the end"
    );
}

#[test]
fn a_fetch_that_finds_nothing_is_answered_after_its_wait() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let response = client.call(&fetch_request("t", 0, 0, 50), VERSION);
    let data = &response.responses[0].partitions[0];
    assert_eq!((data.error_code, data.high_watermark), (0, 0));
    assert!(data.records.as_ref().is_none_or(bytes::Bytes::is_empty));
}

#[test]
fn an_offset_within_a_batch_returns_the_whole_batch() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    client.produce_values("t", 0, &["a", "b", "c"]);
    let data = client.fetch("t", 0, 1);
    assert_eq!(records_of(&data).len(), 3);
}

#[test]
fn an_offset_outside_of_the_log_is_told_apart_from_its_end() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    client.produce_values("t", 0, &["a"]);
    assert_eq!(client.fetch("t", 0, 1).error_code, 0);
    let outside = ErrorCode::OffsetOutOfRange.code();
    assert_eq!(client.fetch("t", 0, 2).error_code, outside);
    assert_eq!(client.fetch("t", 0, -1).error_code, outside);
}

#[test]
fn the_first_batch_comes_whole_however_small_the_limits_are() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 2, &[]);
    for partition in 0..2 {
        client.produce_values("t", partition, &[&"x".repeat(5000)]);
        client.produce_values("t", partition, &["second"]);
    }
    let mut request = fetch_request("t", 0, 0, 0);
    request.max_bytes = 10;
    let second = request.topics[0].partitions[0].clone();
    request.topics[0].partitions.push(second);
    request.topics[0].partitions[1].partition = 1;
    for partition in &mut request.topics[0].partitions {
        partition.partition_max_bytes = 10;
    }
    let response = client.call(&request, VERSION);
    let partitions = &response.responses[0].partitions;
    assert_eq!(
        records_of(&partitions[0]).len(),
        1,
        "KIP-74: progress is always possible"
    );
    assert_eq!(records_of(&partitions[1]).len(), 0);
}

#[test]
fn several_partitions_answer_each_for_itself() {
    let broker = TestBroker::start(&[("kavka.shards", "3")]);
    let mut client = broker.client();
    client.create_topic("t", 8, &[]);
    for partition in 0..8 {
        client.produce_values("t", partition, &[&format!("p{partition}")]);
    }
    let mut request = fetch_request("t", 0, 0, 0);
    let template = request.topics[0].partitions[0].clone();
    for partition in 1..10 {
        let mut asked = template.clone();
        asked.partition = partition;
        request.topics[0].partitions.push(asked);
    }
    let response = client.call(&request, VERSION);
    for (index, data) in response.responses[0].partitions.iter().enumerate() {
        if index < 8 {
            assert_eq!(records_of(data), [(0, format!("p{index}"))]);
        } else {
            assert_eq!(data.error_code, ErrorCode::UnknownTopicOrPartition.code());
        }
    }
}

#[test]
fn topics_go_by_their_ids_from_version_13_on() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    client.produce_values("t", 0, &["a"]);
    let metadata = client.ask(&MetadataRequest {
        topics: Some(vec![MetadataRequestTopic {
            name: Some("t".to_owned()),
            ..MetadataRequestTopic::default()
        }]),
        ..MetadataRequest::default()
    });
    let mut request = fetch_request("", 0, 0, 0);
    request.topics[0].topic_id = metadata.topics[0].topic_id;
    let response = client.ask(&request);
    assert_eq!(records_of(&response.responses[0].partitions[0]).len(), 1);
    request.topics[0].topic_id.0[3] ^= 0xff;
    let response = client.ask(&request);
    let code = response.responses[0].partitions[0].error_code;
    assert_eq!(code, ErrorCode::UnknownTopicId.code());
}

#[test]
fn offsets_are_found_by_time() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    assert_eq!(client.offset("t", 0, -2), (0, 0));
    assert_eq!(client.offset("t", 0, -1), (0, 0));
    let before = now_ms();
    client.produce_values("t", 0, &["a", "b"]);
    std::thread::sleep(Duration::from_millis(20));
    let between = now_ms();
    client.produce("t", 0, -1, batch_of(&["c"]));
    assert_eq!(client.offset("t", 0, before), (0, 0));
    assert_eq!(client.offset("t", 0, between), (0, 2));
    assert_eq!(client.offset("t", 0, now_ms() + 60_000), (0, -1));
    assert_eq!(client.offset("t", 0, -1), (0, 3));
    assert_eq!(client.offset("t", 0, -3), (0, 2));
}

#[test]
fn a_fetch_session_tells_only_what_is_new() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 2, &[]);
    client.produce_values("t", 0, &["a"]);
    let mut request = fetch_request("t", 0, 0, 0);
    request.session_epoch = 0;
    let mut second = request.topics[0].partitions[0].clone();
    second.partition = 1;
    request.topics[0].partitions.push(second);
    let first = client.call(&request, VERSION);
    assert_ne!(first.session_id, 0);
    assert_eq!(first.responses[0].partitions.len(), 2);

    let mut next = fetch_request("t", 0, 1, 0);
    next.session_id = first.session_id;
    next.session_epoch = 1;
    let quiet = client.call(&next, VERSION);
    assert_eq!((quiet.error_code, quiet.session_id), (0, first.session_id));
    assert!(quiet.responses.is_empty(), "{quiet:?}");

    client.produce_values("t", 1, &["b"]);
    next.session_epoch = 2;
    next.topics.clear();
    let news = client.call(&next, VERSION);
    assert_eq!(news.responses[0].partitions.len(), 1);
    assert_eq!(
        records_of(&news.responses[0].partitions[0]),
        [(0, "b".to_owned())]
    );

    next.session_epoch = 7;
    let wrong = client.call(&next, VERSION);
    assert_eq!(wrong.error_code, ErrorCode::InvalidFetchSessionEpoch.code());
}

/// A consumer with a fetch session over all partitions of one topic.
struct Session {
    client: Client,
    id: i32,
    epoch: i32,
}

impl Session {
    fn begin(mut client: Client, offsets: &[i64]) -> Self {
        let mut request = fetch_request("t", 0, 0, 0);
        request.session_epoch = 0;
        let partition = request.topics[0].partitions.remove(0);
        for (index, offset) in (0..).zip(offsets) {
            let mut partition = partition.clone();
            (partition.partition, partition.fetch_offset) = (index, *offset);
            request.topics[0].partitions.push(partition);
        }
        let id = client.call(&request, VERSION).session_id;
        let epoch = 0;
        Self { client, id, epoch }
    }

    /// Asks for what is new; reads on at another offset if it is told one.
    fn send(&mut self, read_on: Option<(i32, i64)>, wait_ms: i32) {
        let (partition, offset) = read_on.unwrap_or_default();
        let mut request = fetch_request("t", partition, offset, wait_ms);
        if read_on.is_none() {
            request.topics.clear();
        }
        self.epoch += 1;
        (request.session_id, request.session_epoch) = (self.id, self.epoch);
        self.client.send(&request, VERSION);
    }

    fn receive(&mut self) -> Vec<PartitionData> {
        // Its number is one more than the session's epoch.
        let reply = self.client.receive::<FetchRequest>(VERSION, self.epoch + 1);
        assert_eq!((reply.error_code, reply.session_id), (0, self.id));
        let topics = reply.responses.into_iter();
        topics.flat_map(|topic| topic.partitions).collect()
    }

    /// Waits for nothing, again and again.
    fn rest(&mut self, read_on: Option<(i32, i64)>) {
        self.send(read_on, 0);
        assert_eq!(self.receive(), []);
        for wait_ms in [20, 0, 20] {
            self.send(None, wait_ms);
            assert_eq!(self.receive(), []);
        }
    }
}

/// A session's partitions are not looked at again before one of them has something: whatever a
/// reply tells has to wake it, while it waits and between two requests.
#[test]
fn a_session_at_rest_learns_of_everything_that_changes() {
    let broker = TestBroker::start(&[("kavka.shards", "2")]);
    let mut other = broker.client();
    other.create_topic("t", 8, &[]);
    other.produce_values("t", 0, &["a", "b"]);
    let mut session = Session::begin(broker.client(), &[2, 0, 0, 0, 0, 0, 0, 0]);
    session.rest(None);
    for partition in 0..8 {
        let offset = if partition == 0 { 2 } else { 0 };
        let expected = [(offset, "c".to_owned())];

        session.send(None, 20_000);
        std::thread::sleep(Duration::from_millis(20));
        other.produce_values("t", partition, &["c"]);
        let told = session.receive();
        assert_eq!((told.len(), told[0].partition_index), (1, partition));
        assert_eq!(records_of(&told[0]), expected);
        session.rest(Some((partition, offset + 1)));

        other.produce_values("t", partition, &["d"]);
        session.send(None, 20_000);
        assert_eq!(
            records_of(&session.receive()[0]),
            [(offset + 1, "d".to_owned())]
        );
        session.rest(Some((partition, offset + 2)));
    }

    assert_eq!(delete_records(&mut other, "t", 0, 3), (0, 3));
    session.send(None, 0);
    let told = session.receive();
    let starts: Vec<_> = told
        .iter()
        .map(|of| (of.partition_index, of.log_start_offset))
        .collect();
    assert_eq!(starts, [(0, 3)]);
    session.rest(None);

    other.delete_topic("t");
    session.send(None, 20_000);
    let told = session.receive();
    assert_eq!(told.len(), 8);
    for partition in told {
        let code = ErrorCode::UnknownTopicOrPartition.code();
        assert_eq!(partition.error_code, code);
    }
}

/// While others hold all memory for replies, records are there and not found.
#[test]
fn a_session_that_got_no_memory_looks_again() {
    let broker = TestBroker::start(&[("kavka.reply.bytes.max", "4194304")]);
    let mut other = broker.client();
    other.create_topic("t", 1, &[]);
    let value = "x".repeat(900_000);
    for _ in 0..8 {
        other.produce_values("t", 0, &[&value]);
    }
    let mut session = Session::begin(broker.client(), &[8]);
    session.rest(None);
    let mut holding = Vec::new();
    let mut request = fetch_request("t", 0, 0, 0);
    request.topics[0].partitions[0].partition_max_bytes = 50_000_000;
    for _ in 0..20 {
        let mut reader = broker.client();
        for _ in 0..4 {
            reader.send(&request, VERSION);
        }
        holding.push(reader);
    }
    // Those who take nothing lose their connections in the end.
    let mut read_on = Some((0, 0));
    for _ in 0..1000 {
        session.send(read_on.take(), 20);
        if let Some(told) = session.receive().first()
            && let Some((offset, _)) = records_of(told).last()
        {
            if *offset == 7 {
                return;
            }
            read_on = Some((0, offset + 1));
        }
    }
    panic!("nobody looked");
}
