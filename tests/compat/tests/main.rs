//! Real clients against a real broker.

#![allow(
    clippy::indexing_slicing,
    reason = "tests: an index out of range fails them"
)]

mod admin_client;
mod bad_frames;
mod compaction;
mod crash;
mod dump_log;
mod franz;
mod java;
mod java_admin;
mod java_group;
mod java_transactions;
mod kcat;
mod python;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tests that start several Java machines take turns: two processors are not many.
fn one_at_a_time() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `count` numbered lines.
fn lines(text: &str, count: usize) -> String {
    let lines: Vec<String> = (0..count)
        .map(|number| format!("{text} {number}\n"))
        .collect();
    lines.concat()
}
