//! Manifests out of a file, refused here as the API server would refuse them.
//!
//! The same text serves `kubectl apply` and `kavka up -f`: structure is checked against the
//! CRD's schema, rules by the same CEL, and what is left is parsed into the types.

mod schema;
mod set;

use std::fmt;

use kube::CustomResourceExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Cluster, Pipeline, Topic};

pub use set::ManifestSet;

/// One manifest of Kavka.
#[derive(Clone, Debug, PartialEq)]
pub enum Manifest {
    /// A cluster.
    Cluster(Box<Cluster>),
    /// A topic.
    Topic(Box<Topic>),
    /// A pipeline.
    Pipeline(Box<Pipeline>),
}

impl Manifest {
    /// The kind of the manifest.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Cluster(_) => "Cluster",
            Self::Topic(_) => "Topic",
            Self::Pipeline(_) => "Pipeline",
        }
    }

    /// The name of the manifest.
    pub fn name(&self) -> &str {
        let metadata = match self {
            Self::Cluster(cluster) => &cluster.metadata,
            Self::Topic(topic) => &topic.metadata,
            Self::Pipeline(pipeline) => &pipeline.metadata,
        };
        metadata.name.as_deref().unwrap_or_default()
    }
}

/// What is wrong with a manifest and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// The file.
    pub file: String,
    /// The document in the file, from 1; none where no one document is at fault.
    pub document: Option<usize>,
    /// Kind and name, as far as they are known.
    pub object: String,
    /// Names the field, the value and the remedy.
    pub message: String,
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match (self.document, self.object.as_str()) {
            (Some(document), "") => write!(f, ", document {document}")?,
            (Some(document), object) => write!(f, ", document {document} ({object})")?,
            (None, "") => {}
            (None, object) => write!(f, ", {object}")?,
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ManifestError {}

/// The manifests of a file's text, or everything that is wrong with them.
pub fn parse(file: &str, text: &str) -> Result<Vec<Manifest>, Vec<ManifestError>> {
    let mut manifests = Vec::new();
    let mut errors = Vec::new();
    for (index, document) in serde_yaml::Deserializer::from_str(text).enumerate() {
        let at = |object: String, message: String| ManifestError {
            file: file.to_owned(),
            document: Some(index + 1),
            object,
            message,
        };
        let value = match serde::Deserialize::deserialize(document) {
            Ok(Value::Null) => continue,
            Ok(value) => value,
            Err(error) => {
                let error: serde_yaml::Error = error;
                errors.push(at(
                    String::new(),
                    format!("{error}: correct the YAML there"),
                ));
                break;
            }
        };
        match one(&value) {
            Ok(manifest) => manifests.push(manifest),
            Err(messages) => {
                let object = describe(&value);
                errors.extend(
                    messages
                        .into_iter()
                        .map(|message| at(object.clone(), message)),
                );
            }
        }
    }
    if errors.is_empty() {
        Ok(manifests)
    } else {
        Err(errors)
    }
}

fn field<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    path.iter()
        .try_fold(value, |value, key| value.get(key))?
        .as_str()
}

fn describe(value: &Value) -> String {
    let kind = field(value, &["kind"]).unwrap_or_default();
    let name = field(value, &["metadata", "name"]).unwrap_or_default();
    format!("{kind} {name}").trim().to_owned()
}

fn one(value: &Value) -> Result<Manifest, Vec<String>> {
    let version = field(value, &["apiVersion"]).unwrap_or_default();
    let wanted = format!("{}/{}", crate::GROUP, crate::VERSION);
    if version != wanted {
        return Err(vec![format!("apiVersion is {version:?}: write {wanted}")]);
    }
    let boxed = |kind: &str| format!("kind is {kind:?}: write Cluster, Topic or Pipeline");
    match field(value, &["kind"]).unwrap_or_default() {
        "Cluster" => typed(value, Cluster::validate_cel).map(|c| Manifest::Cluster(Box::new(c))),
        "Topic" => typed(value, Topic::validate_cel).map(|t| Manifest::Topic(Box::new(t))),
        "Pipeline" => typed(value, Pipeline::validate_cel).map(|p| Manifest::Pipeline(Box::new(p))),
        other => Err(vec![boxed(other)]),
    }
}

