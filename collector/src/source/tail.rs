//! Following files as they grow: what the sources `file` and `kubernetes_logs` share.
//!
//! `line`, `ledger` and `checkpoint` decide and do no I/O of their own beyond the checkpoint's one
//! file; `follower` is the thread that reads.

pub(crate) mod checkpoint;
pub(crate) mod fingerprint;
pub(crate) mod follower;
pub(crate) mod ledger;
pub(crate) mod line;
pub(crate) mod tailed;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use kavka_pipeline::ReadFrom;
use vrl::value::Value;

use self::ledger::FileKey;
use self::line::Line;

/// How a file's identity outlives its name: device and inode.
pub(crate) type Inode = (u64, u64);

/// A file that a format wants followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The stream that it is a part of. Files of one stream are read one after the other, in the
    /// order in which they were found.
    pub(crate) stream: String,
}

/// What is common to all files of a source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TailOptions {
    pub(crate) read_from: ReadFrom,
    pub(crate) max_line_bytes: usize,
    pub(crate) glob_interval: Duration,
    pub(crate) rotate_wait: Duration,
}

/// What differs between the sources that follow files.
pub(crate) trait Format: Send {
    /// The files to follow now, the older of a stream before the newer.
    fn discover(&mut self) -> Vec<Found>;

    /// A decoder for the stream of a file that was found.
    fn decoder(&mut self, found: &Found) -> Box<dyn Decoder>;
}

/// A body, and when it arose (milliseconds since the epoch) where the line says so.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decoded {
    pub(crate) value: Value,
    pub(crate) timestamp: Option<i64>,
    pub(crate) bytes: usize,
}

/// Turns the lines of one stream into bodies. It may hold back a line that is not complete.
pub(crate) trait Decoder: Send {
    /// The tag of its events.
    fn tag(&self) -> Arc<str>;

    /// A file of the stream is followed from now on.
    fn opened(&mut self, file: FileKey, path: &Path);

    /// Takes the next line of `file` and adds what is complete to `out`.
    fn line(
        &mut self,
        file: FileKey,
        line: &Line<'_>,
        out: &mut Vec<Decoded>,
    ) -> Result<(), BrokenLine>;

    /// Where in `file` the first thing that it holds back begins.
    fn held_since(&self, file: FileKey) -> Option<u64>;

    /// Gives up waiting for the rest of what it holds back.
    fn flush(&mut self) -> Vec<Decoded>;

    /// Forgets what it holds back: the lines will be read again.
    fn reset(&mut self);

    /// Bytes that were cut off since the last call.
    fn take_cut_bytes(&mut self) -> u64;
}

/// A line that is not in the stream's format. Its text is delivered as it stands.
#[derive(Debug, PartialEq)]
pub(crate) struct BrokenLine {
    pub(crate) problem: &'static str,
    pub(crate) instead: Decoded,
}
