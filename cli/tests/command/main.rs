//! The `kavka` command as a person runs it: its output, its exit codes, its servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod clients;
mod errors;
mod loggen;
mod process;
mod up;
