//! The `kavka` command: everything that a person types or looks at.
#![forbid(unsafe_code)]

mod arguments;
mod connection;
mod consume;
mod failure;
mod group;
mod loggen;
mod produce;
mod table;
mod terminal;
mod topic;
mod up;

use std::process::ExitCode;

use clap::Parser;
use tokio_util::sync::CancellationToken;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;
use crate::terminal::say;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    terminal::start_logging(arguments.log_level());
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return Failure::new(format!("cannot start threads: {error}")).report(),
    };
    let outcome = runtime.block_on(async {
        let interrupt = terminal::watch_for_interrupt()?;
        run(arguments.command, interrupt).await
    });
    // A thread that waits for a line on stdin cannot be joined.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Runs one subcommand until it is done or `interrupt` is cancelled.
async fn run(command: Command, interrupt: CancellationToken) -> Result<(), Failure> {
    match command {
        Command::Up(options) => up::run(options, interrupt).await,
        Command::Topic(options) => topic::run(options).await,
        Command::Produce(options) => produce::run(options, interrupt).await,
        Command::Consume(options) => consume::run(options, interrupt).await,
        Command::Group(options) => group::run(options).await,
        Command::Loggen(options) => loggen::run(options, interrupt).await,
        Command::Version => {
            say!("kavka {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
    }
}
