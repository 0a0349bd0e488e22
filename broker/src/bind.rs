//! Taking the broker's addresses; a taken one is reported with its owner.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs};

use socket2::{Domain, Protocol, Socket, Type};

use crate::port_owner::{self, PortOwner};

/// Connections that may wait for acceptance, whatever `socket.listen.backlog.size` says: Kafka's
/// default of 50 turns clients away when many come back at once.
const LEAST_BACKLOG: i32 = 1024;

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Somebody else has it.
    #[error(
        "{address} is taken{}; stop that process or change `{setting}`",
        owned_by(.owner.as_ref())
    )]
    Taken {
        /// The address.
        address: String,
        /// The setting that it comes from.
        setting: &'static str,
        /// Who has it, where that can be found out.
        owner: Option<PortOwner>,
    },
    /// It is no address of this machine, or not allowed.
    #[error("cannot listen on {address}: {error}; change `{setting}`")]
    Refused {
        /// The address.
        address: String,
        /// The setting that it comes from.
        setting: &'static str,
        /// What the system says.
        error: std::io::Error,
    },
}

fn owned_by(owner: Option<&PortOwner>) -> String {
    owner
        .map(|owner| format!(" by {} (pid {})", owner.name, owner.pid))
        .unwrap_or_default()
}

/// Listens on `host:port`; an empty host stands for every address of the machine.
pub(crate) fn listen(
    host: &str,
    port: u16,
    setting: &'static str,
    backlog: i32,
) -> Result<TcpListener, BindError> {
    let address = format!(
        "{}:{port}",
        if host.contains(':') {
            format!("[{host}]")
        } else {
            host.to_owned()
        }
    );
    candidates(host, port)
        .and_then(|candidates| first_bound(&candidates, backlog))
        .map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => BindError::Taken {
                address,
                setting,
                owner: port_owner::find(port),
            },
            _ => BindError::Refused {
                address,
                setting,
                error,
            },
        })
}

fn candidates(host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
    if host.is_empty() {
        // IPv6's any-address takes IPv4 too; without IPv6 in the kernel the second one serves.
        let any: [IpAddr; 2] = [Ipv6Addr::UNSPECIFIED.into(), Ipv4Addr::UNSPECIFIED.into()];
        return Ok(any
            .into_iter()
            .map(|address| SocketAddr::new(address, port))
            .collect());
    }
    Ok((host, port).to_socket_addrs()?.collect())
}

fn first_bound(candidates: &[SocketAddr], backlog: i32) -> std::io::Result<TcpListener> {
    let mut last = std::io::Error::from(ErrorKind::NotFound);
    for address in candidates {
        match bind(*address, backlog) {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == ErrorKind::AddrInUse => return Err(error),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn bind(address: SocketAddr, backlog: i32) -> std::io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if address.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    // A restarted broker must not wait for the last one's connections to time out.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(backlog.max(LEAST_BACKLOG))?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_names_address_owner_and_setting() {
        let first = listen("127.0.0.1", 0, "listeners", 0).unwrap();
        let port = first.local_addr().unwrap().port();
        let message = listen("127.0.0.1", port, "listeners", 0)
            .unwrap_err()
            .to_string();
        assert!(message.contains(&format!("127.0.0.1:{port}")), "{message}");
        assert!(
            message.contains(&format!("pid {}", std::process::id())),
            "{message}"
        );
        assert!(message.contains("listeners"), "{message}");
    }

    #[test]
    fn every_address_includes_ipv4() {
        let listener = listen("", 0, "listeners", 0).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    }
}
