//! The pipeline as it is written: named, free-form components.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The components of a pipeline by name, as they stand in a manifest's `spec`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PipelineConfig {
    /// Where events come from.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, Component>,
    /// What happens to events on their way.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub transforms: BTreeMap<String, Component>,
    /// Where events go.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sinks: BTreeMap<String, Component>,
}

/// One component: its type, what feeds it, and the options of its type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// The component's type, such as `http` or `kafka`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The names of the components that feed this one (transforms and sinks).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<String>,
    /// The options of its type, checked by [`crate::validate`].
    #[serde(flatten)]
    pub options: Map<String, Value>,
}

impl JsonSchema for Component {
    fn schema_name() -> Cow<'static, str> {
        "Component".into()
    }

    /// Structural, with the options left open: a CRD cannot know them all, the operator checks.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let schema = json!({
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {"type": "string", "minLength": 1,
                    "description": "The component's type, such as http, file or kafka."},
                "inputs": {"type": "array", "items": {"type": "string"},
                    "description": "The names of the components that feed this one."},
            },
            "x-kubernetes-preserve-unknown-fields": true,
        });
        match schema {
            Value::Object(fields) => Schema::from(fields),
            _ => Schema::default(),
        }
    }

    fn inline_schema() -> bool {
        true
    }
}
