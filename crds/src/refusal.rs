//! What Kavka will not do, and what to do instead.

use std::fmt;

/// A wish of a manifest that is refused. Shown as a condition of the object and by `kavka up`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The condition's reason: one word in `CamelCase`, stable, for programs.
    pub reason: &'static str,
    /// Names the field, the value and the remedy, for people.
    pub message: String,
}

impl Refusal {
    /// A refusal with its reason and its message.
    pub fn new(reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
        }
    }

    /// Several refusals in one message, the first one's reason first.
    pub fn join(refusals: &[Refusal]) -> Option<Refusal> {
        let first = refusals.first()?;
        let message = refusals
            .iter()
            .map(|refusal| refusal.message.as_str())
            .collect::<Vec<_>>()
            .join("; ");
        Some(Refusal::new(first.reason, message))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
