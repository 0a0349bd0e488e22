//! Health and metrics.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;

use kavka_protocol::messages::{ListGroupsRequest, MetadataRequest};

use crate::groups::{commit, find_coordinator};
use crate::harness::TestBroker;
use crate::limits::join;

pub(crate) fn get(broker: &TestBroker, path: &str) -> (u16, String) {
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

/// The value of one sample; nothing where it is not there.
pub(crate) fn sample(broker: &TestBroker, name: &str) -> Option<f64> {
    let (_, text) = get(broker, "/metrics");
    let of = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok();
    text.lines().find_map(of)
}

#[test]
fn health_readiness_and_nothing_else() {
    let broker = TestBroker::start(&[]);
    assert_eq!(get(&broker, "/healthz").0, 200);
    assert_eq!(get(&broker, "/readyz"), (200, "serving\n".to_owned()));
    assert_eq!(get(&broker, "/elsewhere").0, 404);
}

#[test]
fn metrics_count_what_was_done() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("counted", 2, &[]);
    client.produce_values("counted", 0, &["a", "b", "c"]);
    client.fetch_values("counted", 0);
    client.fetch("counted", 0, 99);
    find_coordinator(&mut client, "g");
    assert_eq!(commit(&mut client, "g", "counted", 1), 0);
    client.ask(&MetadataRequest::default());
    let (status, text) = get(&broker, "/metrics");
    assert_eq!(status, 200);
    for line in [
        "kavka_produced_records_total{topic=\"counted\"} 3",
        "kavka_fetched_records_total{topic=\"counted\"} 3",
        "kavka_connections{listener=\"PLAINTEXT\"} 1",
        "kavka_topics 2",
        "kavka_partitions 6",
        "kavka_requests_total{api=\"Produce\",version=\"9\"} 1",
        "kavka_request_seconds_count{api=\"Produce\"} 1",
        "kavka_request_wait_seconds_count{api=\"Produce\"} 1",
        "kavka_reply_send_seconds_count{api=\"Produce\"} 1",
        "kavka_errors_total{api=\"Fetch\",error=\"OFFSET_OUT_OF_RANGE\"} 1",
        "kavka_log_end_offset{topic=\"counted\",partition=\"0\"} 3",
        "kavka_log_high_watermark{topic=\"counted\",partition=\"0\"} 3",
        "kavka_groups{state=\"Empty\"} 1",
        "kavka_groups{state=\"Stable\"} 0",
        "kavka_group_lag{group=\"g\",topic=\"counted\",partition=\"0\"} 2",
        "kavka_memory_used_bytes{purpose=\"requests\"} 0",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is missing in {text}"
        );
    }
}

#[test]
fn what_waits_is_counted_as_long_as_it_waits() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("quiet", 1, &[]);
    let waiting = "kavka_purgatory_requests{kind=\"fetch\"}";
    assert_eq!(sample(&broker, waiting), Some(0.0));
    client.send(&crate::client::fetch_request("quiet", 0, 0, 60_000), 12);
    let mut waited = (0..500).map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        sample(&broker, waiting)
    });
    assert!(waited.any(|found| found == Some(1.0)), "nobody waits");
    broker.client().produce_values("quiet", 0, &["a"]);
    assert!(client.receive_frame().is_some());
    assert_eq!(sample(&broker, waiting), Some(0.0));
}

#[test]
fn metrics_of_a_deleted_topic_go_with_it() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("gone", 1, &[]);
    client.produce_values("gone", 0, &["a"]);
    assert!(get(&broker, "/metrics").1.contains("topic=\"gone\""));
    client.delete_topic("gone");
    let left = get(&broker, "/metrics").1;
    assert!(!left.contains("topic=\"gone\""), "{left}");
}

/// What the page says of a metric, or what a scrape shows of it: type, labels, meaning.
#[derive(Debug, Default, PartialEq, Eq)]
struct Family {
    kind: String,
    labels: BTreeSet<String>,
    meaning: String,
}

/// The rows of the tables in `docs/metrics.md`.
fn documented() -> BTreeMap<String, Family> {
    let page = include_str!("../../../docs/metrics.md");
    let rows = page.lines().filter(|line| line.starts_with("| `kavka_"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, name, kind, labels, meaning, _] = cells[..] else {
            panic!("not four cells: {row}")
        };
        let labels = labels
            .split(',')
            .map(|label| label.trim().trim_matches('`'));
        let family = Family {
            kind: kind.to_owned(),
            labels: labels
                .filter(|label| !label.is_empty())
                .map(str::to_owned)
                .collect(),
            meaning: meaning.to_owned(),
        };
        (name.trim_matches('`').to_owned(), family)
    })
    .collect()
}

/// The families of a scrape.
fn scraped(text: &str) -> BTreeMap<String, Family> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, meaning) = help.split_once(' ').unwrap();
            let family = families.entry(name.to_owned()).or_default();
            meaning
                .trim_end_matches('.')
                .clone_into(&mut family.meaning);
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            let family = families.entry(name.to_owned()).or_default();
            kind.clone_into(&mut family.kind);
        } else if !line.starts_with('#') {
            let name = line.split(['{', ' ']).next().unwrap();
            let family = families.iter_mut().rev().find(|(family, _)| {
                let suffix = name.strip_prefix(family.as_str());
                suffix.is_some_and(|suffix| {
                    ["", "_total", "_bucket", "_count", "_sum"].contains(&suffix)
                })
            });
            let (_, family) = family.unwrap_or_else(|| panic!("of no family: {line}"));
            let labels = line.split_once('{').map_or("", |(_, rest)| rest);
            let names = labels
                .split("=\"")
                .map(|part| part.rsplit([',', '{']).next().unwrap());
            let names = names.filter(|name| {
                name.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !name.is_empty()
            });
            family
                .labels
                .extend(names.filter(|name| *name != "le").map(str::to_owned));
        }
    }
    families
}

/// Does something of everything, so that every metric has a sample.
fn stir(broker: &TestBroker) {
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    client.produce_values("t", 0, &["a", "b"]);
    client.fetch_values("t", 0);
    client.fetch("t", 0, 99);
    find_coordinator(&mut client, "g");
    commit(&mut client, "g", "t", 1);
    client.ask(&ListGroupsRequest::default());
    client.call(&join(&"g".repeat(21), 10), 5);
    let mut wrong = broker.client();
    wrong.send_frame(b"");
    assert!(wrong.receive_frame().is_none());
    let mut clients = Vec::new();
    let refused = (0..10).any(|_| {
        let mut client = broker.client();
        let served = client.try_ask_metadata();
        clients.push(client);
        !served
    });
    assert!(refused, "max.connections is no limit");
}

#[test]
fn the_page_about_metrics_says_what_is_served() {
    let limits = [("max.connections", "2"), ("kavka.group.id.bytes.max", "20")];
    let broker = TestBroker::start(&limits);
    stir(&broker);
    let documented = documented();
    // A flush in the background comes within seconds; everything else is there at once.
    let mut found = BTreeMap::new();
    for _ in 0..200 {
        found = scraped(&get(&broker, "/metrics").1);
        if found == documented {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    for (name, family) in &found {
        assert_eq!(
            documented.get(name),
            Some(family),
            "{name} is not on the page like this"
        );
    }
    for name in documented.keys() {
        assert!(
            found.contains_key(name),
            "{name} is on the page, but not served"
        );
    }
}
