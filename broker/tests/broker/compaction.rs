//! Compacted topics: the last value of every key stays, and what it takes the place of goes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::DescribeTransactionsRequest;
use kavka_protocol::messages::describe_transactions_response::TransactionState;
use kavka_protocol::records::{BatchBuilder, Compression};

use crate::client::{Client, batch_of, now_ms};
use crate::groups::{commit, committed, find_coordinator};
use crate::harness::{BrokerProcess, TestBroker};
use crate::transactions::{
    ABORT, BUMPING, COMMIT, PLAIN, Producer, Speaks, await_offset, await_stable, committed_values,
};

/// Logs are rolled and compacted as soon as they can be.
const EAGER: &[(&str, &str)] = &[
    ("log.retention.check.interval.ms", "100"),
    ("log.cleaner.backoff.ms", "50"),
    ("log.cleaner.min.cleanable.ratio", "0"),
    ("log.roll.ms", "100"),
];

/// Offset, key and value.
type Found = (i64, String, Option<String>);

fn records(client: &mut Client, topic: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for batch in client.batches(topic, 0) {
        batch.check_crc().unwrap();
        if batch.header.is_control() {
            continue;
        }
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        for record in batch.records(1 << 20).unwrap().map(Result::unwrap) {
            assert!(found.last().is_none_or(|(last, ..)| *last < record.offset));
            let value = record.value.as_deref().map(text);
            found.push((record.offset, text(&record.key.unwrap()), value));
        }
    }
    found
}

/// Writes pairs in one batch; the first one's offset.
fn write(
    client: &mut Client,
    topic: &str,
    codec: Compression,
    pairs: &[(&str, Option<&str>)],
) -> i64 {
    let mut builder = BatchBuilder::new(codec);
    for (key, value) in pairs {
        builder.push(
            now_ms(),
            Some(key.as_bytes()),
            value.map(str::as_bytes),
            &[],
        );
    }
    let response = client.produce(topic, 0, -1, builder.build().unwrap());
    assert_eq!(response.error_code, 0, "{:?}", response.error_message);
    response.base_offset
}

/// Looks until `wanted` gives something.
fn wait_for<T>(what: &str, mut wanted: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        if let Some(found) = wanted() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Bytes of the segments of a partition.
fn log_bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let logs = entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "log"));
    // One may go between the list and the look.
    logs.filter_map(|entry| entry.metadata().ok())
        .map(|metadata| metadata.len())
        .sum()
}

#[test]
fn the_last_value_of_every_key_is_read_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut broker = BrokerProcess::start(folder.path(), EAGER);
    let mut client = broker.client();
    client.create_topic("t", 1, &[("cleanup.policy", "compact")]);
    let mut last = BTreeMap::new();
    for (round, codec) in Compression::ALL.iter().cycle().take(60).enumerate() {
        let values: Vec<(String, String)> = (0..5)
            .map(|number| {
                (
                    format!("k{}", (round + number) % 7),
                    format!("{round} {number}"),
                )
            })
            .collect();
        let pairs: Vec<(&str, Option<&str>)> = values
            .iter()
            .map(|(key, value)| (key.as_str(), Some(value.as_str())))
            .collect();
        let base = write(&mut client, "t", *codec, &pairs);
        for (offset, (key, value)) in (base..).zip(values) {
            last.insert(key, (offset, value));
        }
        if round % 10 == 9 {
            std::thread::sleep(Duration::from_millis(150));
        }
    }
    let mut expected: Vec<Found> = last
        .into_iter()
        .map(|(key, (offset, value))| (offset, key, Some(value)))
        .collect();
    expected.sort();
    wait_for("each key is there once", || {
        (records(&mut client, "t") == expected).then_some(())
    });
    // From an offset that is gone one reads on behind it, and ends and look-ups are as before.
    let data = client.fetch("t", 0, 0);
    assert_eq!(data.error_code, 0);
    assert_eq!(client.offset("t", 0, -2), (0, 0));
    assert_eq!(client.offset("t", 0, -1), (0, 300));
    for _ in 0..2 {
        broker.kill();
        broker = BrokerProcess::start(folder.path(), EAGER);
        client = broker.client();
        assert_eq!(records(&mut client, "t"), expected);
    }
    assert_eq!(broker.terminate().code(), Some(0));
    broker = BrokerProcess::start(folder.path(), EAGER);
    client = broker.client();
    assert_eq!(records(&mut client, "t"), expected);
    assert_eq!(
        write(&mut client, "t", Compression::None, &[("new", Some("1"))]),
        300
    );
}

