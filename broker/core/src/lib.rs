//! kavka-core
