//! The index of aborted transactions: what `read_committed` consumers are told to pass over.
//!
//! A segment's `.txnindex` holds an entry of Kafka's format for each transaction that was aborted
//! by a marker in the segment. Behind the entries of a segment that is no longer written to follows
//! a checksum, which Kafka's tools take for the beginning of an entry and ignore.

use thiserror::Error;

use crate::types::{Offset, ProducerId};

const VERSION: i16 = 0;
const CHECKSUM: usize = 4;

/// A transaction that was aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Aborted {
    /// Whose it was.
    pub producer: ProducerId,
    /// Offset of its first record.
    pub first: Offset,
    /// Offset of the marker.
    pub last: Offset,
    /// The last stable offset right behind the marker: no transaction that is aborted later has
    /// records before it.
    pub last_stable: Offset,
}

/// The index is damaged; it is made anew from the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AbortedError {
    /// The checksum does not match, or the file ends within an entry.
    #[error("the checksum does not match")]
    Checksum,
    /// Another format.
    #[error("version {0} is unknown; 0 is expected")]
    Version(i16),
}

impl Aborted {
    /// Bytes of an entry.
    pub const WIDTH: usize = 34;

    /// Appends the entry's bytes.
    pub fn encode(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(&VERSION.to_be_bytes());
        for number in [
            self.producer.0,
            self.first.0,
            self.last.0,
            self.last_stable.0,
        ] {
            into.extend_from_slice(&number.to_be_bytes());
        }
    }

    /// Reads an entry.
    pub fn decode(bytes: &[u8]) -> Result<Self, AbortedError> {
        let (version, numbers) = bytes
            .split_first_chunk::<2>()
            .ok_or(AbortedError::Checksum)?;
        let version = i16::from_be_bytes(*version);
        if version != VERSION {
            return Err(AbortedError::Version(version));
        }
        let (chunks, _) = numbers.as_chunks::<8>();
        let [producer, first, last, last_stable] = chunks else {
            return Err(AbortedError::Checksum);
        };
        Ok(Self {
            producer: ProducerId(i64::from_be_bytes(*producer)),
            first: Offset(i64::from_be_bytes(*first)),
            last: Offset(i64::from_be_bytes(*last)),
            last_stable: Offset(i64::from_be_bytes(*last_stable)),
        })
    }

    /// The index of a segment that is no longer written to.
    pub fn to_sealed(entries: &[Self]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(entries.len() * Self::WIDTH + CHECKSUM);
        for entry in entries {
            entry.encode(&mut bytes);
        }
        let checksum = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&checksum.to_be_bytes());
        bytes
    }

    /// Reads what [`Aborted::to_sealed`] wrote.
    pub fn from_sealed(bytes: &[u8]) -> Result<Vec<Self>, AbortedError> {
        let (entries, checksum) = bytes
            .split_last_chunk::<CHECKSUM>()
            .ok_or(AbortedError::Checksum)?;
        // One without entries is never written.
        let whole = !entries.is_empty() && entries.len().is_multiple_of(Self::WIDTH);
        if !whole || crc32c::crc32c(entries) != u32::from_be_bytes(*checksum) {
            return Err(AbortedError::Checksum);
        }
        entries.chunks(Self::WIDTH).map(Self::decode).collect()
    }

    /// Adds those of a segment's `entries` that have records in `from..to`. Returns whether later
    /// segments have none.
    pub fn collect(entries: &[Self], from: Offset, to: Offset, into: &mut Vec<Self>) -> Search {
        for entry in entries {
            if entry.last >= from && entry.first < to {
                into.push(*entry);
            }
            if entry.last_stable >= to {
                return Search::Finished;
            }
        }
        Search::GoesOn
    }
}

/// Whether later segments have to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// They may hold more.
    GoesOn,
    /// They hold nothing.
    Finished,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aborted(first: i64, last: i64, last_stable: i64) -> Aborted {
        Aborted {
            producer: ProducerId(7),
            first: Offset(first),
            last: Offset(last),
            last_stable: Offset(last_stable),
        }
    }

    #[test]
    fn an_entry_has_kafkas_format() {
        let mut bytes = Vec::new();
        aborted(1, 2, 3).encode(&mut bytes);
        let mut expected = vec![0, 0];
        for number in [7_i64, 1, 2, 3] {
            expected.extend_from_slice(&number.to_be_bytes());
        }
        assert_eq!(bytes, expected);
        assert_eq!(Aborted::decode(&bytes), Ok(aborted(1, 2, 3)));
        bytes[1] = 9;
        assert_eq!(Aborted::decode(&bytes), Err(AbortedError::Version(9)));
    }

    #[test]
    fn any_damage_of_a_sealed_index_is_noticed() {
        let entries = [aborted(1, 2, 3), aborted(4, 9, 8)];
        let bytes = Aborted::to_sealed(&entries);
        assert_eq!(Aborted::from_sealed(&bytes).as_deref(), Ok(&entries[..]));
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            assert!(Aborted::from_sealed(&flipped).is_err());
            assert!(Aborted::from_sealed(&bytes[..at]).is_err());
        }
    }

    #[test]
    fn only_transactions_within_the_range_are_told() {
        // The second began before the first and was aborted after it.
        let entries = [aborted(10, 14, 5), aborted(5, 20, 21), aborted(30, 33, 34)];
        let told = |from, to| {
            let mut into = Vec::new();
            let search = Aborted::collect(&entries, Offset(from), Offset(to), &mut into);
            (into, search)
        };
        assert_eq!(told(0, 5), (vec![], Search::Finished));
        assert_eq!(told(5, 10), (vec![entries[1]], Search::Finished));
        assert_eq!(told(14, 15), (entries[..2].to_vec(), Search::Finished));
        assert_eq!(told(15, 22), (vec![entries[1]], Search::Finished));
        assert_eq!(told(34, 40), (vec![], Search::GoesOn));
        assert_eq!(told(0, 40), (entries.to_vec(), Search::GoesOn));
    }
}
