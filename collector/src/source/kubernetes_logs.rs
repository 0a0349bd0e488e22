//! The source `kubernetes_logs`: follows the logs of the node's containers.

mod cri;
mod decoder;
mod folder;
mod labels;

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use kavka_pipeline::{KubernetesLogsSource, Namespaces};

use self::folder::PodLogs;
use self::labels::{ApiLabels, NoLabels, PodLabels};
use super::SourceContext;
use super::tail::TailOptions;

/// Where a pod finds the namespace that it runs in.
const NAMESPACE_FILE: &str = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/// Runs the source on a thread of its own.
pub(crate) async fn run(config: KubernetesLogsSource, context: SourceContext) {
    let options = TailOptions {
        read_from: config.read_from,
        max_line_bytes: usize::try_from(config.max_line_bytes).unwrap_or(usize::MAX),
        glob_interval: config.glob_interval,
        rotate_wait: Duration::from_secs(5),
    };
    let own = context.environment.pod_namespace.clone().or_else(|| {
        fs::read_to_string(NAMESPACE_FILE)
            .ok()
            .map(|text| text.trim().to_owned())
    });
    let namespaces = match (&config.namespaces, own) {
        (Namespaces::All, _) => None,
        (Namespaces::Own, Some(own)) => Some(vec![own]),
        (Namespaces::Own, None) => {
            tracing::error!(
                component = &*context.name,
                "the own namespace is unknown, nothing is read; set POD_NAMESPACE, or write \
                 namespaces: all"
            );
            context.metrics.error("own namespace unknown");
            context.stop.cancelled().await;
            return;
        }
        (Namespaces::List(names), own) => Some(
            names
                .iter()
                .filter_map(|name| {
                    if name == "own" {
                        own.clone()
                    } else {
                        Some(name.clone())
                    }
                })
                .collect(),
        ),
    };
    let labels: Arc<dyn PodLabels> = if config.labels {
        Arc::new(ApiLabels::start(namespaces.clone(), &context))
    } else {
        Arc::new(NoLabels)
    };
    let format = PodLogs::new(config, namespaces, labels, context.clone());
    super::file::follow(format, options, context).await;
}
