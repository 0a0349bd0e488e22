//! The files that a broker reads: one for all brokers, one for each.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use k8s_openapi::api::core::v1::ConfigMap;
use kavka_crds::{BrokerListener, broker_settings};

use super::{INSIDE_PORT, NodePortsByListener, ValidCluster};
use crate::naming::hash;
use crate::pod::HTTP_PORT;

/// Where the files are mounted.
pub const FOLDER: &str = "/etc/kavka";
/// Where the records lie.
pub const DATA_FOLDER: &str = "/var/lib/kavka";

/// The ConfigMap with the files, for the node ports that the listeners got.
pub fn config_map(cluster: &ValidCluster, ports: &NodePortsByListener) -> ConfigMap {
    let mut files = BTreeMap::from([("broker.properties".to_owned(), shared(cluster))]);
    for broker in 0..cluster.cluster.spec.brokers {
        let name = format!("{}.properties", cluster.pod_name(broker));
        files.insert(name, own(cluster, broker, ports));
    }
    ConfigMap {
        metadata: cluster
            .owner
            .metadata(&cluster.broker_name(), cluster.labels()),
        data: Some(files),
        ..ConfigMap::default()
    }
}

/// What a broker must be restarted for. Peers and the ports that Kubernetes picked stay out of
/// it, so that neither restarts anyone.
pub fn restart_hash(cluster: &ValidCluster) -> String {
    let mut text = shared(cluster);
    for listener in cluster.listeners() {
        let _ = writeln!(
            text,
            "{} {:?} {:?}",
            listener.name, listener.node_ports, listener.advertised_host
        );
    }
    hash(&text)
}

/// The file of all brokers.
fn shared(cluster: &ValidCluster) -> String {
    let mut settings = broker_settings(&cluster.cluster.spec);
    let mut listeners = vec![format!("INTERNAL://0.0.0.0:{INSIDE_PORT}")];
    let mut protocols = vec!["INTERNAL:PLAINTEXT".to_owned()];
    for listener in cluster.listeners() {
        let name = listener_name(listener);
        listeners.push(format!("{name}://0.0.0.0:{}", listener.port));
        protocols.push(format!("{name}:PLAINTEXT"));
    }
    let own = [
        ("listeners", listeners.join(",")),
        ("listener.security.protocol.map", protocols.join(",")),
        ("inter.broker.listener.name", "INTERNAL".to_owned()),
        ("log.dirs", DATA_FOLDER.to_owned()),
        ("kavka.http.listener", format!("0.0.0.0:{HTTP_PORT}")),
    ];
    settings.extend(own.map(|(key, value)| (key.to_owned(), value)));
    properties(&settings)
}

/// The file of one broker.
fn own(cluster: &ValidCluster, broker: i32, ports: &NodePortsByListener) -> String {
    let mut advertised = vec![format!(
        "INTERNAL://{}.{}.{}.svc:{INSIDE_PORT}",
        cluster.pod_name(broker),
        cluster.headless_name(),
        cluster.owner.namespace,
    )];
    for listener in cluster.listeners() {
        let index = usize::try_from(broker).unwrap_or_default();
        let port = ports
            .get(&listener.name)
            .and_then(|ports| ports.brokers.get(index));
        let host = listener
            .advertised_host
            .as_deref()
            .unwrap_or("${env:NODE_IP}");
        if let Some(port) = port {
            advertised.push(format!("{}://{host}:{port}", listener_name(listener)));
        }
    }
    properties(&BTreeMap::from([
        ("node.id".to_owned(), broker.to_string()),
        ("advertised.listeners".to_owned(), advertised.join(",")),
    ]))
}

/// A listener's name as Kafka writes it.
fn listener_name(listener: &BrokerListener) -> String {
    listener.name.to_uppercase().replace('-', "_")
}

/// Kafka's `.properties` text. Backslashes start an escape there.
fn properties(settings: &BTreeMap<String, String>) -> String {
    settings
        .iter()
        .fold(String::new(), |mut text, (key, value)| {
            let _ = writeln!(text, "{key}={}", value.replace('\\', "\\\\"));
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::NodePorts;
    use crate::cluster::fixtures::valid;

    const OUTSIDE: &str =
        "{config: {num.partitions: 4}, listeners: [{name: out-side, type: nodePort}]}";

    fn ports(broker: i32) -> NodePortsByListener {
        let ports = NodePorts {
            bootstrap: 30092,
            brokers: vec![broker],
        };
        [("out-side".to_owned(), ports)].into()
    }

    #[test]
    fn the_shared_file_holds_what_the_manifest_says() {
        let map = config_map(&valid(OUTSIDE), &ports(30093)).data.unwrap();
        let shared = &map["broker.properties"];
        for line in [
            "num.partitions=4\n",
            "kavka.durability=disk\n",
            "listeners=INTERNAL://0.0.0.0:9092,OUT_SIDE://0.0.0.0:9094\n",
            "listener.security.protocol.map=INTERNAL:PLAINTEXT,OUT_SIDE:PLAINTEXT\n",
        ] {
            assert!(shared.contains(line), "{line} in {shared}");
        }
    }

    #[test]
    fn each_broker_advertises_its_own_name_inside_and_its_nodes_port_outside() {
        let map = config_map(&valid(OUTSIDE), &ports(30093)).data.unwrap();
        let own = &map["demo-broker-0.properties"];
        assert_eq!(
            own,
            "advertised.listeners=INTERNAL://demo-broker-0.demo-brokers.ns.svc:9092,\
             OUT_SIDE://${env:NODE_IP}:30093\nnode.id=0\n"
        );
    }

    #[test]
    fn a_port_that_kubernetes_picked_restarts_nobody() {
        assert_ne!(
            config_map(&valid(OUTSIDE), &ports(1)).data,
            config_map(&valid(OUTSIDE), &ports(2)).data
        );
        assert_eq!(restart_hash(&valid(OUTSIDE)), restart_hash(&valid(OUTSIDE)));
    }

    #[test]
    fn a_setting_that_was_changed_asks_for_a_restart() {
        let other = OUTSIDE.replace('4', "5");
        assert_ne!(restart_hash(&valid(OUTSIDE)), restart_hash(&valid(&other)));
        let moved = "{listeners: [{name: out, type: nodePort, advertisedHost: a.example}]}";
        let stayed = "{listeners: [{name: out, type: nodePort}]}";
        assert_ne!(restart_hash(&valid(moved)), restart_hash(&valid(stayed)));
    }
}
