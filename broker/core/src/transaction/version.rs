//! What a client does with its epoch (`transaction.version`, KIP-890).

/// The version of transactions that a client speaks; told by the versions of its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum TransactionVersion {
    /// It names each partition before it writes there and keeps its epoch.
    #[default]
    V0,
    /// The same; the coordinator's records are of the flexible format.
    V1,
    /// It gets a new epoch at the end of each transaction, and writes join partitions to it.
    V2,
}

/// From this version of `EndTxn` on a client takes a new epoch with the answer.
const END_TXN_WITH_EPOCH: i16 = 5;

impl TransactionVersion {
    /// The newest that this broker speaks.
    pub const LATEST: Self = Self::V2;

    /// What a client that sends `EndTxn` in `version` speaks.
    pub fn of_end_txn(version: i16) -> Self {
        if version >= END_TXN_WITH_EPOCH {
            Self::V2
        } else {
            Self::V0
        }
    }

    /// What a record of `__transaction_state` says.
    pub(super) fn from_level(level: i16) -> Self {
        match level {
            i16::MIN..=0 => Self::V0,
            1 => Self::V1,
            _ => Self::V2,
        }
    }

    /// As the feature's level.
    pub fn level(self) -> i8 {
        match self {
            Self::V0 => 0,
            Self::V1 => 1,
            Self::V2 => 2,
        }
    }

    /// Whether each transaction ends with a new epoch.
    pub(super) fn bumps_epoch(self) -> bool {
        self >= Self::V2
    }
}
