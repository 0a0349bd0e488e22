//! One pass over a Pipeline: validate, plan, apply, say how it is.

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment};
use k8s_openapi::api::core::v1::{Pod, Service, ServiceAccount};
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use kavka_crds::{Cluster, Pipeline, PipelineStatus, Workload};
use kube::ResourceExt;

use super::ValidPipeline;
use super::access::{Access, access, role, role_binding, service_account};
use super::config_map::config_map;
use super::services::services;
use super::status::verdict;
use super::workload::{Counts, daemon_set, daemon_set_counts, deployment, deployment_counts};
use crate::apply::{apply, delete_orphans, find, list};
use crate::condition::Verdict;
use crate::context::Context;
use crate::controller::{Pass, Reconciled};
use crate::error::ReconcileError;
use crate::naming::PIPELINE_LABEL;

/// One pass over a Pipeline. One that cannot run changes nothing that runs.
pub async fn reconcile(pass: &Pass<'_, Pipeline>) -> Result<Reconciled<Pipeline>, ReconcileError> {
    let pipeline = pass.object.clone();
    if pipeline.metadata.deletion_timestamp.is_some() {
        return Ok(Reconciled::nothing());
    }
    let settings = pass.context.settings.clone();
    let valid = match ValidPipeline::parse(pass.owner.clone(), pipeline, settings) {
        Ok(valid) => valid,
        Err(refusals) => return Ok(Reconciled::refused(&refusals, refused_status(pass))),
    };
    apply_access(pass.context, &valid).await?;
    apply(&pass.context.client, &config_map(&valid)).await?;
    apply_services(pass.context, &valid).await?;
    let counts = apply_workload(pass.context, &valid).await?;
    let status = PipelineStatus {
        conditions: Vec::new(),
        observed_generation: pass.object.metadata.generation,
        ready_nodes: counts.ready,
        desired_nodes: counts.desired,
    };
    Ok(Reconciled::done(judge(pass, counts).await?, status))
}

fn refused_status(pass: &Pass<'_, Pipeline>) -> PipelineStatus {
    PipelineStatus {
        observed_generation: pass.object.metadata.generation,
        ..pass.object.status.clone().unwrap_or_default()
    }
}

async fn judge(pass: &Pass<'_, Pipeline>, counts: Counts) -> Result<Verdict, ReconcileError> {
    let (client, owner) = (&pass.context.client, &pass.owner);
    if let Some(cluster) = &pass.object.spec.cluster
        && find::<Cluster>(client, &owner.namespace, cluster)
            .await?
            .is_none()
    {
        let message = format!(
            "spec.cluster is {cluster:?}: there is no such Cluster in namespace {}; make it, or \
             name another",
            owner.namespace
        );
        return Ok(Verdict::progressing("ClusterNotFound", message));
    }
    let all_run = counts.current && counts.ready >= counts.desired;
    let pods: Vec<Pod> = if all_run {
        Vec::new()
    } else {
        list(client, &owner.namespace, PIPELINE_LABEL, &owner.name).await?
    };
    Ok(verdict(counts, &pods))
}

async fn apply_access(context: &Context, pipeline: &ValidPipeline) -> Result<(), ReconcileError> {
    let client = &context.client;
    let wanted = match access(pipeline) {
        Access::Own => {
            apply(client, &service_account(pipeline)).await?;
            apply(client, &role(pipeline)).await?;
            apply(client, &role_binding(pipeline)).await?;
            vec![pipeline.collector_name()]
        }
        Access::Nobody | Access::Shared(_) => Vec::new(),
    };
    let owner = &pipeline.owner;
    delete_orphans::<RoleBinding>(client, owner, PIPELINE_LABEL, &wanted).await?;
    delete_orphans::<Role>(client, owner, PIPELINE_LABEL, &wanted).await?;
    delete_orphans::<ServiceAccount>(client, owner, PIPELINE_LABEL, &wanted).await
}

async fn apply_services(context: &Context, pipeline: &ValidPipeline) -> Result<(), ReconcileError> {
    let mut wanted = Vec::new();
    for service in services(pipeline) {
        wanted.push(service.name_any());
        apply(&context.client, &service).await?;
    }
    delete_orphans::<Service>(&context.client, &pipeline.owner, PIPELINE_LABEL, &wanted).await
}

async fn apply_workload(
    context: &Context,
    pipeline: &ValidPipeline,
) -> Result<Counts, ReconcileError> {
    let (client, owner) = (&context.client, &pipeline.owner);
    match pipeline.pipeline.spec.placement.workload() {
        Workload::DaemonSet => {
            delete_orphans::<Deployment>(client, owner, PIPELINE_LABEL, &[]).await?;
            Ok(daemon_set_counts(
                &apply(client, &daemon_set(pipeline)).await?,
            ))
        }
        Workload::Deployment { replicas } => {
            delete_orphans::<DaemonSet>(client, owner, PIPELINE_LABEL, &[]).await?;
            let applied = apply(client, &deployment(pipeline, replicas)).await?;
            Ok(deployment_counts(&applied, replicas))
        }
    }
}
