//! Starts the real programs for tests: on free ports, in folders of their own, gone afterwards.

#![forbid(unsafe_code)]

mod binary;
mod broker;
mod http;
mod ports;
mod process;

pub use binary::binary;
pub use broker::{Broker, BrokerSettings};
pub use http::http_get;
pub use ports::free_port;
pub use process::{Finished, Process};

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// Waits until `ready` says so; `what` names the thing when it takes too long.
pub fn wait_until(
    what: &str,
    within: Duration,
    mut ready: impl FnMut() -> Result<bool>,
) -> Result<()> {
    let end = Instant::now() + within;
    while !ready().with_context(|| format!("while waiting for {what}"))? {
        if Instant::now() >= end {
            bail!("{what} did not happen within {within:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
