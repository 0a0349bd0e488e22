//! The broker of `kavka up`: its settings beside the manifest's, and its errors with remedies.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use kavka_broker::{Broker, BrokerConfig, RunningBroker};

use crate::failure::Failure;
use crate::up::UpOptions;
use crate::up::ports::holder_of;

/// Where the broker listens and keeps its data.
#[derive(Debug, Clone)]
pub(crate) struct BrokerPlace {
    pub(crate) kafka: SocketAddr,
    pub(crate) http: SocketAddr,
    advertised_host: Option<String>,
    folder: String,
}

impl BrokerPlace {
    /// The place that the options name.
    pub(crate) fn of(options: &UpOptions) -> Self {
        Self {
            kafka: SocketAddr::new(options.bind, options.port),
            http: SocketAddr::new(options.bind, options.http_port),
            advertised_host: options.advertised_host.clone(),
            folder: options.data.join("broker").display().to_string(),
        }
    }

    /// Fails when a port is taken: by whom, and the option that changes it.
    pub(crate) fn check_ports(&self) -> Result<(), Failure> {
        for (what, address, option) in [
            ("the broker", self.kafka, "--port"),
            ("the broker's health and metrics", self.http, "--http-port"),
        ] {
            if let Some(holder) = holder_of(address) {
                let other = address.port().saturating_add(10);
                return Err(
                    Failure::new(format!("{what} cannot listen on {address}: {holder}")).remedy(
                        format!("free it, or choose another: {option} {other}, --bind ADDRESS"),
                    ),
                );
            }
        }
        Ok(())
    }

    /// Starts the broker with the manifest's settings, and remembers the ports that it got.
    pub(crate) fn start(
        &mut self,
        settings: &BTreeMap<String, String>,
    ) -> Result<RunningBroker, Failure> {
        let config = self.config(settings)?;
        let started = tokio::task::block_in_place(|| Broker::start(config));
        let broker = started.map_err(|error| {
            let folder = Path::new(&self.folder).parent().unwrap_or(Path::new("."));
            Failure::new(format!("the broker does not start: {error}")).remedy(format!(
                "its data are in {}; another folder: --data FOLDER, \
                 other ports: --port, --http-port",
                folder.display()
            ))
        })?;
        self.kafka = broker.kafka_addr();
        self.http = broker.http_addr().unwrap_or(self.http);
        Ok(broker)
    }

    /// The settings as the broker takes them, or the one that is wrong.
    pub(crate) fn config(
        &self,
        settings: &BTreeMap<String, String>,
    ) -> Result<BrokerConfig, Failure> {
        let own = self.own_settings();
        let pairs = settings.clone().into_iter().chain(own);
        BrokerConfig::from_pairs(pairs, |_| None).map_err(|error| {
            Failure::new(format!("Cluster: spec.config: {error}"))
                .remedy("settings keep the names of Kafka's server.properties")
        })
    }

    fn own_settings(&self) -> Vec<(String, String)> {
        let mut own = vec![
            ("node.id", "0".to_owned()),
            ("listeners", format!("PLAINTEXT://{}", self.kafka)),
            ("log.dirs", self.folder.clone()),
            ("kavka.http.listener", self.http.to_string()),
        ];
        // With port 0 the port is known only once the broker listens.
        if let (Some(host), 1..) = (&self.advertised_host, self.kafka.port()) {
            let advertised = format!("PLAINTEXT://{host}:{}", self.kafka.port());
            own.push(("advertised.listeners", advertised));
        }
        own.into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// Where this process reaches the broker.
    pub(crate) fn bootstrap(&self) -> String {
        let address = self.kafka;
        if address.ip().is_unspecified() {
            format!("localhost:{}", address.port())
        } else {
            address.to_string()
        }
    }
}
