//! The Kavka operator's program.

use std::io::IsTerminal;

use clap::Parser;
use kavka_operator::run::{release_finalizers, run, step_down};
use kavka_operator::settings::{Command, CommandLine};
use mimalloc as _;
use tracing_subscriber::EnvFilter;

fn main() -> anyhow::Result<()> {
    let line = CommandLine::parse();
    log();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        if let Some(Command::ReleaseFinalizers) = line.command {
            return Ok(release_finalizers(&line.settings).await?);
        }
        let ended = run(line.settings.clone()).await;
        step_down(&line.settings).await;
        Ok(ended?)
    })
}

/// Plain text on a terminal, JSON otherwise.
fn log() {
    let filter = EnvFilter::try_from_env("KAVKA_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        lines.init();
    } else {
        lines.json().init();
    }
}
