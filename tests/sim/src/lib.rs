//! kavka-test-sim