fn typed<T, E>(value: &Value, rules: fn(&T) -> Result<(), E>) -> Result<T, Vec<String>>
where
    T: CustomResourceExt + DeserializeOwned + Serialize,
    E: fmt::Display,
{
    let crd = T::crd();
    let schema = crd
        .spec
        .versions
        .first()
        .and_then(|version| version.schema.clone());
    let schema = serde_json::to_value(schema.and_then(|s| s.open_api_v3_schema));
    let mut wrong = schema::check(&schema.unwrap_or(Value::Null), value);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let parsed: T = serde_json::from_value(value.clone()).map_err(|e| vec![e.to_string()])?;
    if let Err(broken) = rules(&parsed) {
        wrong.push(broken.to_string());
        return Err(wrong);
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Vec<String> {
        parse("a.yaml", text)
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    const TOPIC: &str = "{apiVersion: kavka.dev/v1alpha1, kind: Topic, metadata: {name: t}, spec: ";

    #[test]
    fn the_quick_start_is_understood() {
        let text = include_str!("../../examples/quickstart.yaml");
        let manifests = parse("quickstart.yaml", text).unwrap();
        let kinds: Vec<_> = manifests.iter().map(Manifest::kind).collect();
        assert_eq!(kinds, ["Cluster", "Topic", "Pipeline"]);
        assert_eq!(manifests[1].name(), "topic-sample");
    }

    #[test]
    fn the_example_of_container_logs_is_understood() {
        let text = include_str!("../../examples/kubernetes/container-logs.yaml");
        assert_eq!(parse("container-logs.yaml", text).unwrap().len(), 3);
    }

    #[test]
    fn an_unknown_field_is_named_with_the_one_that_was_meant() {
        let errors = errors(&format!("---\n{TOPIC}{{cluster: demo, partitons: 4}}}}"));
        assert_eq!(
            errors,
            [
                "a.yaml, document 1 (Topic t): spec.partitons: unknown field; did you mean \
              partitions?"
            ]
        );
    }

    #[test]
    fn a_wrong_value_is_named_with_what_would_be_right() {
        let found = errors(&format!("{TOPIC}{{cluster: demo, partitions: four}}}}"));
        assert!(
            found[0].contains("spec.partitions is \"four\": write a whole number"),
            "{found:?}"
        );
        let found = errors(&format!("{TOPIC}{{cluster: demo, partitions: 0}}}}"));
        assert!(
            found[0].contains("spec.partitions is 0: write at least 1"),
            "{found:?}"
        );
        let found = errors(&format!(
            "{TOPIC}{{cluster: demo, deletionPolicy: Remove}}}}"
        ));
        assert!(found[0].contains("write Retain or Delete"), "{found:?}");
        let found = errors(&format!("{TOPIC}{{}}}}"));
        assert!(found[0].contains("spec.cluster is missing"), "{found:?}");
    }

    #[test]
    fn the_api_servers_rules_hold_here_too() {
        let found = errors(&format!(
            "{TOPIC}{{cluster: demo, topicName: __consumer_offsets}}}}"
        ));
        assert!(found[0].contains("this name is Kafka's own"), "{found:?}");
    }

    #[test]
    fn foreign_kinds_and_broken_yaml_are_named() {
        assert!(errors("{apiVersion: v1, kind: Pod}")[0].contains("write kavka.dev/v1alpha1"));
        assert!(errors("{apiVersion: kavka.dev/v1alpha1, kind: Tpoic}")[0].contains("\"Tpoic\""));
        let found = errors("# one\n---\nkind: [\n");
        assert!(found[0].contains("correct the YAML there"), "{found:?}");
    }

    #[test]
    fn empty_documents_are_skipped() {
        assert_eq!(parse("a.yaml", "# nothing\n---\n---\n").unwrap(), []);
    }
}
