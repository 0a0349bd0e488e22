//! What can go wrong between a client and its brokers.

use std::fmt;
use std::io;
use std::time::Duration;

use kavka_protocol::{ApiKey, DecodeError, EncodeError, ErrorCode};

/// A request got no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// There is no address to start from.
    #[error("no broker address is given: pass --bootstrap-server HOST:PORT")]
    NoBootstrap,
    /// An address that is none.
    #[error("{address:?} is no broker address: HOST:PORT is expected, such as localhost:9092")]
    Address {
        /// What was given.
        address: String,
    },
    /// Nobody listens there, or the way there is closed.
    #[error(
        "cannot connect to {address}: {source}; is the broker running? another address is given \
         with --bootstrap-server HOST:PORT"
    )]
    Connect {
        /// Where to.
        address: String,
        /// What the system says.
        source: io::Error,
    },
    /// The connection broke, twice.
    #[error("the connection to {address} broke during {api}: {source}")]
    Disconnected {
        /// Where to.
        address: String,
        /// What was asked.
        api: ApiKey,
        /// What the system says.
        source: io::Error,
    },
    /// No answer in time.
    #[error("{address} did not answer {api} within {after:?}: is it overloaded, or no broker?")]
    Timeout {
        /// Where to.
        address: String,
        /// What was asked.
        api: ApiKey,
        /// The time allowed.
        after: Duration,
    },
    /// An answer larger than allowed: nearly always something that is no Kafka broker.
    #[error(
        "{address} announces an answer of {size} bytes to {api}, {most} are allowed: is it a Kafka broker?"
    )]
    TooLarge {
        /// Where to.
        address: String,
        /// What was asked.
        api: ApiKey,
        /// Bytes announced.
        size: u32,
        /// Bytes allowed.
        most: u32,
    },
    /// An answer that cannot be read.
    #[error("the answer of {address} to {api} cannot be read: {source}")]
    Decode {
        /// Where to.
        address: String,
        /// What was asked.
        api: ApiKey,
        /// What is wrong with it.
        source: DecodeError,
    },
    /// A request that cannot be said in the common version.
    #[error("{api} cannot be asked of {address}: {source}")]
    Encode {
        /// Where to.
        address: String,
        /// What was to be asked.
        api: ApiKey,
        /// Which field it is.
        source: EncodeError,
    },
    /// The broker does not know the request in any version that the client knows.
    #[error(
        "{address} does not serve {api} in versions {lowest} to {highest}: is the broker too old?"
    )]
    NoCommonVersion {
        /// Where to.
        address: String,
        /// What was to be asked.
        api: ApiKey,
        /// Lowest version of the client.
        lowest: i16,
        /// Highest version of the client.
        highest: i16,
    },
    /// A broker that the cluster does not list.
    #[error("broker {id} is not in the cluster that {bootstrap} belongs to")]
    UnknownNode {
        /// Its `node.id`.
        id: i32,
        /// Where the client started.
        bootstrap: String,
    },
    /// The broker refused the request as a whole.
    #[error("{address} refused {api}: {error}")]
    Refused {
        /// Where to.
        address: String,
        /// What was asked.
        api: ApiKey,
        /// What it said.
        error: ApiError,
    },
}

impl ClientError {
    /// Whether the same call may succeed later without a change on this side.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Connect { .. }
            | Self::Disconnected { .. }
            | Self::Timeout { .. }
            | Self::UnknownNode { .. } => true,
            Self::Refused { error, .. } => error.code.is_retriable(),
            Self::NoBootstrap
            | Self::Address { .. }
            | Self::TooLarge { .. }
            | Self::Decode { .. }
            | Self::Encode { .. }
            | Self::NoCommonVersion { .. } => false,
        }
    }
}

/// What a broker answers for one topic, group or partition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ApiError {
    /// Kafka's code.
    pub code: ErrorCode,
    /// The broker's own words.
    pub message: Option<String>,
}

impl ApiError {
    /// Success, or the error with this code.
    pub(crate) fn check(code: i16, message: Option<String>) -> Result<(), Self> {
        match code {
            0 => Ok(()),
            code => Err(Self {
                code: ErrorCode::from_code(code),
                message,
            }),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self
            .message
            .as_deref()
            .filter(|message| !message.is_empty())
        {
            Some(message) => write!(f, "{}: {message}", self.code),
            None => write!(f, "{}", self.code),
        }
    }
}
