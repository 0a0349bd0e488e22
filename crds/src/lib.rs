//! Kavka's API for Kubernetes and for `kavka up`: `Cluster`, `Topic` and `Pipeline`
//! (`kavka.dev/v1alpha1`), their rules, the YAML made from them, and the pure planners that
//! the operator and `kavka up` share.
//!
//! Nothing here does I/O. A manifest becomes a valid value at the edge ([`manifest`] for files,
//! the API server and [`serde`] for objects), a planner turns it into calls or objects, and the
//! caller carries them out.

#[allow(
    unreachable_pub,
    reason = "the derived schema repeats the struct where nobody reaches it"
)]
mod cluster;
#[allow(
    unreachable_pub,
    reason = "the derived schema repeats the struct where nobody reaches it"
)]
mod pipeline;
mod pod_template;
mod refusal;
mod settings;
#[allow(
    unreachable_pub,
    reason = "the derived schema repeats the struct where nobody reaches it"
)]
mod topic;

pub mod manifest;
pub mod plan;
pub mod yaml;

pub use cluster::{
    BrokerListener, Cluster, ClusterSpec, ClusterStatus, Durability, ListenerAddress, ListenerType,
    Storage, broker_settings, validate_cluster,
};
pub use pipeline::{
    Component, DaemonSetPlacement, DeploymentPlacement, Expose, Pipeline, PipelineSpec,
    PipelineStatus, Placement, Source, Workload,
};
pub use pod_template::{ParsedTemplate, PodTemplate};
pub use refusal::Refusal;
pub use settings::Settings;
pub use topic::{DeletionPolicy, Topic, TopicSpec, TopicStatus};

/// The API group of every kind of Kavka.
pub const GROUP: &str = "kavka.dev";
/// The version of the API that is stored and served.
pub const VERSION: &str = "v1alpha1";
