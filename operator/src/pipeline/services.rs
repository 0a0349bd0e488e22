//! A Service for each source that listens.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kavka_crds::Refusal;
use kavka_crds::plan::pipeline::Listen;
use kavka_pipeline::{Expose, Protocol};

use super::ValidPipeline;

/// A Service's name has at most so many characters.
const NAME_MAX: usize = 63;

/// The Services `<pipeline>-<source>`.
pub fn services(pipeline: &ValidPipeline) -> Vec<Service> {
    pipeline
        .plan
        .listens
        .iter()
        .map(|listen| service(pipeline, listen))
        .collect()
}

/// The name of a source's Service.
pub fn name(pipeline: &ValidPipeline, listen: &Listen) -> String {
    format!("{}-{}", pipeline.owner.name, listen.listener.source)
}

/// Names that no Service can bear.
pub fn name_refusals(pipeline: &ValidPipeline) -> Vec<Refusal> {
    let long = pipeline
        .plan
        .listens
        .iter()
        .filter(|l| name(pipeline, l).len() > NAME_MAX);
    long.map(|listen| {
        let source = &listen.listener.source;
        Refusal::new(
            "InvalidConfiguration",
            format!(
                "spec.sources.{source}: the Service {} would have more than {NAME_MAX} \
                 characters; give the source a shorter name",
                name(pipeline, listen)
            ),
        )
    })
    .collect()
}

/// The protocol as Kubernetes writes it.
pub fn protocol(protocol: Protocol) -> String {
    match protocol {
        Protocol::Tcp => "TCP".to_owned(),
        Protocol::Udp => "UDP".to_owned(),
    }
}

fn service(pipeline: &ValidPipeline, listen: &Listen) -> Service {
    let port = i32::from(listen.listener.address.port());
    let node_port = match listen.listener.expose {
        Expose::NodePort => Some("NodePort"),
        Expose::Service | Expose::HostPort => None,
    };
    Service {
        metadata: pipeline
            .owner
            .metadata(&name(pipeline, listen), pipeline.labels()),
        spec: Some(ServiceSpec {
            type_: Some(node_port.unwrap_or("ClusterIP").to_owned()),
            selector: Some(pipeline.labels()),
            ports: Some(vec![ServicePort {
                name: Some("source".to_owned()),
                port,
                target_port: Some(IntOrString::Int(port)),
                protocol: Some(protocol(listen.listener.protocol)),
                node_port: listen.node_port.filter(|_| node_port.is_some()),
                ..ServicePort::default()
            }]),
            ..ServiceSpec::default()
        }),
        status: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::fixtures::http;

    fn spec(expose: &str) -> ServiceSpec {
        services(&http(expose))[0].spec.clone().unwrap()
    }

    #[test]
    fn a_listening_source_is_reached_under_its_name() {
        let service = &services(&http("expose: service"))[0];
        assert_eq!(service.metadata.name.as_deref(), Some("web-in"));
        let spec = service.spec.clone().unwrap();
        assert_eq!(spec.type_.as_deref(), Some("ClusterIP"));
        assert_eq!(spec.ports.unwrap()[0].port, 9999);
    }

    #[test]
    fn a_node_port_is_the_one_that_was_asked_for() {
        let spec = spec("expose: nodePort, nodePort: 30999");
        assert_eq!(spec.type_.as_deref(), Some("NodePort"));
        assert_eq!(spec.ports.unwrap()[0].node_port, Some(30999));
    }

    #[test]
    fn a_host_port_keeps_its_service() {
        assert_eq!(spec("expose: hostPort").type_.as_deref(), Some("ClusterIP"));
    }
}
