//! What can be typed: the top of the command line, one type per subcommand below it.

use std::io::IsTerminal;

use clap::{Parser, Subcommand, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  kavka up -f examples/quickstart.yaml          run the manifests on this machine
  kavka topic create orders --partitions 4      make a topic
  echo hello | kavka produce orders             write a record
  kavka consume orders --from-beginning         read everything, then wait for more
  kavka group describe billing                  who reads, and how far behind
  kavka loggen --rate=10 --limit=10000 --progress apache.log";

/// Kavka: a Kafka-compatible streaming platform.
#[derive(Debug, Parser)]
#[command(name = "kavka", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Arguments {
    /// How much to log: to stderr, as text on a terminal and as JSON otherwise.
    #[arg(long, global = true, value_name = "LEVEL", env = "KAVKA_LOG")]
    log_level: Option<LogLevel>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the clusters, topics and pipelines of manifest files on this machine.
    Up(crate::up::UpOptions),
    /// List, describe, create, alter and delete topics.
    Topic(crate::topic::TopicOptions),
    /// Write lines from stdin into a topic.
    Produce(crate::produce::ProduceOptions),
    /// Print the records of a topic as they arrive.
    Consume(crate::consume::ConsumeOptions),
    /// List and describe consumer groups, reset their offsets, delete them.
    Group(crate::group::GroupOptions),
    /// Write dummy log lines (Apache, LTSV or JSON).
    Loggen(crate::loggen::LoggenOptions),
    /// Print the version.
    Version,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl LogLevel {
    /// The name as `tracing` filters know it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl Arguments {
    /// The level asked for; a server talks more than a tool by default.
    pub(crate) fn log_level(&self) -> LogLevel {
        self.log_level.unwrap_or(match self.command {
            Command::Up(_) if std::io::stderr().is_terminal() => LogLevel::Warn,
            Command::Up(_) => LogLevel::Info,
            _ => LogLevel::Error,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
