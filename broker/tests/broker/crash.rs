//! `kill -9` loses nothing that was acknowledged.

use kavka_protocol::messages::InitProducerIdRequest;
use kavka_protocol::records::{BatchBuilder, Compression};

use crate::client::{batch_of, now_ms};
use crate::groups::{commit, committed, find_coordinator};
use crate::harness::BrokerProcess;

const DISK: &[(&str, &str)] = &[("kavka.durability", "disk")];
const REPLICAS: &[(&str, &str)] = &[("kavka.durability", "replicas")];

#[test]
fn acknowledged_records_survive_being_killed_again_and_again() {
    survive_kills(|_| DISK);
}

#[test]
fn what_the_page_cache_has_survives_being_killed_again_and_again() {
    survive_kills(|_| REPLICAS);
}

#[test]
fn acknowledged_records_survive_kills_between_which_the_durability_changes() {
    survive_kills(|round| if round % 2 == 0 { DISK } else { REPLICAS });
}

fn survive_kills(settings: impl Fn(usize) -> &'static [(&'static str, &'static str)]) {
    let folder = tempfile::tempdir().unwrap();
    let mut expected: Vec<String> = Vec::new();
    for round in 0..4 {
        let broker = BrokerProcess::start(folder.path(), settings(round));
        let mut client = broker.client();
        if round == 0 {
            client.create_topic("t", 2, &[("segment.bytes", "1048576")]);
        }
        assert_eq!(client.fetch_values("t", 0), expected, "after {round} kills");
        for number in 0..200 {
            let value = format!("{round}-{number}-{}", "x".repeat(number * 7 % 900));
            client.produce_values("t", 0, &[&value]);
            expected.push(value);
        }
        // Written and not waited for: may be lost, must not harm.
        client.send(
            &crate::client::produce_request("t", 1, 0, batch_of(&["perhaps"])),
            9,
        );
        broker.kill();
    }
    let broker = BrokerProcess::start(folder.path(), settings(4));
    assert_eq!(broker.client().fetch_values("t", 0), expected);
}

#[test]
fn offsets_and_producer_state_survive_being_killed() {
    for settings in [DISK, REPLICAS] {
        offsets_and_producer_state(settings);
    }
}

fn offsets_and_producer_state(settings: &[(&str, &str)]) {
    let folder = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(folder.path(), settings);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    find_coordinator(&mut client, "g");
    let id = client.ask(&InitProducerIdRequest::default()).producer_id;
    let batch = |sequence: i32| {
        let mut builder = BatchBuilder::new(Compression::None).producer(id, 0, sequence);
        builder.push(now_ms(), None, Some(b"x"), &[]);
        builder.build().unwrap()
    };
    assert_eq!(client.produce("t", 0, -1, batch(0)).error_code, 0);
    assert_eq!(commit(&mut client, "g", "t", 1), 0);
    broker.kill();
    let broker = BrokerProcess::start(folder.path(), settings);
    let mut client = broker.client();
    assert_eq!(committed(&mut client, "g", "t").0, 1);
    let repeated = client.produce("t", 0, -1, batch(0));
    assert_eq!((repeated.error_code, repeated.base_offset), (0, 0));
    assert_eq!(client.offset("t", 0, -1), (0, 1));
}

#[test]
fn sigterm_ends_cleanly_and_answers_what_is_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(folder.path(), &[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    client.produce_values("t", 0, &["a"]);
    assert!(broker.terminate().success());
    let broker = BrokerProcess::start(folder.path(), &[]);
    assert_eq!(broker.client().fetch_values("t", 0), ["a"]);
}
