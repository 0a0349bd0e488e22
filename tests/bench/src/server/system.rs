//! What is measured: Apache Kafka, and Kavka by both of its rules.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use kavka_test_compat::kafka_server;

/// When a broker acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Once the batch is in the page cache: Kafka's rule.
    Replicas,
    /// Once fdatasync has returned: Kavka's default.
    Disk,
}

/// Which broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Apache Kafka.
    Kafka,
    /// Kavka: the program, and its rule.
    Kavka(PathBuf, Durability),
}

/// One column of the table.
#[derive(Debug, Clone)]
pub(crate) struct System {
    /// The column's title.
    pub(crate) title: String,
    /// Which broker it is.
    pub(crate) kind: Kind,
    /// The column that it is compared with.
    pub(crate) rival: Option<usize>,
}

impl System {
    /// Kavka's rule; none for Kafka.
    pub(crate) fn durability(&self) -> Option<Durability> {
        match &self.kind {
            Kind::Kafka => None,
            Kind::Kavka(_, durability) => Some(*durability),
        }
    }

    /// The command that starts it on data in `folder`.
    pub(super) fn command(&self, folder: &Path, ports: (u16, u16)) -> Result<Command> {
        match &self.kind {
            Kind::Kafka => kafka_server(folder, ports.0, ports.1),
            Kind::Kavka(program, durability) => Ok(kavka(program, *durability, folder, ports)),
        }
    }
}

fn kavka(program: &Path, durability: Durability, folder: &Path, ports: (u16, u16)) -> Command {
    let rule = match durability {
        Durability::Replicas => "replicas",
        Durability::Disk => "disk",
    };
    let settings = [
        format!("listeners=PLAINTEXT://127.0.0.1:{}", ports.0),
        format!("kavka.http.listener=127.0.0.1:{}", ports.1),
        format!("log.dirs={}", folder.join("data").display()),
        format!("kavka.durability={rule}"),
    ];
    let mut command = Command::new(program);
    for setting in settings {
        command.args(["--override", &setting]);
    }
    command
}
