use clap::Parser;
use kavka_client::{PartitionDescription, TopicDescription};

use super::{AlterTopic, CreateTopic, TopicAction, TopicOptions};

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    options: TopicOptions,
}

fn options(line: &str) -> TopicOptions {
    let words = std::iter::once("topic").chain(line.split_whitespace());
    Line::try_parse_from(words).unwrap().options
}

fn action(line: &str) -> TopicAction {
    let options = options(line);
    options
        .action
        .or(options.kafka_style.action().unwrap())
        .unwrap()
}

#[test]
fn kafkas_options_mean_the_same_as_the_subcommands() {
    let wanted = TopicAction::Create(CreateTopic {
        topics: vec!["x".into()],
        partitions: Some(4),
        replication_factor: Some(2),
        configs: vec!["k=v".into()],
        if_not_exists: false,
    });
    let common = "--partitions 4 --replication-factor 2 --config k=v";
    assert_eq!(action(&format!("create x {common}")), wanted);
    assert_eq!(action(&format!("--create --topic x {common}")), wanted);
    let wanted = TopicAction::Alter(AlterTopic {
        topic: "x".into(),
        partitions: Some(8),
        configs: Vec::new(),
        delete_configs: vec!["k".into()],
    });
    assert_eq!(action("alter x --partitions 8 --delete-config k"), wanted);
    assert_eq!(
        action("--alter --topic x --partitions 8 --delete-config k"),
        wanted
    );
    assert_eq!(
        action("--list"),
        TopicAction::List {
            exclude_internal: false
        }
    );
    let wanted = TopicAction::Delete {
        topics: vec!["a".into(), "b".into()],
        if_exists: true,
    };
    assert_eq!(action("--delete --topic a,b --if-exists"), wanted);
}

#[test]
fn the_brokers_may_be_named_before_and_after_the_action() {
    assert_eq!(
        options("--bootstrap-server h:1 list").bootstrap.servers,
        "h:1"
    );
    assert_eq!(options("list -b h:2").bootstrap.servers, "h:2");
    assert_eq!(options("--list --broker-list h:3").bootstrap.servers, "h:3");
}

#[test]
fn zookeeper_is_answered_with_the_option_that_replaced_it() {
    let options = options("--create --topic t --partitions 1 --zookeeper localhost:2181");
    let failure = options.bootstrap.addresses().unwrap_err();
    assert!(
        failure.to_string().contains("--zookeeper localhost:2181"),
        "{failure}"
    );
    assert!(
        format!("{failure:?}").contains("--bootstrap-server"),
        "{failure:?}"
    );
}

#[test]
fn a_topic_is_described_as_kafkas_tool_does() {
    let partition = |index| PartitionDescription {
        index,
        leader: (index == 0).then_some(7),
        replicas: vec![7, 8],
        isr: vec![7],
        leader_epoch: 3,
    };
    let topic = TopicDescription {
        name: "t".into(),
        id: kavka_client::Uuid::ZERO,
        internal: false,
        error: None,
        partitions: vec![partition(0), partition(1)],
    };
    assert_eq!(
        super::actions::description(&topic, "retention.ms=5"),
        "Topic: t\tTopicId: AAAAAAAAAAAAAAAAAAAAAA\tPartitionCount: 2\tReplicationFactor: 2\t\
         Configs: retention.ms=5\n\
         \tTopic: t\tPartition: 0\tLeader: 7\tReplicas: 7,8\tIsr: 7\n\
         \tTopic: t\tPartition: 1\tLeader: none\tReplicas: 7,8\tIsr: 7\n"
    );
}
