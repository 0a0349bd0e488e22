//! kavka-pipeline
