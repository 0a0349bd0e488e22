//! A value against a CRD's structural schema: what the API server checks before any rule.

use regex::Regex;
use serde_json::{Map, Value};

/// Everything in `object` that its schema does not allow, each by path, value and remedy.
pub(super) fn check(schema: &Value, object: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(fields) = object.as_object() else {
        return vec!["a manifest is a map: start with apiVersion and kind".to_owned()];
    };
    let name = object
        .pointer("/metadata/name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let dns = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    if name.is_empty() || name.len() > 253 || !name.chars().all(dns) {
        wrong.push(format!(
            "metadata.name is {name:?}: write lower-case letters, digits, '-' and '.'"
        ));
    }
    let own = ["apiVersion", "kind", "metadata", "spec", "status"];
    for key in fields.keys().filter(|key| !own.contains(&key.as_str())) {
        wrong.push(unknown(key, "", own.into_iter()));
    }
    let spec_schema = schema.pointer("/properties/spec").unwrap_or(&Value::Null);
    match fields.get("spec") {
        Some(spec) => walk(spec_schema, spec, "spec", &mut wrong),
        None => wrong.push("spec is missing: write it".to_owned()),
    }
    wrong
}

fn walk(schema: &Value, value: &Value, path: &str, wrong: &mut Vec<String>) {
    if value.is_null() {
        return;
    }
    if let Some(remedy) = kind_remedy(schema, value).or_else(|| limit_remedy(schema, value)) {
        wrong.push(format!("{path} is {value}: {remedy}"));
        return;
    }
    match value {
        Value::Object(fields) => walk_fields(schema, fields, path, wrong),
        Value::Array(items) => {
            let schema = schema.get("items").unwrap_or(&Value::Null);
            for (index, item) in items.iter().enumerate() {
                walk(schema, item, &format!("{path}[{index}]"), wrong);
            }
        }
        _ => {}
    }
}

fn walk_fields(schema: &Value, fields: &Map<String, Value>, path: &str, wrong: &mut Vec<String>) {
    let none = Map::new();
    let known = schema
        .get("properties")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    let open = schema.get("x-kubernetes-preserve-unknown-fields") == Some(&Value::Bool(true));
    for (key, value) in fields {
        let path = format!("{path}.{key}");
        match known
            .get(key)
            .or_else(|| schema.get("additionalProperties"))
        {
            Some(schema) => walk(schema, value, &path, wrong),
            None if open || known.is_empty() && schema.get("properties").is_none() => {}
            None => wrong.push(unknown(key, &path, known.keys().map(String::as_str))),
        }
    }
    let required = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    for key in required.filter_map(Value::as_str) {
        if fields.get(key).is_none_or(Value::is_null) {
            wrong.push(format!("{path}.{key} is missing: write it"));
        }
    }
}

/// What to write where the value has another type or is none of the words.
fn kind_remedy(schema: &Value, value: &Value) -> Option<String> {
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        if words.contains(value) {
            return None;
        }
        let words: Vec<_> = words.iter().filter_map(Value::as_str).collect();
        return Some(format!("write {}", words.join(" or ")));
    }
    let (fits, remedy) = match schema.get("type").and_then(Value::as_str)? {
        "integer" => (value.is_i64() || value.is_u64(), "write a whole number"),
        "number" => (value.is_number(), "write a number"),
        "string" => (value.is_string(), "write a string (in quotes)"),
        "boolean" => (value.is_boolean(), "write true or false"),
        "array" => (value.is_array(), "write a list"),
        "object" => (value.is_object(), "write a map"),
        _ => (true, ""),
    };
    (!fits).then(|| remedy.to_owned())
}

/// What to write where the value is outside of the limits.
fn limit_remedy(schema: &Value, value: &Value) -> Option<String> {
    let limit = |name: &str| schema.get(name).and_then(Value::as_f64);
    let count = |name: &str| schema.get(name).and_then(Value::as_u64);
    if let Some(number) = value.as_f64() {
        let least = limit("minimum").filter(|least| number < *least);
        let most = limit("maximum").filter(|most| number > *most);
        return least
            .map(|least| format!("write at least {least}"))
            .or(most.map(|most| format!("write at most {most}")));
    }
    let (size, least, most, unit) = match value {
        Value::String(text) => (text.chars().count(), "minLength", "maxLength", "characters"),
        Value::Array(items) => (items.len(), "minItems", "maxItems", "items"),
        Value::Object(fields) => (fields.len(), "minProperties", "maxProperties", "entries"),
        _ => return None,
    };
    let size = size as u64;
    if let Some(least) = count(least).filter(|least| size < *least) {
        return Some(format!("write at least {least} {unit}"));
    }
    if let Some(most) = count(most).filter(|most| size > *most) {
        return Some(format!("write at most {most} {unit}"));
    }
    let pattern = schema.get("pattern").and_then(Value::as_str)?;
    let fits = Regex::new(pattern).is_ok_and(|regex| regex.is_match(value.as_str().unwrap_or("")));
    (!fits).then(|| format!("write something that matches {pattern}"))
}

fn unknown<'a>(key: &str, path: &str, known: impl Iterator<Item = &'a str>) -> String {
    let path = if path.is_empty() { key } else { path };
    let meant = known
        .map(|name| (distance(key, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min();
    match meant {
        Some((_, name)) => format!("{path}: unknown field; did you mean {name}?"),
        None => format!("{path}: unknown field; take it out"),
    }
}

/// How many letters have to be put in, taken out or replaced.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.to_lowercase().chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, (other, window)) in b.iter().zip(row.windows(2)).enumerate() {
            let &[diagonal, above] = window else { continue };
            let left = next.get(j).copied().unwrap_or(usize::MAX);
            let replaced = diagonal + usize::from(*other != letter);
            next.push(replaced.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_letters() {
        assert_eq!(distance("partitons", "partitions"), 1);
        assert_eq!(distance("Replicas", "replicas"), 0);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
