//! A group of three Java consumers, as Kafka's own system tests run it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use kavka_test_compat::{PATIENCE, java, run};
use kavka_test_harness::{Broker, Process, wait_until};
use serde_json::Value;

use crate::turn;

const PRODUCER: &str = "org.apache.kafka.tools.VerifiableProducer";
const CONSUMER: &str = "org.apache.kafka.tools.VerifiableConsumer";
const TOPICS: &str = "org.apache.kafka.tools.TopicCommand";

fn member(broker: &Broker, name: &str) -> Result<Process> {
    let address = broker.address();
    let place = [
        "--bootstrap-server",
        &address,
        "--topic",
        "shared",
        "--group-id",
        "three",
    ];
    let rest = ["--reset-policy", "earliest"];
    Process::start(name, &mut java(CONSUMER, &[&place[..], &rest].concat())?)
}

/// The events that a verifiable client has printed so far.
fn events(output: &str) -> Vec<Value> {
    output
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// How many records each offset range of each partition was read, as `(partition, first, last)`.
fn ranges(members: &[&Process]) -> Vec<(i64, i64, i64)> {
    let mut ranges = Vec::new();
    for member in members {
        for event in events(&member.stdout()) {
            if event["name"] != "records_consumed" {
                continue;
            }
            for part in event["partitions"].as_array().into_iter().flatten() {
                let number = |key: &str| part[key].as_i64().unwrap_or(-1);
                ranges.push((
                    number("partition"),
                    number("minOffset"),
                    number("maxOffset"),
                ));
            }
        }
    }
    ranges.sort_unstable();
    ranges
}

fn count(ranges: &[(i64, i64, i64)]) -> i64 {
    ranges.iter().map(|(_, first, last)| last - first + 1).sum()
}

fn is_assigned(member: &Process) -> bool {
    events(&member.stdout())
        .iter()
        .any(|event| event["name"] == "partitions_assigned")
}

#[test]
fn three_members_that_come_and_go_lose_and_repeat_nothing() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    let address = broker.address();
    let create = ["--create", "--topic", "shared", "--partitions", "6"];
    let at = ["--bootstrap-server", &address];
    run(java(TOPICS, &[&at[..], &create].concat())?)?.expect_success(TOPICS)?;

    let total = 20_000;
    let amount = total.to_string();
    let write = [
        "--topic",
        "shared",
        "--max-messages",
        &amount,
        "--throughput",
        "1000",
    ];
    let mut producer = java(PRODUCER, &[&at[..], &write].concat())?;
    let mut producer = Process::start("the Java producer", &mut producer)?;

    let first = member(&broker, "member 1")?;
    wait_until("member 1's assignment", PATIENCE, || {
        Ok(is_assigned(&first))
    })?;
    let mut second = member(&broker, "member 2")?;
    wait_until("member 2's assignment", PATIENCE, || {
        Ok(is_assigned(&second))
    })?;
    let third = member(&broker, "member 3")?;
    wait_until("member 3's assignment", PATIENCE, || {
        Ok(is_assigned(&third))
    })?;
    // It leaves in an orderly way: commits, says so, and is gone.
    second.signal("TERM")?;
    second.wait(PATIENCE)?;

    let printed = producer.wait(PATIENCE)?.expect_success(PRODUCER)?;
    let sent = events(&printed)
        .iter()
        .filter(|one| one["name"] == "producer_send_success")
        .count();
    assert_eq!(sent, total);
    let members = [&first, &second, &third];
    let wanted = i64::try_from(total)?;
    wait_until("the last record", Duration::from_mins(3), || {
        Ok(count(&ranges(&members)) >= wanted)
    })?;

    let mut next: BTreeMap<i64, i64> = BTreeMap::new();
    for (partition, from, to) in ranges(&members) {
        let expected = next.entry(partition).or_default();
        assert_eq!(from, *expected, "partition {partition}: lost or repeated");
        *expected = to + 1;
    }
    assert_eq!(next.values().sum::<i64>(), wanted);
    Ok(())
}
