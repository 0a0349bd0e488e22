//! Apache Kafka's own tools.

use anyhow::Result;
use kavka_test_compat::{java, run, run_with_input};
use kavka_test_harness::Broker;

use crate::{lines, turn};

const TOPICS: &str = "org.apache.kafka.tools.TopicCommand";
const CONFIGS: &str = "kafka.admin.ConfigCommand";
const PRODUCER: &str = "org.apache.kafka.tools.ConsoleProducer";
const CONSUMER: &str = "org.apache.kafka.tools.consumer.ConsoleConsumer";
const GROUPS: &str = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";

/// Runs a tool against the broker and gives back what it printed.
fn tool(broker: &Broker, class: &str, arguments: &[&str]) -> Result<String> {
    let address = broker.address();
    let command = java(
        class,
        &[&["--bootstrap-server", &address], arguments].concat(),
    )?;
    run(command)?.expect_success(class)
}

#[test]
fn kafka_topics_creates_describes_alters_and_deletes() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    let create = ["--create", "--topic", "orders", "--partitions", "3"];
    let with_config = ["--config", "retention.ms=3600000"];
    tool(&broker, TOPICS, &[&create[..], &with_config].concat())?;
    let described = tool(&broker, TOPICS, &["--describe", "--topic", "orders"])?;
    assert!(described.contains("PartitionCount: 3"), "{described}");
    assert!(described.contains("ReplicationFactor: 1"), "{described}");
    assert!(described.contains("retention.ms=3600000"), "{described}");
    assert!(described.contains("Leader: 0"), "{described}");
    tool(
        &broker,
        TOPICS,
        &["--alter", "--topic", "orders", "--partitions", "5"],
    )?;
    let described = tool(&broker, TOPICS, &["--describe", "--topic", "orders"])?;
    assert!(described.contains("PartitionCount: 5"), "{described}");
    assert_eq!(tool(&broker, TOPICS, &["--list"])?.trim(), "orders");
    tool(&broker, TOPICS, &["--delete", "--topic", "orders"])?;
    assert_eq!(tool(&broker, TOPICS, &["--list"])?.trim(), "");
    Ok(())
}

#[test]
fn kafka_topics_is_refused_what_kafka_refuses() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    let refused = |arguments: &[&str]| {
        let address = broker.address();
        let command = java(
            TOPICS,
            &[&["--bootstrap-server", &address], arguments].concat(),
        )?;
        run(command)?.expect_failure("kafka-topics")
    };
    let wide = refused(&["--create", "--topic", "wide", "--replication-factor", "3"])?;
    assert!(wide.contains("InvalidReplicationFactorException"), "{wide}");
    let create = ["--create", "--topic", "odd", "--config", "no.such.config=1"];
    let odd = refused(&create)?;
    assert!(odd.contains("no.such.config"), "{odd}");
    tool(
        &broker,
        TOPICS,
        &["--create", "--topic", "twice", "--partitions", "2"],
    )?;
    let twice = refused(&["--create", "--topic", "twice"])?;
    assert!(twice.contains("TopicExistsException"), "{twice}");
    let fewer = refused(&["--alter", "--topic", "twice", "--partitions", "1"])?;
    assert!(fewer.contains("InvalidPartitionsException"), "{fewer}");
    Ok(())
}

#[test]
fn kafka_configs_changes_one_setting_and_leaves_the_others() -> Result<()> {
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
    let topic = ["--entity-type", "topics", "--entity-name", "tuned"];
    let configs = |more: &[&str]| tool(&broker, CONFIGS, &[&topic, more].concat());
    configs(&[
        "--alter",
        "--add-config",
        "retention.ms=60000,cleanup.policy=compact",
    ])?;
    let described = configs(&["--describe"])?;
    assert!(described.contains("retention.ms=60000"), "{described}");
    assert!(described.contains("cleanup.policy=compact"), "{described}");
    assert!(described.contains("segment.bytes=2097152"), "{described}");
    configs(&["--alter", "--delete-config", "retention.ms"])?;
    let described = configs(&["--describe"])?;
    assert!(!described.contains("retention.ms=60000"), "{described}");
    let all = configs(&["--describe", "--all"])?;
    assert!(all.contains("retention.ms=604800000"), "{all}");
    Ok(())
}

#[test]
fn console_tools_write_and_read_with_idempotence_and_groups_show_their_lag() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    let address = broker.address();
    let input = lines("message", 200);
    // The Java producer is idempotent and waits for all replicas unless it is told otherwise.
    let produce = [
        "--bootstrap-server",
        &address,
        "--topic",
        "console",
        "--compression-codec",
    ];
    let command = java(PRODUCER, &[&produce[..], &["lz4"]].concat())?;
    run_with_input(command, &input)?.expect_success(PRODUCER)?;

    let read = [
        "--topic",
        "console",
        "--from-beginning",
        "--group",
        "console-readers",
    ];
    let enough = ["--max-messages", "150", "--timeout-ms", "90000"];
    let consumed = tool(&broker, CONSUMER, &[&read[..], &enough].concat())?;
    let first: String = input.split_inclusive('\n').take(150).collect();
    assert_eq!(consumed, first);

    // The tool's own patience of five seconds is too short for a busy machine.
    let patient = ["--timeout", "60000"];
    let groups = |more: &[&str]| tool(&broker, GROUPS, &[&patient[..], more].concat());
    let described = groups(&["--describe", "--group", "console-readers"])?;
    let row = described.lines().find(|line| line.contains("console "));
    let columns: Vec<&str> = row.unwrap_or_default().split_whitespace().collect();
    assert_eq!(
        columns.get(2..6),
        Some(&["0", "150", "200", "50"][..]),
        "{described}"
    );
    assert!(groups(&["--list"])?.contains("console-readers"));

    let reset = [
        "--reset-offsets",
        "--to-earliest",
        "--execute",
        "--topic",
        "console",
    ];
    groups(&[&["--group", "console-readers"], &reset[..]].concat())?;
    let again = ["--topic", "console", "--group", "console-readers"];
    let enough = ["--max-messages", "200", "--timeout-ms", "90000"];
    assert_eq!(
        tool(&broker, CONSUMER, &[&again[..], &enough].concat())?,
        input
    );
    groups(&["--delete", "--group", "console-readers"])?;
    assert!(!groups(&["--list"])?.contains("console-readers"));
    Ok(())
}
