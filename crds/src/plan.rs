//! Pure planners: what to do so that the world becomes what a manifest says.

pub mod pipeline;
pub mod topic;

pub use pipeline::{PipelinePlan, plan_pipeline, render};
pub use topic::{
    Claim, DesiredTopic, ObservedTopic, Removal, TopicCall, TopicPlan, plan_topic, removal, winner,
};
