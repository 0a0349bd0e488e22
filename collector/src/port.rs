//! Taking a port, and naming whoever has it when it is taken.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};

/// Binds a TCP port.
///
/// # Errors
/// A sentence without field that names the address and, where `/proc` tells, the owner.
pub(crate) fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    let listener = TcpListener::bind(address).map_err(|error| describe(address, &error))?;
    listener
        .set_nonblocking(true)
        .map_err(|error| describe(address, &error))?;
    Ok(listener)
}

fn describe(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            let owner = owner_of(address.port())
                .map_or_else(|| "another process".to_owned(), |owner| owner.clone());
            format!("{address} is taken by {owner}; stop it or choose another port")
        }
        io::ErrorKind::AddrNotAvailable => {
            format!("{address} is no address of this machine; use 0.0.0.0 or one that it has")
        }
        io::ErrorKind::PermissionDenied => {
            format!("{address} may not be used; choose a port above 1023")
        }
        _ => format!("{address} cannot be used: {error}; choose another address"),
    }
}

/// The process that listens on a TCP port, as `name (pid 123)`.
fn owner_of(port: u16) -> Option<String> {
    let inodes: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| listening_inodes(&table, port))
        .collect();
    for process in fs::read_dir("/proc").ok()?.flatten() {
        let pid = process.file_name().to_string_lossy().into_owned();
        if !pid.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        let Ok(files) = fs::read_dir(process.path().join("fd")) else {
            continue;
        };
        let holds = files
            .flatten()
            .filter_map(|file| fs::read_link(file.path()).ok())
            .any(|link| {
                let link = link.to_string_lossy();
                inodes
                    .iter()
                    .any(|inode| link == format!("socket:[{inode}]"))
            });
        if holds {
            let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            return Some(format!("{} (pid {pid})", name.trim()));
        }
    }
    None
}

/// The inodes of sockets in state LISTEN on `port`, out of a table of `/proc/net`.
fn listening_inodes(table: &str, port: u16) -> Vec<String> {
    let wanted = format!(":{port:04X}");
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let local = fields.get(1)?;
            let listening = *fields.get(3)? == "0A";
            (listening && local.ends_with(&wanted)).then(|| fields.get(9).map(ToString::to_string))
        })
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_names_its_owner() {
        let first = bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = first.local_addr().unwrap();
        let message = bind(address).unwrap_err();
        let pid = std::process::id();
        assert!(message.contains(&format!("(pid {pid})")), "{message}");
        assert!(message.contains(&address.to_string()), "{message}");
    }
}
