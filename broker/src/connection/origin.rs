//! Where a connection comes from.

use std::net::SocketAddr;

use super::limits::Admission;

/// What is known of a connection from its birth.
#[derive(Debug)]
pub(crate) struct Origin {
    /// The client's address.
    pub(crate) peer: SocketAddr,
    /// Which of the broker's listeners it came in on.
    pub(crate) listener: usize,
    /// Its place among the connections that are allowed.
    pub(crate) admission: Admission,
}
