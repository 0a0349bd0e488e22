//! Sinks: where events go.

mod encode;
mod kafka;
mod lines;

use std::sync::Arc;

use kavka_pipeline::{Sink, SinkKind};
use tokio::sync::mpsc;

use crate::environment::Environment;
use crate::event::Batch;
use crate::metrics::ComponentMetrics;

/// A sink that can run.
pub(crate) enum Prepared {
    /// Sink `kafka`.
    Kafka(Box<kafka::KafkaOutput>),
    /// Sinks `stdout` and `file`.
    Lines(lines::LineOutput),
}

/// Takes what the sink needs.
///
/// # Errors
/// Field and problem.
pub(crate) fn prepare(
    sink: &Sink,
    environment: &Environment,
    metrics: &Arc<ComponentMetrics>,
) -> Result<Prepared, (String, String)> {
    match &sink.kind {
        SinkKind::Kafka(config) => {
            let servers = config.bootstrap_servers.clone().or_else(|| {
                environment
                    .bootstrap_servers
                    .clone()
                    .filter(|servers| !servers.is_empty())
            });
            let Some(servers) = servers else {
                return Err((
                    format!("sinks.{}.bootstrap_servers", sink.name),
                    "no broker is known; write host:port here, or start the collector with \
                     --bootstrap-server"
                        .to_owned(),
                ));
            };
            kafka::KafkaOutput::new(config.clone(), servers, Arc::clone(metrics))
                .map(|output| Prepared::Kafka(Box::new(output)))
                .map_err(|problem| (format!("sinks.{}", sink.name), problem))
        }
        SinkKind::Stdout(config) => Ok(Prepared::Lines(lines::LineOutput::stdout(config.encoding))),
        SinkKind::File(config) => lines::LineOutput::file(&config.path, config.encoding)
            .map(Prepared::Lines)
            .map_err(|problem| (format!("sinks.{}.path", sink.name), problem)),
    }
}

/// Delivers batches until the entrance is closed and everything is accepted.
pub(crate) async fn run(
    prepared: &Prepared,
    input: &mut mpsc::Receiver<Batch>,
    metrics: &Arc<ComponentMetrics>,
) {
    match prepared {
        Prepared::Kafka(output) => output.run(input).await,
        Prepared::Lines(output) => output.run(input, metrics).await,
    }
}
