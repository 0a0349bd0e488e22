//! What travels through a pipeline.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use kavka_pipeline::FieldPath;
use vrl::value::Value;

use crate::receipt::Receipt;

/// Events that travel together.
pub(crate) type Batch = Vec<Event>;

/// One event: a body, what is known about it, and its share of the receipt.
#[derive(Clone)]
pub(crate) struct Event {
    /// The body, an object as a rule; this alone is what a sink writes.
    pub(crate) value: Value,
    /// What is known about it besides.
    pub(crate) metadata: Metadata,
    /// The way back to its source.
    pub(crate) receipt: Receipt,
}

/// What stays outside of an event's body; VRL reads it as `%tag`, `%source` and so on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Metadata {
    /// The tag that patterns match.
    pub(crate) tag: Arc<str>,
    /// The source's name.
    pub(crate) source: Arc<str>,
    /// What the event has its order in (a file, a container): the record's key by default.
    pub(crate) stream: Option<Arc<str>>,
    /// When it arose, in milliseconds since the epoch.
    pub(crate) timestamp: i64,
}

impl Metadata {
    /// The metadata as VRL sees it.
    pub(crate) fn to_value(&self) -> Value {
        let mut object = vrl::value::ObjectMap::new();
        object.insert("tag".into(), Value::from(&*self.tag));
        object.insert("source".into(), Value::from(&*self.source));
        object.insert("timestamp".into(), Value::Integer(self.timestamp));
        if let Some(stream) = &self.stream {
            object.insert("stream".into(), Value::from(&**stream));
        }
        Value::Object(object)
    }

    /// Takes over what a VRL program made of the metadata.
    pub(crate) fn update(&mut self, value: &Value) {
        let text = |name: &str| text_at(value, &[name.to_owned()]);
        if let Some(tag) = text("tag").filter(|tag| **tag != *self.tag) {
            self.tag = tag.into();
        }
        self.stream = text("stream").map(Into::into);
        if let Some(Value::Integer(timestamp)) = value_at(value, &["timestamp".to_owned()]) {
            self.timestamp = *timestamp;
        }
    }
}

impl Event {
    /// The text at a path of the event or its metadata; nothing for a missing or null field.
    pub(crate) fn text(&self, path: &FieldPath) -> Option<String> {
        if path.metadata {
            return text_at(&self.metadata.to_value(), &path.segments);
        }
        text_at(&self.value, &path.segments)
    }
}

fn value_at<'a>(value: &'a Value, segments: &[String]) -> Option<&'a Value> {
    segments
        .iter()
        .try_fold(value, |value, name| value.as_object()?.get(name.as_str()))
}

fn text_at(value: &Value, segments: &[String]) -> Option<String> {
    match value_at(value, segments)? {
        Value::Null => None,
        other => Some(other.to_string_lossy().into_owned()),
    }
}

/// Events that need nothing more.
pub(crate) fn accept_all(batch: Batch) {
    for event in batch {
        event.receipt.accept();
    }
}

/// Now, in milliseconds since the epoch.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
