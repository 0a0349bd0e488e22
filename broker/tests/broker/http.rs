//! Health and metrics.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::harness::TestBroker;

fn get(broker: &TestBroker, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(broker.http()).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split_whitespace().nth(1).unwrap().parse().unwrap();
    (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

#[test]
fn health_readiness_and_nothing_else() {
    let broker = TestBroker::start(&[]);
    assert_eq!(get(&broker, "/healthz").0, 200);
    assert_eq!(get(&broker, "/readyz").0, 200);
    assert_eq!(get(&broker, "/elsewhere").0, 404);
}

#[test]
fn metrics_count_what_was_done() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("counted", 2, &[]);
    client.produce_values("counted", 0, &["a", "b", "c"]);
    let (status, text) = get(&broker, "/metrics");
    assert_eq!(status, 200);
    for line in [
        "kavka_records_in_total 3",
        "kavka_connections 1",
        "kavka_topics 1",
        "kavka_partitions 2",
        "kavka_requests_total{api=\"Produce\"} 1",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is missing in {text}"
        );
    }
    assert!(
        text.contains("kavka_log_size_bytes{topic=\"counted\"}"),
        "{text}"
    );
    assert!(text.contains("kavka_journal_sync_seconds_bucket"), "{text}");
}
