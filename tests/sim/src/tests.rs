//! The simulations that `make sim` runs.

mod coordinated;
mod crashes;
mod damage;
mod faults;
mod syncs;

use std::ops::Range;

/// The usual seeds of a test, unless `KAVKA_SIM_SEEDS=FROM..TO` asks for others.
fn seeds(usual: Range<u64>) -> Range<u64> {
    let Ok(chosen) = std::env::var("KAVKA_SIM_SEEDS") else {
        return usual;
    };
    let bounds = chosen
        .split_once("..")
        .and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    bounds.unwrap_or_else(|| panic!("KAVKA_SIM_SEEDS={chosen}: write FROM..TO"))
}
