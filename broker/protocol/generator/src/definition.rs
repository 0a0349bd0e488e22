//! The definitions as they lie on disk.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::versions::Versions;

/// What a definition describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Request,
    Response,
    Header,
    Metadata,
    CoordinatorKey,
    CoordinatorValue,
    Data,
}

/// One message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Definition {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    pub(crate) api_key: Option<i16>,
    #[serde(default, rename = "listeners")]
    _listeners: Vec<String>,
    pub(crate) valid_versions: Versions,
    #[serde(default = "none")]
    pub(crate) flexible_versions: Versions,
    #[serde(default)]
    pub(crate) latest_version_unstable: bool,
    #[serde(default)]
    pub(crate) fields: Vec<Field>,
    #[serde(default)]
    pub(crate) common_structs: Vec<CommonStruct>,
}

/// A structure that several fields of a message share.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommonStruct {
    pub(crate) name: String,
    #[serde(rename = "versions")]
    _versions: Versions,
    pub(crate) fields: Vec<Field>,
}

/// A field of a message or of a structure within it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) type_name: String,
    pub(crate) versions: Option<Versions>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) default: Option<Value>,
    #[serde(default = "none")]
    pub(crate) nullable_versions: Versions,
    pub(crate) tagged_versions: Option<Versions>,
    pub(crate) tag: Option<u32>,
    #[serde(default)]
    pub(crate) ignorable: bool,
    pub(crate) flexible_versions: Option<Versions>,
    #[serde(default)]
    pub(crate) fields: Vec<Field>,
    #[serde(default, rename = "entityType")]
    _entity_type: Option<String>,
    #[serde(default, rename = "mapKey")]
    _map_key: bool,
    #[serde(default, rename = "zeroCopy")]
    _zero_copy: bool,
}

/// An error code of the protocol.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorDefinition {
    pub(crate) code: i16,
    pub(crate) name: String,
    pub(crate) retriable: bool,
}

fn none() -> Versions {
    Versions::NONE
}

/// A default of JSON null is a default too.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

pub(crate) fn read_messages(path: &Path) -> Result<Vec<Definition>> {
    read(path)
}

pub(crate) fn read_errors(path: &Path) -> Result<Vec<ErrorDefinition>> {
    read(path)
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("in {}", path.display()))
}
