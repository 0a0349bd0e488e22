//! What the fuzzer feeds: everything that reads bytes which others wrote. A target must neither
//! panic nor take more memory than its input justifies, and what it accepts must mean the same when
//! it is written and read again.
//!
//! `tests/fuzz/run.sh` fuzzes; `cargo test -p kavka-test-fuzz` runs every target over its seeds and
//! over the inputs in `regressions/`, which once broke something.

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a broken expectation is what the fuzzer looks for"
)]

mod frame;
mod records;
mod recovery;
mod requests;
mod state;

#[cfg(test)]
mod tests;

/// What is fuzzed; [`Target::name`] is what run.sh takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A connection's bytes: lengths, headers and whatever request they name.
    Frame,
    /// Produce, Fetch, ListOffsets and their kin.
    DataRequests,
    /// Consumer groups.
    GroupRequests,
    /// Transactions and producer ids.
    TransactionRequests,
    /// Topics, settings and the cluster.
    AdminRequests,
    /// What a client reads from a broker.
    Responses,
    /// Record batches as they come, in every codec, with a ceiling on what they unpack to.
    Batches,
    /// A data folder in which one file is damaged.
    Recovery,
    /// Records of metadata and groups, snapshots and small files.
    State,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 9] = [
        Self::Frame,
        Self::DataRequests,
        Self::GroupRequests,
        Self::TransactionRequests,
        Self::AdminRequests,
        Self::Responses,
        Self::Batches,
        Self::Recovery,
        Self::State,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::DataRequests => "data-requests",
            Self::GroupRequests => "group-requests",
            Self::TransactionRequests => "transaction-requests",
            Self::AdminRequests => "admin-requests",
            Self::Responses => "responses",
            Self::Batches => "batches",
            Self::Recovery => "recovery",
            Self::State => "state",
        }
    }

    /// The target of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// Runs the target over one input.
    ///
    /// # Panics
    ///
    /// When a promise is broken.
    pub fn run(self, data: &[u8]) {
        match self {
            Self::Frame => frame::run(data),
            Self::DataRequests => requests::data(data),
            Self::GroupRequests => requests::groups(data),
            Self::TransactionRequests => requests::transactions(data),
            Self::AdminRequests => requests::admin(data),
            Self::Responses => requests::responses(data),
            Self::Batches => records::run(data),
            Self::Recovery => recovery::run(data),
            Self::State => state::run(data),
        }
    }

    /// Inputs that reach deep, to start from.
    pub fn seeds(self) -> Vec<Vec<u8>> {
        match self {
            Self::Frame => frame::seeds(),
            Self::DataRequests => requests::data_seeds(),
            Self::GroupRequests => requests::group_seeds(),
            Self::TransactionRequests => requests::transaction_seeds(),
            Self::AdminRequests => requests::admin_seeds(),
            Self::Responses => requests::response_seeds(),
            Self::Batches => records::seeds(),
            Self::Recovery => recovery::seeds(),
            Self::State => state::seeds(),
        }
    }
}
