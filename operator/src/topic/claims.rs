//! Which of several manifests speaks for a topic.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kavka_crds::Topic;
use kavka_crds::plan::{Claim, winner};
use kube::api::ListParams;
use kube::core::DynamicObject;
use kube::runtime::reflector::Store;
use kube::{Client, ResourceExt};

use super::finalizer::bears;
use crate::apply::{erased, parse};
use crate::error::ReconcileError;

/// The Topics that the watches know, by namespace: looking for rivals asks nobody.
#[derive(Default)]
pub struct KnownTopics(Mutex<HashMap<String, Store<DynamicObject>>>);

impl KnownTopics {
    /// From now on a namespace's Topics are found in this store.
    pub fn keep(&self, namespace: &str, store: Store<DynamicObject>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(namespace.to_owned(), store);
    }

    /// Whether any Topic of a namespace bears the operator's finalizer.
    pub fn any_bears_finalizer(&self, namespace: &str) -> bool {
        let known = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(namespace)
            .cloned();
        known.is_some_and(|store| store.state().iter().any(|topic| bears(&topic.metadata)))
    }

    /// The other manifests for the same topic of the same Cluster.
    pub async fn rivals(
        &self,
        client: &Client,
        topic: &Topic,
    ) -> Result<Vec<Topic>, ReconcileError> {
        let namespace = topic.namespace().unwrap_or_default();
        let known = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&namespace)
            .cloned();
        if let Some(store) = known {
            let all = store.state();
            let claiming = all.iter().filter(|object| claims(object, topic));
            return Ok(claiming.filter_map(|object| parse(object).ok()).collect());
        }
        let api = erased::<Topic>(client, &namespace);
        let all =
            api.list(&ListParams::default())
                .await
                .map_err(|source| ReconcileError::Read {
                    what: "Topics".to_owned(),
                    source: Box::new(source),
                })?;
        let claiming = all.items.iter().filter(|object| claims(object, topic));
        Ok(claiming.filter_map(|object| parse(object).ok()).collect())
    }
}

/// Whether an object that was not parsed claims the same topic: parsing thousands to find none
/// would cost more than all the rest.
fn claims(object: &DynamicObject, topic: &Topic) -> bool {
    let field = |path: &str| object.data.pointer(path).and_then(|value| value.as_str());
    let name = field("/spec/topicName").or(object.metadata.name.as_deref());
    name == Some(topic.kafka_name()) && field("/spec/cluster") == Some(&topic.spec.cluster)
}

/// A manifest's claim to its topic.
pub fn claim(topic: &Topic) -> Claim {
    let made = topic.metadata.creation_timestamp.as_ref();
    Claim {
        since: made.map_or(i64::MAX, |time| time.0.as_second()),
        manifest: topic.metadata.name.clone().unwrap_or_default(),
    }
}

/// The older manifest that speaks for the same topic of the same Cluster, if there is one. A
/// manifest on its way out claims nothing any more.
pub fn older<'a>(topic: &Topic, all: impl Iterator<Item = &'a Topic>) -> Option<Claim> {
    let rivals = all.filter(|other| {
        other.spec.cluster == topic.spec.cluster
            && other.kafka_name() == topic.kafka_name()
            && other.metadata.name != topic.metadata.name
            && other.metadata.deletion_timestamp.is_none()
    });
    let own = claim(topic);
    let claims: Vec<_> = rivals.map(claim).chain([own.clone()]).collect();
    winner(&claims).filter(|first| **first != own).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(name: &str, kafka: &str, made: &str) -> Topic {
        serde_yaml::from_str(&format!(
            "{{metadata: {{name: {name}, creationTimestamp: '{made}'}}, \
             spec: {{cluster: demo, topicName: {kafka}}}}}"
        ))
        .unwrap()
    }

    #[test]
    fn the_oldest_manifest_speaks_for_the_topic() {
        let first = topic("z", "orders", "2026-01-01T00:00:00Z");
        let second = topic("a", "orders", "2026-01-02T00:00:00Z");
        let other = topic("b", "payments", "2025-01-01T00:00:00Z");
        let all = [first.clone(), second.clone(), other];
        assert_eq!(older(&first, all.iter()), None);
        assert_eq!(older(&second, all.iter()).unwrap().manifest, "z");
    }

    #[test]
    fn a_manifest_on_its_way_out_claims_nothing() {
        let mut first = topic("z", "orders", "2026-01-01T00:00:00Z");
        first.metadata.deletion_timestamp = first.metadata.creation_timestamp.clone();
        let second = topic("a", "orders", "2026-01-02T00:00:00Z");
        assert_eq!(older(&second, [first, second.clone()].iter()), None);
    }
}
