//! The broker's disk code on a simulated disk that loses power. A seed decides what is written,
//! when it is synced, where the power goes and what of the unsynced survives; afterwards everything
//! that was acknowledged has to be there, in order and once.
//!
//! `cargo test -p kavka-test-sim`. A failure prints its seed; [`Plan`] with that seed repeats it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a broken expectation shall end the test"
)]

mod check;
mod compaction;
#[cfg(test)]
mod coordinated;
mod model;
mod plan;
mod transactions;
mod workload;

pub use check::Fault;
pub use plan::{Batches, Plan, run};

#[cfg(test)]
mod tests;
