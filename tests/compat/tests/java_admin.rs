//! Apache Kafka's own tools for what an administrator looks at and changes.

use anyhow::{Context as _, Result};
use kavka_test_compat::{java, run, run_with_input};
use kavka_test_harness::Broker;
use serde_json::Value;

use crate::{lines, turn};

const CONFIGS: &str = "kafka.admin.ConfigCommand";
const CONSUMER: &str = "org.apache.kafka.tools.consumer.ConsoleConsumer";
const DELETE_RECORDS: &str = "org.apache.kafka.tools.DeleteRecordsCommand";
const GET_OFFSETS: &str = "org.apache.kafka.tools.GetOffsetShell";
const ELECTION: &str = "org.apache.kafka.tools.LeaderElectionCommand";
const FEATURES: &str = "org.apache.kafka.tools.FeatureCommand";
const GROUPS: &str = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
const LOG_DIRS: &str = "org.apache.kafka.tools.LogDirsCommand";
const PRODUCER: &str = "org.apache.kafka.tools.ConsoleProducer";
const QUORUM: &str = "org.apache.kafka.tools.MetadataQuorumCommand";
const TOPICS: &str = "org.apache.kafka.tools.TopicCommand";

/// Runs a tool against the broker and gives back what it printed.
fn tool(broker: &Broker, class: &str, arguments: &[&str]) -> Result<String> {
    let address = broker.address();
    let command = java(
        class,
        &[&["--bootstrap-server", &address], arguments].concat(),
    )?;
    run(command)?.expect_success(class)
}

/// Runs a tool that must fail and gives back what it printed.
fn refused(broker: &Broker, class: &str, arguments: &[&str]) -> Result<String> {
    let address = broker.address();
    let command = java(
        class,
        &[&["--bootstrap-server", &address], arguments].concat(),
    )?;
    run(command)?.expect_failure(class)
}

#[test]
fn kafka_metadata_quorum_shows_the_voter_and_how_far_it_is() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    let value = |printed: &str, name: &str| -> Result<String> {
        let line = printed.lines().find(|line| line.starts_with(name));
        let (_, value) = line
            .and_then(|line| line.split_once(':'))
            .context("missing")?;
        Ok(value.trim().to_owned())
    };
    let before = tool(&broker, QUORUM, &["describe", "--status"])?;
    assert_eq!(value(&before, "LeaderId")?, "0", "{before}");
    assert_eq!(value(&before, "MaxFollowerLag")?, "0", "{before}");
    assert!(
        value(&before, "CurrentVoters")?.contains("\"id\": 0"),
        "{before}"
    );
    tool(&broker, TOPICS, &["--create", "--topic", "more"])?;
    let after = tool(&broker, QUORUM, &["describe", "--status"])?;
    let mark = |printed: &str| -> Result<u64> { Ok(value(printed, "HighWatermark")?.parse()?) };
    assert!(mark(&after)? > mark(&before)?, "{before}\n{after}");
    let replicas = tool(&broker, QUORUM, &["describe", "--replication"])?;
    let row = replicas.lines().nth(1).context("a row for the leader")?;
    assert!(row.starts_with('0') && row.contains("Leader"), "{replicas}");
    assert!(!row.contains("AAAAAAAAAAAAAAAAAAAAAA"), "{replicas}");
    Ok(())
}

#[test]
fn kafka_features_shows_levels_and_is_refused_others() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    let described = tool(&broker, FEATURES, &["describe"])?;
    let row = described
        .lines()
        .find(|line| line.contains("metadata.version"));
    let row = row.context("metadata.version is not there")?;
    assert!(row.contains("FinalizedVersionLevel: 4.3-IV0"), "{row}");
    let wrong = ["upgrade", "--feature", "metadata.version=99"];
    let printed = refused(&broker, FEATURES, &wrong)?;
    assert!(printed.contains("metadata.version"), "{printed}");
    let unknown = refused(
        &broker,
        FEATURES,
        &["upgrade", "--feature", "group.version=1"],
    )?;
    assert!(unknown.contains("group.version"), "{unknown}");
    Ok(())
}

#[test]
fn kafka_leader_election_finds_leaders_elected_and_topics_missing() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    tool(
        &broker,
        TOPICS,
        &["--create", "--topic", "led", "--partitions", "2"],
    )?;
    let preferred = ["--election-type", "preferred"];
    let one = ["--topic", "led", "--partition", "1"];
    let printed = tool(&broker, ELECTION, &[&preferred[..], &one].concat())?;
    assert!(printed.contains("already elected"), "{printed}");
    tool(
        &broker,
        ELECTION,
        &[&preferred[..], &["--all-topic-partitions"]].concat(),
    )?;
    let absent = ["--topic", "absent", "--partition", "0"];
    let unclean = ["--election-type", "unclean"];
    let printed = refused(&broker, ELECTION, &[&unclean[..], &absent].concat())?;
    assert!(
        printed.contains("UnknownTopicOrPartitionException"),
        "{printed}"
    );
    Ok(())
}

