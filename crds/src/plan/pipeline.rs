//! A Pipeline manifest as the collector's configuration and what its pods need for it.

use kavka_pipeline::{Listener, NodeLogs, PipelineConfig, ValidPipeline, validate};

use crate::{PipelineSpec, Refusal};

/// What collectors run and what their pods need for it.
#[derive(Clone, Debug)]
pub struct PipelinePlan {
    /// The components as they were written.
    pub config: PipelineConfig,
    /// The components as they run.
    pub valid: ValidPipeline,
    /// The sources that listen.
    pub listens: Vec<Listen>,
    /// What is read of the node's container logs, if anything.
    pub node_logs: Option<NodeLogs>,
}

/// A source that listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// What the collector says of it.
    pub listener: Listener,
    /// The port of every node that was asked for.
    pub node_port: Option<i32>,
}

/// The collector's configuration for a Pipeline, or everything that the collector would refuse.
pub fn plan_pipeline(spec: &PipelineSpec) -> Result<PipelinePlan, Vec<Refusal>> {
    let config = components(spec).map_err(|refusal| vec![refusal])?;
    let valid = validate(&config).map_err(|errors| {
        errors
            .iter()
            .map(|error| Refusal::new("InvalidConfiguration", format!("spec.{error}")))
            .collect::<Vec<_>>()
    })?;
    let mut refusals = Vec::new();
    if spec.cluster.is_none() {
        refusals.extend(valid.sinks_on_cluster().into_iter().map(|sink| {
            Refusal::new(
                "ClusterMissing",
                format!(
                    "spec.sinks.{sink}: no broker is named; write spec.cluster, or \
                     bootstrap_servers in the sink"
                ),
            )
        }));
    }
    let listens: Vec<_> = valid
        .listeners()
        .into_iter()
        .map(|listener| Listen {
            node_port: spec
                .sources
                .get(listener.source.as_str())
                .and_then(|source| source.node_port),
            listener,
        })
        .collect();
    for listen in &listens {
        if listen.listener.address.port() == 0 {
            refusals.push(Refusal::new(
                "InvalidConfiguration",
                format!(
                    "spec.sources.{}.address: port 0 cannot be reached; write a port",
                    listen.listener.source
                ),
            ));
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    Ok(PipelinePlan {
        node_logs: valid.node_logs(),
        config,
        valid,
        listens,
    })
}

/// The file that the collector reads: the components alone, as YAML.
pub fn render(spec: &PipelineSpec) -> Result<String, Refusal> {
    let refuse = |e: serde_yaml::Error| Refusal::new("InvalidConfiguration", e.to_string());
    serde_yaml::to_string(&components(spec)?).map_err(refuse)
}

/// The components without what concerns Kubernetes alone.
fn components(spec: &PipelineSpec) -> Result<PipelineConfig, Refusal> {
    let mut bare = spec.clone();
    for source in bare.sources.values_mut() {
        source.node_port = None;
    }
    let text = serde_json::json!({
        "sources": bare.sources,
        "transforms": bare.transforms,
        "sinks": bare.sinks,
    });
    serde_json::from_value(text)
        .map_err(|e| Refusal::new("InvalidConfiguration", format!("spec: {e}: correct it")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(yaml: &str) -> PipelineSpec {
        serde_yaml::from_str(yaml).unwrap()
    }

    const GOOD: &str = "{cluster: demo, sources: {in: {type: http, address: '0.0.0.0:9999', \
        expose: nodePort, nodePort: 30999}}, sinks: {out: {type: kafka, inputs: [in], \
        match: 'sample.**', topic: topic-sample}}}";

    #[test]
    fn a_listening_source_asks_for_its_port() {
        let plan = plan_pipeline(&spec(GOOD)).unwrap();
        assert_eq!(plan.listens.len(), 1);
        assert_eq!(plan.listens[0].listener.address.port(), 9999);
        assert_eq!(plan.listens[0].node_port, Some(30999));
        assert!(plan.node_logs.is_none());
    }

    #[test]
    fn what_is_rendered_is_what_the_collector_accepts() {
        let text = render(&spec(GOOD)).unwrap();
        let manifest = kavka_pipeline::parse_manifest(&text).unwrap();
        validate(&manifest.config).unwrap();
        assert!(!text.contains("nodePort: 30999"), "{text}");
        assert!(!text.contains("cluster"), "{text}");
    }

    #[test]
    fn what_the_collector_would_refuse_is_refused_by_its_path() {
        let refusals = plan_pipeline(&spec(
            "{cluster: demo, sources: {in: {type: htpp}}, sinks: {out: {type: stdout, inputs: [in]}}}",
        ))
        .unwrap_err();
        assert_eq!(refusals[0].reason, "InvalidConfiguration");
        assert!(
            refusals[0].message.starts_with("spec.sources.in"),
            "{}",
            refusals[0]
        );
    }

    #[test]
    fn a_kafka_sink_needs_a_cluster_or_brokers() {
        let without = GOOD.replace("cluster: demo, ", "");
        let refusals = plan_pipeline(&spec(&without)).unwrap_err();
        assert_eq!(refusals[0].reason, "ClusterMissing");
    }

    #[test]
    fn node_logs_are_asked_for() {
        let plan = plan_pipeline(&spec(
            "{cluster: demo, sources: {logs: {type: kubernetes_logs, namespaces: all}}, \
             sinks: {out: {type: kafka, inputs: [logs], topic: logs}}}",
        ))
        .unwrap();
        assert_eq!(
            plan.node_logs.unwrap().namespaces,
            kavka_pipeline::Namespaces::All
        );
    }

    #[cfg(feature = "vrl")]
    #[test]
    fn a_type_error_in_a_program_is_refused() {
        let refusals = plan_pipeline(&spec(
            "{cluster: demo, sources: {in: {type: http, address: '0.0.0.0:9999'}}, \
             transforms: {t: {type: remap, inputs: [in], source: '.a = 1 + true'}}, \
             sinks: {out: {type: stdout, inputs: [t]}}}",
        ))
        .unwrap_err();
        assert!(
            refusals[0].message.contains("spec.transforms.t"),
            "{}",
            refusals[0]
        );
    }
}
