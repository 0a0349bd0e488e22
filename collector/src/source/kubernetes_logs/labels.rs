//! Pods' labels, by a watch on the pods of the collector's own node.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use futures::StreamExt as _;
use k8s_openapi::api::core::v1::Pod;
use kube::core::PartialObjectMeta;
use kube::runtime::{WatchStreamExt as _, watcher};
use kube::{Api, Client, Config, ResourceExt as _};
use tokio::task::AbortHandle;

use crate::source::SourceContext;

/// Knows pods' labels.
pub(crate) trait PodLabels: Send + Sync {
    /// The labels of a pod; `None` when they are not known (yet).
    fn labels(&self, namespace: &str, pod: &str) -> Option<BTreeMap<String, String>>;

    /// Whether it is worth a little waiting for them.
    fn may_come(&self) -> bool;
}

/// Where no labels are wanted.
pub(crate) struct NoLabels;

impl PodLabels for NoLabels {
    fn labels(&self, _: &str, _: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    fn may_come(&self) -> bool {
        false
    }
}

type Known = HashMap<(String, String), BTreeMap<String, String>>;

#[derive(Default)]
struct Shared {
    known: RwLock<Known>,
    refused: AtomicBool,
}

/// Labels from the API server. Without it, or without the right to ask it, there are none, which
/// is logged and counted; the logs are read all the same.
pub(crate) struct ApiLabels {
    shared: Arc<Shared>,
    hopeful: bool,
    watches: Vec<AbortHandle>,
}

impl Drop for ApiLabels {
    fn drop(&mut self) {
        self.watches.iter().for_each(AbortHandle::abort);
    }
}

impl ApiLabels {
    /// Begins to watch, one namespace after the other, or all when there are none.
    pub(crate) fn start(namespaces: Option<Vec<String>>, context: &SourceContext) -> Self {
        let shared = Arc::new(Shared::default());
        context.metrics.labels_available(false);
        let config = match Config::incluster() {
            Ok(config) => config,
            Err(error) => {
                tracing::warn!(
                    component = &*context.name,
                    %error,
                    "labels are left out: this is no pod of a cluster, or its token is missing; \
                     write labels: false to be spared this line"
                );
                return Self {
                    shared,
                    hopeful: false,
                    watches: Vec::new(),
                };
            }
        };
        let scopes: Vec<Option<String>> = match namespaces {
            None => vec![None],
            Some(names) => names.into_iter().map(Some).collect(),
        };
        let watches = scopes
            .into_iter()
            .map(|scope| {
                let watch = watch(config.clone(), scope, Arc::clone(&shared), context.clone());
                tokio::spawn(watch).abort_handle()
            })
            .collect();
        Self {
            shared,
            hopeful: true,
            watches,
        }
    }
}

impl PodLabels for ApiLabels {
    fn labels(&self, namespace: &str, pod: &str) -> Option<BTreeMap<String, String>> {
        let known = self
            .shared
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        known.get(&(namespace.to_owned(), pod.to_owned())).cloned()
    }

    fn may_come(&self) -> bool {
        self.hopeful && !self.shared.refused.load(Ordering::Relaxed)
    }
}

async fn watch(
    config: Config,
    namespace: Option<String>,
    shared: Arc<Shared>,
    context: SourceContext,
) {
    let client = match Client::try_from(config) {
        Ok(client) => client,
        Err(error) => {
            tracing::warn!(component = &*context.name, %error, "labels are left out");
            return;
        }
    };
    let api: Api<PartialObjectMeta<Pod>> = match &namespace {
        Some(namespace) => Api::namespaced(client, namespace),
        None => Api::all(client),
    };
    let mut selection = watcher::Config::default();
    if let Some(node) = &context.environment.node_name {
        selection = selection.fields(&format!("spec.nodeName={node}"));
    }
    let mut events = std::pin::pin!(watcher(api, selection).default_backoff());
    let mut listed = Known::new();
    while let Some(event) = events.next().await {
        match event {
            Ok(event) => {
                shared.refused.store(false, Ordering::Relaxed);
                context.metrics.labels_available(true);
                apply(&shared, &mut listed, namespace.as_deref(), event);
            }
            Err(error) => {
                shared.refused.store(true, Ordering::Relaxed);
                context.metrics.labels_available(false);
                if context.metrics.may_warn() {
                    tracing::warn!(
                        component = &*context.name,
                        namespace = namespace.as_deref().unwrap_or("all"),
                        %error,
                        "pods cannot be watched, labels are left out until they can; the \
                         collector's service account needs list and watch on pods there"
                    );
                }
            }
        }
    }
}

/// Takes over one event. A new listing replaces what was known of the watched namespace.
fn apply(
    shared: &Shared,
    listed: &mut Known,
    namespace: Option<&str>,
    event: watcher::Event<PartialObjectMeta<Pod>>,
) {
    let mut known = shared.known.write().unwrap_or_else(PoisonError::into_inner);
    let key = |pod: &PartialObjectMeta<Pod>| (pod.namespace().unwrap_or_default(), pod.name_any());
    match event {
        watcher::Event::Init => listed.clear(),
        watcher::Event::InitApply(pod) => {
            known.insert(key(&pod), pod.labels().clone());
            listed.insert(key(&pod), BTreeMap::new());
        }
        watcher::Event::InitDone => {
            known.retain(|key, _| {
                listed.contains_key(key) || namespace.is_some_and(|watched| *watched != *key.0)
            });
            listed.clear();
        }
        watcher::Event::Apply(pod) => {
            known.insert(key(&pod), pod.labels().clone());
        }
        watcher::Event::Delete(pod) => {
            known.remove(&key(&pod));
        }
    }
}
