//! kavka-test-e2e
