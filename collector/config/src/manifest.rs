//! Reading the text of a pipeline: a Pipeline manifest, or its bare `spec`.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::config::PipelineConfig;
use crate::error::{PipelineError, PipelineErrors};
use crate::options::remedy_for_unknown;

/// A pipeline as it stands in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelineManifest {
    /// `metadata.name`, when the file holds a manifest.
    pub name: Option<String>,
    /// `spec.cluster`.
    pub cluster: Option<String>,
    /// The components.
    pub config: PipelineConfig,
}

/// What a Pipeline's spec may hold. All but the components and `cluster` concerns Kubernetes only.
const SPEC_FIELDS: [&str; 6] = [
    "cluster",
    "placement",
    "template",
    "sources",
    "transforms",
    "sinks",
];

/// Reads a Pipeline manifest or its bare `spec`. Of several documents the one Pipeline is taken.
///
/// # Errors
/// Text that is no YAML, an unknown field, or not exactly one pipeline.
pub fn parse_manifest(text: &str) -> Result<PipelineManifest, PipelineErrors> {
    let mut pipelines = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = Value::deserialize(document).map_err(|error| {
            PipelineError::new(
                "file",
                format!("it is no YAML: {error}"),
                "correct the text there",
            )
        })?;
        match value {
            Value::Null => {}
            Value::Object(fields) => {
                let kind = fields
                    .get("kind")
                    .and_then(Value::as_str)
                    .unwrap_or("Pipeline");
                if kind == "Pipeline" {
                    pipelines.push(fields);
                }
            }
            other => {
                let problem = format!("{other} is no pipeline");
                return Err(missing(problem));
            }
        }
    }
    let count = pipelines.len();
    match pipelines.pop() {
        Some(fields) if count == 1 => from_fields(&fields),
        Some(_) => Err(missing(format!("there are {count} pipelines in it"))),
        None => Err(missing("there is no pipeline in it".to_owned())),
    }
}

fn missing(problem: String) -> PipelineErrors {
    let remedy = "write one Pipeline, or its spec with sources, transforms and sinks";
    PipelineError::new("file", problem, remedy).into()
}

fn from_fields(fields: &Map<String, Value>) -> Result<PipelineManifest, PipelineErrors> {
    let is_manifest = fields.contains_key("kind") || fields.contains_key("spec");
    let name = fields
        .get("metadata")
        .and_then(|metadata| metadata.get("name"))
        .and_then(Value::as_str)
        .map(str::to_owned);
    let empty = Map::new();
    let spec = match fields.get("spec") {
        Some(Value::Object(spec)) => spec,
        _ if is_manifest => &empty,
        _ => fields,
    };
    let mut errors = Vec::new();
    for field in spec
        .keys()
        .filter(|field| !SPEC_FIELDS.contains(&field.as_str()))
    {
        errors.push(PipelineError::new(
            field,
            "unknown field",
            remedy_for_unknown(field, &SPEC_FIELDS),
        ));
    }
    let mut config = PipelineConfig::default();
    for (section, components) in [
        ("sources", &mut config.sources),
        ("transforms", &mut config.transforms),
        ("sinks", &mut config.sinks),
    ] {
        let given = match spec.get(section) {
            None | Some(Value::Null) => continue,
            Some(Value::Object(given)) => given,
            Some(other) => {
                errors.push(PipelineError::new(
                    section,
                    format!("{other} is no mapping"),
                    "write each component under its name",
                ));
                continue;
            }
        };
        for (name, component) in given {
            match serde_json::from_value(component.clone()) {
                Ok(component) => {
                    components.insert(name.clone(), component);
                }
                Err(error) => errors.push(PipelineError::new(
                    format!("{section}.{name}"),
                    error.to_string(),
                    "write for example {type: stdout, inputs: [http]}",
                )),
            }
        }
    }
    if let Some(errors) = PipelineErrors::from_vec(errors) {
        return Err(errors);
    }
    let cluster = spec
        .get("cluster")
        .and_then(Value::as_str)
        .map(str::to_owned);
    Ok(PipelineManifest {
        name,
        cluster,
        config,
    })
}
