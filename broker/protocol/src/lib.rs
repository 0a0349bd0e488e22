//! Kafka's messages as generated code: every length bounded by the bytes that are left.
//!
//! [`messages`] holds one file per message, written by the generator in `generator/` from the
//! definitions in `messages/`. Payloads are slices of what was read ([`bytes::Bytes`]) and are
//! handed on uncopied by [`Writer`]. [`records`] is the format of what lies within Produce,
//! Fetch and the segments on disk.

#![forbid(unsafe_code)]

pub mod api_key;
pub mod error_code;
pub mod header;
pub mod message;
pub mod messages;
pub mod reader;
pub mod records;
pub mod uuid;
pub mod writer;

#[cfg(test)]
mod tests;

pub use api_key::ApiKey;
pub use error_code::ErrorCode;
pub use message::{Keyed, Message, Request};
pub use reader::{DecodeError, DecodeFault, Reader};
pub use uuid::Uuid;
pub use writer::{EncodeError, EncodeFault, Writer};

/// How lengths are written in one version of a message (KIP-482).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// 2 or 4 bytes, big-endian; no tagged fields.
    Classic,
    /// One more than the length as an unsigned varint; tagged fields follow each structure.
    Compact,
}

impl Form {
    /// The form of a message whose flexible versions start at `flexible_from`.
    pub const fn of(version: i16, flexible_from: i16) -> Self {
        if version >= flexible_from {
            Self::Compact
        } else {
            Self::Classic
        }
    }
}
