//! `kavka group`: who reads what, how far behind, and where they go on.

mod actions;
mod kafka_style;
mod reset;

use clap::{Args, Subcommand};

use crate::connection::Bootstrap;
use crate::failure::Failure;
use crate::group::kafka_style::KafkaStyle;
use crate::group::reset::ResetOffsets;

const EXAMPLES: &str = "\
Examples:
  kavka group list
  kavka group describe billing
  kavka group reset-offsets --group billing --topic orders --to-earliest
  kavka group reset-offsets --group billing --topic orders --to-earliest --execute
  kavka group reset-offsets --group billing --all-topics --to-datetime 2026-11-21T12:00:00

The options of Kafka's own tool work too:
  kavka group --describe --group billing --bootstrap-server localhost:9092";

/// The options.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GroupOptions {
    #[command(flatten)]
    bootstrap: Bootstrap,
    #[command(subcommand)]
    action: Option<GroupAction>,
    #[command(flatten)]
    kafka_style: KafkaStyle,
}

/// What to do with groups.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum GroupAction {
    /// Print the names of the groups.
    List {
        /// Their states, too.
        #[arg(long)]
        state: bool,
    },
    /// Print each partition's committed offset, lag and reader; of all groups when none is named.
    Describe {
        /// The groups.
        groups: Vec<String>,
    },
    /// Let a group that is not running go on somewhere else.
    ResetOffsets(ResetOffsets),
    /// Delete groups that are not running, and their offsets.
    Delete {
        /// The groups.
        #[arg(required = true)]
        groups: Vec<String>,
    },
}

/// Does what was asked.
pub(crate) async fn run(options: GroupOptions) -> Result<(), Failure> {
    options.bootstrap.addresses()?;
    let action = match (options.action, options.kafka_style.action()?) {
        (Some(action), None) | (None, Some(action)) => action,
        (Some(_), Some(_)) => {
            return Err(Failure::usage("two actions were asked for")
                .remedy("write either `kavka group list` or `kavka group --list`"));
        }
        (None, None) => {
            return Err(Failure::usage("what shall be done with groups?")
                .remedy("say list, describe, reset-offsets or delete; see kavka group --help"));
        }
    };
    if let GroupAction::ResetOffsets(reset) = &action
        && !reset.target.is_named()
    {
        return Err(Failure::usage(format!("where shall group {:?} go on?", reset.group))
            .remedy("add --to-earliest, --to-latest, --to-offset N, --shift-by N, --to-datetime TIME")
            .remedy("or --by-duration DURATION"));
    }
    let client = options.bootstrap.admin().await?;
    match action {
        GroupAction::List { state } => actions::list(&client, state).await,
        GroupAction::Describe { groups } => actions::describe(&client, groups).await,
        GroupAction::ResetOffsets(reset) => reset::run(&client, &reset).await,
        GroupAction::Delete { groups } => actions::delete(&client, &groups).await,
    }
}

#[cfg(test)]
mod tests;
