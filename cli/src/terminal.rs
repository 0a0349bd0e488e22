//! The process's surroundings: signals and logs.

use std::fmt::Arguments;
use std::io::{IsTerminal, Write};

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::arguments::LogLevel;
use crate::failure::Failure;

/// Logs to stderr: plain text on a terminal, JSON otherwise.
pub(crate) fn start_logging(level: LogLevel) {
    let filter = EnvFilter::new(format!("{},librdkafka=off,rdkafka=off", level.as_str()));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        builder.with_target(false).init();
    } else {
        builder.json().flatten_event(true).init();
    }
}

/// A token that is cancelled by the first SIGINT or SIGTERM; the second one ends the process.
pub(crate) fn watch_for_interrupt() -> Result<CancellationToken, Failure> {
    let token = CancellationToken::new();
    let mut interrupts = signal(SignalKind::interrupt())?;
    let mut terminations = signal(SignalKind::terminate())?;
    let seen = token.clone();
    tokio::spawn(async move {
        loop {
            let code = tokio::select! {
                _ = interrupts.recv() => 130,
                _ = terminations.recv() => 143,
            };
            if seen.is_cancelled() {
                std::process::exit(code);
            }
            seen.cancel();
        }
    });
    Ok(token)
}

/// Writes to stdout, where a reader that went away (`| head`) is no failure.
pub(crate) fn write_out(text: Arguments<'_>) {
    let _ = std::io::stdout().lock().write_fmt(text);
}

/// Prints a line to stdout.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::terminal::write_out(format_args!("{}\n", format_args!($($text)*)))
    };
}
pub(crate) use say;
