//! From what was written to what can run.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::config::PipelineConfig;
use crate::error::{PipelineError, PipelineErrors};
use crate::graph::check_graph;
use crate::name::ComponentName;
use crate::options::remedy_for_unknown;
use crate::sink::{Sink, SinkKind, parse_sink};
use crate::source::{Expose, Namespaces, Source, SourceKind, parse_source};
use crate::transform::{Transform, parse_transform};

/// A pipeline in which everything that can be checked without running it has been checked.
#[derive(Clone, Debug, Default)]
pub struct ValidPipeline {
    /// Sources by name.
    pub sources: BTreeMap<ComponentName, Source>,
    /// Transforms by name.
    pub transforms: BTreeMap<ComponentName, Transform>,
    /// Sinks by name.
    pub sinks: BTreeMap<ComponentName, Sink>,
}

/// What a listening source speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// A source that listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// The source's name.
    pub source: ComponentName,
    /// Where it listens inside of the pod.
    pub address: SocketAddr,
    /// What it speaks.
    pub protocol: Protocol,
    /// How it is reached from outside of the pod.
    pub expose: Expose,
    /// The port of every node, when one was chosen.
    pub node_port: Option<u16>,
}

/// What a pipeline wants to read of the node's container logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeLogs {
    /// Which namespaces.
    pub namespaces: Namespaces,
    /// Whether pods' labels are asked of the API server (`list` and `watch` on pods).
    pub labels: bool,
}

impl ValidPipeline {
    /// The sources that listen: each needs a container port and a Service.
    pub fn listeners(&self) -> Vec<Listener> {
        self.sources
            .values()
            .filter_map(|source| match &source.kind {
                SourceKind::Http(http) => Some(Listener {
                    source: source.name.clone(),
                    address: http.address,
                    protocol: Protocol::Tcp,
                    expose: http.expose,
                    node_port: http.node_port,
                }),
                SourceKind::File(_) | SourceKind::KubernetesLogs(_) => None,
            })
            .collect()
    }

    /// What is read of the node's container logs, over all sources; `None`: nothing, so the pod
    /// needs no host paths.
    pub fn node_logs(&self) -> Option<NodeLogs> {
        let mut whole: Option<NodeLogs> = None;
        for source in self.sources.values() {
            if let SourceKind::KubernetesLogs(logs) = &source.kind {
                let (namespaces, labels) = match whole.take() {
                    None => (logs.namespaces.clone(), logs.labels),
                    Some(so_far) => (
                        union(so_far.namespaces, logs.namespaces.clone()),
                        so_far.labels || logs.labels,
                    ),
                };
                whole = Some(NodeLogs { namespaces, labels });
            }
        }
        whole
    }

    /// Whether any source keeps a position on disk (`file`, `kubernetes_logs`).
    pub fn keeps_positions(&self) -> bool {
        self.sources
            .values()
            .any(|source| !matches!(source.kind, SourceKind::Http(_)))
    }

    /// The Kafka sinks that rely on the pipeline's Cluster for their brokers.
    pub fn sinks_on_cluster(&self) -> Vec<&ComponentName> {
        self.sinks
            .values()
            .filter(|sink| {
                matches!(&sink.kind, SinkKind::Kafka(kafka) if kafka.bootstrap_servers.is_none())
            })
            .map(|sink| &sink.name)
            .collect()
    }
}

/// Own stands for one namespace that has no name here, so that the union with a list keeps it
/// under the name `own`.
fn union(left: Namespaces, right: Namespaces) -> Namespaces {
    let names = |namespaces| match namespaces {
        Namespaces::List(list) => list,
        Namespaces::Own | Namespaces::All => vec!["own".to_owned()],
    };
    match (left, right) {
        (Namespaces::All, _) | (_, Namespaces::All) => Namespaces::All,
        (Namespaces::Own, Namespaces::Own) => Namespaces::Own,
        (left, right) => {
            let all: BTreeSet<String> = names(left).into_iter().chain(names(right)).collect();
            Namespaces::List(all.into_iter().collect())
        }
    }
}

