//! kavka-test-collector
