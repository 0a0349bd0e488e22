//! `Cluster`: brokers, their disks, their listeners.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{PodTemplate, Refusal, Settings};

/// A cluster of brokers that speak Kafka's protocol.
#[derive(CustomResource, KubeSchema, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "kavka.dev",
    version = "v1alpha1",
    kind = "Cluster",
    namespaced,
    status = "ClusterStatus",
    derive = "PartialEq",
    shortname = "kvc",
    category = "kavka",
    doc = "A cluster of brokers that speak Kafka's protocol.",
    printcolumn(name = "Ready", type_ = "string",
        json_path = ".status.conditions[?(@.type==\"Ready\")].status"),
    printcolumn(name = "Reason", type_ = "string",
        json_path = ".status.conditions[?(@.type==\"Ready\")].reason"),
    printcolumn(name = "Brokers", type_ = "integer", json_path = ".status.readyBrokers"),
    printcolumn(name = "Desired", type_ = "integer", json_path = ".spec.brokers"),
    printcolumn(name = "Bootstrap", type_ = "string", json_path = ".status.bootstrapServers",
        priority = 1),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    validation = Rule::new(
        "self.metadata.name.size() <= 36 && \
         self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')")
        .message("metadata.name: at most 36 lower-case letters, digits and '-', the first one a \
                  letter: the names of Services are made from it"),
    cel
)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("has(self.storage) == has(oldSelf.storage)")
        .message("spec.storage cannot be added or taken away once the Cluster exists: make \
                  another Cluster and move the topics"),
    validation = Rule::new(
        "!has(self.listeners) || \
         self.listeners.all(a, self.listeners.exists_one(b, b.port == a.port))")
        .message("spec.listeners: each listener needs a port of its own"),
)]
pub struct ClusterSpec {
    /// How many brokers.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1000))]
    pub brokers: i32,
    /// When an acknowledged record is safe: `disk`, on the disk of every in-sync replica;
    /// `replicas`, in the memory of every in-sync replica (Kafka's rule).
    #[serde(default)]
    pub durability: Durability,
    /// The disk of each broker. Without it records live in the pod and are lost with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage: Option<Storage>,
    /// Ways in from outside of Kubernetes. The inside listener (port 9092) is always there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub listeners: Vec<BrokerListener>,
    /// Settings of the brokers by Kafka's names.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub config: Settings,
    /// What the brokers' pods need beside: resources, tolerations, labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<PodTemplate>,
}

fn one() -> i32 {
    1
}

/// When an acknowledged record is safe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Durability {
    /// On the disk of every in-sync replica.
    #[default]
    Disk,
    /// In the memory of every in-sync replica: Kafka's own rule.
    Replicas,
}

/// The disk of a broker.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new(
    "has(self.class) == has(oldSelf.class) && (!has(self.class) || self.class == oldSelf.class)")
    .message("spec.storage.class cannot change: a volume stays in its class"))]
pub struct Storage {
    /// Its size as Kubernetes writes it, such as `10Gi`. It can grow where the class lets it.
    #[schemars(
        length(max = 20),
        regex(pattern = r"^[1-9][0-9]*(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$")
    )]
    pub size: String,
    /// The `StorageClass`; the default one when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 253))]
    pub class: Option<String>,
}

