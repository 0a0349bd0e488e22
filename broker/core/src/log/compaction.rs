//! Compaction (`cleanup.policy=compact`): which part of a log is worth it, and what stays of each
//! batch. As in Kafka, the last record of each key stays, with its offset; a tombstone stays for
//! `delete.retention.ms` after the pass that first saw it (KIP-534). What an aborted transaction
//! wrote goes, and its marker after it as a tombstone does. The active segment and what lies at
//! the last stable offset or behind it are never touched.
//!
//! A pass reads the dirty part of a log into an [`OffsetMap`], as far as its memory goes, and then
//! writes everything up to there anew. What the memory does not hold is left to the next pass.

mod filter;
mod offset_map;
mod selection;
mod survey;
mod transactions;

pub use filter::{Filter, Filtered, RetainedProducers};
pub use offset_map::{MapFull, OffsetMap};
pub use selection::{Candidate, CompactionSettings, LogSegment, groups, select};
pub use survey::Survey;
pub use transactions::{AbortedRanges, Standing, Transactions, aborted_ranges};

#[cfg(test)]
mod tests;
