//! What clients are told: each listener's advertised host and port, with what only the running
//! system knows filled in.

use std::net::SocketAddr;

use kavka_core::config::{BrokerSettings, Listener};

/// The advertised listeners in the order of `listeners`, which are bound to `bound`.
pub(super) fn advertised(settings: &BrokerSettings, bound: &[SocketAddr]) -> Vec<Listener> {
    settings
        .listeners
        .iter()
        .zip(bound)
        .map(|(listener, bound)| {
            let told = settings
                .advertised_listeners
                .iter()
                .find(|told| told.name == listener.name);
            let mut endpoint = told.unwrap_or(listener).clone();
            if endpoint.port == 0 {
                endpoint.port = bound.port();
            }
            if matches!(endpoint.host.as_str(), "" | "0.0.0.0" | "::") {
                endpoint.host = machine_name();
            }
            endpoint
        })
        .collect()
}

/// Reads `host:port`; a port that is missing or no number is 0, any free one (the settings have
/// checked it).
pub(super) fn host_and_port(address: &str) -> (&str, u16) {
    let (host, port) = address.rsplit_once(':').unwrap_or((address, "0"));
    (
        host.trim_start_matches('[').trim_end_matches(']'),
        port.parse().unwrap_or(0),
    )
}

fn machine_name() -> String {
    match std::fs::read_to_string("/proc/sys/kernel/hostname") {
        Ok(name) if !name.trim().is_empty() => name.trim().to_owned(),
        _ => "localhost".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_any_port_is_advertised_with_the_port_that_it_got() {
        let listener = Listener {
            name: "A".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: 0,
            ..Listener::default()
        };
        let settings = BrokerSettings {
            listeners: vec![listener.clone()],
            advertised_listeners: vec![listener],
            ..BrokerSettings::default()
        };
        let told = advertised(&settings, &[SocketAddr::from(([127, 0, 0, 1], 4711))]);
        let told: Vec<_> = told
            .iter()
            .map(|told| (told.host.as_str(), told.port))
            .collect();
        assert_eq!(told, [("127.0.0.1", 4711)]);
    }
}
