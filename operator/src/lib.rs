//! The Kavka operator: Cluster, Topic and Pipeline objects become brokers, topics and collectors.
//!
//! Every reconcile is one short pass: observe, validate, plan, apply, say how it is. What is
//! planned and built is pure; only `apply`, `kafka`, `lease` and the `reconcile` modules talk to
//! anyone. A pass never waits: what takes time is many passes.

pub mod apply;
pub mod cluster;
pub mod condition;
pub mod context;
pub mod controller;
pub mod error;
pub mod kafka;
pub mod lease;
pub mod naming;
pub mod observability;
pub mod pipeline;
pub mod pod;
pub mod run;
pub mod settings;
pub mod topic;
pub mod watch;

#[cfg(test)]
mod fake_api;
#[cfg(test)]
mod scenarios;
