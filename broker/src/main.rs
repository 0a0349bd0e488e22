//! The broker's program: settings from files and the command line, logs, signals.

use std::io::{IsTerminal, Write, stderr};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use kavka_broker::{Broker, BrokerConfig, ConfigError};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// musl's own allocator is many times slower with two threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Kavka's broker: speaks Kafka's protocol.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// A .properties file with Kafka's setting names; of several, later ones win.
    #[arg(long, value_name = "FILE")]
    config: Vec<PathBuf>,
    /// A setting that wins over all files.
    #[arg(long = "override", value_name = "NAME=VALUE", value_parser = pair)]
    overrides: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// What the program ends with when it was told something wrong, as clap does.
const WRONG_SETTINGS: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log_to_stderr();
    abort_on_panic();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Last on stderr, in one line: Kubernetes shows it as the reason.
            drop(writeln!(stderr(), "kavka-broker: {}", told(&error)));
            let wrong_settings = error.is::<ConfigError>();
            if wrong_settings {
                ExitCode::from(WRONG_SETTINGS)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    // What an idle broker needs are many small pieces: in pages of 2 MiB they take twice the memory.
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "huge pages stay");
    }
    let config = BrokerConfig::from_files(&arguments.config, &arguments.overrides)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no runtime for signals")?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
        let broker = Broker::start(config)?;
        tokio::select! {
            _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
            _ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
        }
        broker.shutdown().await;
        Ok(())
    })
}

/// Plain text on a terminal, JSON otherwise; `KAVKA_LOG` sets the level.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("KAVKA_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr);
    if stderr().is_terminal() {
        builder.init();
    } else {
        builder.json().flatten_event(true).init();
    }
}

/// A panic is a broken invariant: better no broker than one with half a state.
fn abort_on_panic() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        default(info);
        std::process::abort();
    }));
}

/// The error and its causes, each once: most say themselves what caused them.
fn told(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}
