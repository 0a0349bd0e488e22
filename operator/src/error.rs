//! Why a reconcile did not come to its end. It is tried again, later each time.

use crate::kafka::KafkaError;

/// Why a reconcile did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// The API server gave no answer to a question, or a bad one.
    #[error("cannot read {what}: {}", explain(.source))]
    Read {
        /// What was asked for.
        what: String,
        /// Why.
        source: Box<kube::Error>,
    },
    /// The API server did not take a change.
    #[error("cannot write {what}: {}", explain(.source))]
    Write {
        /// What was to be written.
        what: String,
        /// Why.
        source: Box<kube::Error>,
    },
    /// The brokers gave no answer, or a bad one.
    #[error(transparent)]
    Kafka(#[from] KafkaError),
    /// An object that cannot be written down as JSON.
    #[error("cannot encode a status: {0}")]
    Encode(#[from] serde_json::Error),
}

/// What the API server says, without the wrapping.
fn explain(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) if !status.message.is_empty() => status.message.clone(),
        other => other.to_string(),
    }
}

impl ReconcileError {
    /// What the API server said where it refused the very content of a change: trying again
    /// helps no more than it did the first time.
    pub fn refused_content(&self) -> Option<String> {
        match self {
            Self::Write { what, source } => match source.as_ref() {
                kube::Error::Api(status) if status.is_invalid() || status.code == 400 => {
                    Some(format!("{what}: {}", status.message))
                }
                kube::Error::Api(status) if status.is_forbidden() => {
                    Some(format!("{what}: {}", status.message))
                }
                _ => None,
            },
            _ => None,
        }
    }
}
