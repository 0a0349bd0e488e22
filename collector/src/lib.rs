//! kavka-collector
