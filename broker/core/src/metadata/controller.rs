//! The controller: administrative requests become records, by pure functions of the image.
//!
//! Nothing here changes anything: the caller proposes the records to the quorum, and answers when
//! they are committed and replayed. Decisions that build on each other are made one after the
//! other, each on the image that holds the one before.

mod brokers;
mod configs;
mod create_partitions;
mod create_topics;
mod delete_topics;
mod elections;
mod features;
mod placement;

use kavka_protocol::ErrorCode;

use super::{MetadataImage, MetadataRecord};
use crate::config::BrokerSettings;

pub use brokers::Registration;

/// The most partitions that one request may make.
const PARTITIONS_PER_REQUEST_MAX: usize = 10_000;

/// What is needed to decide.
#[derive(Debug, Clone, Copy)]
pub struct Controller<'a> {
    /// The newest image.
    pub image: &'a MetadataImage,
    /// This broker's settings, for defaults.
    pub settings: &'a BrokerSettings,
}

/// What a request leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision<R> {
    /// To be proposed as one entry; empty when nothing changes.
    pub records: Vec<MetadataRecord>,
    /// The answer once the records are committed.
    pub response: R,
}

/// Why one item of a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    code: ErrorCode,
    message: String,
}

impl Refusal {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// The items that occur more than once.
fn duplicates<'a, T: Ord + Copy>(items: impl Iterator<Item = T> + 'a) -> Vec<T> {
    let mut sorted: Vec<T> = items.collect();
    sorted.sort_unstable();
    let mut twice: Vec<T> = sorted
        .windows(2)
        .filter_map(|pair| match pair {
            [left, right] if left == right => Some(*left),
            _ => None,
        })
        .collect();
    twice.dedup();
    twice
}

#[cfg(test)]
mod tests;
