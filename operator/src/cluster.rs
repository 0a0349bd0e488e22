//! `Cluster`: a StatefulSet of brokers with what it needs.
//!
//! Everything but [`reconcile`] is pure: it turns a Cluster into objects, or what was observed
//! into the next step.

pub mod config_map;
pub mod disruption_budget;
pub mod reconcile;
pub mod roll;
pub mod services;
pub mod stateful_set;
pub mod status;
pub mod storage;

use std::collections::BTreeMap;

use kavka_crds::{BrokerListener, Cluster, ParsedTemplate, PodTemplate, Refusal, validate_cluster};

use crate::naming::{Labels, Owner, broker_labels};
use crate::settings::Images;

/// How many brokers this build runs in one cluster.
pub const BROKERS_MAX: i32 = 1;
/// The port of the inside listener.
pub const INSIDE_PORT: i32 = 9092;

/// A Cluster that can be had, parsed once.
#[derive(Clone, Debug)]
pub struct ValidCluster {
    /// Whom everything belongs to.
    pub owner: Owner,
    /// The manifest.
    pub cluster: Cluster,
    /// `spec.template`, parsed.
    pub template: ParsedTemplate,
    /// The images of the pods.
    pub images: Images,
}

impl ValidCluster {
    /// Parses a Cluster, or says what cannot be had.
    pub fn parse(owner: Owner, cluster: Cluster, images: Images) -> Result<Self, Vec<Refusal>> {
        let mut refusals = validate_cluster(&cluster, BROKERS_MAX);
        match PodTemplate::parse(cluster.spec.template.as_ref()) {
            Ok(template) if refusals.is_empty() => Ok(Self {
                owner,
                cluster,
                template,
                images,
            }),
            Ok(_) => Err(refusals),
            Err(more) => {
                refusals.extend(more);
                Err(refusals)
            }
        }
    }

    /// The name of the StatefulSet, the ConfigMap and the disruption budget.
    pub fn broker_name(&self) -> String {
        format!("{}-broker", self.owner.name)
    }

    /// The name of a broker's pod.
    pub fn pod_name(&self, broker: i32) -> String {
        format!("{}-broker-{broker}", self.owner.name)
    }

    /// The name of the Service that gives each broker a name.
    pub fn headless_name(&self) -> String {
        format!("{}-brokers", self.owner.name)
    }

    /// The labels of everything of the cluster.
    pub fn labels(&self) -> Labels {
        broker_labels(&self.owner.name)
    }

    /// The listeners from outside.
    pub fn listeners(&self) -> &[BrokerListener] {
        &self.cluster.spec.listeners
    }
}

/// The ports of the nodes that a listener from outside got.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodePorts {
    /// The port that leads to any broker.
    pub bootstrap: i32,
    /// The ports that lead to broker 0, 1, 2…
    pub brokers: Vec<i32>,
}

/// The ports of the nodes by listener.
pub type NodePortsByListener = BTreeMap<String, NodePorts>;

#[cfg(test)]
pub(crate) mod fixtures {
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;

    use super::*;
    use crate::settings::Settings;

    pub(crate) fn owner(name: &str) -> Owner {
        Owner {
            namespace: "ns".to_owned(),
            name: name.to_owned(),
            reference: OwnerReference {
                name: name.to_owned(),
                uid: format!("uid-{name}"),
                controller: Some(true),
                ..OwnerReference::default()
            },
        }
    }

    pub(crate) fn valid(spec: &str) -> ValidCluster {
        let cluster = Cluster::new("demo", serde_yaml::from_str(spec).unwrap());
        ValidCluster::parse(owner("demo"), cluster, Settings::default().images).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn a_cluster_larger_than_this_build_is_refused_whole() {
        let cluster = Cluster::new("demo", serde_yaml::from_str("{brokers: 3}").unwrap());
        let refusals =
            ValidCluster::parse(fixtures::owner("demo"), cluster, Settings::default().images)
                .unwrap_err();
        assert_eq!(refusals[0].reason, "TooManyBrokers");
    }
}
