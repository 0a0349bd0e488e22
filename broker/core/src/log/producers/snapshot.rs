//! Producer states as bytes: Kafka's `.snapshot` format version 1, which holds each producer's last
//! batch, followed by the batches before that. Kafka's own tools read the first part and leave the
//! rest alone; the checksum covers both.

use std::collections::VecDeque;

use thiserror::Error;

use super::{Producer, ProducerStates, Remembered, WINDOW};
use crate::types::{Offset, ProducerEpoch, ProducerId, Sequence, Timestamp};

const VERSION: i16 = 1;
/// Where the checksummed part begins: behind version and checksum.
const BODY: usize = 6;
/// Marks the part that Kafka does not have.
const EARLIER: [u8; 4] = *b"KVK1";

/// A producer snapshot is damaged; the state is rebuilt from the log instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SnapshotError {
    /// The checksum does not match.
    #[error("the checksum does not match")]
    Checksum,
    /// Another format.
    #[error("version {0} is unknown; 1 is expected")]
    Version(i16),
    /// It ends before its end.
    #[error("it is cut short")]
    Short,
}

/// Takes numbers off the front of a slice.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let (head, rest) = self
            .0
            .split_first_chunk::<N>()
            .ok_or(SnapshotError::Short)?;
        self.0 = rest;
        Ok(*head)
    }

    fn short(&mut self) -> Result<i16, SnapshotError> {
        self.take().map(i16::from_be_bytes)
    }

    fn int(&mut self) -> Result<i32, SnapshotError> {
        self.take().map(i32::from_be_bytes)
    }

    fn long(&mut self) -> Result<i64, SnapshotError> {
        self.take().map(i64::from_be_bytes)
    }

    /// A number of entries; the bytes that are left bound it.
    fn count(&mut self, width: usize) -> Result<usize, SnapshotError> {
        let count = usize::try_from(self.int()?).map_err(|_| SnapshotError::Short)?;
        if count > self.0.len() / width {
            Err(SnapshotError::Short)
        } else {
            Ok(count)
        }
    }

    fn remembered(&mut self) -> Result<Remembered, SnapshotError> {
        Ok(Remembered {
            last: Sequence(self.int()?),
            last_offset: Offset(self.long()?),
            last_delta: self.int()?,
            timestamp: Timestamp(self.long()?),
        })
    }
}

fn put(batch: &Remembered, into: &mut Vec<u8>) {
    into.extend_from_slice(&batch.last.0.to_be_bytes());
    into.extend_from_slice(&batch.last_offset.0.to_be_bytes());
    into.extend_from_slice(&batch.last_delta.to_be_bytes());
    into.extend_from_slice(&batch.timestamp.0.to_be_bytes());
}

fn put_count(count: usize, into: &mut Vec<u8>) {
    into.extend_from_slice(&i32::try_from(count).unwrap_or(i32::MAX).to_be_bytes());
}

impl ProducerStates {
    /// The snapshot file's bytes.
    pub fn to_snapshot(&self) -> Vec<u8> {
        let mut bytes = VERSION.to_be_bytes().to_vec();
        bytes.extend_from_slice(&[0; 4]);
        put_count(self.producers.len(), &mut bytes);
        for (id, producer) in &self.producers {
            bytes.extend_from_slice(&id.0.to_be_bytes());
            bytes.extend_from_slice(&producer.epoch.0.to_be_bytes());
            if let Some(newest) = producer.window.back() {
                put(newest, &mut bytes);
            }
            // Coordinator epoch and first offset of the open transaction: there is none.
            bytes.extend_from_slice(&(-1i32).to_be_bytes());
            bytes.extend_from_slice(&(-1i64).to_be_bytes());
        }
        bytes.extend_from_slice(&EARLIER);
        for producer in self.producers.values() {
            bytes.extend_from_slice(&producer.seen.0.to_be_bytes());
            put_count(producer.window.len().saturating_sub(1), &mut bytes);
            let earlier = producer.window.iter().rev().skip(1).rev();
            earlier.for_each(|batch| put(batch, &mut bytes));
        }
        let checksum = crc32c::crc32c(bytes.get(BODY..).unwrap_or_default());
        if let Some(place) = bytes.get_mut(2..BODY) {
            place.copy_from_slice(&checksum.to_be_bytes());
        }
        bytes
    }

    /// Reads a snapshot, Kafka's own included.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let mut cursor = Cursor(bytes);
        let version = cursor.short()?;
        if version != VERSION {
            return Err(SnapshotError::Version(version));
        }
        if u32::from_be_bytes(cursor.take()?) != crc32c::crc32c(cursor.0) {
            return Err(SnapshotError::Checksum);
        }
        let mut states = Self::default();
        let mut order = Vec::new();
        for _ in 0..cursor.count(46)? {
            let id = ProducerId(cursor.long()?);
            let epoch = ProducerEpoch(cursor.short()?);
            let newest = cursor.remembered()?;
            cursor.take::<12>()?;
            let window = VecDeque::from([newest]);
            states.producers.insert(
                id,
                Producer {
                    epoch,
                    window,
                    seen: newest.timestamp,
                },
            );
            order.push(id);
        }
        if !cursor.0.is_empty() && cursor.take()? == EARLIER {
            for id in order {
                let seen = Timestamp(cursor.long()?);
                let earlier = cursor.count(24)?.min(WINDOW - 1);
                let mut window = VecDeque::with_capacity(earlier + 1);
                for _ in 0..earlier {
                    window.push_back(cursor.remembered()?);
                }
                if let Some(producer) = states.producers.get_mut(&id) {
                    window.append(&mut producer.window);
                    producer.window = window;
                    producer.seen = seen;
                }
            }
        }
        Ok(states)
    }
}