#[test]
fn tombstones_go_once_readers_had_their_time() {
    let broker = TestBroker::start(EAGER);
    let mut client = broker.client();
    let compact = ("cleanup.policy", "compact");
    client.create_topic("soon", 1, &[compact, ("delete.retention.ms", "1")]);
    client.create_topic("late", 1, &[compact, ("delete.retention.ms", "3600000")]);
    for topic in ["soon", "late"] {
        write(
            &mut client,
            topic,
            Compression::None,
            &[("a", Some("1")), ("b", Some("1"))],
        );
        write(&mut client, topic, Compression::None, &[("a", None)]);
    }
    let mut passes = 0;
    wait_for("the tombstone is gone", || {
        // A pass is due only where something was written.
        for topic in ["soon", "late"] {
            write(
                &mut client,
                topic,
                Compression::None,
                &[("other", Some("x"))],
            );
        }
        passes += 1;
        std::thread::sleep(Duration::from_millis(200));
        let found = records(&mut client, "soon");
        found.iter().all(|(_, key, _)| key != "a").then_some(())
    });
    let found = wait_for("what it deletes is gone", || {
        let found = records(&mut client, "late");
        let of_a = found.iter().filter(|(_, key, _)| key == "a").count();
        (of_a == 1).then_some(found)
    });
    assert!(
        found.contains(&(2, "a".to_owned(), None)),
        "{passes}: {found:?}"
    );
    for topic in ["soon", "late"] {
        let found = records(&mut client, topic);
        assert!(found.contains(&(1, "b".to_owned(), Some("1".to_owned()))));
    }
}

#[test]
fn what_is_compacted_and_deleted_loses_old_segments_too() {
    let broker = TestBroker::start(EAGER);
    let mut client = broker.client();
    let configs = [
        ("cleanup.policy", "compact,delete"),
        ("segment.bytes", "1048576"),
        ("retention.bytes", "2000000"),
    ];
    client.create_topic("t", 1, &configs);
    let value = "x".repeat(100_000);
    wait_for("old segments go", || {
        let key = format!("k{}", client.offset("t", 0, -1).1);
        write(
            &mut client,
            "t",
            Compression::None,
            &[("again", Some("1")), (&key, Some(&value))],
        );
        std::thread::sleep(Duration::from_millis(100));
        (client.offset("t", 0, -2).1 > 0).then_some(())
    });
    let gone = client.fetch("t", 0, 0).error_code;
    assert_eq!(gone, ErrorCode::OffsetOutOfRange.code());
    wait_for("the last of a key is left", || {
        // What is in the segment that is written to is not compacted.
        write(&mut client, "t", Compression::None, &[("other", Some("x"))]);
        std::thread::sleep(Duration::from_millis(200));
        let found = records(&mut client, "t");
        let again = found.iter().filter(|(_, key, _)| key == "again").count();
        (again == 1).then_some(())
    });
}

#[test]
fn a_record_without_a_key_is_refused() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[("cleanup.policy", "compact")]);
    let refused = client.produce("t", 0, -1, batch_of(&["no key"]));
    assert_eq!(refused.error_code, ErrorCode::InvalidRecord.code());
}

