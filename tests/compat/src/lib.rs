//! kavka-test-compat
