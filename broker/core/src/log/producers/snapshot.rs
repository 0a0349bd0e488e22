//! Producer states as bytes: Kafka's `.snapshot` format version 1, which holds each producer's last
//! batch and open transaction, followed by the batches before that and the aborted transactions of
//! the segment that is written to. Kafka's own tools read the first part and leave the rest alone;
//! the checksum covers both.

use std::collections::VecDeque;

use thiserror::Error;

use super::super::aborted::Aborted;
use super::{Producer, ProducerStates, Remembered, WINDOW};
use crate::types::{CoordinatorEpoch, Offset, ProducerEpoch, ProducerId, Sequence, Timestamp};

const VERSION: i16 = 1;
/// Where the checksummed part begins: behind version and checksum.
const BODY: usize = 6;
/// Marks the part that Kafka does not have.
const EARLIER: [u8; 4] = *b"KVK1";
/// The same with aborted transactions behind it.
const EARLIER_AND_ABORTED: [u8; 4] = *b"KVK2";
/// Bytes of a producer in Kafka's part.
const PRODUCER: usize = 46;
/// Stands for "no sequence number", "no offset", "no open transaction".
const NONE: i32 = -1;

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

/// What a snapshot file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProducerSnapshot {
    /// The producers.
    pub states: ProducerStates,
    /// Transactions that were aborted in the segment that is written to, in order of the markers.
    pub aborted: Vec<Aborted>,
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

impl Producer {
    fn encode(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.epoch.0.to_be_bytes());
        let unknown = Remembered {
            last: Sequence(NONE),
            last_offset: Offset(NONE.into()),
            last_delta: 0,
            timestamp: self.seen,
        };
        put(self.window.back().unwrap_or(&unknown), into);
        into.extend_from_slice(&self.coordinator_epoch.0.to_be_bytes());
        let open = self.open.map_or(NONE.into(), |first| first.0);
        into.extend_from_slice(&open.to_be_bytes());
    }

    fn decode(cursor: &mut Cursor<'_>) -> Result<Self, SnapshotError> {
        let epoch = ProducerEpoch(cursor.short()?);
        let newest = cursor.remembered()?;
        let mut producer = Self::new(epoch, newest.timestamp);
        if newest.last.0 != NONE {
            producer.window.push_back(newest);
        }
        producer.coordinator_epoch = CoordinatorEpoch(cursor.int()?);
        producer.open = Some(Offset(cursor.long()?)).filter(|first| first.0 >= 0);
        Ok(producer)
    }

    /// Takes over the batches before the last one.
    fn decode_earlier(&mut self, cursor: &mut Cursor<'_>) -> Result<(), SnapshotError> {
        self.seen = Timestamp(cursor.long()?);
        let earlier = cursor.count(24)?.min(WINDOW - 1);
        let mut window = VecDeque::with_capacity(earlier + 1);
        for _ in 0..earlier {
            window.push_back(cursor.remembered()?);
        }
        window.append(&mut self.window);
        self.window = window;
        Ok(())
    }
}

impl ProducerStates {
    /// The snapshot file's bytes; `aborted` are the transactions that were aborted in the segment
    /// that is written to.
    pub fn to_snapshot(&self, aborted: &[Aborted]) -> Vec<u8> {
        let mut bytes = VERSION.to_be_bytes().to_vec();
        bytes.extend_from_slice(&[0; 4]);
        put_count(self.producers.len(), &mut bytes);
        for (id, producer) in &self.producers {
            bytes.extend_from_slice(&id.0.to_be_bytes());
            producer.encode(&mut bytes);
        }
        bytes.extend_from_slice(&EARLIER_AND_ABORTED);
        for producer in self.producers.values() {
            bytes.extend_from_slice(&producer.seen.0.to_be_bytes());
            put_count(producer.window.len().saturating_sub(1), &mut bytes);
            let earlier = producer.window.iter().rev().skip(1).rev();
            earlier.for_each(|batch| put(batch, &mut bytes));
        }
        put_count(aborted.len(), &mut bytes);
        for entry in aborted {
            entry.encode(&mut bytes);
        }
        let checksum = crc32c::crc32c(bytes.get(BODY..).unwrap_or_default());
        if let Some(place) = bytes.get_mut(2..BODY) {
            place.copy_from_slice(&checksum.to_be_bytes());
        }
        bytes
    }
}

impl ProducerSnapshot {
    /// Reads a snapshot, Kafka's own included.
    pub fn parse(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let mut cursor = Cursor(bytes);
        let version = cursor.short()?;
        if version != VERSION {
            return Err(SnapshotError::Version(version));
        }
        if u32::from_be_bytes(cursor.take()?) != crc32c::crc32c(cursor.0) {
            return Err(SnapshotError::Checksum);
        }
        let mut snapshot = Self::default();
        let states = &mut snapshot.states;
        let mut order = Vec::new();
        for _ in 0..cursor.count(PRODUCER)? {
            let id = ProducerId(cursor.long()?);
            let producer = Producer::decode(&mut cursor)?;
            if let Some(first) = producer.open {
                states.open.insert(first, id);
            }
            states.producers.insert(id, producer);
            order.push(id);
        }
        if cursor.0.is_empty() {
            return Ok(snapshot);
        }
        let mark: [u8; 4] = cursor.take()?;
        if mark == EARLIER || mark == EARLIER_AND_ABORTED {
            for id in order {
                if let Some(producer) = states.producers.get_mut(&id) {
                    producer.decode_earlier(&mut cursor)?;
                }
            }
        }
        if mark == EARLIER_AND_ABORTED {
            for _ in 0..cursor.count(Aborted::WIDTH)? {
                let entry = cursor.take::<{ Aborted::WIDTH }>()?;
                let entry = Aborted::decode(&entry).map_err(|_| SnapshotError::Short)?;
                snapshot.aborted.push(entry);
            }
        }
        Ok(snapshot)
    }
}
