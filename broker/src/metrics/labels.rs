//! The labels of metrics. Every one has a bound: names that clients choose are counted under
//! [`OTHER`] once there are too many.

use std::sync::Arc;

use prometheus_client::encoding::EncodeLabelSet;

/// Stands for all topics beyond the bound; no topic can be called so.
pub(super) const OTHER: &str = "(other)";

/// An API in one version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ApiVersion {
    pub(super) api: &'static str,
    pub(super) version: i16,
}

/// An API.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Api {
    pub(super) api: &'static str,
}

/// An error code that an API answered, by Kafka's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ApiError {
    pub(super) api: &'static str,
    pub(super) error: &'static str,
}

/// Why something was refused or ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Reason {
    pub(super) reason: &'static str,
}

/// A setting that is a limit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Limit {
    pub(super) limit: &'static str,
}

/// What a request waits for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Kind {
    pub(super) kind: &'static str,
}

/// What memory is set apart for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Purpose {
    pub(super) purpose: &'static str,
}

/// A listener by its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ListenerName {
    pub(super) listener: String,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Topic {
    pub(super) topic: Arc<str>,
}

/// A partition.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Partition {
    pub(super) topic: Arc<str>,
    pub(super) partition: i32,
}

/// The state of a group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct GroupState {
    pub(super) state: &'static str,
}

/// What a group reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct GroupPartition {
    pub(super) group: Arc<str>,
    pub(super) topic: Arc<str>,
    pub(super) partition: i32,
}

/// What of a scrape was left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Omitted {
    pub(super) metric: &'static str,
}

/// What this program is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Build {
    pub(super) version: &'static str,
    pub(super) kafka: &'static str,
}
