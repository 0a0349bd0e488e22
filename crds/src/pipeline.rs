//! `Pipeline`: sources, transforms and sinks that collectors run.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::PodTemplate;

/// A graph of sources, transforms and sinks that collectors run.
#[derive(CustomResource, KubeSchema, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "kavka.dev",
    version = "v1alpha1",
    kind = "Pipeline",
    namespaced,
    status = "PipelineStatus",
    derive = "PartialEq",
    shortname = "kvp",
    category = "kavka",
    doc = "A graph of sources, transforms and sinks that collectors run.",
    printcolumn(name = "Ready", type_ = "string",
        json_path = ".status.conditions[?(@.type==\"Ready\")].status"),
    printcolumn(name = "Reason", type_ = "string",
        json_path = ".status.conditions[?(@.type==\"Ready\")].reason"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster"),
    printcolumn(name = "Nodes", type_ = "integer", json_path = ".status.readyNodes"),
    printcolumn(name = "Desired", type_ = "integer", json_path = ".status.desiredNodes"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    validation = Rule::new(
        "self.metadata.name.size() <= 40 && \
         self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')")
        .message("metadata.name: at most 40 lower-case letters, digits and '-', the first one a \
                  letter: the names of Services are made from it"),
    cel
)]
#[serde(rename_all = "camelCase")]
pub struct PipelineSpec {
    /// The Cluster that sinks of type `kafka` write to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 36))]
    pub cluster: Option<String>,
    /// Where collectors run; one on every node when left out.
    #[serde(default)]
    pub placement: Placement,
    /// Where events come from, by name.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 64))]
    pub sources: BTreeMap<String, Source>,
    /// What changes events on the way, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 64))]
    pub transforms: BTreeMap<String, Component>,
    /// Where events go, by name.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 64))]
    pub sinks: BTreeMap<String, Component>,
    /// What the collectors' pods need beside: volumes, tolerations, resources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<PodTemplate>,
}

/// Where collectors run: on every node, or some of them anywhere.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new("!(has(self.daemonSet) && has(self.deployment))")
    .message("spec.placement: give daemonSet or deployment, not both"))]
pub struct Placement {
    /// One collector on every node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daemon_set: Option<DaemonSetPlacement>,
    /// Some collectors anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<DeploymentPlacement>,
}

/// One collector on every node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DaemonSetPlacement {}

/// Some collectors anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeploymentPlacement {
    /// How many collectors.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = 1000))]
    pub replicas: i32,
}

fn one() -> i32 {
    1
}

/// What runs the collectors, decided from [`Placement`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// One on every node.
    DaemonSet,
    /// So many anywhere.
    Deployment {
        /// How many.
        replicas: i32,
    },
}

impl Placement {
    /// What runs the collectors. Every node is the default.
    pub fn workload(&self) -> Workload {
        match &self.deployment {
            Some(deployment) => Workload::Deployment {
                replicas: deployment.replicas,
            },
            None => Workload::DaemonSet,
        }
    }
}

/// Where events come from. Options beside these are the source's own.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new(
    "!has(self.nodePort) || (has(self.expose) && self.expose == 'nodePort')")
    .message("nodePort needs expose: nodePort beside it"))]
pub struct Source {
    /// The kind of source, such as `http`, `file` or `kubernetes_logs`.
    #[serde(rename = "type")]
    #[schemars(length(min = 1, max = 63))]
    pub type_: String,
    /// How a listening source is reached: `service` (the default), `hostPort` or `nodePort`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expose: Option<Expose>,
    /// The port of every node for `expose: nodePort`; Kubernetes picks one when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub node_port: Option<i32>,
    /// The source's own options.
    #[serde(flatten)]
    pub options: Map<String, Value>,
}

/// How a listening source is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Expose {
    /// Through a Service inside of Kubernetes.
    #[default]
    Service,
    /// Through the same port of the node that the collector runs on.
    HostPort,
    /// Through a port of every node.
    NodePort,
}

/// A transform or a sink. Options beside these are its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// The kind of component, such as `remap` or `kafka`.
    #[serde(rename = "type")]
    #[schemars(length(min = 1, max = 63))]
    pub type_: String,
    /// The components that it takes events from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub inputs: Vec<String>,
    /// The component's own options.
    #[serde(flatten)]
    pub options: Map<String, Value>,
}

/// What the operator knows of a Pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PipelineStatus {
    /// `Ready`, with a reason and what to do where it is not.
    #[serde(default)]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<Condition>,
    /// The generation of the spec that this status speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Collectors that run.
    #[serde(default)]
    pub ready_nodes: i32,
    /// Collectors that should run.
    #[serde(default)]
    pub desired_nodes: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipeline(yaml: &str) -> Pipeline {
        let mut spec = serde_json::json!({"sources": {}, "sinks": {}});
        let more: Map<String, Value> = serde_yaml::from_str(yaml).unwrap();
        spec.as_object_mut().unwrap().extend(more);
        Pipeline::new("samples", serde_json::from_value(spec).unwrap())
    }

    #[test]
    fn collectors_run_on_every_node_unless_told_otherwise() {
        assert_eq!(
            pipeline("{}").spec.placement.workload(),
            Workload::DaemonSet
        );
        let daemon_set = pipeline("{placement: {daemonSet: {}}}");
        assert_eq!(daemon_set.spec.placement.workload(), Workload::DaemonSet);
        let two = pipeline("{placement: {deployment: {replicas: 2}}}");
        assert_eq!(
            two.spec.placement.workload(),
            Workload::Deployment { replicas: 2 }
        );
    }

    #[test]
    fn both_placements_at_once_fail_the_rule() {
        let both = pipeline("{placement: {daemonSet: {}, deployment: {}}}");
        assert!(both.validate_cel().is_err());
    }

    #[test]
    fn a_node_port_needs_its_exposure() {
        let bad = pipeline("{sources: {in: {type: http, nodePort: 30999}}}");
        assert!(bad.validate_cel().is_err());
        let good = pipeline("{sources: {in: {type: http, expose: nodePort, nodePort: 30999}}}");
        good.validate_cel().unwrap();
    }

    #[test]
    fn options_of_a_component_pass_through() {
        let spec = pipeline("{sources: {in: {type: http, address: '0.0.0.0:9999'}}}").spec;
        assert_eq!(spec.sources["in"].options["address"], "0.0.0.0:9999");
    }
}
