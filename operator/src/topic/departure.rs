//! Namespaces that are being deleted. Kubernetes waits five seconds before it empties one, then
//! takes Topics and the operator's own rights away in any order: a finalizer that is still there
//! by then would hold the namespace back for ever. So it is looked for all the time while there
//! is a finalizer, and taken off at once.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use k8s_openapi::api::core::v1::Namespace;
use kube::api::Api;

use super::finalizer::release_all;
use crate::context::Context;

/// How often a namespace with finalizers is looked at: well below Kubernetes' five seconds.
const PERIOD: Duration = Duration::from_secs(1);

/// The namespaces that are being deleted.
#[derive(Default)]
pub struct Departures(Mutex<HashSet<String>>);

impl Departures {
    /// Whether a namespace is being deleted: no finalizer is put there any more.
    pub fn is_leaving(&self, namespace: &str) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(namespace)
    }

    fn leaves(&self, namespace: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(namespace.to_owned());
    }

    fn stays(&self, namespace: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(namespace);
    }
}

/// Watches over one namespace until it is dropped.
pub async fn guard(context: &Context, namespace: &str) {
    loop {
        tokio::time::sleep(PERIOD).await;
        if context.topics.any_bears_finalizer(namespace) {
            look(context, namespace).await;
        }
    }
}

/// Takes the finalizers off where the namespace is being deleted.
pub async fn look(context: &Context, namespace: &str) {
    let namespaces: Api<Namespace> = Api::all(context.client.clone());
    match namespaces.get(namespace).await {
        Ok(found) if found.metadata.deletion_timestamp.is_some() => {
            context.departures.leaves(namespace);
            match release_all(&context.client, namespace).await {
                Ok(count) => tracing::info!(namespace, count, "the namespace goes: Topics let go"),
                Err(error) => tracing::warn!(namespace, %error, "cannot let Topics go"),
            }
        }
        Ok(_) => context.departures.stays(namespace),
        Err(error) => tracing::debug!(namespace, %error, "cannot look at the namespace"),
    }
}
