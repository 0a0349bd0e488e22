//! Whatever can go wrong on the way to an answer, and the one place that says which of Kafka's
//! codes a client gets for it.

use kavka_core::log::Rejection;
use kavka_disk::{AppendError, ReadError, StoreError};
use kavka_protocol::ErrorCode;
use kavka_protocol::records::BatchError;

/// A failure of one partition's, topic's or group's part of a request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A decision of the core.
    #[error("{0}")]
    Code(ErrorCode),
    /// The batch breaks a rule.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// A batch cannot be read.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// A record without a key on a compacted topic, which could never be compacted.
    #[error("record {index} has no key, which a topic with cleanup.policy=compact needs")]
    KeyMissing {
        /// Its place in the batch.
        index: i32,
    },
    /// A transactional batch whose transaction ended while the coordinator was asked for it, or was
    /// never asked for.
    #[error("the partition is not part of the producer's transaction")]
    NotInTransaction,
    /// The log could not take the batch.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The log was found damaged at start.
    #[error(
        "the partition's log is damaged: the broker's own log says where; restore it or delete the topic"
    )]
    Damaged,
    /// Files could not be made.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A part of the broker has ended: it is shutting down.
    #[error("the broker is shutting down")]
    Stopping,
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Self::Code(code)
    }
}

impl Failure {
    /// The code that a client gets.
    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::Code(code) => *code,
            Self::Rejected(rejection) => rejection.code(),
            Self::Batch(BatchError::TooLarge { .. }) => ErrorCode::MessageTooLarge,
            Self::Batch(_) => ErrorCode::CorruptMessage,
            Self::KeyMissing { .. } => ErrorCode::InvalidRecord,
            Self::NotInTransaction => ErrorCode::InvalidTxnState,
            Self::Append(error) => error.code(),
            Self::Read(error) => error.code(),
            Self::Damaged | Self::Store(_) => ErrorCode::KafkaStorageError,
            // Clients take it for a leader that moves, and come back.
            Self::Stopping => ErrorCode::NotLeaderOrFollower,
        }
    }

    /// What a client is told beyond the code; `None` where the code says it all.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::Code(_) | Self::Stopping => None,
            Self::Rejected(_)
            | Self::Batch(_)
            | Self::KeyMissing { .. }
            | Self::NotInTransaction
            | Self::Damaged
            | Self::Append(_)
            | Self::Read(_)
            | Self::Store(_) => Some(self.to_string()),
        }
    }

    /// The setting whose limit it is about, where that is one of Kavka's.
    pub(crate) fn limit(&self) -> Option<&'static str> {
        match self {
            Self::Batch(BatchError::TooLarge { .. }) => Some("kavka.batch.decompressed.bytes.max"),
            _ => None,
        }
    }

    /// Whether it is the disk's fault, which the broker's own log should tell.
    pub(crate) fn is_storage(&self) -> bool {
        self.code() == ErrorCode::KafkaStorageError
    }
}
