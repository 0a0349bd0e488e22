//! The options of Kafka's `kafka-consumer-groups`, read as the subcommands of `kavka group`.

use clap::Args;

use crate::failure::Failure;
use crate::group::GroupAction;
use crate::group::reset::{ResetOffsets, ResetTarget};

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
    reset_offsets: bool,
    #[arg(long, hide = true, group = "kafka_action")]
    delete: bool,
    #[arg(long, hide = true, requires = "kafka_action")]
    group: Vec<String>,
    #[arg(long, hide = true, requires = "kafka_action", conflicts_with = "group")]
    all_groups: bool,
    #[arg(long, hide = true, requires = "kafka_action")]
    state: bool,
    #[arg(long = "topic", hide = true, requires = "reset_offsets")]
    topics: Vec<String>,
    #[arg(long, hide = true, requires = "reset_offsets")]
    all_topics: bool,
    #[command(flatten)]
    target: ResetTarget,
    #[arg(long, hide = true, requires = "reset_offsets")]
    dry_run: bool,
    #[arg(
        long,
        hide = true,
        requires = "reset_offsets",
        conflicts_with = "dry_run"
    )]
    execute: bool,
}

impl KafkaStyle {
    /// The action that the options ask for, if they ask for one.
    pub(crate) fn action(self) -> Result<Option<GroupAction>, Failure> {
        let needs_group = |action: &str| {
            Failure::usage(format!("--{action} needs the group's name"))
                .remedy(format!("write kavka group --{action} --group NAME"))
        };
        if self.list {
            return Ok(Some(GroupAction::List { state: self.state }));
        }
        if self.describe {
            if self.group.is_empty() && !self.all_groups {
                return Err(needs_group("describe").remedy("or --all-groups"));
            }
            return Ok(Some(GroupAction::Describe { groups: self.group }));
        }
        if self.reset_offsets {
            let group = self.group.into_iter().next();
            return Ok(Some(GroupAction::ResetOffsets(ResetOffsets {
                group: group.ok_or_else(|| needs_group("reset-offsets"))?,
                topics: self.topics,
                all_topics: self.all_topics,
                target: self.target,
                dry_run: self.dry_run,
                execute: self.execute,
            })));
        }
        if self.delete {
            if self.group.is_empty() {
                return Err(needs_group("delete"));
            }
            return Ok(Some(GroupAction::Delete { groups: self.group }));
        }
        Ok(None)
    }
}
