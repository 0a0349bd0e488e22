//! A small asynchronous client for Kafka's administrative requests.
//!
//! It negotiates versions per connection, finds leaders and coordinators itself and never holds
//! more of a response than was received. Producing and consuming is rdkafka's business.

#![forbid(unsafe_code)]

pub mod admin;
mod client;
mod connection;
mod error;

#[cfg(test)]
mod tests;

pub use admin::cluster::{Cluster, Node};
pub use admin::configs::{Alteration, ConfigEntry, ConfigResource, ConfigSource};
pub use admin::groups::{GroupDescription, GroupMember, ListedGroup};
pub use admin::offsets::{CommittedOffset, OffsetAt};
pub use admin::topics::{CreatedTopic, NewTopic, PartitionDescription, TopicDescription};
pub use client::{Client, ClientOptions, Mode, Target};
pub use error::{ApiError, ClientError};
/// Kafka's own words in this client's answers.
pub use kavka_protocol::{ErrorCode, Uuid};
