//! Kafka's settings as a manifest writes them: `retention.ms: 86400000` and
//! `retention.ms: "86400000"` mean the same.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Settings by Kafka's names. A value may be written as a string, a number or a boolean; it is
/// held as the text that Kafka's protocol carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Settings(pub BTreeMap<String, String>);

impl Settings {
    /// Whether no setting is given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a setting.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Settings {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).into())
    }
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Option::<BTreeMap<String, Value>>::deserialize(deserializer)?.unwrap_or_default();
        raw.into_iter()
            .map(|(key, value)| match text(&value) {
                Some(text) => Ok((key, text)),
                None => Err(D::Error::custom(format!(
                    "config.{key}: {} is no value of a setting: write a string, a number or a \
                     boolean (lists as one string, \"a,b\"), or leave the key out",
                    kind(&value)
                ))),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// A setting's value as Kafka writes it, or nothing where it is no scalar.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number_text(number)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// `1e3` and `1000.0` are whole numbers to the person who wrote them: Kafka's parser of integers
/// takes neither, so they are written out.
fn number_text(number: &serde_json::Number) -> String {
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(whole), _, _) => whole.to_string(),
        (None, Some(whole), _) => whole.to_string(),
        (None, None, Some(float)) => format!("{float}"),
        (None, None, None) => number.to_string(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
        Value::String(_) | Value::Bool(_) | Value::Number(_) => "a scalar",
    }
}

impl JsonSchema for Settings {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Settings".into()
    }

    /// Values are left untyped: a structural schema knows no "string, number or boolean".
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "maxProperties": 256,
            "additionalProperties": { "x-kubernetes-preserve-unknown-fields": true },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(yaml: &str) -> Result<Settings, serde_yaml::Error> {
        serde_yaml::from_str(yaml)
    }

    #[test]
    fn strings_numbers_and_booleans_become_kafkas_text() {
        let settings = parse(
            "{retention.ms: 86400000, segment.bytes: '1048576', preallocate: true, \
             min.cleanable.dirty.ratio: 0.25, flush.ms: 9223372036854775807, index: 1e3}",
        )
        .unwrap();
        assert_eq!(settings.get("retention.ms"), Some("86400000"));
        assert_eq!(settings.get("segment.bytes"), Some("1048576"));
        assert_eq!(settings.get("preallocate"), Some("true"));
        assert_eq!(settings.get("min.cleanable.dirty.ratio"), Some("0.25"));
        assert_eq!(settings.get("flush.ms"), Some("9223372036854775807"));
        assert_eq!(settings.get("index"), Some("1000"));
    }

    #[test]
    fn a_list_is_refused_by_its_key_with_the_remedy() {
        let error = parse("{cleanup.policy: [compact, delete]}").unwrap_err();
        let message = error.to_string();
        assert!(message.contains("config.cleanup.policy"), "{message}");
        assert!(message.contains("one string"), "{message}");
    }

    #[test]
    fn no_settings_at_all_are_no_error() {
        assert!(parse("null").unwrap().is_empty());
        assert!(parse("{}").unwrap().is_empty());
    }
}