/// A way in from outside of Kubernetes.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("!(self.port in [8080, 9092, 9093, 9644])")
        .message("port: 8080, 9092, 9093 and 9644 are the broker's own; take another, such as \
                  9094"),
    validation = Rule::new("self.name != 'internal' && self.name != 'controller'")
        .message("name: 'internal' and 'controller' are taken by Kavka; choose another name"),
)]
pub struct BrokerListener {
    /// Its name, unique in the Cluster.
    #[schemars(length(max = 15), regex(pattern = r"^[a-z]([a-z0-9-]*[a-z0-9])?$"))]
    pub name: String,
    /// How it is reached.
    #[serde(rename = "type")]
    pub type_: ListenerType,
    /// The port in the pod.
    #[serde(default = "outside_port")]
    #[schemars(range(min = 1024, max = 65535))]
    pub port: i32,
    /// The port on every node that leads to any broker, for bootstrap; Kubernetes picks one when
    /// it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub bootstrap_node_port: Option<i32>,
    /// The ports on every node that lead to broker 0, 1, 2…; Kubernetes picks those left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1000))]
    pub node_ports: Vec<i32>,
    /// The address that clients are told; the address of the broker's own node when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(max = 253),
        regex(pattern = r"^[A-Za-z0-9]([-A-Za-z0-9.:]*[A-Za-z0-9])?$")
    )]
    pub advertised_host: Option<String>,
}

fn outside_port() -> i32 {
    9094
}

/// How a listener is reached from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ListenerType {
    /// A port of every node for each broker.
    NodePort,
}

/// What the operator knows of a Cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterStatus {
    /// `Ready`, with a reason and what to do where it is not.
    #[serde(default)]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<Condition>,
    /// The generation of the spec that this status speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Brokers that serve.
    #[serde(default)]
    pub ready_brokers: i32,
    /// The cluster id that the brokers made at their birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_id: Option<String>,
    /// What a client inside of Kubernetes gives as `bootstrap.servers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap_servers: Option<String>,
    /// The listeners from outside with the ports that they got.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listeners: Vec<ListenerAddress>,
    /// What the operator is about to do next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plan: Vec<String>,
}

/// Where a listener from outside is found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListenerAddress {
    /// The listener.
    pub name: String,
    /// What a client outside gives as `bootstrap.servers`, with the address of any node.
    pub bootstrap_servers: String,
    /// The port of every node that leads to any broker.
    pub bootstrap_node_port: i32,
    /// The ports of every node that lead to broker 0, 1, 2…
    pub node_ports: Vec<i32>,
}

/// Settings that Kavka makes itself, with the field that stands for each.
const OWN_SETTINGS: [(&str, &str); 14] = [
    ("advertised.listeners", "spec.listeners"),
    ("broker.id", "nothing: the operator numbers the brokers"),
    ("broker.rack", "nothing: the operator knows the nodes"),
    ("controller.listener.names", "nothing: Kavka has its own"),
    (
        "controller.quorum.voters",
        "nothing: the operator names the voters",
    ),
    (
        "inter.broker.listener.name",
        "nothing: it is the inside listener",
    ),
    ("kavka.cluster.id", "nothing: it is made at birth"),
    ("kavka.durability", "spec.durability"),
    ("kavka.http.listener", "nothing: it is port 8080"),
    ("listener.security.protocol.map", "spec.listeners"),
    ("listeners", "spec.listeners"),
    ("log.dir", "spec.storage"),
    ("log.dirs", "spec.storage"),
    ("node.id", "nothing: the operator numbers the brokers"),
];

/// What a Cluster asks for that cannot be had. `brokers_max` is how many this build runs.
pub fn validate_cluster(cluster: &Cluster, brokers_max: i32) -> Vec<Refusal> {
    let spec = &cluster.spec;
    let mut refusals = Vec::new();
    if spec.brokers > brokers_max {
        refusals.push(Refusal::new(
            "TooManyBrokers",
            format!(
                "spec.brokers is {}, this version runs at most {brokers_max}: set spec.brokers to \
                 {brokers_max}",
                spec.brokers
            ),
        ));
    }
    for (key, field) in OWN_SETTINGS {
        if let Some(value) = spec.config.get(key) {
            refusals.push(Refusal::new(
                "InvalidConfig",
                format!(
                    "spec.config: {key} = {value:?} is set by Kavka itself: take it out and use \
                     {field}"
                ),
            ));
        }
    }
    for (key, value) in &spec.config.0 {
        if key.is_empty()
            || key
                .chars()
                .any(|c| c.is_whitespace() || "=:#!\\".contains(c))
        {
            refusals.push(Refusal::new(
                "InvalidConfig",
                format!("spec.config: {key:?} is no name of a setting: take it out"),
            ));
        } else if value.contains(['\n', '\r']) {
            refusals.push(Refusal::new(
                "InvalidConfig",
                format!("spec.config: {key} = {value:?} holds a line break: write one line"),
            ));
        }
    }
    refusals
}

