//! kavka-crds
