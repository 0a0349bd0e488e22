//! One pass over a Topic: observe the topic, plan, make the calls, say how it is.

use std::time::Duration;

use kavka_crds::plan::{DesiredTopic, ObservedTopic, TopicCall, plan_topic, removal};
use kavka_crds::{Cluster, DeletionPolicy, Refusal, Topic, TopicStatus};
use kube::ResourceExt;

use super::claims::older;
use super::finalizer::{FinalizerStep, bears, step, write};
use crate::apply::find;
use crate::condition::Verdict;
use crate::context::Mood;
use crate::controller::{Pass, Reconciled};
use crate::error::ReconcileError;
use crate::kafka::KafkaError;
use crate::naming::bootstrap_servers;

/// A Cluster that is not there yet is looked for so often, beside the watch.
const CLUSTER_WAIT: Duration = Duration::from_secs(30);

/// One pass over a Topic.
pub async fn reconcile(pass: &Pass<'_, Topic>) -> Result<Reconciled<Topic>, ReconcileError> {
    let topic = pass.object;
    let client = &pass.context.client;
    let cluster: Option<Cluster> = find(client, &pass.owner.namespace, &topic.spec.cluster).await?;
    if topic.metadata.deletion_timestamp.is_some() {
        return leave(pass, cluster.as_ref()).await;
    }
    let rivals = pass.context.topics.rivals(client, topic).await?;
    if let Some(older) = older(topic, rivals.iter()) {
        let refusal = older.refuse(topic.kafka_name());
        // Whoever does not speak for the topic must not take it along when it goes.
        if bears(&topic.metadata) {
            write(client, &topic.metadata, FinalizerStep::Remove).await?;
        }
        return Ok(Reconciled::refused(&[refusal], status(topic, None)));
    }
    if !pass.context.departures.is_leaving(&pass.owner.namespace) {
        write(client, &topic.metadata, step(topic)).await?;
    }
    let Some(cluster) = cluster else {
        let message = format!(
            "spec.cluster is {:?}: there is no such Cluster in namespace {}; make it, or name \
             another",
            topic.spec.cluster, pass.owner.namespace
        );
        let verdict = Verdict::progressing("ClusterNotFound", message);
        return Ok(Reconciled::done(verdict, status(topic, None)).again_in(CLUSTER_WAIT));
    };
    if !serves(&cluster) {
        let message = format!("Cluster {} does not serve yet", cluster.name_any());
        let verdict = Verdict::progressing("ClusterNotReady", message);
        return Ok(Reconciled::done(verdict, status(topic, None)).again_in(CLUSTER_WAIT));
    }
    carry_out(pass).await
}

/// Whether any broker of the Cluster answers.
fn serves(cluster: &Cluster) -> bool {
    cluster
        .status
        .as_ref()
        .is_some_and(|status| status.ready_brokers > 0)
}

async fn carry_out(pass: &Pass<'_, Topic>) -> Result<Reconciled<Topic>, ReconcileError> {
    let (topic, kafka) = (pass.object, &pass.context.kafka);
    let address = bootstrap_servers(&topic.spec.cluster, &pass.owner.namespace);
    let desired = DesiredTopic::of(topic);
    let mut observed = kafka.observe(&address, &desired.name).await?;
    let plan = plan_topic(&desired, observed.as_ref());
    let mut refusals = plan.refusals;
    let mut changed = false;
    for call in &plan.calls {
        if matches!(call, TopicCall::Create { .. }) && was_there(topic) {
            let note = format!("topic {} was gone and is made again, empty", desired.name);
            pass.tell(Mood::Warning, "TopicRecreated", &note).await;
        }
        match kafka.carry_out(&address, call).await {
            Ok(()) => {
                changed = true;
                pass.tell(Mood::Normal, "TopicChanged", &call.to_string())
                    .await;
            }
            Err(KafkaError::Refused { call, answer }) => {
                let message = format!("the brokers refuse to {call}: {answer}; correct the spec");
                refusals.push(Refusal::new("BrokersRefuse", message));
            }
            Err(error) => return Err(error.into()),
        }
    }
    if changed {
        observed = kafka.observe(&address, &desired.name).await?;
    }
    let status = status(topic, observed.as_ref());
    let verdict = match (Verdict::refused(&refusals), &observed) {
        (Some(refused), _) => refused,
        (None, Some(observed)) => Verdict::ready(format!(
            "{} has {} partitions",
            desired.name, observed.partitions
        )),
        // The brokers took the call; the metadata follow.
        (None, None) => {
            let message = format!("topic {} is being made", desired.name);
            let verdict = Verdict::progressing("TopicStarting", message);
            return Ok(Reconciled::done(verdict, status).again_in(Duration::from_secs(1)));
        }
    };
    Ok(Reconciled::done(verdict, status))
}

fn was_there(topic: &Topic) -> bool {
    topic
        .status
        .as_ref()
        .is_some_and(|status| status.topic_id.is_some())
}

/// A Topic on its way out: its topic goes with it where the manifest says so and the brokers are
/// still there.
async fn leave(
    pass: &Pass<'_, Topic>,
    cluster: Option<&Cluster>,
) -> Result<Reconciled<Topic>, ReconcileError> {
    let topic = pass.object;
    if !bears(&topic.metadata) {
        return Ok(Reconciled::nothing());
    }
    let leaving = pass.context.departures.is_leaving(&pass.owner.namespace);
    let cluster =
        cluster.filter(|cluster| cluster.metadata.deletion_timestamp.is_none() && !leaving);
    match (topic.spec.deletion_policy, cluster) {
        (DeletionPolicy::Delete, Some(_)) => {
            let address = bootstrap_servers(&topic.spec.cluster, &pass.owner.namespace);
            pass.context
                .kafka
                .delete(&address, topic.kafka_name())
                .await?;
            pass.tell(Mood::Normal, "TopicDeleted", &removal(topic).to_string())
                .await;
        }
        (DeletionPolicy::Delete, None) => {
            let note = format!(
                "topic {} cannot be deleted: Cluster {} is gone; its records stay on the \
                 Cluster's volumes",
                topic.kafka_name(),
                topic.spec.cluster
            );
            pass.tell(Mood::Warning, "ClusterGone", &note).await;
        }
        (DeletionPolicy::Retain, _) => {}
    }
    write(&pass.context.client, &topic.metadata, FinalizerStep::Remove).await?;
    Ok(Reconciled::nothing())
}

fn status(topic: &Topic, observed: Option<&ObservedTopic>) -> TopicStatus {
    let before = topic.status.clone().unwrap_or_default();
    let base = TopicStatus {
        observed_generation: topic.metadata.generation,
        topic_name: Some(topic.kafka_name().to_owned()),
        ..before
    };
    match observed {
        Some(observed) => TopicStatus {
            topic_id: Some(observed.topic_id.clone()),
            partitions: Some(observed.partitions),
            replicas: Some(i32::from(observed.replicas)),
            ..base
        },
        None => base,
    }
}
