//! The cluster's metadata: an image that is built only by replaying records, and the controller
//! that turns administrative requests into records.

pub mod controller;
pub mod features;
mod image;
pub mod records;
mod replay;
mod snapshot;
pub mod topic_name;

pub use image::{
    BrokerView, ConfigResource, MetadataImage, PartitionView, ProducerIdBlock, TopicView,
};
pub use records::{MetadataRecord, RecordError, bootstrap};
pub use replay::ApplyError;
pub use topic_name::{CONSUMER_OFFSETS, METADATA_TOPIC, TRANSACTION_STATE, is_internal};
