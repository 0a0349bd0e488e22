//! What runs the collectors: a DaemonSet or a Deployment.

use k8s_openapi::api::apps::v1::{DaemonSet, DaemonSetSpec, Deployment, DeploymentSpec};

use super::ValidPipeline;
use super::pods::template;
use crate::naming::selector;

/// One collector on every node.
pub fn daemon_set(pipeline: &ValidPipeline) -> DaemonSet {
    DaemonSet {
        metadata: pipeline
            .owner
            .metadata(&pipeline.collector_name(), pipeline.labels()),
        spec: Some(DaemonSetSpec {
            selector: selector(pipeline.labels()),
            template: template(pipeline),
            ..DaemonSetSpec::default()
        }),
        status: None,
    }
}

/// Some collectors anywhere.
pub fn deployment(pipeline: &ValidPipeline, replicas: i32) -> Deployment {
    Deployment {
        metadata: pipeline
            .owner
            .metadata(&pipeline.collector_name(), pipeline.labels()),
        spec: Some(DeploymentSpec {
            replicas: Some(replicas),
            selector: selector(pipeline.labels()),
            template: template(pipeline),
            ..DeploymentSpec::default()
        }),
        status: None,
    }
}

/// How many collectors run and should run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// They run.
    pub ready: i32,
    /// They should run.
    pub desired: i32,
    /// Whether Kubernetes has taken in the newest form of the workload.
    pub current: bool,
}

/// The counts of a DaemonSet.
pub fn daemon_set_counts(set: &DaemonSet) -> Counts {
    let Some(status) = &set.status else {
        return Counts::default();
    };
    let seen = status.observed_generation >= set.metadata.generation;
    let updated = status.updated_number_scheduled.unwrap_or(0);
    Counts {
        ready: status.number_ready,
        desired: status.desired_number_scheduled,
        current: seen && updated >= status.desired_number_scheduled,
    }
}

/// The counts of a Deployment.
pub fn deployment_counts(deployment: &Deployment, desired: i32) -> Counts {
    let Some(status) = &deployment.status else {
        return Counts {
            desired,
            ..Counts::default()
        };
    };
    let seen = status.observed_generation >= deployment.metadata.generation;
    Counts {
        ready: status.ready_replicas.unwrap_or(0),
        desired,
        current: seen && status.updated_replicas.unwrap_or(0) >= desired,
    }
}
