//! The steps, by what they show.

pub(crate) mod examples;
pub(crate) mod install;
pub(crate) mod lines;
pub(crate) mod refusals;
pub(crate) mod removal;
pub(crate) mod web;

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::kcat::Kcat;
use crate::kind::Kind;
use crate::kubectl::{Kubectl, text};

/// The namespace of everything that keeps to the restricted level.
pub(crate) const KAVKA: &str = "kavka";
/// The namespace of the collectors that read node logs, and of the writers.
pub(crate) const LOGS: &str = "kavka-logs";
/// The tag of the images under test.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What every step works with.
pub(crate) struct Stage {
    /// The checkout.
    pub(crate) root: PathBuf,
    pub(crate) kind: Kind,
    pub(crate) kubectl: Kubectl,
}

impl Stage {
    /// An address of a node that this machine reaches; every node serves every node port.
    pub(crate) fn node_address(&self) -> Result<String> {
        let nodes = self.kubectl.run(&["get", "nodes", "-o", "json"])?;
        let nodes: serde_json::Value = serde_json::from_str(&nodes)?;
        let addresses = nodes
            .pointer("/items/0/status/addresses")
            .and_then(|a| a.as_array());
        let internal = addresses
            .into_iter()
            .flatten()
            .find(|address| text(address, "/type") == "InternalIP")
            .context("the first node has no InternalIP")?;
        Ok(text(internal, "/address"))
    }

    /// kcat on this machine, through the node port listener of the Cluster e2e.
    pub(crate) fn kcat(&self) -> Result<Kcat> {
        Ok(Kcat::of(format!("{}:30092", self.node_address()?)))
    }
}
