//! Addresses of a broker: `NAME://host:port`.

use thiserror::Error;

/// What a listener speaks below Kafka's protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecurityProtocol {
    /// Nothing: plain TCP, everyone is anonymous.
    #[default]
    Plaintext,
}

impl SecurityProtocol {
    /// The number in metadata records.
    pub fn code(self) -> i16 {
        match self {
            Self::Plaintext => 0,
        }
    }
}

/// An address to listen on, or one to tell clients.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listener {
    /// Its name, which tells an inside listener from an outside one.
    pub name: String,
    /// A name or address; empty is every address of the machine.
    pub host: String,
    /// 0 is any free port.
    pub port: u16,
    /// What it speaks.
    pub security: SecurityProtocol,
}

/// Text that is no address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ListenerError {
    /// It does not read as an address.
    #[error("{0:?} is not an address; write NAME://host:port")]
    Shape(String),
    /// It asks for a protocol that this build does not have.
    #[error("{0:?} asks for {1}, which this build does not have; use PLAINTEXT")]
    Protocol(String, String),
}

impl Listener {
    /// Reads one address; `protocols` is `listener.security.protocol.map`.
    pub fn parse(text: &str, protocols: &str) -> Result<Self, ListenerError> {
        let shape = || ListenerError::Shape(text.to_owned());
        let (name, address) = text.split_once("://").ok_or_else(shape)?;
        let (host, port) = address.rsplit_once(':').ok_or_else(shape)?;
        let port: u16 = port.parse().map_err(|_| shape())?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if name.is_empty() || host.contains(['/', ' ']) {
            return Err(shape());
        }
        let name = name.to_ascii_uppercase();
        let protocol = super::items(protocols)
            .into_iter()
            .filter_map(|pair| pair.split_once(':'))
            .find(|(listener, _)| listener.eq_ignore_ascii_case(&name))
            .map_or(name.as_str(), |(_, protocol)| protocol);
        if !protocol.eq_ignore_ascii_case("PLAINTEXT") {
            return Err(ListenerError::Protocol(
                text.to_owned(),
                protocol.to_owned(),
            ));
        }
        let security = SecurityProtocol::Plaintext;
        Ok(Self {
            name,
            host: host.to_owned(),
            port,
            security,
        })
    }

    /// Whether it stands for every address of the machine.
    pub fn is_any(&self) -> bool {
        matches!(self.host.as_str(), "" | "0.0.0.0" | "::")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let listener = Listener::parse("inside://[::1]:9092", "INSIDE:PLAINTEXT").unwrap();
        assert_eq!(
            (listener.name.as_str(), listener.host.as_str()),
            ("INSIDE", "::1")
        );
        assert_eq!(listener.port, 9092);
        assert!(Listener::parse("PLAINTEXT://:0", "").unwrap().is_any());
    }

    #[test]
    fn what_cannot_be_listened_on_is_refused() {
        for text in [
            "localhost:9092",
            "PLAINTEXT://localhost",
            "A://h:70000",
            "://h:1",
        ] {
            assert_eq!(
                Listener::parse(text, "A:PLAINTEXT"),
                Err(ListenerError::Shape(text.to_owned()))
            );
        }
        let error = Listener::parse("SSL://h:1", "").unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"SSL://h:1\" asks for SSL, which this build does not have; use PLAINTEXT"
        );
    }
}
