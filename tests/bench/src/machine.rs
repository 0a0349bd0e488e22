//! Where and when it was measured.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Where and when it was measured; what cannot be found out is said to be unknown.
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) memory_gib: u64,
    pub(crate) kernel: String,
    pub(crate) file_system: String,
    pub(crate) java: String,
    pub(crate) revision: String,
    pub(crate) date: String,
}

const UNKNOWN: &str = "unknown";

impl Machine {
    /// Looks at this machine; `folder` is where brokers write.
    pub(crate) fn look(folder: &Path) -> Self {
        Self {
            processor: field("/proc/cpuinfo", "model name"),
            cores: cores(),
            memory_gib: memory_gib(),
            kernel: first_line(fs::read_to_string("/proc/sys/kernel/osrelease").ok()),
            file_system: said(
                "findmnt",
                &["-n", "-o", "FSTYPE", "-T", &folder.display().to_string()],
            ),
            java: java_version(),
            revision: said("git", &["describe", "--always", "--dirty"]),
            date: said("date", &["-u", "+%Y-%m-%d %H:%M UTC"]),
        }
    }
}

/// How many processes wanted a core in the last minute.
pub(crate) fn load_average() -> String {
    let loads = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    loads
        .split_whitespace()
        .next()
        .unwrap_or(UNKNOWN)
        .to_owned()
}

fn field(path: &str, name: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_once(':'))
        .map_or_else(|| UNKNOWN.to_owned(), |(_, value)| value.trim().to_owned())
}

fn cores() -> usize {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines()
        .filter(|line| line.starts_with("processor"))
        .count()
}

fn memory_gib() -> u64 {
    let total = field("/proc/meminfo", "MemTotal");
    let kib = total.split_whitespace().next().unwrap_or_default();
    kib.parse::<u64>().unwrap_or(0).div_ceil(1 << 20)
}

fn java_version() -> String {
    // It prints its version to the error output.
    let output = Command::new("java").arg("-version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
    first_line(text.ok())
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    first_line(text.ok())
}

fn first_line(text: Option<String>) -> String {
    let text = text.unwrap_or_default();
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        UNKNOWN.to_owned()
    } else {
        line.to_owned()
    }
}
