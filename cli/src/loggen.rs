//! `kavka loggen`: dummy log lines at a steady rate, counted, numbered and as long as wanted.

mod line;
mod output;
mod pace;
mod random;

use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio_util::sync::CancellationToken;

use crate::failure::{Failure, is_closed_pipe};
use crate::loggen::line::{Labels, LineWriter};
use crate::loggen::output::Output;
use crate::loggen::pace::Pace;

const EXAMPLES: &str = "\
Examples:
  kavka loggen --rate=10 --limit=10000 --progress apache.log
  kavka loggen --format ltsv --sequence --id web-1 --rate 100
  kavka loggen --format json --limit 1000 --every 50 --bytes 20480 | kavka produce logs";

/// The options; those of apache-loggen mean the same here.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag that a person types"
)]
pub(crate) struct LoggenOptions {
    /// The format of the lines.
    #[arg(long, value_enum, default_value_t = Format::Apache, conflicts_with = "json")]
    format: Format,
    /// The same as `--format json`.
    #[arg(long)]
    json: bool,
    /// Lines per second; 0 is as fast as possible.
    #[arg(long, value_name = "LINES", default_value_t = 0)]
    rate: u32,
    /// End after that many lines; 0 is never.
    #[arg(long, value_name = "LINES", default_value_t = 0)]
    limit: u64,
    /// Rename FILE to NAME.yyyy-MM-dd_HHmmss.EXTENSION at this interval; 0 is never.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    rotate: u64,
    /// Show on stderr how many lines there are and how fast they come.
    #[arg(long)]
    progress: bool,
    /// Number the lines: LTSV and JSON in a field `seq`, Apache in the request's query.
    #[arg(long)]
    sequence: bool,
    /// The first number of `--sequence`.
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 0,
        requires = "sequence"
    )]
    first: u64,
    /// A name in every line: LTSV and JSON in a field `id`, Apache in the request's query.
    #[arg(long, value_name = "NAME", env = "KAVKA_LOGGEN_ID")]
    id: Option<String>,
    /// Pad every line to this length, its newline not counted.
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    line_bytes: usize,
    /// Pad each LINES-th line to `--bytes` instead.
    #[arg(long, value_name = "LINES", requires = "bytes")]
    every: Option<NonZeroU64>,
    /// The length of the lines that `--every` picks.
    #[arg(long, value_name = "BYTES", requires = "every")]
    bytes: Option<usize>,
    /// Make the same lines as another run with this number did, except for their times.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// After the last line wait for SIGTERM, so that a pod is not started again.
    #[arg(long)]
    linger: bool,
    /// The file to append to; stdout when there is none.
    file: Option<PathBuf>,
}

/// The formats of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Apache's combined log format.
    Apache,
    /// Labelled tab-separated values.
    Ltsv,
    /// One JSON object a line.
    Json,
}

impl LoggenOptions {
    fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }

    /// The length that line `index` (from 0) is padded to.
    fn length_wanted(&self, index: u64) -> usize {
        match (self.every, self.bytes) {
            (Some(every), Some(bytes)) if (index + 1).is_multiple_of(every.get()) => bytes,
            _ => self.line_bytes,
        }
    }

    fn is_last(&self, written: u64) -> bool {
        self.limit != 0 && written >= self.limit
    }
}

/// Writes until the limit, the interrupt, or the reader's end of the pipe.
pub(crate) async fn run(
    options: LoggenOptions,
    interrupt: CancellationToken,
) -> Result<(), Failure> {
    if options.rotate != 0 && options.file.is_none() {
        return Err(Failure::usage("--rotate needs a file to rename")
            .remedy("name one: kavka loggen --rotate 60 apache.log"));
    }
    if options
        .id
        .as_deref()
        .is_some_and(|id| id.contains(['\t', '\n', '"', ' ', '&']))
    {
        return Err(
            Failure::usage("--id must not hold spaces, tabs, quotes or `&`")
                .remedy("use letters, digits, `-`, `_` and `.`"),
        );
    }
    let linger = options.linger;
    let stop = interrupt.clone();
    let writing = tokio::task::spawn_blocking(move || write_lines(&options, &stop));
    match writing.await {
        Ok(Err(error)) if !is_closed_pipe(&error) => {
            return Err(Failure::new(format!("cannot write the log: {error}")));
        }
        Ok(_) => {}
        Err(error) => return Err(Failure::new(format!("the writer ended: {error}"))),
    }
    if linger {
        interrupt.cancelled().await;
    }
    Ok(())
}

fn write_lines(options: &LoggenOptions, interrupt: &CancellationToken) -> std::io::Result<()> {
    let rotation = (options.rotate != 0).then(|| Duration::from_secs(options.rotate));
    let mut output = Output::open(options.file.as_deref(), rotation)?;
    let mut pace = Pace::start(options.rate);
    let mut writer = LineWriter::new(options.format(), options.seed);
    let mut line = Vec::new();
    let mut written = 0;
    while !options.is_last(written) && !interrupt.is_cancelled() {
        if let Some(wait) = pace.wait_before(written) {
            output.flush()?;
            // Short naps, so that an interrupt is seen soon.
            std::thread::sleep(wait.min(Duration::from_millis(100)));
            continue;
        }
        let labels = Labels {
            sequence: options
                .sequence
                .then(|| options.first.saturating_add(written)),
            id: options.id.as_deref(),
        };
        line.clear();
        writer.write(&mut line, labels, options.length_wanted(written));
        output.write_line(&line)?;
        written += 1;
        if options.progress {
            pace.show_progress(written);
        }
    }
    output.flush()?;
    if options.progress {
        pace.end_progress(written);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
