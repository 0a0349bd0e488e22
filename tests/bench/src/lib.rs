//! kavka-test-bench