#[test]
fn committed_records_of_a_compacted_topic_stay_committed() {
    for speaks in [PLAIN, BUMPING] {
        let mut broker = TestBroker::start(EAGER);
        let mut client = broker.client();
        let configs = [("cleanup.policy", "compact"), ("delete.retention.ms", "1")];
        client.create_topic("t", 1, &configs);
        let mut producer = Producer::begin(broker.client(), "id", speaks);
        for round in 0..12 {
            producer.write("t", 0, &format!("{round}"));
            producer.end(if round % 3 == 2 { ABORT } else { COMMIT });
        }
        await_stable(&mut client, "t", 0);
        let end = client.offset("t", 0, -1).1;
        // The last one was aborted, so that the one before counts.
        wait_for("one record is left", || {
            write(&mut client, "t", Compression::None, &[("other", Some("x"))]);
            std::thread::sleep(Duration::from_millis(200));
            let found = records(&mut client, "t");
            let of_key: Vec<&Found> = found.iter().filter(|(_, key, _)| key == "key").collect();
            (of_key.len() == 1).then(|| assert_eq!(of_key[0].2.as_deref(), Some("10")))
        });
        let markers = |client: &mut Client| {
            let batches = client.batches("t", 0);
            batches.iter().filter(|of| of.header.is_control()).count()
        };
        wait_for("markers go", || {
            write(&mut client, "t", Compression::None, &[("other", Some("x"))]);
            std::thread::sleep(Duration::from_millis(200));
            (markers(&mut client) <= 3).then_some(())
        });
        let values = |client: &mut Client| {
            let mut values = committed_values(client, "t", 0);
            values.retain(|value| value != "x");
            values
        };
        assert_eq!(values(&mut client), ["10"]);
        assert!(client.offset("t", 0, -1).1 > end);
        // The producer goes on where it was, also after a start.
        producer.write("t", 0, "12");
        producer.end(COMMIT);
        broker.restart();
        let mut client = broker.client();
        await_stable(&mut client, "t", 0);
        wait_for("the new one is read", || {
            (values(&mut client).last().map(String::as_str) == Some("12")).then_some(())
        });
    }
}

#[test]
fn a_transaction_that_is_open_is_left_alone() {
    let broker = TestBroker::start(EAGER);
    let mut client = broker.client();
    client.create_topic("t", 1, &[("cleanup.policy", "compact")]);
    write(
        &mut client,
        "t",
        Compression::None,
        &[("key", Some("before"))],
    );
    let mut producer = Producer::begin(broker.client(), "id", BUMPING);
    producer.write("t", 0, "open");
    client.create_topic("witness", 1, &[("cleanup.policy", "compact")]);
    for topic in ["t", "witness"] {
        write(&mut client, topic, Compression::None, &[("key", Some("1"))]);
        write(&mut client, topic, Compression::None, &[("key", Some("2"))]);
    }
    wait_for("the witness is compacted", || {
        (records(&mut client, "witness").len() == 1).then_some(())
    });
    let found = records(&mut client, "t");
    let values: Vec<&str> = found
        .iter()
        .filter_map(|(_, _, value)| value.as_deref())
        .collect();
    assert_eq!(values, ["before", "open", "1", "2"]);
    assert_eq!(committed_values(&mut client, "t", 0), ["before"]);
    producer.end(ABORT);
    wait_for("what was aborted goes", || {
        let found = records(&mut client, "t");
        (found.len() == 1 && found[0].2.as_deref() == Some("2")).then_some(())
    });
    assert_eq!(committed_values(&mut client, "t", 0), ["2"]);
}

#[test]
fn the_offsets_topic_stays_small_and_keeps_every_group_s_offsets() {
    let settings: Vec<_> = EAGER
        .iter()
        .copied()
        .chain([("offsets.topic.num.partitions", "1")])
        .collect();
    let mut broker = TestBroker::start(&settings);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    find_coordinator(&mut client, "g");
    let mut producer = Producer::begin(broker.client(), "id", BUMPING);
    for round in 0..1_500 {
        assert_eq!(commit(&mut client, "g", "t", round), 0);
        if round % 50 == 0 {
            assert_eq!(
                commit(&mut client, &format!("g{}", round % 100), "t", round),
                0
            );
            assert_eq!(producer.commit_offset("transactional", "t", round), 0);
            producer.end(if round == 1_450 { ABORT } else { COMMIT });
        }
    }
    let written = client.offset("__consumer_offsets", 0, -1).1;
    assert!(written > 1_500, "{written}");
    let folder = broker.folder().join("__consumer_offsets-0");
    wait_for("the topic gets small", || {
        (log_bytes(&folder) < 8_000).then_some(())
    });
    for _ in 0..2 {
        broker.restart();
        let mut client = broker.client();
        find_coordinator(&mut client, "g");
        let found = wait_for("the group is loaded", || {
            let response = committed_or_loading(&mut client, "g");
            response.filter(|(offset, _)| *offset >= 0)
        });
        assert_eq!(found, (1_499, Some("note".to_owned())));
        assert_eq!(committed(&mut client, "g0", "t").0, 1_400);
        assert_eq!(committed(&mut client, "g50", "t").0, 1_450);
        assert_eq!(await_offset(&mut client, "transactional", "t"), 1_400);
    }
}

