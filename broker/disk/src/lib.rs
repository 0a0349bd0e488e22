//! kavka-disk
