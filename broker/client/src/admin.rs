//! Kafka's administrative requests as calls.

pub mod cluster;
pub mod configs;
mod coordination;
pub mod groups;
pub mod offsets;
pub mod topics;

use crate::error::ApiError;

/// One result per thing that was asked for.
pub type Results<K, T> = Vec<(K, Result<T, ApiError>)>;
