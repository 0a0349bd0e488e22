//! The graph of a pipeline: every input exists, nothing feeds itself, nothing is left unused.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Component;
use crate::error::PipelineError;
use crate::name::{ComponentName, OutputName};
use crate::options::remedy_for_unknown;
use crate::valid::ValidPipeline;

/// Reads the option `inputs` of a transform or sink.
pub(crate) fn parse_inputs(
    path: &str,
    raw: &Component,
    errors: &mut Vec<PipelineError>,
) -> Vec<OutputName> {
    let field = format!("{path}.inputs");
    if raw.inputs.is_empty() {
        errors.push(PipelineError::new(
            field,
            "nothing feeds it",
            "name at least one source or transform, for example inputs: [http]",
        ));
        return Vec::new();
    }
    let mut inputs = Vec::new();
    let mut seen = BTreeSet::new();
    for text in &raw.inputs {
        if !seen.insert(text) {
            errors.push(PipelineError::new(
                &field,
                format!("{text:?} stands there twice"),
                "name it once",
            ));
            continue;
        }
        let (component, route) = match text.split_once('.') {
            Some((component, route)) => (component, Some(route.to_owned())),
            None => (text.as_str(), None),
        };
        match ComponentName::parse(component) {
            Ok(component) => inputs.push(OutputName { component, route }),
            Err(problem) => errors.push(PipelineError::new(
                &field,
                problem,
                "name a source or transform of this pipeline",
            )),
        }
    }
    inputs
}

/// Checks the graph of components. `declared` are the names of all sources and transforms that
/// were written, faulty ones included: their own errors are reported already.
pub(crate) fn check_graph(
    pipeline: &ValidPipeline,
    declared: &BTreeSet<String>,
    errors: &mut Vec<PipelineError>,
) {
    let edges = edges(pipeline);
    for (path, inputs) in &edges {
        for input in *inputs {
            check_input(pipeline, declared, path, input, errors);
        }
    }
    for name in pipeline.transforms.keys() {
        if let Some(cycle) = cycle_through(pipeline, name) {
            errors.push(PipelineError::new(
                format!("transforms.{name}.inputs"),
                format!("it feeds itself: {cycle}"),
                "take one of these inputs away",
            ));
        }
    }
    let used: BTreeSet<&str> = edges
        .values()
        .flat_map(|inputs| inputs.iter())
        .map(|i| i.component.as_str())
        .collect();
    let producers = pipeline
        .sources
        .keys()
        .map(|name| ("sources", name))
        .chain(pipeline.transforms.keys().map(|name| ("transforms", name)));
    for (section, name) in producers {
        if !used.contains(name.as_str()) {
            errors.push(PipelineError::new(
                format!("{section}.{name}"),
                "nothing takes its events",
                format!("add {name} to the inputs of a sink, or take it away"),
            ));
        }
    }
}

fn edges(pipeline: &ValidPipeline) -> BTreeMap<String, &Vec<OutputName>> {
    let transforms = pipeline
        .transforms
        .values()
        .map(|t| (format!("transforms.{}", t.name), &t.inputs));
    let sinks = pipeline
        .sinks
        .values()
        .map(|s| (format!("sinks.{}", s.name), &s.inputs));
    transforms.chain(sinks).collect()
}

fn check_input(
    pipeline: &ValidPipeline,
    declared: &BTreeSet<String>,
    path: &str,
    input: &OutputName,
    errors: &mut Vec<PipelineError>,
) {
    let field = format!("{path}.inputs");
    let name = input.component.as_str();
    if let Some(transform) = pipeline.transforms.get(name) {
        if !transform.has_output(input.route.as_deref()) {
            errors.push(PipelineError::new(
                field,
                format!("{name} has no output {input}"),
                "name the transform alone, or <route transform>.<route>",
            ));
        }
    } else if pipeline.sources.contains_key(name) {
        if input.route.is_some() {
            errors.push(PipelineError::new(
                field,
                format!("the source {name} has one output only, not {input}"),
                format!("write {name}"),
            ));
        }
    } else if !declared.contains(name) {
        let known: Vec<&str> = declared.iter().map(String::as_str).collect();
        let remedy = if known.is_empty() {
            "add a source of this name".to_owned()
        } else {
            remedy_for_unknown(name, &known)
        };
        errors.push(PipelineError::new(
            field,
            format!("{name:?} is neither a source nor a transform"),
            remedy,
        ));
    }
}

/// The way from `start` back to itself, if there is one.
fn cycle_through(pipeline: &ValidPipeline, start: &ComponentName) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<(&ComponentName, String)> = vec![(start, start.to_string())];
    while let Some((name, way)) = open.pop() {
        let inputs = pipeline
            .transforms
            .get(name)
            .map(|t| t.inputs.as_slice())
            .unwrap_or_default();
        for input in inputs {
            let longer = format!("{} -> {way}", input.component);
            if input.component == *start {
                return Some(longer);
            }
            if seen.insert(&input.component) {
                open.push((&input.component, longer));
            }
        }
    }
    None
}
