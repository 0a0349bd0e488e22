//! Reading a component's free-form options into typed ones, collecting every error.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::error::PipelineError;
use crate::quantity::{parse_bytes, parse_duration};

/// The options of one component while they are read. Each getter takes one name off; what is
/// left at [`Options::finish`] is unknown.
pub(crate) struct Options<'a> {
    path: String,
    values: &'a Map<String, Value>,
    known: Vec<&'static str>,
    errors: &'a mut Vec<PipelineError>,
}

impl<'a> Options<'a> {
    pub(crate) fn new(
        path: String,
        values: &'a Map<String, Value>,
        errors: &'a mut Vec<PipelineError>,
    ) -> Self {
        Self {
            path,
            values,
            known: vec!["type", "inputs"],
            errors,
        }
    }

    pub(crate) fn error(
        &mut self,
        name: &str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.errors.push(PipelineError::new(
            format!("{}.{name}", self.path),
            problem,
            remedy,
        ));
    }

    /// `null` counts as absent: that is how a manifest's reader clears a value.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.values.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn string(&mut self, name: &'static str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            other => {
                self.error(name, format!("{other} is no text"), "write a string");
                None
            }
        }
    }

    pub(crate) fn required(&mut self, name: &'static str, example: &str) -> Option<String> {
        let there = self.values.get(name).is_some_and(|value| !value.is_null());
        match self.string(name) {
            Some(text) if text.is_empty() => {
                self.error(
                    name,
                    "it is empty",
                    format!("write for example {name}: {example}"),
                );
                None
            }
            None if !there => {
                self.error(
                    name,
                    "it is missing",
                    format!("write for example {name}: {example}"),
                );
                None
            }
            text => text,
        }
    }

    /// A list of strings; a single string is a list of one.
    pub(crate) fn strings(&mut self, name: &'static str) -> Vec<String> {
        match self.take(name) {
            None => Vec::new(),
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::Array(items)) if items.iter().all(Value::is_string) => items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            Some(other) => {
                let problem = format!("{other} is no list of strings");
                self.error(name, problem, format!("write {name}: [first, second]"));
                Vec::new()
            }
        }
    }

    pub(crate) fn flag(&mut self, name: &'static str, default: bool) -> bool {
        match self.take(name) {
            None => default,
            Some(Value::Bool(value)) => *value,
            Some(Value::String(text)) if text == "true" || text == "false" => text == "true",
            Some(other) => {
                self.error(
                    name,
                    format!("{other} is neither true nor false"),
                    "write true or false",
                );
                default
            }
        }
    }

    pub(crate) fn duration(&mut self, name: &'static str, default: Duration) -> Duration {
        match self.string(name).map(|text| parse_duration(&text)) {
            None => default,
            Some(Ok(duration)) => duration,
            Some(Err(problem)) => {
                self.error(name, problem, "write for example 5s, 250ms or 1h30m");
                default
            }
        }
    }

    /// A number of bytes, at least 1 and at most `limit`.
    pub(crate) fn bytes(&mut self, name: &'static str, default: u64, limit: u64) -> u64 {
        let problem = match self.string(name).map(|text| (parse_bytes(&text), text)) {
            None => return default,
            Some((Ok(bytes), _)) if (1..=limit).contains(&bytes) => return bytes,
            Some((Ok(_), text)) => format!("{text:?} is not between 1 and {limit} bytes"),
            Some((Err(problem), _)) => problem,
        };
        self.error(name, problem, "write for example 65536, 64Ki or 32MiB");
        default
    }

    /// A port, at least 1.
    pub(crate) fn port(&mut self, name: &'static str) -> Option<u16> {
        let text = self.string(name)?;
        match text.parse() {
            Ok(port) if port > 0 => Some(port),
            _ => {
                self.error(
                    name,
                    format!("{text:?} is no port"),
                    "write a number from 1 to 65535",
                );
                None
            }
        }
    }

    /// One of `choices`; the first is the default.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&str, T)],
        default: T,
    ) -> T {
        let Some(text) = self.string(name) else {
            return default;
        };
        if let Some((_, value)) = choices.iter().find(|(choice, _)| *choice == text) {
            return *value;
        }
        let names: Vec<&str> = choices.iter().map(|(choice, _)| *choice).collect();
        self.error(
            name,
            format!("{text:?} is unknown"),
            format!("one of {}", names.join(", ")),
        );
        default
    }

    pub(crate) fn address(&mut self, name: &'static str, example: &str) -> Option<SocketAddr> {
        let text = self.required(name, example)?;
        let whole = if text.starts_with(':') {
            format!("0.0.0.0{text}")
        } else {
            text.clone()
        };
        let whole = whole
            .strip_prefix("localhost:")
            .map_or_else(|| whole.clone(), |port| format!("127.0.0.1:{port}"));
        if let Ok(address) = whole.parse() {
            return Some(address);
        }
        self.error(
            name,
            format!("{text:?} is no address with a port"),
            format!("write an IP address and a port, for example {example}"),
        );
        None
    }

    /// Reports each option that nobody asked for, with the nearest known name.
    pub(crate) fn finish(self) {
        for name in self.values.keys() {
            if self.known.contains(&name.as_str()) {
                continue;
            }
            let mut known: Vec<&str> = self
                .known
                .iter()
                .copied()
                .filter(|k| !matches!(*k, "type" | "inputs"))
                .collect();
            known.sort_unstable();
            self.errors.push(PipelineError::new(
                format!("{}.{name}", self.path),
                "unknown option",
                remedy_for_unknown(name, &known),
            ));
        }
    }
}

/// "did you mean …?" when a known name is near, all of them otherwise.
pub(crate) fn remedy_for_unknown(name: &str, known: &[&str]) -> String {
    match nearest(name, known) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("known are {}", known.join(", ")),
    }
}

/// The known name that is at most a third of its letters away.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_', '.'], "");
    known
        .iter()
        .map(|candidate| (edit_distance(&plain(name), &plain(candidate)), *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(3).div_ceil(3))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, one row at a time. Names are short; longer ones are cut.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut next = vec![i + 1];
        for (b, above) in right.iter().zip(row.iter().skip(1)) {
            let substituted = diagonal + usize::from(a != *b);
            let before = next.last().copied().unwrap_or(0);
            next.push(substituted.min(above + 1).min(before + 1));
            diagonal = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_option_is_answered_with_the_nearest_known_one() {
        let known = ["topic", "bootstrap_servers", "key_field", "match"];
        assert_eq!(nearest("topics", &known), Some("topic"));
        assert_eq!(
            nearest("bootstrapServers", &known),
            Some("bootstrap_servers")
        );
        assert_eq!(nearest("mach", &known), Some("match"));
        assert_eq!(nearest("flush_interval", &known), None);
    }
}
