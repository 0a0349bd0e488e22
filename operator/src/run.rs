//! The operator's life: wait for the Lease, reconcile, stop.

use std::sync::Arc;
use std::time::Duration;

use futures::future::{join_all, select_all};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::coordination::v1::Lease;
use kube::Client;
use kube::api::Api;
use tokio::signal::unix::{SignalKind, signal};

use crate::context::Context;
use crate::error::ReconcileError;
use crate::kafka::Brokers;
use crate::lease::{Candidate, PERIOD, UNINSTALL};
use crate::observability::{Health, Metrics, serve};
use crate::settings::Settings;
use crate::topic::departure::guard;
use crate::topic::finalizer::release_all;
use crate::watch::controllers;

/// Why the operator ended.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It cannot reach the API server.
    #[error("cannot reach Kubernetes: {0}; does the pod have its ServiceAccount's token?")]
    Kubernetes(#[source] Box<kube::Error>),
    /// It cannot serve its health.
    #[error(transparent)]
    Http(#[from] std::io::Error),
    /// Another one leads now. Two must not act: this one ends.
    #[error("{0}; another operator acts now, so this one ends")]
    LeaseLost(String),
    /// A watch ended, which it never should.
    #[error("a controller ended by itself")]
    ControllerEnded,
    /// The finalizers could not be taken off.
    #[error(transparent)]
    Release(#[from] ReconcileError),
}

impl From<kube::Error> for RunError {
    fn from(error: kube::Error) -> Self {
        Self::Kubernetes(Box::new(error))
    }
}

/// Runs until SIGTERM or until the Lease is lost.
pub async fn run(settings: Settings) -> Result<(), RunError> {
    let client = Client::try_default().await?;
    let (health, metrics) = (Health::default(), Metrics::default());
    let http = serve(settings.http_address, health.clone(), metrics.clone());
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        ended = http => ended.map_err(RunError::from),
        ended = lead(client, settings, &health, metrics) => ended,
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    }
}

/// Holds the Lease and reconciles. Dropping it stops both; the Lease is given back then.
async fn lead(
    client: Client,
    settings: Settings,
    health: &Health,
    metrics: Metrics,
) -> Result<(), RunError> {
    let leases: Api<Lease> = Api::namespaced(client.clone(), &settings.namespace);
    let mut candidate = Candidate::new(leases.clone(), &settings.lease_name, &settings.identity);
    candidate.acquire(|| health.set_ready()).await;
    tracing::info!(namespaces = ?settings.namespaces(), "this operator leads");
    metrics.leads();
    let namespaces = settings.namespaces();
    let context = Context::new(client, Arc::new(Brokers::default()), settings, metrics);
    let mut runs: Vec<_> = namespaces
        .iter()
        .flat_map(|namespace| controllers(&context, namespace))
        .collect();
    for namespace in namespaces {
        let context = context.clone();
        runs.push(Box::pin(async move { guard(&context, &namespace).await }));
    }
    health.set_ready();
    tokio::select! {
        lost = candidate.keep() => Err(RunError::LeaseLost(lost)),
        _ = select_all(runs) => Err(RunError::ControllerEnded),
    }
}

/// What is left to do after SIGTERM: the last operator of all takes its finalizers along, any
/// other gives the Lease back, so that the next one need not wait for its end.
pub async fn step_down(settings: &Settings) {
    let Ok(client) = Client::try_default().await else {
        return;
    };
    if is_removed(&client, settings).await {
        for namespace in settings.namespaces() {
            if let Err(error) = release_all(&client, &namespace).await {
                tracing::warn!(namespace, %error, "cannot let Topics go");
            }
        }
    }
    let leases: Api<Lease> = Api::namespaced(client, &settings.namespace);
    let candidate = Candidate::new(leases, &settings.lease_name, &settings.identity);
    if let Err(error) = candidate.release().await {
        tracing::debug!(%error, "the lease was not given back");
    }
}

/// Whether the operator's own Deployment is gone or on its way out, so that no other follows.
async fn is_removed(client: &Client, settings: &Settings) -> bool {
    let Some(name) = &settings.deployment else {
        return false;
    };
    let api: Api<Deployment> = Api::namespaced(client.clone(), &settings.namespace);
    match api.get_opt(name).await {
        Ok(Some(found)) => found.metadata.deletion_timestamp.is_some(),
        Ok(None) => true,
        Err(error) => {
            tracing::debug!(%error, "cannot look at the operator's own Deployment");
            false
        }
    }
}

/// Takes leadership away from a running operator, then its finalizers off every Topic.
pub async fn release_finalizers(settings: &Settings) -> Result<(), RunError> {
    let client = Client::try_default().await?;
    let leases: Api<Lease> = Api::namespaced(client.clone(), &settings.namespace);
    let candidate = Candidate::new(leases, &settings.lease_name, UNINSTALL);
    candidate.hand_over(UNINSTALL).await?;
    // The leader looks at the Lease every period and ends when it is another's.
    tokio::time::sleep(PERIOD * 2 + Duration::from_secs(1)).await;
    let namespaces = settings.namespaces();
    let released = join_all(namespaces.iter().map(|name| release_all(&client, name))).await;
    for (namespace, released) in namespaces.iter().zip(released) {
        let count = released?;
        tracing::info!(namespace, count, "took the operator's finalizer off Topics");
    }
    Ok(())
}
