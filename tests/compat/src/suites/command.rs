//! The command line.

use clap::Parser;

use crate::results::On;

/// Runs the suites of tests/compat that nobody here wrote.
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    /// The suites to run; all without one
    suites: Vec<String>,
    /// The broker that is tested
    #[arg(long, value_enum, default_value_t = On::Kavka)]
    pub(crate) on: On,
    /// Only what the suites' quick.txt name
    #[arg(long)]
    pub(crate) quick: bool,
    /// Also what is known not to pass
    #[arg(long)]
    pub(crate) all: bool,
    /// Only these tests
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) test: Vec<String>,
    /// Write what was seen into the suites' results.txt
    #[arg(long)]
    pub(crate) record: bool,
}

impl Arguments {
    pub(crate) fn wants(&self, suite: &str) -> bool {
        self.suites.is_empty() || self.suites.iter().any(|name| name == suite)
    }
}
