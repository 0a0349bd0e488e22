//! kavka-test-harness
