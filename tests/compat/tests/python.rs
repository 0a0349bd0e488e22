//! kafka-python and confluent-kafka (the newest librdkafka), from Python's package index.

use anyhow::Result;
use kavka_test_compat::{python, run};
use kavka_test_harness::{Broker, BrokerSettings};

#[test]
fn what_is_written_is_read_back_in_a_group_and_committed() -> Result<()> {
    let broker = Broker::start()?;
    let command = python("round_trip.py", &[&broker.address(), "snakes", "1000"])?;
    let counts = crate::franz::tally(&run(command)?.expect_success("kafka-python")?)?;
    for count in ["acknowledged", "read", "distinct", "headers", "committed"] {
        assert_eq!(counts[count], 1_000, "{count}: {counts}");
    }
    Ok(())
}

/// Listing all topics is where librdkafka 2.x sends more bytes than a Metadata request has.
#[test]
fn librdkafka_lists_all_topics_and_three_members_that_come_and_go_lose_and_repeat_nothing()
-> Result<()> {
    let broker = BrokerSettings::new().set("num.partitions", "6").start()?;
    let command = python(
        "librdkafka_group.py",
        &[&broker.address(), "shared", "5000"],
    )?;
    let counts = crate::franz::tally(&run(command)?.expect_success("confluent-kafka")?)?;
    for (name, expected) in [
        ("lost", 0),
        ("read", 5_000),
        ("repeated", 0),
        ("partitions", 6),
    ] {
        assert_eq!(counts[name], expected, "{name}: {counts}");
    }
    Ok(())
}

/// Older clients, as librdkafka is one: they name the partitions of a transaction and keep their
/// epoch.
#[test]
fn librdkafka_copies_each_record_once_in_transactions_of_which_some_abort() -> Result<()> {
    let broker = BrokerSettings::new().set("num.partitions", "3").start()?;
    let command = python("transactions.py", &["copy", &broker.address(), "2000"])?;
    let counts = crate::franz::tally(&run(command)?.expect_success("confluent-kafka")?)?;
    for (name, expected) in [
        ("copied", 2_000),
        ("strange", 0),
        ("repeated", 0),
        ("offsets", 2_000),
    ] {
        assert_eq!(counts[name], expected, "{name}: {counts}");
    }
    // What was aborted is there, and `read_committed` has passed it over.
    assert!(counts["aborted"].as_u64() > Some(0), "{counts}");
    assert_eq!(counts["uncommitted"], counts["aborted"], "{counts}");
    Ok(())
}

#[test]
fn librdkafka_is_fenced_by_the_next_producer_with_its_transactional_id() -> Result<()> {
    let broker = Broker::start()?;
    let command = python("transactions.py", &["fence", &broker.address()])?;
    let found = crate::franz::tally(&run(command)?.expect_success("confluent-kafka")?)?;
    assert_eq!(found["fenced"], true, "{found}");
    assert_eq!(found["seen"], serde_json::json!(["second"]), "{found}");
    Ok(())
}
