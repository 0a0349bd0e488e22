//! The Kavka broker's shell: connections, threads, disk and HTTP around the decisions of
//! `kavka-core`. It decides nothing itself.

mod accept;
mod api;
mod background;
mod bind;
mod call;
mod cleaner;
mod clock;
mod config;
mod connection;
mod control;
mod dispatch;
mod entropy;
mod failure;
mod http;
mod metrics;
mod partition;
mod port_owner;
mod records;
mod shard;
mod shared;
mod start;
mod sync;

pub use bind::BindError;
pub use config::{BrokerConfig, ConfigError};
pub use control::QuorumError;
pub use port_owner::{PortOwner, find as port_owner};
pub use start::{Broker, RunningBroker, StartError};
