//! What the operator is told at its start.

use std::net::SocketAddr;

use clap::{Args, Parser, Subcommand};

/// The Kavka operator: turns Cluster, Topic and Pipeline objects into brokers, topics and
/// collectors.
#[derive(Clone, Debug, Parser)]
#[command(name = "kavka-operator", version)]
pub struct CommandLine {
    /// What to do; without a command the operator runs.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The settings.
    #[command(flatten)]
    pub settings: Settings,
}

/// What to do beside running.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Command {
    /// Takes leadership away from a running operator and the operator's finalizers off every
    /// Topic, so that they can be deleted without it. The chart runs this before it is removed.
    ReleaseFinalizers,
}

/// The settings of the operator.
#[derive(Clone, Debug, Args)]
pub struct Settings {
    /// The namespaces that are watched; the operator's own when none is given.
    #[arg(long, env = "WATCH_NAMESPACES", value_delimiter = ',', global = true)]
    pub watch_namespaces: Vec<String>,
    /// The namespace of the operator.
    #[arg(long, env = "POD_NAMESPACE", default_value = "default", global = true)]
    pub namespace: String,
    /// The name of this process among several operators.
    #[arg(
        long,
        env = "POD_NAME",
        default_value = "kavka-operator",
        global = true
    )]
    pub identity: String,
    /// The Lease that the operators vote with.
    #[arg(
        long,
        env = "LEASE_NAME",
        default_value = "kavka-operator",
        global = true
    )]
    pub lease_name: String,
    /// The operator's own Deployment: when it is gone at the end, no other operator follows.
    #[arg(long, env = "DEPLOYMENT_NAME", global = true)]
    pub deployment: Option<String>,
    /// Where /healthz, /readyz and /metrics are served.
    #[arg(
        long,
        env = "HTTP_ADDRESS",
        default_value = "0.0.0.0:8080",
        global = true
    )]
    pub http_address: SocketAddr,
    /// What the pods are made of.
    #[command(flatten)]
    pub images: Images,
    /// The `ServiceAccount` that may read the pods of every namespace; the chart makes it with
    /// `kubernetesLogs.allNamespaces`.
    #[arg(long, env = "ALL_NAMESPACES_SERVICE_ACCOUNT", global = true)]
    pub all_namespaces_service_account: Option<String>,
}

/// The images of the pods that the operator makes.
#[derive(Clone, Debug, Args)]
pub struct Images {
    /// The image of brokers.
    #[arg(long, env = "BROKER_IMAGE", global = true,
        default_value = concat!("kavka/broker:", env!("CARGO_PKG_VERSION")))]
    pub broker_image: String,
    /// The image of collectors.
    #[arg(long, env = "COLLECTOR_IMAGE", global = true,
        default_value = concat!("kavka/collector:", env!("CARGO_PKG_VERSION")))]
    pub collector_image: String,
    /// When the images are pulled: Always, `IfNotPresent` or Never.
    #[arg(
        long,
        env = "IMAGE_PULL_POLICY",
        default_value = "IfNotPresent",
        global = true
    )]
    pub image_pull_policy: String,
}

impl Settings {
    /// The namespaces that are watched.
    pub fn namespaces(&self) -> Vec<String> {
        let mut named: Vec<_> = self
            .watch_namespaces
            .iter()
            .map(|n| n.trim().to_owned())
            .collect();
        named.retain(|name| !name.is_empty());
        named.sort();
        named.dedup();
        if named.is_empty() {
            named.push(self.namespace.clone());
        }
        named
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            watch_namespaces: Vec::new(),
            namespace: "default".to_owned(),
            identity: "kavka-operator".to_owned(),
            lease_name: "kavka-operator".to_owned(),
            deployment: None,
            http_address: SocketAddr::from(([127, 0, 0, 1], 0)),
            images: Images {
                broker_image: concat!("kavka/broker:", env!("CARGO_PKG_VERSION")).to_owned(),
                collector_image: concat!("kavka/collector:", env!("CARGO_PKG_VERSION")).to_owned(),
                image_pull_policy: "IfNotPresent".to_owned(),
            },
            all_namespaces_service_account: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_namespace_is_watched_unless_others_are_named() {
        let own = CommandLine::parse_from(["op", "--namespace", "kavka"]);
        assert_eq!(own.settings.namespaces(), ["kavka"]);
        let two = CommandLine::parse_from(["op", "--watch-namespaces", "b,a, b"]);
        assert_eq!(two.settings.namespaces(), ["a", "b"]);
    }
}
