//! What producers may rely on.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::{InitProducerIdRequest, ProduceRequest};
use kavka_protocol::records::{BatchBuilder, Compression};

use crate::client::{batch_of, now_ms, produce_request};
use crate::harness::TestBroker;

#[test]
fn records_come_back_in_order_with_every_codec() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let codecs = [
        Compression::None,
        Compression::Gzip,
        Compression::Snappy,
        Compression::Lz4,
        Compression::Zstd,
    ];
    for (round, codec) in codecs.into_iter().enumerate() {
        let mut builder = BatchBuilder::new(codec);
        for number in 0..10 {
            let value = format!("{round}-{number}");
            builder.push(now_ms(), None, Some(value.as_bytes()), &[]);
        }
        let response = client.produce("t", 0, -1, builder.build().unwrap());
        assert_eq!(
            response.error_code, 0,
            "{codec:?}: {:?}",
            response.error_message
        );
        assert_eq!(response.base_offset, i64::try_from(round * 10).unwrap());
    }
    let expected: Vec<String> = (0..5)
        .flat_map(|round| (0..10).map(move |number| format!("{round}-{number}")))
        .collect();
    assert_eq!(client.fetch_values("t", 0), expected);
}

#[test]
fn requests_may_be_sent_ahead_and_are_answered_in_order() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let first = 2;
    for number in 0..50 {
        let value = format!("{number}");
        client.send(&produce_request("t", 0, -1, batch_of(&[&value])), 9);
    }
    for number in 0..50 {
        let response = client.receive::<ProduceRequest>(9, first + number);
        let offset = response.responses[0].partition_responses[0].base_offset;
        assert_eq!(offset, i64::from(number));
    }
}

#[test]
fn acks_0_gets_no_answer_and_is_written() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    client.send(&produce_request("t", 0, 0, batch_of(&["silent"])), 9);
    let response = client.produce("t", 0, 1, batch_of(&["loud"]));
    assert_eq!((response.error_code, response.base_offset), (0, 1));
    client.produce_values("t", 0, &["all"]);
    assert_eq!(client.fetch_values("t", 0), ["silent", "loud", "all"]);
}

#[test]
fn wrong_produce_requests_name_their_fault_and_write_nothing() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[("max.message.bytes", "1000")]);
    let big = "x".repeat(2000);
    let mut damaged = batch_of(&["crc"]).to_vec();
    *damaged.last_mut().unwrap() ^= 1;
    let mut twice = batch_of(&["one"]).to_vec();
    twice.extend_from_slice(&batch_of(&["two"]));
    let cases = [
        (
            client.produce("t", 0, -1, batch_of(&[&big])),
            ErrorCode::MessageTooLarge,
        ),
        (
            client.produce("t", 0, -1, damaged.into()),
            ErrorCode::CorruptMessage,
        ),
        (
            client.produce("t", 0, -1, twice.into()),
            ErrorCode::InvalidRecord,
        ),
        (
            client.produce("t", 0, 7, batch_of(&["a"])),
            ErrorCode::InvalidRequiredAcks,
        ),
        (
            client.produce("t", 9, -1, batch_of(&["a"])),
            ErrorCode::UnknownTopicOrPartition,
        ),
        (
            client.produce("u", 0, -1, batch_of(&["a"])),
            ErrorCode::UnknownTopicOrPartition,
        ),
    ];
    for (response, expected) in cases {
        assert_eq!(ErrorCode::from_code(response.error_code), expected);
    }
    assert_eq!(client.offset("t", 0, -1), (0, 0));
}

#[test]
fn a_record_without_a_key_is_refused_on_a_compacted_topic() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[("cleanup.policy", "compact")]);
    let refused = client.produce("t", 0, -1, batch_of(&["a"]));
    assert_eq!(refused.error_code, ErrorCode::InvalidRecord.code());
    let mut keyed = BatchBuilder::new(Compression::Lz4);
    keyed.push(now_ms(), Some(b"k"), Some(b"v"), &[]);
    assert_eq!(
        client
            .produce("t", 0, -1, keyed.build().unwrap())
            .error_code,
        0
    );
}

#[test]
fn an_idempotent_producers_repetition_is_written_once_and_a_gap_refused() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let ids = [(); 2].map(|()| client.ask(&InitProducerIdRequest::default()));
    assert!(
        ids.iter()
            .all(|id| id.error_code == 0 && id.producer_epoch == 0)
    );
    assert_ne!(ids[0].producer_id, ids[1].producer_id);
    let batch = |sequence: i32| {
        let mut builder =
            BatchBuilder::new(Compression::None).producer(ids[0].producer_id, 0, sequence);
        builder.push(now_ms(), None, Some(format!("{sequence}").as_bytes()), &[]);
        builder.build().unwrap()
    };
    assert_eq!(client.produce("t", 0, -1, batch(0)).base_offset, 0);
    assert_eq!(client.produce("t", 0, -1, batch(1)).base_offset, 1);
    let repeated = client.produce("t", 0, -1, batch(1));
    assert_eq!((repeated.error_code, repeated.base_offset), (0, 1));
    let gap = client.produce("t", 0, -1, batch(5));
    assert_eq!(gap.error_code, ErrorCode::OutOfOrderSequenceNumber.code());
    assert_eq!(client.fetch_values("t", 0), ["0", "1"]);
}

#[test]
fn a_topics_own_compression_and_clock_replace_the_producers() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    let configs = [
        ("compression.type", "zstd"),
        ("message.timestamp.type", "LogAppendTime"),
    ];
    client.create_topic("t", 1, &configs);
    let before = now_ms();
    let response = client.produce("t", 0, -1, batch_of(&["a", "b"]));
    assert_eq!(response.error_code, 0, "{:?}", response.error_message);
    assert!(response.log_append_time_ms >= before);
    assert_eq!(client.fetch_values("t", 0), ["a", "b"]);
    let records = client.fetch("t", 0, 0).records.unwrap();
    let header = kavka_protocol::records::BatchHeader::parse(&records).unwrap();
    assert_eq!(header.compression().unwrap(), Compression::Zstd);
}

#[test]
fn durability_replicas_acknowledges_without_waiting_for_the_disk() {
    let broker = TestBroker::start(&[("kavka.durability", "replicas"), ("kavka.shards", "2")]);
    let mut client = broker.client();
    client.create_topic("t", 3, &[]);
    for partition in 0..3 {
        assert_eq!(client.produce_values("t", partition, &["a"]), 0);
        assert_eq!(client.fetch_values("t", partition), ["a"]);
    }
}
