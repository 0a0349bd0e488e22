//! Every decision of the broker as deterministic state machines: no files, sockets, clocks or
//! randomness. The shell feeds inputs and carries out outputs.

#![forbid(unsafe_code)]

pub mod config;
pub mod group;
pub mod invariants;
pub mod log;
pub mod metadata;
pub mod quorum;
pub mod random;
pub mod replica;
mod timers;
pub mod transaction;
pub mod types;
