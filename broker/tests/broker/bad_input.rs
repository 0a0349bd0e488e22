//! Whatever a client sends costs that client its connection and nobody else anything.

use std::time::Duration;

use kavka_protocol::messages::ApiVersionsResponse;
use kavka_protocol::messages::{ApiVersionsRequest, MetadataRequest};
use kavka_protocol::{ApiKey, Message, Reader};

use crate::client::Client;
use crate::harness::TestBroker;

/// The connection is closed without an answer, and others are served as before.
fn costs_the_connection(broker: &TestBroker, send: impl FnOnce(&mut Client)) {
    let mut bystander = broker.client();
    bystander.ask(&MetadataRequest::default());
    let mut client = broker.client();
    send(&mut client);
    assert!(
        client.receive_frame().is_none(),
        "the connection should be closed"
    );
    bystander.ask(&MetadataRequest::default());
}

#[test]
fn an_oversized_or_negative_length_closes_the_connection() {
    let broker = TestBroker::start(&[("socket.request.max.bytes", "100000")]);
    costs_the_connection(&broker, |client| {
        client.send_raw(&100_001_i32.to_be_bytes());
    });
    costs_the_connection(&broker, |client| client.send_raw(&i32::MAX.to_be_bytes()));
    costs_the_connection(&broker, |client| client.send_raw(&(-1_i32).to_be_bytes()));
    costs_the_connection(&broker, |client| {
        client.send_raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    });
}

#[test]
fn a_frame_that_cannot_be_read_closes_the_connection() {
    let broker = TestBroker::start(&[]);
    costs_the_connection(&broker, |client| client.send_frame(b""));
    costs_the_connection(&broker, |client| client.send_frame(b"\0"));
    costs_the_connection(&broker, |client| client.send_frame(&[0, 3, 0, 12, 0]));
    // A Metadata request whose array claims 2^31 - 1 topics.
    let mut claim = vec![0, 3, 0, 4, 0, 0, 0, 1, 0, 1, b'x'];
    claim.extend_from_slice(&i32::MAX.to_be_bytes());
    costs_the_connection(&broker, |client| client.send_frame(&claim));
}

/// librdkafka 2.x sends some.
#[test]
fn bytes_behind_the_end_of_a_request_are_ignored_as_by_kafka() {
    let broker = TestBroker::start(&[]);
    let mut trailing = vec![0, 3, 0, 0, 0, 0, 0, 1, 0, 1, b'x'];
    trailing.extend_from_slice(&[0, 0, 0, 0, 9, 9]);
    let mut client = broker.client();
    client.send_frame(&trailing);
    assert!(client.receive_frame().is_some());
}

#[test]
fn every_truncation_of_a_request_is_survived() {
    let broker = TestBroker::start(&[]);
    let whole = {
        let mut body = vec![0, 3, 0, 12, 0, 0, 0, 7, 0, 4];
        body.extend_from_slice(b"test\0");
        body.extend_from_slice(&[
            2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, b't', 0,
        ]);
        body.extend_from_slice(&[0, 0, 0]);
        body
    };
    for length in 0..whole.len() {
        let mut client = broker.client();
        client.send_frame(&whole[..length]);
        assert!(
            client.receive_frame().is_none(),
            "{length} bytes were answered"
        );
    }
    let mut client = broker.client();
    client.send_frame(&whole);
    assert!(client.receive_frame().is_some());
}

#[test]
fn an_unknown_api_or_version_closes_the_connection() {
    let broker = TestBroker::start(&[]);
    for (key, version) in [
        (999_i16, 0_i16),
        (-5, 0),
        (4, 0),
        (3, 99),
        (3, -1),
        (0, 2),
        (22, 6),
    ] {
        costs_the_connection(&broker, |client| {
            let mut body = key.to_be_bytes().to_vec();
            body.extend_from_slice(&version.to_be_bytes());
            body.extend_from_slice(&[0, 0, 0, 1, 0, 1, b'x', 0, 0, 0]);
            client.send_frame(&body);
        });
    }
}

#[test]
fn an_unknown_version_of_api_versions_is_answered_in_version_0_with_the_range() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.send_frame(&[0, 18, 0, 77, 0, 0, 0, 42, 0, 1, b'x', 0, 0]);
    let mut reader = Reader::new(client.receive_frame().unwrap());
    assert_eq!(reader.i32().unwrap(), 42);
    let response = ApiVersionsResponse::decode(&mut reader, 0).unwrap();
    reader.finish().unwrap();
    assert_eq!(response.error_code, 35);
    let range = (
        response.api_keys[0].api_key,
        response.api_keys[0].max_version,
    );
    assert_eq!(range, (18, *ApiKey::ApiVersions.versions().unwrap().end()));
    // The connection lives on, so that the client can fall back.
    let request = ApiVersionsRequest {
        client_software_name: "test".to_owned(),
        client_software_version: "1".to_owned(),
    };
    client.send(&request, 3);
    assert!(client.receive_frame().is_some());
}

#[test]
fn a_half_open_connection_holds_up_nobody() {
    let broker = TestBroker::start(&[("connections.max.idle.ms", "300")]);
    let mut silent = broker.client();
    let mut halfway = broker.client();
    halfway.send_raw(&[0, 0, 1, 0, 0, 3]);
    let mut busy = broker.client();
    for _ in 0..5 {
        busy.ask(&MetadataRequest::default());
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(silent.receive_frame().is_none());
    assert!(halfway.receive_frame().is_none());
}

#[test]
fn connections_beyond_the_limit_are_refused_until_others_end() {
    let broker = TestBroker::start(&[("max.connections.per.ip", "2")]);
    let mut first = broker.client();
    let mut second = broker.client();
    first.ask(&MetadataRequest::default());
    second.ask(&MetadataRequest::default());
    assert!(broker.client().receive_frame().is_none());
    drop(first);
    let served = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        let mut client = broker.client();
        // The refusal may come before or after the request is written.
        client.try_ask_metadata()
    });
    assert!(served, "a closed connection should make room");
}
