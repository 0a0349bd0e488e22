//! One pass over a Cluster: observe, validate, plan, apply, say how it is.

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolumeClaim, Pod, Service};
use kavka_crds::{Cluster, Refusal};
use kube::ResourceExt;
use kube::api::{Api, Patch, PatchParams};
use serde_json::json;

use super::config_map::config_map;
use super::disruption_budget::disruption_budget;
use super::roll::{RollStep, broker_pods, next_step};
use super::services::{Outside, bootstrap, headless, node_port_of, outside};
use super::stateful_set::{stateful_set, template_size};
use super::status::{Observed, known_ports, ready_brokers, status, verdict};
use super::{NodePorts, NodePortsByListener, ValidCluster, storage};
use crate::apply::{apply, delete, delete_orphans, find, list};
use crate::context::{Context, Mood};
use crate::controller::{Pass, Reconciled};
use crate::error::ReconcileError;
use crate::naming::{CLUSTER_LABEL, MANAGER, bootstrap_servers};

/// One pass over a Cluster.
pub async fn reconcile(pass: &Pass<'_, Cluster>) -> Result<Reconciled<Cluster>, ReconcileError> {
    let cluster = pass.object.clone();
    if cluster.metadata.deletion_timestamp.is_some() {
        return Ok(Reconciled::nothing());
    }
    let parsed = ValidCluster::parse(
        pass.owner.clone(),
        cluster,
        pass.context.settings.images.clone(),
    );
    match parsed {
        Ok(valid) => reconcile_valid(pass, &valid).await,
        Err(refusals) => Ok(Reconciled::refused(&refusals, refused_status(pass).await?)),
    }
}

/// A Cluster that cannot be had changes nothing that runs; what runs is still counted.
async fn refused_status(
    pass: &Pass<'_, Cluster>,
) -> Result<kavka_crds::ClusterStatus, ReconcileError> {
    let owner = &pass.owner;
    let pods: Vec<Pod> = list(
        &pass.context.client,
        &owner.namespace,
        CLUSTER_LABEL,
        &owner.name,
    )
    .await?;
    Ok(kavka_crds::ClusterStatus {
        observed_generation: pass.object.metadata.generation,
        ready_brokers: ready_brokers(&pods),
        ..pass.object.status.clone().unwrap_or_default()
    })
}

async fn reconcile_valid(
    pass: &Pass<'_, Cluster>,
    cluster: &ValidCluster,
) -> Result<Reconciled<Cluster>, ReconcileError> {
    let (context, owner) = (pass.context, &cluster.owner);
    let client = &context.client;
    let ports = apply_services(context, cluster).await?;
    apply::<ConfigMap>(client, &config_map(cluster, &ports)).await?;
    let before: Option<StatefulSet> =
        find(client, &owner.namespace, &cluster.broker_name()).await?;
    let size = before.as_ref().and_then(template_size);
    let set = apply(client, &stateful_set(cluster, size.as_deref())).await?;
    apply(client, &disruption_budget(cluster)).await?;
    let refusals = grow_storage(context, cluster).await?;
    let pods: Vec<Pod> = list(client, &owner.namespace, CLUSTER_LABEL, &owner.name).await?;
    let pods: Vec<Pod> = pods.into_iter().filter(|pod| belongs(&set, pod)).collect();
    let roll = roll(pass, &set, &pods).await?;
    let observed = Observed {
        pods: &pods,
        ports: &ports,
        roll: &roll,
        refusals: &refusals,
    };
    let mut status = status(cluster, &observed);
    if status.ready_brokers > 0 {
        learn_cluster_id(pass, &mut status).await;
    }
    Ok(Reconciled::done(verdict(cluster, &observed), status))
}

fn belongs(set: &StatefulSet, pod: &Pod) -> bool {
    let mut owners = pod.metadata.owner_references.iter().flatten();
    owners.any(|owner| Some(&owner.uid) == set.metadata.uid.as_ref())
}

