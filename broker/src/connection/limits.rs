//! `max.connections`, `max.connections.per.ip` and its overrides.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use kavka_core::config::BrokerSettings;

/// Counts open connections against the limits, which may change at any time: a lower one closes
/// nothing, but lets nobody in until there is room.
#[derive(Debug, Default)]
pub(crate) struct ConnectionLimits {
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

impl LimitReached {
    /// The limit, for metrics.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Total(_) => "max.connections",
            Self::PerAddress(_) => "max.connections.per.ip",
        }
    }
}

/// One admitted connection; dropping it makes room for another.
#[derive(Debug)]
pub(crate) struct Admission {
    limits: Arc<ConnectionLimits>,
    address: IpAddr,
}

impl ConnectionLimits {
    /// Takes a place for a connection from `address`.
    pub(crate) fn admit(
        self: &Arc<Self>,
        address: IpAddr,
        settings: &BrokerSettings,
    ) -> Result<Admission, LimitReached> {
        let address = address.to_canonical();
        let total = usize::try_from(settings.max_connections).unwrap_or(0);
        let per_address = usize::try_from(per_address(address, settings)).unwrap_or(0);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.values().sum::<usize>() >= total {
            return Err(LimitReached::Total(total));
        }
        let here = open.entry(address).or_default();
        if *here >= per_address {
            if *here == 0 {
                open.remove(&address);
            }
            return Err(LimitReached::PerAddress(per_address));
        }
        *here += 1;
        Ok(Admission {
            limits: Arc::clone(self),
            address,
        })
    }
}

/// The override for an address, however it is written there, or else the general limit.
fn per_address(address: IpAddr, settings: &BrokerSettings) -> i32 {
    let of = |(text, limit): (&String, &i32)| {
        let named: IpAddr = text.parse().ok()?;
        (named.to_canonical() == address).then_some(*limit)
    };
    let mut overrides = settings.max_connections_per_ip_overrides.iter();
    overrides
        .find_map(of)
        .unwrap_or(settings.max_connections_per_ip)
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

    fn settings(total: i32, per_address: i32) -> BrokerSettings {
        BrokerSettings {
            max_connections: total,
            max_connections_per_ip: per_address,
            ..BrokerSettings::default()
        }
    }

    #[test]
    fn limits_hold_and_a_closed_connection_makes_room() {
        let limits = Arc::new(ConnectionLimits::default());
        let settings = settings(3, 2);
        let admit = |address| limits.admit(address, &settings);
        let (one, other): (IpAddr, IpAddr) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        let first = admit(one).unwrap();
        let _second = admit(one).unwrap();
        assert_eq!(admit(one).unwrap_err(), LimitReached::PerAddress(2));
        let _third = admit(other).unwrap();
        assert_eq!(admit(other).unwrap_err(), LimitReached::Total(3));
        drop(first);
        assert!(admit(other).is_ok());
    }

    #[test]
    fn an_address_may_have_a_limit_of_its_own_however_it_comes() {
        let limits = Arc::new(ConnectionLimits::default());
        let mut settings = settings(9, 0);
        let overrides = &mut settings.max_connections_per_ip_overrides;
        overrides.insert("10.0.0.1".to_owned(), 1);
        let mapped: IpAddr = "::ffff:10.0.0.1".parse().unwrap();
        let _only = limits.admit(mapped, &settings).unwrap();
        let plain = limits.admit([10, 0, 0, 1].into(), &settings);
        assert_eq!(plain.unwrap_err(), LimitReached::PerAddress(1));
        let other = limits.admit([10, 0, 0, 2].into(), &settings);
        assert_eq!(other.unwrap_err(), LimitReached::PerAddress(0));
        assert_eq!(
            limits.open.lock().unwrap().len(),
            1,
            "the refused are not remembered"
        );
    }
}
