//! What the `raft` crate logs, handed on to `tracing`.

use std::fmt::{self, Write as _};

use slog::{Drain, Key, Level, Logger, Never, OwnedKVList, Record, Serializer};

struct ToTracing;

/// The logger that a node of the quorum gets.
pub(super) fn logger() -> Logger {
    Logger::root(ToTracing, slog::o!())
}

impl Drain for ToTracing {
    type Ok = ();
    type Err = Never;

    fn log(&self, record: &Record<'_>, _values: &OwnedKVList) -> Result<(), Never> {
        use tracing::{Level as To, enabled};
        let wanted = match record.level() {
            Level::Critical | Level::Error => enabled!(To::ERROR),
            Level::Warning => enabled!(To::WARN),
            // Raft's own course of life is not for every reader.
            Level::Info => enabled!(To::DEBUG),
            Level::Debug | Level::Trace => enabled!(To::TRACE),
        };
        if !wanted {
            return Ok(());
        }
        let mut text = Text(record.msg().to_string());
        // Writing to a string does not fail.
        let _ = slog::KV::serialize(&record.kv(), record, &mut text);
        let text = text.0;
        match record.level() {
            Level::Critical | Level::Error => tracing::error!("raft: {text}"),
            Level::Warning => tracing::warn!("raft: {text}"),
            Level::Info => tracing::debug!("raft: {text}"),
            Level::Debug | Level::Trace => tracing::trace!("raft: {text}"),
        }
        Ok(())
    }
}

struct Text(String);

impl Serializer for Text {
    fn emit_arguments(&mut self, key: Key, value: &fmt::Arguments<'_>) -> slog::Result {
        write!(self.0, " {key}={value}")?;
        Ok(())
    }
}
