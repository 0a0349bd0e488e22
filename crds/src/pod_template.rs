//! `spec.template`: what a pod needs beside what Kavka gives it.
//!
//! Kubernetes' own types stay free-form in the CRD (their schemas would make it larger than
//! `kubectl apply` can carry) and are parsed here.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Affinity, EnvVar, ResourceRequirements, Toleration, Volume, VolumeMount,
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Refusal;

/// A map in Kubernetes' own form.
type Raw = Map<String, Value>;

/// What a pod needs beside what Kavka gives it, in Kubernetes' own form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PodTemplate {
    /// Labels of the pod.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations of the pod.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Labels of the nodes that the pod may run on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub node_selector: BTreeMap<String, String>,
    /// Taints that the pod tolerates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tolerations: Vec<Raw>,
    /// Where the pod would rather run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affinity: Option<Raw>,
    /// CPU and memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<Raw>,
    /// Volumes beside Kavka's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Raw>,
    /// Where those volumes are mounted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volume_mounts: Vec<Raw>,
    /// Environment variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<Raw>,
    /// The priority class of the pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority_class_name: Option<String>,
    /// The user that the program runs as; 0 where the container runtime writes logs with mode
    /// 0600. Kavka's own (65532) when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub run_as_user: Option<i64>,
}

/// A [`PodTemplate`] in Kubernetes' types.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedTemplate {
    /// Labels of the pod.
    pub labels: BTreeMap<String, String>,
    /// Annotations of the pod.
    pub annotations: BTreeMap<String, String>,
    /// Labels of the nodes that the pod may run on.
    pub node_selector: BTreeMap<String, String>,
    /// Taints that the pod tolerates.
    pub tolerations: Vec<Toleration>,
    /// Where the pod would rather run.
    pub affinity: Option<Affinity>,
    /// CPU and memory.
    pub resources: Option<ResourceRequirements>,
    /// Volumes beside Kavka's own.
    pub volumes: Vec<Volume>,
    /// Where those volumes are mounted.
    pub volume_mounts: Vec<VolumeMount>,
    /// Environment variables.
    pub env: Vec<EnvVar>,
    /// The priority class of the pod.
    pub priority_class_name: Option<String>,
    /// The user that the program runs as.
    pub run_as_user: Option<i64>,
}

impl PodTemplate {
    /// Parses every part; a part that Kubernetes would not understand is refused by its path.
    pub fn parse(template: Option<&Self>) -> Result<ParsedTemplate, Vec<Refusal>> {
        let Some(template) = template else {
            return Ok(ParsedTemplate::default());
        };
        let mut refusals = Vec::new();
        let parsed = ParsedTemplate {
            labels: template.labels.clone(),
            annotations: template.annotations.clone(),
            node_selector: template.node_selector.clone(),
            tolerations: each(&template.tolerations, "tolerations", &mut refusals),
            affinity: one(template.affinity.as_ref(), "affinity", &mut refusals),
            resources: one(template.resources.as_ref(), "resources", &mut refusals),
            volumes: each(&template.volumes, "volumes", &mut refusals),
            volume_mounts: each(&template.volume_mounts, "volumeMounts", &mut refusals),
            env: each(&template.env, "env", &mut refusals),
            priority_class_name: template.priority_class_name.clone(),
            run_as_user: template.run_as_user,
        };
        if refusals.is_empty() {
            Ok(parsed)
        } else {
            Err(refusals)
        }
    }
}

fn one<T>(raw: Option<&Raw>, name: &str, refusals: &mut Vec<Refusal>) -> Option<T>
where
    T: DeserializeOwned + Serialize,
{
    let parsed = part(raw?, &format!("spec.template.{name}"));
    parsed.map_err(|refusal| refusals.push(refusal)).ok()
}

fn each<T>(raw: &[Raw], name: &str, refusals: &mut Vec<Refusal>) -> Vec<T>
where
    T: DeserializeOwned + Serialize,
{
    let mut parsed = Vec::new();
    for (index, item) in raw.iter().enumerate() {
        match part(item, &format!("spec.template.{name}[{index}]")) {
            Ok(item) => parsed.push(item),
            Err(refusal) => refusals.push(refusal),
        }
    }
    parsed
}

/// Parses one part and refuses what got lost on the way: an unknown field.
fn part<T: DeserializeOwned + Serialize>(raw: &Raw, path: &str) -> Result<T, Refusal> {
    let value = Value::Object(raw.clone());
    let refuse = |message: String| Refusal::new("InvalidTemplate", message);
    let parsed: T = serde_json::from_value(value.clone())
        .map_err(|e| refuse(format!("{path}: {e}: write it as a pod's own field")))?;
    let kept = serde_json::to_value(&parsed).unwrap_or(Value::Null);
    match lost(&value, &kept, path) {
        Some(unknown) => Err(refuse(format!(
            "{unknown}: unknown field: take it out or correct its name"
        ))),
        None => Ok(parsed),
    }
}

/// The path of the first field of `given` that is not in `kept`.
fn lost(given: &Value, kept: &Value, path: &str) -> Option<String> {
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => given.iter().find_map(|(key, value)| {
            let path = format!("{path}.{key}");
            match kept.get(key) {
                Some(kept) => lost(value, kept, &path),
                None if value.is_null() => None,
                None => Some(path),
            }
        }),
        (Value::Array(given), Value::Array(kept)) => given
            .iter()
            .zip(kept)
            .enumerate()
            .find_map(|(i, (given, kept))| lost(given, kept, &format!("{path}[{i}]"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(yaml: &str) -> Result<ParsedTemplate, Vec<Refusal>> {
        let template: PodTemplate = serde_yaml::from_str(yaml).unwrap();
        PodTemplate::parse(Some(&template))
    }

    #[test]
    fn kubernetes_own_parts_are_understood() {
        let parsed = parse(
            "{tolerations: [{operator: Exists}], resources: {limits: {memory: 64Mi, cpu: 1}},
              volumes: [{name: a, hostPath: {path: /a}}], volumeMounts: [{name: a, mountPath: /a}]}",
        )
        .unwrap();
        assert_eq!(parsed.tolerations[0].operator.as_deref(), Some("Exists"));
        assert_eq!(parsed.volumes[0].name, "a");
        assert_eq!(parsed.volume_mounts[0].mount_path, "/a");
    }

    #[test]
    fn a_typo_is_refused_by_its_path() {
        let refusals = parse("{volumes: [{name: a, hostPath: {paht: /a, path: /b}}]}").unwrap_err();
        assert!(
            refusals[0]
                .message
                .starts_with("spec.template.volumes[0].hostPath.paht:")
        );
    }

    #[test]
    fn a_wrong_type_is_refused_by_its_path() {
        let refusals = parse("{tolerations: [{tolerationSeconds: soon}]}").unwrap_err();
        assert!(
            refusals[0]
                .message
                .starts_with("spec.template.tolerations[0]")
        );
        assert_eq!(refusals[0].reason, "InvalidTemplate");
    }
}
