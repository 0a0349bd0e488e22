//! The finalizer of Topics whose topic is deleted with them. Only `deletionPolicy: Delete` sets
//! it: without it nothing holds a Topic back, whether an operator runs or not.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kavka_crds::{DeletionPolicy, Topic};
use kube::Client;
use kube::api::{ListParams, Patch, PatchParams};
use serde_json::json;

use crate::apply::erased;
use crate::error::ReconcileError;
use crate::naming::TOPIC_FINALIZER;

/// What to do about the finalizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalizerStep {
    /// It is as it should be.
    Keep,
    /// Put it there.
    Add,
    /// Take it off.
    Remove,
}

/// Whether a Topic bears the operator's finalizer.
pub fn bears(topic: &ObjectMeta) -> bool {
    topic
        .finalizers
        .iter()
        .flatten()
        .any(|name| name == TOPIC_FINALIZER)
}

/// What to do about the finalizer of a Topic that is not on its way out.
pub fn step(topic: &Topic) -> FinalizerStep {
    match (topic.spec.deletion_policy, bears(&topic.metadata)) {
        (DeletionPolicy::Delete, false) => FinalizerStep::Add,
        (DeletionPolicy::Retain, true) => FinalizerStep::Remove,
        _ => FinalizerStep::Keep,
    }
}

/// Puts the finalizer there or takes it off. Others' finalizers stay.
pub async fn write(
    client: &Client,
    topic: &ObjectMeta,
    step: FinalizerStep,
) -> Result<(), ReconcileError> {
    let mut finalizers: Vec<String> = topic.finalizers.clone().unwrap_or_default();
    match step {
        FinalizerStep::Keep => return Ok(()),
        FinalizerStep::Add => finalizers.push(TOPIC_FINALIZER.to_owned()),
        FinalizerStep::Remove => finalizers.retain(|name| name != TOPIC_FINALIZER),
    }
    let name = topic.name.clone().unwrap_or_default();
    let api = erased::<Topic>(client, topic.namespace.as_deref().unwrap_or_default());
    // The resource version goes with it: another's finalizer that came meanwhile is not lost.
    let patch = json!({"metadata": {
        "finalizers": finalizers,
        "resourceVersion": topic.resource_version,
    }});
    match api
        .patch(&name, &PatchParams::default(), &Patch::Merge(&patch))
        .await
    {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
        Err(source) => Err(ReconcileError::Write {
            what: format!("the finalizer of Topic {name}"),
            source: Box::new(source),
        }),
    }
}

/// Takes the finalizer off every Topic of a namespace; their topics stay. For the day on which
/// the operator is removed.
pub async fn release_all(client: &Client, namespace: &str) -> Result<usize, ReconcileError> {
    let api = erased::<Topic>(client, namespace);
    let all = match api.list(&ListParams::default()).await {
        Ok(all) => all.items,
        // No CRD, no Topics.
        Err(kube::Error::Api(status)) if status.is_not_found() => return Ok(0),
        Err(source) => {
            let what = format!("the Topics of namespace {namespace}");
            return Err(ReconcileError::Read {
                what,
                source: Box::new(source),
            });
        }
    };
    let mut released = 0;
    for topic in all.iter().filter(|topic| bears(&topic.metadata)) {
        write(client, &topic.metadata, FinalizerStep::Remove).await?;
        released += 1;
    }
    Ok(released)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(policy: &str, finalizers: &str) -> Topic {
        serde_yaml::from_str(&format!(
            "{{metadata: {{name: t, finalizers: [{finalizers}]}}, \
             spec: {{cluster: demo, deletionPolicy: {policy}}}}}"
        ))
        .unwrap()
    }

    #[test]
    fn only_a_topic_that_is_deleted_with_its_manifest_is_held_back() {
        assert_eq!(step(&topic("Retain", "")), FinalizerStep::Keep);
        assert_eq!(step(&topic("Delete", "")), FinalizerStep::Add);
        assert_eq!(step(&topic("Delete", TOPIC_FINALIZER)), FinalizerStep::Keep);
        assert_eq!(
            step(&topic("Retain", TOPIC_FINALIZER)),
            FinalizerStep::Remove
        );
    }
}
