//! Entries of Kafka's index files and the search in them.

use crate::types::{Offset, Timestamp};

/// An entry of the offset index: the batch at `position` ends with offset `base + relative`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffsetEntry {
    /// Offset of the batch's last record, counted from the segment's base offset.
    pub relative: u32,
    /// Where the batch begins in the segment file, in bytes.
    pub position: u32,
}

/// An entry of the time index: up to offset `base + relative` no record is later than `timestamp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeEntry {
    /// The largest timestamp so far.
    pub timestamp: Timestamp,
    /// Last offset of the batch that has it, counted from the segment's base offset.
    pub relative: u32,
}

/// Width of an index entry in its file.
pub trait IndexEntry: Copy {
    /// Bytes of an entry.
    const WIDTH: usize;

    /// Writes the entry as Kafka does.
    fn encode(&self, into: &mut Vec<u8>);

    /// Reads the first entry of `bytes`.
    fn decode(bytes: &[u8]) -> Option<Self>;
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

impl IndexEntry for OffsetEntry {
    const WIDTH: usize = 8;

    fn encode(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.relative.to_be_bytes());
        into.extend_from_slice(&self.position.to_be_bytes());
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        Some(Self {
            relative: u32::from_be_bytes(array(bytes, 0)?),
            position: u32::from_be_bytes(array(bytes, 4)?),
        })
    }
}

impl IndexEntry for TimeEntry {
    const WIDTH: usize = 12;

    fn encode(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.timestamp.0.to_be_bytes());
        into.extend_from_slice(&self.relative.to_be_bytes());
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        Some(Self {
            timestamp: Timestamp(i64::from_be_bytes(array(bytes, 0)?)),
            relative: u32::from_be_bytes(array(bytes, 8)?),
        })
    }
}

/// Offset as counted from a segment's base; `None` where an index cannot hold it.
pub fn relative(base: Offset, offset: Offset) -> Option<u32> {
    let distance = offset.0.checked_sub(base.0)?;
    // Kafka reads the field as a signed number.
    u32::try_from(i32::try_from(distance).ok()?).ok()
}

/// The number of leading entries that `is_before` holds for, found by halving; `entry` reads one.
pub fn partition_point<E, Error>(
    count: u32,
    mut entry: impl FnMut(u32) -> Result<E, Error>,
    is_before: impl Fn(&E) -> bool,
) -> Result<u32, Error> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(&entry(middle)?) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn entries_have_kafka_s_bytes() {
        let mut bytes = Vec::new();
        OffsetEntry {
            relative: 1,
            position: 0x0203,
        }
        .encode(&mut bytes);
        assert_eq!(bytes, [0, 0, 0, 1, 0, 0, 2, 3]);
        bytes.clear();
        TimeEntry {
            timestamp: Timestamp(-1),
            relative: 7,
        }
        .encode(&mut bytes);
        assert_eq!(bytes, [255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 7]);
    }

    #[test]
    fn offsets_beyond_31_bits_have_no_place_in_an_index() {
        let largest = i64::from(i32::MAX);
        assert_eq!(
            relative(Offset(5), Offset(5 + largest)),
            Some(i32::MAX.unsigned_abs())
        );
        assert_eq!(relative(Offset(5), Offset(6 + largest)), None);
        assert_eq!(relative(Offset(5), Offset(4)), None);
    }

    proptest! {
        #[test]
        fn halving_finds_what_walking_finds(mut keys in prop::collection::vec(any::<u16>(), 0..200), target in any::<u16>()) {
            keys.sort_unstable();
            let count = u32::try_from(keys.len()).unwrap();
            let read = |at: u32| Ok::<u16, ()>(keys[at as usize]);
            let found = partition_point(count, read, |key| *key <= target).unwrap();
            prop_assert_eq!(found as usize, keys.partition_point(|key| *key <= target));
        }

        #[test]
        fn entries_survive_their_bytes(relative in any::<u32>(), position in any::<u32>(), time in any::<i64>()) {
            let offset = OffsetEntry { relative, position };
            let stamp = TimeEntry { timestamp: Timestamp(time), relative };
            let mut bytes = Vec::new();
            offset.encode(&mut bytes);
            stamp.encode(&mut bytes);
            prop_assert_eq!(OffsetEntry::decode(&bytes), Some(offset));
            prop_assert_eq!(TimeEntry::decode(&bytes[8..]), Some(stamp));
        }
    }
}
