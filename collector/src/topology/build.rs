//! What has to be made anew for a pipeline, and what has to go.

use std::collections::BTreeMap;
use std::sync::Arc;

use kavka_pipeline::{Component, ComponentName, SourceKind, ValidPipeline};
use tokio_util::sync::CancellationToken;

use super::StartError;
use super::node::{Node, Work};
use crate::channel::{Output, entrance};
use crate::environment::Environment;
use crate::metrics::Metrics;
use crate::source::{self, Budget, SourceContext};
use crate::transform::Outputs;
use crate::{sink, transform};

/// The difference between what runs and what should.
pub(super) struct Parts {
    /// Components that are made but do not run yet.
    pub(super) fresh: Vec<(ComponentName, Node)>,
    /// Names of running components that are changed or gone.
    pub(super) stale: Vec<ComponentName>,
}

/// Makes everything that is new or changed, without touching what runs.
pub(super) fn build(
    pipeline: &ValidPipeline,
    running: &BTreeMap<ComponentName, Node>,
    environment: &Arc<Environment>,
    metrics: &Arc<Metrics>,
) -> Result<Parts, StartError> {
    let failed = |(field, problem)| StartError::Component { field, problem };
    let unchanged = |name: &ComponentName, raw: &Component, is_source: bool| {
        running
            .get(name)
            .is_some_and(|node| node.raw == *raw && node.is_source() == is_source)
    };
    let mut fresh = Vec::new();
    let mut kept = Vec::new();
    for sink in pipeline.sinks.values() {
        if unchanged(&sink.name, &sink.raw, false) {
            kept.push(&sink.name);
            continue;
        }
        let metrics = metrics.component(sink.name.as_str());
        let prepared = sink::prepare(sink, environment, &metrics).map_err(failed)?;
        let (sender, input) = entrance();
        let work = Work::Sink { prepared, input };
        let node = Node::new(
            sink.raw.clone(),
            metrics,
            Some(sender),
            Arc::default(),
            work,
        );
        fresh.push((sink.name.clone(), node));
    }
    for transform in pipeline.transforms.values() {
        if unchanged(&transform.name, &transform.raw, false) {
            kept.push(&transform.name);
            continue;
        }
        let metrics = metrics.component(transform.name.as_str());
        let prepared = transform::prepare(transform).map_err(failed)?;
        let (sender, input) = entrance();
        let outputs: Outputs = transform::output_names(transform)
            .into_iter()
            .map(|route| (route, Output::new(Arc::clone(&metrics))))
            .collect();
        let work = Work::Transform { prepared, input };
        let raw = transform.raw.clone();
        let node = Node::new(raw, metrics, Some(sender), Arc::new(outputs), work);
        fresh.push((transform.name.clone(), node));
    }
    for source in pipeline.sources.values() {
        if unchanged(&source.name, &source.raw, true) {
            kept.push(&source.name);
            continue;
        }
        // A port that a running source has is free only once that source has stopped.
        let port_is_ours = match &source.kind {
            SourceKind::Http(http) => running
                .values()
                .filter_map(Node::address)
                .any(|address| address.port() == http.address.port()),
            SourceKind::File(_) | SourceKind::KubernetesLogs(_) => false,
        };
        let prepared = if port_is_ours {
            None
        } else {
            Some(source::prepare(source, environment).map_err(failed)?)
        };
        let metrics = metrics.component(source.name.as_str());
        let output = Output::new(Arc::clone(&metrics));
        let context = SourceContext {
            name: source.name.as_str().into(),
            output: Arc::clone(&output),
            metrics: Arc::clone(&metrics),
            budget: Arc::new(Budget::new(environment.in_flight_bytes)),
            stop: CancellationToken::new(),
            environment: Arc::clone(environment),
        };
        let outputs: Outputs = [(None, output)].into_iter().collect();
        let work = Work::Source {
            source: Box::new(source.clone()),
            prepared,
            context,
        };
        let node = Node::new(source.raw.clone(), metrics, None, Arc::new(outputs), work);
        fresh.push((source.name.clone(), node));
    }
    let stale = running
        .keys()
        .filter(|name| !kept.contains(name))
        .cloned()
        .collect();
    Ok(Parts { fresh, stale })
}
