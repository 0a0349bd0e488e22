//! The options of Kafka's `kafka-topics`, read as the subcommands of `kavka topic`.

use clap::Args;

use crate::failure::Failure;
use crate::topic::{AlterTopic, CreateTopic, TopicAction};

/// Kafka's options. They are hidden: the help names them in its examples.
#[derive(Debug, Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "Kafka's tool has these flags"
)]
pub(crate) struct KafkaStyle {
    #[arg(long, hide = true, group = "kafka_action")]
    list: bool,
    #[arg(long, hide = true, group = "kafka_action")]
    describe: bool,
    #[arg(long, hide = true, group = "kafka_action")]
    create: bool,
    #[arg(long, hide = true, group = "kafka_action")]
    alter: bool,
    #[arg(long, hide = true, group = "kafka_action")]
    delete: bool,
    #[arg(long, hide = true, value_delimiter = ',', requires = "kafka_action")]
    topic: Vec<String>,
    #[arg(long, hide = true, requires = "kafka_action")]
    partitions: Option<i32>,
    #[arg(long, hide = true, requires = "kafka_action")]
    replication_factor: Option<i16>,
    #[arg(long = "config", hide = true, requires = "kafka_action")]
    configs: Vec<String>,
    #[arg(long = "delete-config", hide = true, requires = "kafka_action")]
    delete_configs: Vec<String>,
    #[arg(long, hide = true, requires = "kafka_action")]
    if_exists: bool,
    #[arg(long, hide = true, requires = "kafka_action")]
    if_not_exists: bool,
    #[arg(long, hide = true, requires = "kafka_action")]
    exclude_internal: bool,
}

impl KafkaStyle {
    /// The action that the options ask for, if they ask for one.
    pub(crate) fn action(self) -> Result<Option<TopicAction>, Failure> {
        let needs_topic = |action: &str| {
            Failure::usage(format!("--{action} needs the topic's name"))
                .remedy(format!("write kavka topic --{action} --topic NAME"))
        };
        if self.list {
            return Ok(Some(TopicAction::List {
                exclude_internal: self.exclude_internal,
            }));
        }
        if self.describe {
            return Ok(Some(TopicAction::Describe { topics: self.topic }));
        }
        if self.create {
            if self.topic.is_empty() {
                return Err(needs_topic("create"));
            }
            return Ok(Some(TopicAction::Create(CreateTopic {
                topics: self.topic,
                partitions: self.partitions,
                replication_factor: self.replication_factor,
                configs: self.configs,
                if_not_exists: self.if_not_exists,
            })));
        }
        if self.alter {
            let topic = self
                .topic
                .into_iter()
                .next()
                .ok_or_else(|| needs_topic("alter"))?;
            return Ok(Some(TopicAction::Alter(AlterTopic {
                topic,
                partitions: self.partitions,
                configs: self.configs,
                delete_configs: self.delete_configs,
            })));
        }
        if self.delete {
            if self.topic.is_empty() {
                return Err(needs_topic("delete"));
            }
            let if_exists = self.if_exists;
            return Ok(Some(TopicAction::Delete {
                topics: self.topic,
                if_exists,
            }));
        }
        Ok(None)
    }
}