#[test]
fn kafka_delete_records_moves_the_start_of_a_partition() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    tool(&broker, TOPICS, &["--create", "--topic", "shorter"])?;
    let address = broker.address();
    let produce = ["--bootstrap-server", &address, "--topic", "shorter"];
    run_with_input(java(PRODUCER, &produce)?, &lines("record", 10))?.expect_success(PRODUCER)?;
    let folder = tempfile::tempdir()?;
    let offsets = folder.path().join("offsets.json");
    std::fs::write(
        &offsets,
        r#"{"partitions":[{"topic":"shorter","partition":0,"offset":7}],"version":1}"#,
    )?;
    let file = offsets.to_str().context("a path")?;
    let printed = tool(&broker, DELETE_RECORDS, &["--offset-json-file", file])?;
    assert!(printed.contains("low_watermark: 7"), "{printed}");
    let earliest = ["--topic", "shorter", "--time", "earliest"];
    let printed = tool(&broker, GET_OFFSETS, &earliest)?;
    assert!(printed.contains("shorter:0:7"), "{printed}");
    Ok(())
}

#[test]
fn kafka_log_dirs_shows_sizes_and_space() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    tool(
        &broker,
        TOPICS,
        &["--create", "--topic", "sized", "--partitions", "2"],
    )?;
    let address = broker.address();
    let produce = ["--bootstrap-server", &address, "--topic", "sized"];
    run_with_input(java(PRODUCER, &produce)?, &lines("record", 100))?.expect_success(PRODUCER)?;
    let printed = tool(&broker, LOG_DIRS, &["--describe", "--topic-list", "sized"])?;
    let json = printed.lines().find(|line| line.starts_with('{'));
    let found: Value = serde_json::from_str(json.context("no JSON was printed")?)?;
    let folder = &found["brokers"][0]["logDirs"][0];
    assert_eq!(folder["error"], Value::Null, "{found}");
    let partitions = folder["partitions"].as_array().context("partitions")?;
    assert_eq!(partitions.len(), 2, "{found}");
    let size: u64 = partitions
        .iter()
        .filter_map(|one| one["size"].as_u64())
        .sum();
    assert!(size > 100, "{found}");
    assert!(
        partitions.iter().all(|one| one["offsetLag"] == 0),
        "{found}"
    );
    Ok(())
}

#[test]
fn kafka_consumer_groups_moves_and_deletes_offsets() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    let address = broker.address();
    let produce = ["--bootstrap-server", &address, "--topic", "kept"];
    run_with_input(java(PRODUCER, &produce)?, &lines("record", 20))?.expect_success(PRODUCER)?;
    let read = ["--topic", "kept", "--from-beginning", "--group", "readers"];
    let enough = ["--max-messages", "20", "--timeout-ms", "90000"];
    tool(&broker, CONSUMER, &[&read[..], &enough].concat())?;
    let groups = |more: &[&str]| {
        let patient = ["--timeout", "60000", "--group", "readers"];
        tool(&broker, GROUPS, &[&patient[..], more].concat())
    };
    let position = |printed: &str| -> Option<String> {
        let row = printed.lines().find(|line| line.contains(" kept "))?;
        row.split_whitespace().nth(3).map(str::to_owned)
    };
    assert_eq!(position(&groups(&["--describe"])?).as_deref(), Some("20"));
    let reset = ["--reset-offsets", "--topic", "kept"];
    for (how, expected) in [
        (&["--shift-by", "-5"][..], "15"),
        (&["--to-offset", "3"], "3"),
        (&["--to-latest"], "20"),
        (&["--to-datetime", "2020-01-01T00:00:00.000"], "0"),
    ] {
        groups(&[&reset[..], how, &["--execute"]].concat())?;
        let found = position(&groups(&["--describe"])?);
        assert_eq!(found.as_deref(), Some(expected), "{how:?}");
    }
    groups(&["--delete-offsets", "--topic", "kept"])?;
    assert_eq!(position(&groups(&["--describe"])?), None);
    Ok(())
}

#[test]
fn kafka_configs_shows_a_topic_s_settings_with_all_places_they_come_from() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    let create = [
        "--create",
        "--topic",
        "tuned",
        "--config",
        "segment.bytes=2097152",
    ];
    tool(&broker, TOPICS, &create)?;
    let brokers = ["--entity-type", "brokers"];
    let change = [
        "--entity-default",
        "--alter",
        "--add-config",
        "log.segment.bytes=3145728",
    ];
    tool(&broker, CONFIGS, &[&brokers[..], &change].concat())?;
    let topic = ["--entity-type", "topics", "--entity-name", "tuned"];
    let all = tool(
        &broker,
        CONFIGS,
        &[&topic[..], &["--describe", "--all"]].concat(),
    )?;
    let row = all
        .lines()
        .find(|line| line.trim().starts_with("segment.bytes="));
    assert_eq!(
        row.map(str::trim),
        Some(
            "segment.bytes=2097152 sensitive=false synonyms={\
             DYNAMIC_TOPIC_CONFIG:segment.bytes=2097152, \
             DYNAMIC_DEFAULT_BROKER_CONFIG:log.segment.bytes=3145728, \
             DEFAULT_CONFIG:log.segment.bytes=1073741824}"
        ),
        "{all}"
    );
    Ok(())
}
