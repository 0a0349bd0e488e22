//! Sources: where events come from.

pub(crate) mod file;
pub(crate) mod http;
pub(crate) mod kubernetes_logs;
pub(crate) mod tail;

use std::sync::Arc;

use kavka_pipeline::{Source, SourceKind};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::channel::Output;
use crate::environment::Environment;
use crate::event::Batch;
use crate::metrics::ComponentMetrics;

/// What every source is given.
#[derive(Clone)]
pub(crate) struct SourceContext {
    /// Its name.
    pub(crate) name: Arc<str>,
    /// Where its events go.
    pub(crate) output: Arc<Output>,
    /// Its series.
    pub(crate) metrics: Arc<ComponentMetrics>,
    /// What it may have on the way.
    pub(crate) budget: Arc<Budget>,
    /// Asks it to end: take nothing new, wait for receipts a while, keep the position.
    pub(crate) stop: CancellationToken,
    /// Where it runs.
    pub(crate) environment: Arc<Environment>,
}

impl SourceContext {
    pub(crate) async fn send(&self, batch: Batch, bytes: usize) {
        self.metrics.received(batch.len(), bytes);
        self.output.send(batch).await;
    }
}

/// The bytes that one source may have on their way to the sinks.
pub(crate) struct Budget {
    semaphore: Arc<Semaphore>,
    bytes: usize,
}

/// What an event costs besides its text.
const EVENT_OVERHEAD: usize = 1024;

impl Budget {
    pub(crate) fn new(bytes: usize) -> Self {
        let bytes = bytes.clamp(1, u32::MAX as usize);
        Self {
            semaphore: Arc::new(Semaphore::new(bytes)),
            bytes,
        }
    }

    /// Waits until `events` of `bytes` in all have room; more than the whole budget gets all of it.
    pub(crate) async fn acquire(
        self: Arc<Self>,
        events: usize,
        bytes: usize,
    ) -> Option<OwnedSemaphorePermit> {
        let wanted = bytes
            .saturating_add(events.saturating_mul(EVENT_OVERHEAD))
            .min(self.bytes);
        let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
        Arc::clone(&self.semaphore)
            .acquire_many_owned(wanted)
            .await
            .ok()
    }

    pub(crate) fn used(&self) -> usize {
        self.bytes
            .saturating_sub(self.semaphore.available_permits())
    }
}

/// A source that can start at once: its port, if any, is taken.
pub(crate) enum Prepared {
    /// Source `http`.
    Http(http::HttpServer),
    /// Source `file`.
    File(kavka_pipeline::FileSource),
    /// Source `kubernetes_logs`.
    KubernetesLogs(kavka_pipeline::KubernetesLogsSource),
}

/// Takes what the source needs.
///
/// # Errors
/// Field and problem.
pub(crate) fn prepare(
    source: &Source,
    environment: &Environment,
) -> Result<Prepared, (String, String)> {
    match &source.kind {
        SourceKind::Http(config) => {
            let address = environment.listen_address(config.address);
            let listener = crate::port::bind(address)
                .map_err(|problem| (format!("sources.{}.address", source.name), problem))?;
            Ok(Prepared::Http(http::HttpServer::new(
                config.clone(),
                listener,
            )))
        }
        SourceKind::File(config) => Ok(Prepared::File(config.clone())),
        SourceKind::KubernetesLogs(config) => Ok(Prepared::KubernetesLogs(config.clone())),
    }
}

/// Runs a source until it is asked to stop and its receipts are back.
pub(crate) async fn run(prepared: Arc<Prepared>, context: SourceContext) {
    match &*prepared {
        Prepared::Http(server) => server.run(context).await,
        Prepared::File(config) => file::run(config.clone(), context).await,
        Prepared::KubernetesLogs(config) => kubernetes_logs::run(config.clone(), context).await,
    }
}
