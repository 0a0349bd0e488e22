//! The collector: reads events where they arise, transforms them, delivers them.
//!
//! A pipeline is a graph of components. Each runs in a task of its own and hands batches of
//! events to the next through a bounded channel. Every event carries a receipt that goes back to
//! its source: only when every sink that it feeds has accepted it does the source commit its
//! position or answer its client. What is dropped on the way by a fault is not accepted, and
//! the source sends it again: at least once, everywhere.

mod channel;
mod environment;
mod event;
mod health;
mod metrics;
mod port;
mod receipt;
mod sink;
mod source;
mod supervisor;
mod topology;
mod transform;

pub use environment::Environment;
pub use topology::{Collector, Running, StartError};
