//! The broker as its clients see it: every test starts a real one, on a free port and a folder of
//! its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod bad_input;
mod client;
mod compaction;
mod crash;
mod descriptors;
mod disk_full;
mod fetch;
mod forgotten;
mod groups;
mod harness;
mod hostile;
mod http;
mod limits;
mod metadata;
mod produce;
mod restart;
mod retention;
mod settings;
mod small_disk;
mod start;
mod transactions;
mod versions;
