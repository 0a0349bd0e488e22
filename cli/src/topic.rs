//! `kavka topic`: what topics there are, and changing them.

mod actions;
mod kafka_style;

use clap::{Args, Subcommand};

use crate::connection::Bootstrap;
use crate::failure::Failure;
use crate::topic::kafka_style::KafkaStyle;

const EXAMPLES: &str = "\
Examples:
  kavka topic list
  kavka topic create orders --partitions 4 --config compression.type=lz4
  kavka topic describe orders
  kavka topic alter orders --partitions 8 --config retention.ms=3600000
  kavka topic delete orders

The options of Kafka's own tool work too:
  kavka topic --create --topic orders --partitions 4 --replication-factor 1
  kavka topic --describe --topic orders --bootstrap-server localhost:9092";

/// The options.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TopicOptions {
    #[command(flatten)]
    bootstrap: Bootstrap,
    #[command(subcommand)]
    action: Option<TopicAction>,
    #[command(flatten)]
    kafka_style: KafkaStyle,
}

/// What to do with topics.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum TopicAction {
    /// Print the names of the topics.
    List {
        /// Leave out the topics of the brokers themselves.
        #[arg(long)]
        exclude_internal: bool,
    },
    /// Print partitions, leaders, replicas and settings; of all topics when none is named.
    Describe {
        /// The topics.
        topics: Vec<String>,
    },
    /// Make topics.
    Create(CreateTopic),
    /// Add partitions, set and unset settings.
    Alter(AlterTopic),
    /// Delete topics and their records.
    Delete {
        /// The topics.
        #[arg(required = true)]
        topics: Vec<String>,
        /// A topic that is not there is no failure.
        #[arg(long)]
        if_exists: bool,
    },
}

/// A new topic.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct CreateTopic {
    /// The topics.
    #[arg(required = true)]
    pub(crate) topics: Vec<String>,
    /// How many partitions; the broker's num.partitions unless told otherwise.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) partitions: Option<i32>,
    /// How many brokers hold each partition; the broker's default unless told otherwise.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) replication_factor: Option<i16>,
    /// A setting of the topic.
    #[arg(long = "config", value_name = "NAME=VALUE")]
    pub(crate) configs: Vec<String>,
    /// A topic that is there already is no failure.
    #[arg(long)]
    pub(crate) if_not_exists: bool,
}

/// A change of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct AlterTopic {
    /// The topic.
    pub(crate) topic: String,
    /// How many partitions it shall have; never fewer than it has.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) partitions: Option<i32>,
    /// A setting of the topic.
    #[arg(
        long = "config",
        visible_alias = "add-config",
        value_name = "NAME=VALUE"
    )]
    pub(crate) configs: Vec<String>,
    /// A setting to give up, so that the broker's default holds again.
    #[arg(long = "delete-config", value_name = "NAME")]
    pub(crate) delete_configs: Vec<String>,
}

/// Does what was asked.
pub(crate) async fn run(options: TopicOptions) -> Result<(), Failure> {
    // Before all else: `--zookeeper` has its own answer.
    options.bootstrap.addresses()?;
    let action = match (options.action, options.kafka_style.action()?) {
        (Some(action), None) | (None, Some(action)) => action,
        (Some(_), Some(_)) => {
            return Err(Failure::usage("two actions were asked for")
                .remedy("write either `kavka topic create NAME` or `kavka topic --create …`"));
        }
        (None, None) => {
            return Err(Failure::usage("what shall be done with topics?")
                .remedy("say list, describe, create, alter or delete; see kavka topic --help"));
        }
    };
    let client = options.bootstrap.admin().await?;
    match action {
        TopicAction::List { exclude_internal } => actions::list(&client, exclude_internal).await,
        TopicAction::Describe { topics } => actions::describe(&client, &topics).await,
        TopicAction::Create(create) => actions::create(&client, create).await,
        TopicAction::Alter(alter) => actions::alter(&client, alter).await,
        TopicAction::Delete { topics, if_exists } => {
            actions::delete(&client, &topics, if_exists).await
        }
    }
}

#[cfg(test)]
mod tests;
