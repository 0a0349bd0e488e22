//! `Topic`: a topic of a Cluster, made and kept as its manifest says.

pub mod claims;
pub mod departure;
pub mod finalizer;
pub mod reconcile;
