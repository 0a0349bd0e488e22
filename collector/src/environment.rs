//! What a pipeline is given by the place where it runs.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Where and as whom a collector runs.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The folder of checkpoints; one for each pipeline.
    pub data_dir: PathBuf,
    /// The brokers of the pipeline's Cluster, `host:port` joined by commas: for Kafka sinks
    /// without `bootstrap_servers`.
    pub bootstrap_servers: Option<String>,
    /// The Kubernetes node.
    pub node_name: Option<String>,
    /// The collector's own pod.
    pub pod_name: Option<String>,
    /// The collector's own namespace.
    pub pod_namespace: Option<String>,
    /// Where health and metrics are served; `None`: nowhere.
    pub http_address: Option<SocketAddr>,
    /// Stands in for an unspecified host (`0.0.0.0`) in the addresses of listening sources.
    pub listen_host: Option<IpAddr>,
    /// Bytes of events that each source may have on their way to the sinks.
    pub in_flight_bytes: usize,
}

impl Environment {
    /// An environment with nothing but a data folder.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            bootstrap_servers: None,
            node_name: None,
            pod_name: None,
            pod_namespace: None,
            http_address: None,
            listen_host: None,
            in_flight_bytes: 16 << 20,
        }
    }

    /// The address that a source really listens on.
    pub(crate) fn listen_address(&self, wanted: SocketAddr) -> SocketAddr {
        match self.listen_host {
            Some(host) if wanted.ip().is_unspecified() => SocketAddr::new(host, wanted.port()),
            _ => wanted,
        }
    }
}