/// Checks everything that can be checked without running the pipeline.
///
/// # Errors
/// All that is wrong, each with its field, value and remedy.
pub fn validate(config: &PipelineConfig) -> Result<ValidPipeline, PipelineErrors> {
    let mut errors = Vec::new();
    let mut pipeline = ValidPipeline::default();
    for (name, raw) in &config.sources {
        let Some(name) = parse_name("sources", name, &mut errors) else {
            continue;
        };
        if let Some(source) = parse_source(name.clone(), raw, &mut errors) {
            pipeline.sources.insert(name, source);
        }
    }
    for (name, raw) in &config.transforms {
        let Some(name) = parse_name("transforms", name, &mut errors) else {
            continue;
        };
        if let Some(transform) = parse_transform(name.clone(), raw, &mut errors) {
            pipeline.transforms.insert(name, transform);
        }
    }
    for (name, raw) in &config.sinks {
        let Some(name) = parse_name("sinks", name, &mut errors) else {
            continue;
        };
        if let Some(sink) = parse_sink(name.clone(), raw, &mut errors) {
            pipeline.sinks.insert(name, sink);
        }
    }
    check_sections(config, &mut errors);
    check_ports(&pipeline, &mut errors);
    let declared: BTreeSet<String> = config
        .sources
        .keys()
        .chain(config.transforms.keys())
        .cloned()
        .collect();
    if errors.is_empty() || config.sinks.len() == pipeline.sinks.len() {
        check_graph(&pipeline, &declared, &mut errors);
    }
    match PipelineErrors::from_vec(errors) {
        None => Ok(pipeline),
        Some(errors) => Err(errors),
    }
}

fn parse_name(section: &str, name: &str, errors: &mut Vec<PipelineError>) -> Option<ComponentName> {
    match ComponentName::parse(name) {
        Ok(name) => Some(name),
        Err(problem) => {
            errors.push(PipelineError::new(
                format!("{section}.{name}"),
                problem,
                "use letters, digits, - and _, at most 63 of them",
            ));
            None
        }
    }
}

/// There is something to read and somewhere to write, and no name is used twice.
fn check_sections(config: &PipelineConfig, errors: &mut Vec<PipelineError>) {
    if config.sources.is_empty() {
        errors.push(PipelineError::new(
            "sources",
            "there are none",
            "add one, for example http: {type: http, address: \"0.0.0.0:9880\"}",
        ));
    }
    if config.sinks.is_empty() {
        errors.push(PipelineError::new(
            "sinks",
            "there are none",
            "add one, for example out: {type: kafka, inputs: [http], topic: topic-sample}",
        ));
    }
    let mut seen: BTreeMap<&String, &str> = BTreeMap::new();
    let sections = [
        ("sources", &config.sources),
        ("transforms", &config.transforms),
        ("sinks", &config.sinks),
    ];
    for (section, components) in sections {
        for name in components.keys() {
            if let Some(first) = seen.insert(name, section) {
                errors.push(PipelineError::new(
                    format!("{section}.{name}"),
                    format!("the name stands in {first}, too"),
                    "give each component a name of its own",
                ));
            }
        }
    }
}

/// Two sources cannot listen on one port.
fn check_ports(pipeline: &ValidPipeline, errors: &mut Vec<PipelineError>) {
    let mut seen: BTreeMap<u16, ComponentName> = BTreeMap::new();
    for listener in pipeline.listeners() {
        let port = listener.address.port();
        if port == 0 {
            continue;
        }
        if let Some(first) = seen.insert(port, listener.source.clone()) {
            errors.push(PipelineError::new(
                format!("sources.{}.address", listener.source),
                format!("port {port} is used by the source {first}, too"),
                "choose another port",
            ));
        }
    }
}

/// Problem and remedy for a component type that does not exist.
pub(crate) fn unknown_type(kind: &str, known: &[&str]) -> (String, String) {
    if kind.is_empty() {
        (
            "it is missing".to_owned(),
            format!("one of {}", known.join(", ")),
        )
    } else {
        (
            format!("{kind:?} is unknown"),
            remedy_for_unknown(kind, known),
        )
    }
}

#[cfg(test)]
mod tests;
