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

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tests that start several Java machines take turns, three at a time: two processors are not many.
fn turn() -> MutexGuard<'static, ()> {
    static TURNS: [Mutex<()>; 3] = [const { Mutex::new(()) }; 3];
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let [first, second, third] = &TURNS;
    let turn = match NEXT.fetch_add(1, Ordering::Relaxed) % TURNS.len() {
        0 => first,
        1 => second,
        _ => third,
    };
    turn.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `count` numbered lines.
fn lines(text: &str, count: usize) -> String {
    let lines: Vec<String> = (0..count)
        .map(|number| format!("{text} {number}\n"))
        .collect();
    lines.concat()
}
