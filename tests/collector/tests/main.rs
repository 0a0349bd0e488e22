//! The collector from outside: the real program, real files, a real broker.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_collect,
    reason = "a test that meets the unexpected has to fail"
)]

mod configuration;
mod file;
mod http;
mod kafka;
mod kubernetes_logs;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

/// Appends to a file, which is created when it is missing.
fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// Numbered lines `<name> <number>`.
fn numbered(name: &str, numbers: std::ops::Range<usize>) -> String {
    numbers.map(|number| format!("{name} {number}\n")).collect()
}

/// Every numbered line is there, and each for the first time in order.
#[track_caller]
fn check_all_in_order(lines: &[String], name: &str, count: usize) {
    let mut next = 0;
    let mut seen = std::collections::BTreeSet::new();
    for line in lines.iter().filter_map(|line| line.strip_prefix(name)) {
        let number: usize = line.trim().parse().unwrap();
        if seen.insert(number) {
            assert_eq!(number, next, "{name} is out of order or has a gap");
            next += 1;
        }
    }
    assert_eq!(next, count, "lines of {name}");
}
