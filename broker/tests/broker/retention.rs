//! Old records go, and only those.

use std::time::{Duration, Instant};

use crate::harness::TestBroker;

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
