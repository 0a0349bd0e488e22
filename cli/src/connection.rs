//! Which brokers, and whether they answer: shared by every subcommand that talks to a cluster.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use kavka_client::{Client, ClientError, ClientOptions};
use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::failure::Failure;

/// How long a broker may take to accept a connection.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(3);
/// How long a broker that accepted the connection may take to answer.
pub(crate) const ANSWER_TIME_MAX: Duration = Duration::from_secs(5);

/// The brokers to begin with.
#[derive(Debug, Clone, Args)]
pub(crate) struct Bootstrap {
    /// Brokers to ask first, separated by commas.
    #[arg(
        short = 'b',
        long = "bootstrap-server",
        global = true,
        visible_alias = "broker-list",
        value_name = "HOST:PORT",
        env = "KAVKA_BOOTSTRAP_SERVER",
        default_value = "localhost:9092"
    )]
    pub(crate) servers: String,
    /// Not used any more: clients ask the brokers.
    #[arg(long, hide = true, global = true, value_name = "HOST:PORT")]
    zookeeper: Option<String>,
}

impl Bootstrap {
    /// The addresses, each with a port (9092 where none is given). `--zookeeper` is answered.
    pub(crate) fn addresses(&self) -> Result<Vec<String>, Failure> {
        if let Some(zookeeper) = &self.zookeeper {
            return Err(Failure::usage(format!(
                "--zookeeper {zookeeper}: Kavka has no ZooKeeper, and Kafka 4 neither"
            ))
            .remedy("use --bootstrap-server HOST:PORT, a broker's address (localhost:9092)"));
        }
        let named = self
            .servers
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let addresses: Vec<String> = named.map(with_port).collect::<Result<_, _>>()?;
        if addresses.is_empty() {
            return Err(Failure::usage("--bootstrap-server names no broker")
                .remedy("write --bootstrap-server HOST:PORT, for example localhost:9092"));
        }
        Ok(addresses)
    }

    /// Fails within seconds, and by name, when no broker accepts a connection.
    pub(crate) async fn reach(&self) -> Result<Vec<String>, Failure> {
        let addresses = self.addresses()?;
        let mut reasons = Vec::new();
        for address in &addresses {
            let connecting = tokio::net::TcpStream::connect(address);
            match tokio::time::timeout(CONNECT_TIME_MAX, connecting).await {
                Ok(Ok(_)) => return Ok(addresses),
                Ok(Err(error)) => reasons.push(format!("{address} ({error})")),
                Err(_) => reasons.push(format!("{address} (no answer in 3 s)")),
            }
        }
        Err(unreachable_broker(&reasons.join(", ")))
    }

    /// A client for administrative requests.
    pub(crate) async fn admin(&self) -> Result<Client, Failure> {
        let addresses = self.reach().await?;
        connect_admin(&addresses).await
    }
}

/// Settings of librdkafka that every use shares.
pub(crate) fn client_config(addresses: &[String]) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", addresses.join(","))
        .set("client.id", "kavka")
        .set("broker.address.family", "any")
        .set("socket.nagle.disable", "true")
        .set("reconnect.backoff.ms", "50")
        .set("reconnect.backoff.max.ms", "1000")
        .set_log_level(RDKafkaLogLevel::Critical);
    config
}

/// Connects for administrative requests to brokers that were reached.
pub(crate) async fn connect_admin(addresses: &[String]) -> Result<Client, Failure> {
    let options = ClientOptions {
        client_id: "kavka".to_owned(),
        request_timeout: Duration::from_secs(30),
        ..ClientOptions::default()
    };
    Ok(Client::connect(addresses, options).await?)
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::new(error.to_string())
    }
}

/// The failure of a cluster that does not answer, with what to do.
pub(crate) fn unreachable_broker(reasons: &str) -> Failure {
    Failure::new(format!("cannot reach a broker at {reasons}"))
        .remedy("is it running? start one here: kavka up -f examples/quickstart.yaml")
        .remedy("or name another one: --bootstrap-server HOST:PORT")
}

/// Splits `name=value`.
pub(crate) fn split_setting(setting: &str) -> Result<(&str, &str), Failure> {
    let parts = setting
        .split_once('=')
        .map(|(name, value)| (name.trim(), value.trim()));
    parts.filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
        Failure::usage(format!("{setting:?} is not a setting"))
            .remedy("write NAME=VALUE, for example retention.ms=3600000")
    })
}

fn with_port(address: &str) -> Result<String, Failure> {
    // Kafka's listeners carry a protocol; people copy them.
    let address = address.rsplit("://").next().unwrap_or(address);
    let port = match address.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => port,
        _ => return Ok(format!("{address}:9092")),
    };
    match port.parse::<u16>() {
        Ok(port) if port != 0 => Ok(address.to_owned()),
        _ => Err(
            Failure::usage(format!("{address:?} has no valid port: {port:?}"))
                .remedy("write HOST:PORT with a port from 1 to 65535, for example localhost:9092"),
        ),
    }
}

/// Keeps librdkafka's own messages off the terminal; says once when the brokers are lost.
#[derive(Debug, Default)]
pub(crate) struct QuietContext {
    lost: AtomicBool,
    last_reason: Mutex<Option<String>>,
}

impl QuietContext {
    /// To be called when something arrived: the next loss is worth a line again.
    pub(crate) fn heard(&self) {
        self.lost.store(false, Ordering::Relaxed);
    }

    /// Why the last connection failed.
    pub(crate) fn last_reason(&self) -> Option<String> {
        self.last_reason
            .lock()
            .ok()
            .and_then(|reason| reason.clone())
    }
}

impl ClientContext for QuietContext {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        tracing::debug!(?level, facility, message, "librdkafka");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        let all_down = error.rdkafka_error_code() == Some(RDKafkaErrorCode::AllBrokersDown);
        if !all_down {
            if let Ok(mut last) = self.last_reason.lock() {
                *last = Some(reason.to_owned());
            }
        } else if !self.lost.swap(true, Ordering::Relaxed) {
            let reason = self.last_reason().unwrap_or_else(|| reason.to_owned());
            eprintln!("kavka: lost the brokers: {reason}; trying again, Ctrl-C ends");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{split_setting, with_port};

    #[test]
    fn an_address_without_a_port_means_9092() {
        assert_eq!(with_port("demo-kafka").unwrap(), "demo-kafka:9092");
        assert_eq!(with_port("[::1]").unwrap(), "[::1]:9092");
        assert_eq!(with_port("[::1]:19092").unwrap(), "[::1]:19092");
        assert_eq!(with_port("PLAINTEXT://h:1").unwrap(), "h:1");
    }

    #[test]
    fn a_port_that_is_none_is_named() {
        let failure = with_port("localhost:90920").unwrap_err();
        assert!(failure.to_string().contains("90920"), "{failure}");
    }

    #[test]
    fn a_setting_has_a_name_and_a_value() {
        assert_eq!(split_setting("a=b=c").unwrap(), ("a", "b=c"));
        assert!(split_setting("retention.ms").is_err());
    }
}
