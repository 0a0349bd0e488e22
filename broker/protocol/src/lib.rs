//! kavka-protocol
