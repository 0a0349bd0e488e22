//! From an event to bytes.

use kavka_pipeline::Encoding;
use vrl::value::Value;

use crate::event::Event;

/// The event's body as it is written out, without a line feed. Metadata stays outside.
pub(crate) fn encode(event: &Event, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Json => serde_json::to_vec(&event.value)
            .unwrap_or_else(|_| event.value.to_string().into_bytes()),
        Encoding::Text => match event.value.as_object().and_then(|body| body.get("message")) {
            Some(Value::Bytes(text)) => text.to_vec(),
            Some(other) => other.to_string_lossy().into_owned().into_bytes(),
            None => event.value.to_string_lossy().into_owned().into_bytes(),
        },
    }
}
