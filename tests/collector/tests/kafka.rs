//! The sink `kafka`, against a real broker.

use std::fs;

use kavka_test_collector::{Collector, consume, wait_for_records};
use kavka_test_harness::{Broker, BrokerSettings, free_port};

use crate::{append, check_all_in_order, numbered};

const FILES: &str = "
sources:
  logs: {type: file, include: [FOLDER/logs/*.log], glob_interval: 100ms}
sinks:
  out: {type: kafka, inputs: [logs], topic: lines, encoding: text}
";

fn prepare(spec: &str, broker: &Broker) -> Collector {
    let collector = Collector::new(spec)
        .unwrap()
        .with_bootstrap(&broker.address());
    fs::create_dir(collector.path("logs")).unwrap();
    collector
}

#[test]
fn a_posted_event_is_the_record_that_kcat_reads() {
    let broker = Broker::start().unwrap();
    let address = format!("127.0.0.1:{}", free_port().unwrap());
    let spec = format!(
        "
sources: {{http: {{type: http, address: '{address}'}}}}
sinks:
  out: {{type: kafka, inputs: [http], match: 'sample.**', topic: topic-sample}}
"
    );
    let _collector = prepare(&spec, &broker).start().unwrap();
    let url = format!("http://{address}/sample.data");
    ureq::post(&url)
        .header("content-type", "application/json")
        .send(r#"{"id":0}"#)
        .unwrap();
    let form = "application/x-www-form-urlencoded";
    ureq::post(&url)
        .header("content-type", form)
        .send(r#"json={"id":1}"#)
        .unwrap();
    // Each answer came after the broker's acknowledgement.
    let mut records = consume(&broker.address(), "topic-sample").unwrap();
    records.sort_unstable();
    assert_eq!(records, [r#"{"id":0}"#, r#"{"id":1}"#]);
}

#[test]
fn the_lines_of_a_file_stay_in_order_and_large_ones_arrive() {
    let broker = BrokerSettings::new()
        .set("num.partitions", "3")
        .start()
        .unwrap();
    let collector = prepare(FILES, &broker);
    let pad = "x".repeat(20 << 10);
    let text: String = (0..5000)
        .map(|n| {
            if n % 100 == 0 {
                format!("a {n} {pad}\n")
            } else {
                format!("a {n}\n")
            }
        })
        .collect();
    append(&collector.path("logs/a.log"), &text);
    append(&collector.path("logs/b.log"), &numbered("b", 0..5000));
    let _collector = collector.start().unwrap();
    let records = wait_for_records(&broker.address(), "lines", 10_000).unwrap();
    assert_eq!(records.len(), 10_000);
    let short: Vec<String> = records
        .iter()
        .map(|record| record.replace(&format!(" {pad}"), ""))
        .collect();
    check_all_in_order(&short, "a", 5000);
    check_all_in_order(&short, "b", 5000);
}

#[test]
fn nothing_is_lost_while_the_broker_is_away_and_memory_stays_bounded() {
    let mut broker = Broker::start().unwrap();
    let collector = prepare(FILES, &broker);
    let log = collector.path("logs/a.log");
    append(&log, &numbered("a", 0..1000));
    let collector = collector.start().unwrap();
    wait_for_records(&broker.address(), "lines", 1000).unwrap();
    broker.kill().unwrap();
    let pad = "y".repeat(500);
    for start in 0..100 {
        let lines: String = (0..2000)
            .map(|n| format!("pad {start} {n} {pad}\n"))
            .collect();
        append(&log, &lines);
    }
    append(&log, &numbered("a", 1000..1100));
    collector
        .wait_for_log("check that bootstrap_servers is right")
        .unwrap();
    let resident = collector.resident_bytes().unwrap();
    assert!(
        resident < 250 << 20,
        "{resident} bytes are held for 100 MB that wait"
    );
    broker.launch().unwrap();
    collector.wait_for_sent("out", 201_100).unwrap();
    let records = wait_for_records(&broker.address(), "lines", 201_100).unwrap();
    check_all_in_order(&records, "a", 1100);
}

#[test]
fn nothing_is_lost_when_collector_and_broker_are_killed_in_turn() {
    let mut broker = Broker::start().unwrap();
    let mut collector = prepare(FILES, &broker).start().unwrap();
    let log = collector.path("logs/a.log");
    for round in 0..4 {
        append(&log, &numbered("a", round * 3000..(round + 1) * 3000));
        wait_for_records(&broker.address(), "lines", round * 3000 + 1).unwrap();
        if round % 2 == 0 {
            collector.kill().unwrap();
            collector.launch().unwrap();
        } else {
            broker.kill().unwrap();
            broker.launch().unwrap();
        }
    }
    let records = wait_for_records(&broker.address(), "lines", 12_000).unwrap();
    let mut numbers: Vec<usize> = records
        .iter()
        .filter_map(|record| record.strip_prefix("a ")?.parse().ok())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers, (0..12_000).collect::<Vec<_>>());
}

#[test]
fn topic_and_key_are_taken_from_the_event() {
    let broker = Broker::start().unwrap();
    let address = format!("127.0.0.1:{}", free_port().unwrap());
    let spec = format!(
        "
sources: {{http: {{type: http, address: '{address}'}}}}
sinks:
  out:
    type: kafka
    inputs: [http]
    topic: 'events-{{{{ shop.name }}}}'
    key_field: user
    compression: zstd
"
    );
    let collector = prepare(&spec, &broker).start().unwrap();
    let post = |body: &str| {
        let url = format!("http://{address}/a");
        crate::http::post(&url, "application/json", body).0
    };
    assert_eq!(post(r#"{"shop":{"name":"tea"},"user":"u1"}"#), 200);
    // No topic to go to, now and for ever.
    assert_eq!(post(r#"{"no":"shop"}"#), 422);
    let records = consume(&broker.address(), "events-tea").unwrap();
    assert_eq!(records, [r#"{"shop":{"name":"tea"},"user":"u1"}"#]);
    collector
        .wait_for_log("it lacks a field of the topic's name")
        .unwrap();
}

#[test]
fn a_record_that_the_broker_never_takes_does_not_block_the_rest() {
    let broker = BrokerSettings::new()
        .set("message.max.bytes", "10000")
        .start()
        .unwrap();
    let collector = prepare(FILES, &broker);
    let log = collector.path("logs/a.log");
    append(&log, &numbered("a", 0..100));
    append(&log, &format!("{}\n", random_text(50_000)));
    append(&log, &numbered("a", 100..200));
    let collector = collector.start().unwrap();
    let records = wait_for_records(&broker.address(), "lines", 200).unwrap();
    let mut numbers: Vec<usize> = records
        .iter()
        .filter_map(|record| record.strip_prefix("a ")?.parse().ok())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..200).collect::<Vec<_>>());
    collector
        .wait_for_log("a record is left out, the broker will never take it")
        .unwrap();
}

#[test]
fn a_posted_event_that_the_broker_never_takes_is_not_answered_as_taken() {
    let broker = BrokerSettings::new()
        .set("message.max.bytes", "10000")
        .start()
        .unwrap();
    let address = format!("127.0.0.1:{}", free_port().unwrap());
    let spec = format!(
        "
sources: {{http: {{type: http, address: '{address}'}}}}
sinks:
  out: {{type: kafka, inputs: [http], topic: lines}}
"
    );
    let _collector = prepare(&spec, &broker).start().unwrap();
    let (url, json) = (format!("http://{address}/a"), "application/json");
    let large = serde_json::json!([{"id": 0}, {"text": random_text(50_000)}]).to_string();
    let (status, _, text) = crate::http::post(&url, json, &large);
    assert_eq!(status, 422, "{text}");
    assert!(text.contains("can never be delivered"), "{text}");
    assert_eq!(crate::http::post(&url, json, r#"{"id":1}"#).0, 200);
    let mut records = consume(&broker.address(), "lines").unwrap();
    records.sort_unstable();
    assert_eq!(records, [r#"{"id":0}"#, r#"{"id":1}"#]);
}

/// Text that no codec makes small, the same each time.
fn random_text(length: usize) -> String {
    let mut state = 1_u32;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b'!' + u8::try_from(state >> 25).unwrap() % 90)
        })
        .collect()
}