async fn apply_services(
    context: &Context,
    cluster: &ValidCluster,
) -> Result<NodePortsByListener, ReconcileError> {
    let client = &context.client;
    let mut wanted = Vec::new();
    for service in [headless(cluster), bootstrap(cluster)] {
        wanted.push(service.name_any());
        apply(client, &service).await?;
    }
    let known = known_ports(cluster.cluster.status.as_ref());
    let mut got = NodePortsByListener::new();
    for Outside {
        listener,
        bootstrap,
        brokers,
    } in outside(cluster, &known)
    {
        wanted.push(bootstrap.name_any());
        let mut ports = NodePorts {
            bootstrap: node_port_of(&apply(client, &bootstrap).await?).unwrap_or_default(),
            brokers: Vec::new(),
        };
        for service in brokers {
            wanted.push(service.name_any());
            let applied = apply(client, &service).await?;
            ports
                .brokers
                .push(node_port_of(&applied).unwrap_or_default());
        }
        got.insert(listener, ports);
    }
    delete_orphans::<Service>(client, &cluster.owner, CLUSTER_LABEL, &wanted).await?;
    Ok(got)
}

async fn grow_storage(
    context: &Context,
    cluster: &ValidCluster,
) -> Result<Vec<Refusal>, ReconcileError> {
    if cluster.cluster.spec.storage.is_none() {
        return Ok(Vec::new());
    }
    let (client, owner) = (&context.client, &cluster.owner);
    let claims: Vec<PersistentVolumeClaim> =
        list(client, &owner.namespace, CLUSTER_LABEL, &owner.name).await?;
    let plan = storage::plan(&cluster.cluster, &claims);
    let mut refusals: Vec<_> = plan.refusal.into_iter().collect();
    let api: Api<PersistentVolumeClaim> = Api::namespaced(client.clone(), &owner.namespace);
    for claim in plan.grow {
        let size = json!({"spec": {"resources": {"requests": {"storage": plan.size}}}});
        let params = PatchParams {
            field_manager: Some(MANAGER.to_owned()),
            ..PatchParams::default()
        };
        match api.patch(&claim, &params, &Patch::Merge(&size)).await {
            Ok(_) => {}
            Err(kube::Error::Api(status)) if status.is_forbidden() || status.is_invalid() => {
                refusals.push(storage::growth_refused(&claim, &plan.size, &status.message));
            }
            Err(source) => {
                let what = format!("PersistentVolumeClaim {claim}");
                return Err(ReconcileError::Write {
                    what,
                    source: Box::new(source),
                });
            }
        }
    }
    Ok(refusals)
}

async fn roll(
    pass: &Pass<'_, Cluster>,
    set: &StatefulSet,
    pods: &[Pod],
) -> Result<RollStep, ReconcileError> {
    let Some(brokers) = broker_pods(set, pods) else {
        return Ok(match pods {
            [] => RollStep::Done,
            _ => RollStep::Wait("the StatefulSet's newest form is being taken in".to_owned()),
        });
    };
    let step = next_step(&brokers, pass.object.spec.brokers);
    if let RollStep::Restart(name) = &step
        && let Some(pod) = pods.iter().find(|pod| pod.name_any() == *name)
    {
        delete::<Pod>(&pass.context.client, &pod.metadata).await?;
        pass.context.metrics.restarted();
        let note = format!("broker {name} is restarted with its changed configuration");
        pass.tell(Mood::Normal, "BrokerRestarted", &note).await;
    }
    Ok(step)
}

/// Asks the brokers for the cluster's id. A changed id means that the cluster was born again on
/// an empty disk: its records are not those that were there before, and somebody should know.
async fn learn_cluster_id(pass: &Pass<'_, Cluster>, status: &mut kavka_crds::ClusterStatus) {
    let address = bootstrap_servers(&pass.owner.name, &pass.owner.namespace);
    match pass.context.kafka.cluster_id(&address).await {
        Ok(id) if status.cluster_id.as_ref() == Some(&id) => {}
        Ok(id) => {
            if let Some(before) = &status.cluster_id {
                let note = format!(
                    "the cluster's id was {before} and is {id}: the brokers found empty disks; \
                     bring the volumes back if their records are missed"
                );
                pass.tell(Mood::Warning, "ClusterIdChanged", &note).await;
            }
            status.cluster_id = Some(id);
        }
        Err(error) => tracing::debug!(%error, "the cluster's id is not known yet"),
    }
}
