//! The sinks `stdout` and `file`: one event a line.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kavka_pipeline::Encoding;
use tokio::sync::mpsc;

use super::encode::encode;
use crate::event::Batch;
use crate::metrics::ComponentMetrics;

enum Target {
    Stdout,
    File { path: PathBuf, file: Mutex<File> },
}

/// Writes lines.
pub(crate) struct LineOutput {
    target: Arc<Target>,
    encoding: Encoding,
}

/// Batches that are written at once when several wait.
const BATCHES_AT_ONCE: usize = 16;

impl LineOutput {
    pub(crate) fn stdout(encoding: Encoding) -> Self {
        Self {
            target: Arc::new(Target::Stdout),
            encoding,
        }
    }

    pub(crate) fn file(path: &Path, encoding: Encoding) -> Result<Self, String> {
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(|error| {
                format!(
                    "{} cannot be opened: {error}; name a file that can be written",
                    path.display()
                )
            })?;
        let target = Target::File {
            path: path.to_owned(),
            file: Mutex::new(file),
        };
        Ok(Self {
            target: Arc::new(target),
            encoding,
        })
    }

    pub(crate) async fn run(
        &self,
        input: &mut mpsc::Receiver<Batch>,
        metrics: &Arc<ComponentMetrics>,
    ) {
        let mut batches = Vec::new();
        while input.recv_many(&mut batches, BATCHES_AT_ONCE).await > 0 {
            let mut text = Vec::new();
            for event in batches.iter().flatten() {
                text.extend_from_slice(&encode(event, self.encoding));
                text.push(b'\n');
            }
            self.write(Arc::new(text), metrics).await;
            for event in batches.drain(..).flatten() {
                metrics.received(1, 0);
                metrics.sent(1);
                event.receipt.accept();
            }
        }
    }

    /// Tries until it succeeds: events wait, and so do their sources.
    async fn write(&self, text: Arc<Vec<u8>>, metrics: &Arc<ComponentMetrics>) {
        loop {
            let (target, bytes) = (Arc::clone(&self.target), Arc::clone(&text));
            let written = tokio::task::spawn_blocking(move || target.write(&bytes)).await;
            let error = match written {
                Ok(Ok(())) => return,
                Ok(Err(error)) => error,
                Err(error) => io::Error::other(error),
            };
            metrics.error("write failed");
            if metrics.may_warn() {
                tracing::error!(
                    component = metrics.name(),
                    target = %self.target.name(),
                    %error,
                    "events cannot be written and wait; free space, or give access"
                );
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

impl Target {
    fn name(&self) -> String {
        match self {
            Self::Stdout => "standard output".to_owned(),
            Self::File { path, .. } => path.display().to_string(),
        }
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Stdout => {
                let mut out = io::stdout().lock();
                out.write_all(bytes)?;
                out.flush()
            }
            Self::File { file, .. } => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.write_all(bytes)?;
                file.sync_data()
            }
        }
    }
}
