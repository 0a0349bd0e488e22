//! A broker process, timed from its start to its first answer.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

const LIMIT: Duration = Duration::from_secs(30);
/// How often a connection is tried; a refused one costs some 20 µs.
const RETRY: Duration = Duration::from_micros(500);

/// A running broker; killed when dropped.
pub(crate) struct Broker {
    process: Child,
    /// From the start of the process to the first answered Metadata request.
    pub(crate) served_after: Duration,
}

impl Broker {
    /// Starts `program` on an empty folder and waits for its first answer.
    pub(crate) fn start(program: &Path, data: &Path) -> Result<Self> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let settings = [
            format!("listeners=PLAINTEXT://{free}"),
            format!("log.dirs={}", data.display()),
            "kavka.http.listener=127.0.0.1:0".to_owned(),
        ];
        let mut command = Command::new(program);
        for setting in &settings {
            command.args(["--override", setting]);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = Instant::now();
        let process = command.spawn().context("cannot start the broker")?;
        let mut broker = Self {
            process,
            served_after: Duration::ZERO,
        };
        broker.wait(free, started)?;
        broker.served_after = started.elapsed();
        Ok(broker)
    }

    fn wait(&mut self, address: SocketAddr, started: Instant) -> Result<()> {
        loop {
            if let Ok(stream) = TcpStream::connect(address) {
                return metadata(stream);
            }
            if let Some(status) = self.process.try_wait()? {
                bail!("the broker ended with {status}");
            }
            ensure!(
                started.elapsed() < LIMIT,
                "the broker did not listen within {LIMIT:?}"
            );
            thread::sleep(RETRY);
        }
    }

    /// What of the process is in memory now.
    pub(crate) fn resident_mib(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line
            .and_then(|line| line.split_whitespace().next())
            .context("no VmRSS")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Asks for all topics in Metadata's version 4, written by hand so that nothing of the broker's own
/// code stands on both sides.
fn metadata(mut stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(LIMIT))?;
    let mut request = Vec::new();
    request.extend(3_i16.to_be_bytes()); // Metadata
    request.extend(4_i16.to_be_bytes()); // version
    request.extend(7_i32.to_be_bytes()); // correlation id
    request.extend((-1_i16).to_be_bytes()); // no client id
    request.extend((-1_i32).to_be_bytes()); // all topics
    request.push(0); // create none
    stream.write_all(&i32::try_from(request.len())?.to_be_bytes())?;
    stream.write_all(&request)?;
    let mut head = [0_u8; 8];
    stream
        .read_exact(&mut head)
        .context("Metadata was not answered")?;
    ensure!(
        head.ends_with(&7_i32.to_be_bytes()),
        "an answer to another request: {head:?}"
    );
    Ok(())
}
