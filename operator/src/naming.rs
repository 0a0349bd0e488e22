//! Names, labels and hashes of the objects that the operator makes.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta, OwnerReference};

/// The field manager of everything that the operator applies.
pub const MANAGER: &str = "kavka-operator";
/// Selects what the operator made.
pub const MANAGED: &str = "app.kubernetes.io/managed-by=kavka-operator";
/// The label that names the Cluster.
pub const CLUSTER_LABEL: &str = "kavka.dev/cluster";
/// The label that names the Pipeline.
pub const PIPELINE_LABEL: &str = "kavka.dev/pipeline";
/// The finalizer of Topics whose topic is deleted with them.
pub const TOPIC_FINALIZER: &str = "kavka.dev/topic";
/// What a pod's configuration hashes to.
pub const CONFIG_HASH: &str = "kavka.dev/config-hash";

/// Labels.
pub type Labels = BTreeMap<String, String>;

/// The object that others are made for.
#[derive(Clone, Debug, PartialEq)]
pub struct Owner {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Points at it.
    pub reference: OwnerReference,
}

impl Owner {
    /// Metadata of an object that belongs to the owner and goes with it.
    pub fn metadata(&self, name: &str, labels: Labels) -> ObjectMeta {
        ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some(self.namespace.clone()),
            labels: Some(labels),
            owner_references: Some(vec![self.reference.clone()]),
            ..ObjectMeta::default()
        }
    }

    /// Whether an object belongs to this very owner, not to one of the same name before it.
    pub fn owns(&self, metadata: &ObjectMeta) -> bool {
        let mut references = metadata.owner_references.iter().flatten();
        references.any(|reference| reference.uid == self.reference.uid)
    }
}

/// The labels that select the pods of a Cluster's brokers.
pub fn broker_labels(cluster: &str) -> Labels {
    labels("kavka-broker", cluster, CLUSTER_LABEL)
}

/// The labels that select the pods of a Pipeline's collectors.
pub fn collector_labels(pipeline: &str) -> Labels {
    labels("kavka-collector", pipeline, PIPELINE_LABEL)
}

fn labels(app: &str, instance: &str, key: &str) -> Labels {
    [
        ("app.kubernetes.io/name", app),
        ("app.kubernetes.io/instance", instance),
        ("app.kubernetes.io/managed-by", MANAGER),
        (key, instance),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}

/// Selects objects by labels.
pub fn selector(labels: Labels) -> LabelSelector {
    LabelSelector {
        match_labels: Some(labels),
        ..LabelSelector::default()
    }
}

/// What clients inside of Kubernetes give as `bootstrap.servers`.
pub fn bootstrap_servers(cluster: &str, namespace: &str) -> String {
    format!("{cluster}-bootstrap.{namespace}.svc:9092")
}

/// A hash that stays the same over versions of compiler and operator (FNV-1a, 64 bits).
pub fn hash(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_never_changes_with_a_new_version() {
        assert_eq!(hash(""), "cbf29ce484222325");
        assert_eq!(hash("a"), "af63dc4c8601ec8c");
    }

    #[test]
    fn an_object_of_an_owner_before_is_not_owned() {
        let owner = |uid: &str| Owner {
            namespace: "ns".to_owned(),
            name: "demo".to_owned(),
            reference: OwnerReference {
                uid: uid.to_owned(),
                ..OwnerReference::default()
            },
        };
        let metadata = owner("new").metadata("x", Labels::new());
        assert!(owner("new").owns(&metadata));
        assert!(!owner("old").owns(&metadata));
    }
}