/// The brokers' properties that a Cluster stands for, without those of one broker alone
/// (its number, listeners and folder).
pub fn broker_settings(spec: &ClusterSpec) -> BTreeMap<String, String> {
    let mut settings = spec.config.0.clone();
    let durability = match spec.durability {
        Durability::Disk => "disk",
        Durability::Replicas => "replicas",
    };
    settings.insert("kavka.durability".to_owned(), durability.to_owned());
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(yaml: &str) -> Cluster {
        Cluster::new("demo", serde_yaml::from_str(yaml).unwrap())
    }

    #[test]
    fn more_brokers_than_this_build_runs_are_refused_with_the_number_that_works() {
        let refusals = validate_cluster(&cluster("{brokers: 3}"), 1);
        assert_eq!(refusals.len(), 1);
        assert_eq!(refusals[0].reason, "TooManyBrokers");
        assert!(refusals[0].message.contains("set spec.brokers to 1"));
        assert!(validate_cluster(&cluster("{brokers: 3}"), 3).is_empty());
    }

    #[test]
    fn settings_that_kavka_makes_itself_are_refused_with_the_field_to_use() {
        let refusals = validate_cluster(&cluster("{config: {listeners: 'A://:1'}}"), 1);
        assert!(
            refusals[0].message.contains("spec.listeners"),
            "{}",
            refusals[0]
        );
        let refusals = validate_cluster(&cluster("{config: {'a=b': x}}"), 1);
        assert_eq!(refusals[0].reason, "InvalidConfig");
        let refusals = validate_cluster(&cluster("{config: {a: \"x\\ny\"}}"), 1);
        assert!(refusals[0].message.contains("line break"));
    }

    #[test]
    fn durability_becomes_a_property() {
        let spec = cluster("{durability: replicas, config: {num.partitions: 4}}").spec;
        let settings = broker_settings(&spec);
        assert_eq!(settings.get("kavka.durability").unwrap(), "replicas");
        assert_eq!(settings.get("num.partitions").unwrap(), "4");
    }

    #[test]
    fn names_that_no_service_can_bear_fail_the_rule() {
        let good = cluster("{}");
        good.validate_cel().unwrap();
        for name in ["1st", "a.b", "a-", &"a".repeat(37)] {
            let mut bad = cluster("{}");
            bad.metadata.name = Some(name.to_owned());
            assert!(bad.validate_cel().is_err(), "{name}");
        }
    }

    #[test]
    fn listeners_need_ports_and_names_of_their_own() {
        let listener =
            |name: &str, port: i32| format!("{{name: {name}, type: nodePort, port: {port}}}");
        let with =
            |listeners: &[String]| cluster(&format!("{{listeners: [{}]}}", listeners.join(",")));
        with(&[listener("out", 9094), listener("lan", 9095)])
            .validate_cel()
            .unwrap();
        assert!(
            with(&[listener("out", 9094), listener("lan", 9094)])
                .validate_cel()
                .is_err()
        );
        assert!(with(&[listener("out", 8080)]).validate_cel().is_err());
        assert!(with(&[listener("internal", 9094)]).validate_cel().is_err());
    }

    #[test]
    fn storage_keeps_its_class_and_stays() {
        let old = cluster("{storage: {size: 1Gi, class: fast}}");
        let grown = cluster("{storage: {size: 2Gi, class: fast}}");
        grown.validate_cel_update(&old).unwrap();
        let moved = cluster("{storage: {size: 1Gi, class: slow}}");
        assert!(moved.validate_cel_update(&old).is_err());
        assert!(cluster("{}").validate_cel_update(&old).is_err());
    }
}
