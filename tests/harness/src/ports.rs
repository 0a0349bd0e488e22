//! Ports for programs under test, each given out once.

use std::env;
use std::fs::{self, File};
use std::net::TcpListener;
use std::sync::Mutex;

use anyhow::{Context as _, Result, bail};

/// Below the range that Linux takes for outgoing connections, so that no client of a test running
/// beside this one can sit on a port between its being given out and its being listened on.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// The locks on the ports that this process has given out; held until it ends.
static TAKEN: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port on 127.0.0.1 that nobody listens on and that no other test is given, in any process.
pub fn free_port() -> Result<u16> {
    let folder = env::temp_dir().join("kavka-test-ports");
    fs::create_dir_all(&folder).context("no folder for the ports' locks")?;
    for port in RANGE {
        let lock = File::create(folder.join(port.to_string()))?;
        let is_ours = lock.try_lock().is_ok();
        if is_ours && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            let mut taken = TAKEN
                .lock()
                .map_err(|_| anyhow::anyhow!("a test panicked"))?;
            taken.push(lock);
            return Ok(port);
        }
    }
    bail!("no port of {RANGE:?} is free")
}
