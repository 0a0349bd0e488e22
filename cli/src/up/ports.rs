//! Ports that are taken, and by whom.

use std::net::{IpAddr, SocketAddr, TcpListener};

/// Says who holds `address`, or nothing when it is free.
pub(crate) fn holder_of(address: SocketAddr) -> Option<String> {
    if address.port() == 0 {
        return None;
    }
    let error = TcpListener::bind(address).err()?;
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            let owner = kavka_broker::port_owner(address.port());
            let holder = owner.map_or_else(
                || "another user's process".to_owned(),
                |owner| format!("{} (process {})", owner.name, owner.pid),
            );
            Some(format!("port {} is taken by {holder}", address.port()))
        }
        _ => Some(error.to_string()),
    }
}

/// The address that a source really listens on: `bind` stands for "every address".
pub(crate) fn bound(address: SocketAddr, bind: IpAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::new(bind, address.port())
    } else {
        address
    }
}

/// How a person on this machine reaches a listening address.
pub(crate) fn reached_at(address: SocketAddr) -> String {
    if address.ip().is_unspecified() || address.ip() == IpAddr::from([127, 0, 0, 1]) {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{bound, holder_of, reached_at};

    #[test]
    fn a_taken_port_names_its_holder() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let holder = holder_of(listener.local_addr().unwrap()).unwrap();
        assert!(
            holder.contains(&format!("(process {})", std::process::id())),
            "{holder}"
        );
    }

    #[test]
    fn a_free_port_has_no_holder() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        assert_eq!(holder_of(address), None);
    }

    #[test]
    fn sources_open_to_everyone_are_kept_on_this_machine() {
        let bind = "127.0.0.1".parse().unwrap();
        let all = "0.0.0.0:9999".parse().unwrap();
        assert_eq!(bound(all, bind), "127.0.0.1:9999".parse().unwrap());
        let chosen = "127.0.0.2:9999".parse().unwrap();
        assert_eq!(bound(chosen, bind), chosen);
        assert_eq!(reached_at(all), "localhost:9999");
        assert_eq!(reached_at(chosen), "127.0.0.2:9999");
    }
}
