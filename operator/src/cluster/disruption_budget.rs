//! How many brokers a drain may take at once.

use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::ValidCluster;
use crate::naming::selector;

/// One broker at a time may be evicted. Not none: a node with the only broker must be drainable.
pub fn disruption_budget(cluster: &ValidCluster) -> PodDisruptionBudget {
    PodDisruptionBudget {
        metadata: cluster
            .owner
            .metadata(&cluster.broker_name(), cluster.labels()),
        spec: Some(PodDisruptionBudgetSpec {
            max_unavailable: Some(IntOrString::Int(1)),
            selector: Some(selector(cluster.labels())),
            ..PodDisruptionBudgetSpec::default()
        }),
        status: None,
    }
}
