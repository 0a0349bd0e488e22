//! What a process has used, from /proc.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// Where user and system time stand in `/proc/<pid>/stat`, counted behind the program's name.
const USER_TIME: usize = 11;

/// Processor time of all threads of a process so far, in user and system mode.
pub(crate) fn cpu_time(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name may hold anything but its own end.
    let (_, fields) = stat.rsplit_once(')').context("/proc/<pid>/stat")?;
    let ticks: u64 = fields
        .split_whitespace()
        .skip(USER_TIME)
        .take(2)
        .map(str::parse::<u64>)
        .sum::<Result<u64, _>>()?;
    let per_second = rustix::param::clock_ticks_per_second().max(1);
    Ok(Duration::from_secs(1).mul_f64(as_f64(ticks) / as_f64(per_second)))
}

/// What of a process is in memory, in MB (10^6 bytes).
pub(crate) fn resident_mb(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|line| line.split_whitespace().next())
        .context("no VmRSS in /proc/<pid>/status")?;
    Ok(kib.parse::<f64>()? * 1024.0 / 1e6)
}

/// Counts below 2^53, which all of these are, stay exact.
#[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
pub(crate) fn as_f64(count: u64) -> f64 {
    count as f64
}
