//! `max.connections` and `max.connections.per.ip`.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts open connections against the limits.
#[derive(Debug)]
pub(crate) struct ConnectionLimits {
    total: usize,
    per_address: usize,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// Why a connection is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum LimitReached {
    /// Too many in all.
    #[error("max.connections={0} is reached")]
    Total(usize),
    /// Too many from one address.
    #[error("max.connections.per.ip={0} is reached")]
    PerAddress(usize),
}

/// One admitted connection; dropping it makes room for another.
#[derive(Debug)]
pub(crate) struct Admission {
    limits: Arc<ConnectionLimits>,
    address: IpAddr,
}

impl ConnectionLimits {
    /// Admits `total` connections, `per_address` of them from one address.
    pub(crate) fn new(total: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self {
            total,
            per_address,
            open: Mutex::default(),
        })
    }

    /// Takes a place for a connection from `address`.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr) -> Result<Admission, LimitReached> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.values().sum::<usize>() >= self.total {
            return Err(LimitReached::Total(self.total));
        }
        let here = open.entry(address).or_default();
        if *here >= self.per_address {
            return Err(LimitReached::PerAddress(self.per_address));
        }
        *here += 1;
        Ok(Admission {
            limits: Arc::clone(self),
            address,
        })
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut open = self
            .limits
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(here) = open.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                open.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_and_a_closed_connection_makes_room() {
        let limits = ConnectionLimits::new(3, 2);
        let (one, other): (IpAddr, IpAddr) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        let first = limits.admit(one).unwrap();
        let _second = limits.admit(one).unwrap();
        assert_eq!(limits.admit(one).unwrap_err(), LimitReached::PerAddress(2));
        let _third = limits.admit(other).unwrap();
        assert_eq!(limits.admit(other).unwrap_err(), LimitReached::Total(3));
        drop(first);
        assert!(limits.admit(other).is_ok());
    }
}