fn committed_or_loading(client: &mut Client, group: &str) -> Option<(i64, Option<String>)> {
    let response = crate::groups::fetch_offsets(client, group, "t");
    (response.error_code == 0).then(|| {
        let found = &response.topics[0].partitions[0];
        (found.committed_offset, found.metadata.clone())
    })
}

/// Transactional ids and what each speaks.
const IDS: [(&str, Speaks); 3] = [
    ("commits", BUMPING),
    ("aborts", PLAIN),
    ("is open", BUMPING),
];

#[test]
fn the_transactions_topic_stays_small_and_keeps_every_id_s_state() {
    let settings: Vec<_> = EAGER
        .iter()
        .copied()
        .chain([("transaction.state.log.num.partitions", "1")])
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let mut broker = BrokerProcess::start(folder.path(), &settings);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let mut producers = IDS.map(|(id, speaks)| Producer::begin(broker.client(), id, speaks));
    for round in 0..150 {
        for (producer, (id, _)) in producers.iter_mut().zip(IDS) {
            producer.write("t", 0, &format!("{id} {round}"));
            producer.end(if id == "aborts" { ABORT } else { COMMIT });
        }
    }
    let [first, second, third] = &mut producers;
    third.write("t", 0, "open");
    let expected = wait_for("the markers are written", || {
        let found = described(&mut client)?;
        let states = found.iter().map(|it| it.transaction_state.as_str());
        states
            .eq(["CompleteCommit", "CompleteAbort", "Ongoing"])
            .then_some(found)
    });
    for (state, producer) in expected.iter().zip([&*first, &*second, &*third]) {
        assert_eq!(
            (state.producer_id, state.producer_epoch),
            producer.identity()
        );
    }
    let written = client.offset("__transaction_state", 0, -1).1;
    assert!(written > 3 * 3 * 150, "{written}");
    let log = folder.path().join("__transaction_state-0");
    wait_for("the topic gets small", || {
        (log_bytes(&log) < 3_000).then_some(())
    });
    for _ in 0..2 {
        broker.kill();
        broker = BrokerProcess::start(folder.path(), &settings);
        client = broker.client();
        let found = wait_for("it is loaded", || described(&mut client));
        assert_eq!(found, expected);
        assert!(log_bytes(&log) < 3_000);
    }
    for (producer, end) in [(&mut *first, COMMIT), (second, ABORT), (third, COMMIT)] {
        producer.reconnect(broker.client());
        producer.write("t", 0, "after");
        producer.end(end);
    }
    await_stable(&mut client, "t", 0);
    let values = committed_values(&mut client, "t", 0);
    assert_eq!(values.len(), 2 * 150 + 3);
    assert_eq!(values[2 * 150..], ["open", "after", "after"]);
    let (number, epoch) = first.identity();
    let next = Producer::begin(broker.client(), "commits", BUMPING);
    assert_eq!(next.identity(), (number, epoch + 1));
}

/// The state of each id; none while the coordinator reads its log.
fn described(client: &mut Client) -> Option<Vec<TransactionState>> {
    let response = client.ask(&DescribeTransactionsRequest {
        transactional_ids: IDS.map(|(id, _)| id.to_owned()).to_vec(),
    });
    let states = response.transaction_states;
    let loading = [
        ErrorCode::CoordinatorLoadInProgress.code(),
        ErrorCode::NotCoordinator.code(),
    ];
    let is_loading = states.iter().any(|it| loading.contains(&it.error_code));
    (!is_loading).then_some(states)
}
