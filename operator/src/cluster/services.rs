//! The Services of a cluster: one that names each broker, one for bootstrap, and the node ports
//! of each listener from outside.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kavka_crds::BrokerListener;

use super::{INSIDE_PORT, NodePorts, NodePortsByListener, ValidCluster};
use crate::naming::Labels;

/// Gives each broker a name of its own, ready or not: brokers find each other by it.
pub fn headless(cluster: &ValidCluster) -> Service {
    service(
        cluster,
        &cluster.headless_name(),
        ServiceSpec {
            cluster_ip: Some("None".to_owned()),
            publish_not_ready_addresses: Some(true),
            selector: Some(cluster.labels()),
            ports: Some(vec![
                port("kafka", INSIDE_PORT, None),
                port("controller", 9093, None),
            ]),
            ..ServiceSpec::default()
        },
    )
}

/// Leads to any broker that serves.
pub fn bootstrap(cluster: &ValidCluster) -> Service {
    service(
        cluster,
        &format!("{}-bootstrap", cluster.owner.name),
        ServiceSpec {
            selector: Some(cluster.labels()),
            ports: Some(vec![port("kafka", INSIDE_PORT, None)]),
            ..ServiceSpec::default()
        },
    )
}

/// The Services of a listener from outside.
#[derive(Clone, Debug)]
pub struct Outside {
    /// The listener.
    pub listener: String,
    /// Leads to any broker that serves.
    pub bootstrap: Service,
    /// Lead to broker 0, 1, 2…
    pub brokers: Vec<Service>,
}

/// The Services of every listener from outside. A port that Kubernetes picked once (`known`) is
/// asked for again, so that a Service that was deleted comes back where clients look for it.
pub fn outside(cluster: &ValidCluster, known: &NodePortsByListener) -> Vec<Outside> {
    cluster
        .listeners()
        .iter()
        .map(|listener| {
            let known = known.get(&listener.name).cloned().unwrap_or_default();
            Outside {
                listener: listener.name.clone(),
                bootstrap: outside_bootstrap(cluster, listener, &known),
                brokers: (0..cluster.cluster.spec.brokers)
                    .map(|broker| outside_broker(cluster, listener, broker, &known))
                    .collect(),
            }
        })
        .collect()
}

fn outside_bootstrap(
    cluster: &ValidCluster,
    listener: &BrokerListener,
    known: &NodePorts,
) -> Service {
    let name = format!("{}-{}-bootstrap", cluster.owner.name, listener.name);
    let wanted = listener.bootstrap_node_port.or(positive(known.bootstrap));
    node_port(
        cluster,
        &name,
        cluster.labels(),
        listener.port,
        wanted,
        None,
    )
}

fn outside_broker(
    cluster: &ValidCluster,
    listener: &BrokerListener,
    broker: i32,
    known: &NodePorts,
) -> Service {
    let index = usize::try_from(broker).unwrap_or_default();
    let name = format!("{}-{}-{broker}", cluster.owner.name, listener.name);
    let mut selector = cluster.labels();
    selector.insert(
        "statefulset.kubernetes.io/pod-name".to_owned(),
        cluster.pod_name(broker),
    );
    let asked = listener.node_ports.get(index).copied();
    let wanted = asked.or(known.brokers.get(index).copied().and_then(positive));
    node_port(cluster, &name, selector, listener.port, wanted, Some(true))
}

fn positive(port: i32) -> Option<i32> {
    (port > 0).then_some(port)
}

fn node_port(
    cluster: &ValidCluster,
    name: &str,
    selector: Labels,
    target: i32,
    node_port: Option<i32>,
    publish_not_ready_addresses: Option<bool>,
) -> Service {
    service(
        cluster,
        name,
        ServiceSpec {
            type_: Some("NodePort".to_owned()),
            selector: Some(selector),
            publish_not_ready_addresses,
            ports: Some(vec![port("kafka", target, node_port)]),
            ..ServiceSpec::default()
        },
    )
}

fn port(name: &str, number: i32, node_port: Option<i32>) -> ServicePort {
    ServicePort {
        name: Some(name.to_owned()),
        port: number,
        target_port: Some(IntOrString::Int(number)),
        protocol: Some("TCP".to_owned()),
        node_port,
        ..ServicePort::default()
    }
}

fn service(cluster: &ValidCluster, name: &str, spec: ServiceSpec) -> Service {
    Service {
        metadata: cluster.owner.metadata(name, cluster.labels()),
        spec: Some(spec),
        status: None,
    }
}

/// The port of the nodes that a Service got.
pub fn node_port_of(service: &Service) -> Option<i32> {
    service.spec.as_ref()?.ports.as_ref()?.first()?.node_port
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::fixtures::valid;

    const OUTSIDE: &str = "{listeners: [{name: out, type: nodePort}]}";

    #[test]
    fn brokers_are_named_before_they_are_ready_and_bootstrap_leads_to_ready_ones() {
        let cluster = valid("{}");
        let headless = headless(&cluster).spec.unwrap();
        assert_eq!(headless.cluster_ip.as_deref(), Some("None"));
        assert_eq!(headless.publish_not_ready_addresses, Some(true));
        assert_eq!(
            bootstrap(&cluster)
                .spec
                .unwrap()
                .publish_not_ready_addresses,
            None
        );
    }

    #[test]
    fn every_broker_gets_a_node_port_of_its_own() {
        let services = outside(&valid(OUTSIDE), &NodePortsByListener::new());
        assert_eq!(services.len(), 1);
        let broker = services[0].brokers[0].spec.clone().unwrap();
        let selector = broker.selector.unwrap();
        assert_eq!(
            selector["statefulset.kubernetes.io/pod-name"],
            "demo-broker-0"
        );
        assert_eq!(broker.type_.as_deref(), Some("NodePort"));
    }

    #[test]
    fn a_port_that_was_given_once_is_asked_for_again_unless_the_spec_names_another() {
        let ports = NodePorts {
            bootstrap: 31000,
            brokers: vec![31001],
        };
        let known = NodePortsByListener::from([("out".to_owned(), ports)]);
        let services = outside(&valid(OUTSIDE), &known);
        assert_eq!(node_port_of(&services[0].bootstrap), Some(31000));
        assert_eq!(node_port_of(&services[0].brokers[0]), Some(31001));
        let named = "{listeners: [{name: out, type: nodePort, bootstrapNodePort: 30092, \
                     nodePorts: [30093]}]}";
        let services = outside(&valid(named), &known);
        assert_eq!(node_port_of(&services[0].bootstrap), Some(30092));
        assert_eq!(node_port_of(&services[0].brokers[0]), Some(30093));
    }

    #[test]
    fn everything_belongs_to_the_cluster() {
        let cluster = valid(OUTSIDE);
        assert!(cluster.owner.owns(&headless(&cluster).metadata));
        assert!(cluster.owner.owns(&bootstrap(&cluster).metadata));
    }
}
