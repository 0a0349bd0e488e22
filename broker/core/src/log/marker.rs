//! The record that ends a transaction in one partition (KIP-98): a control batch of its own, which
//! consumers never see.

use bytes::Bytes;
use kavka_protocol::messages::{ControlRecordTypeSchema, EndTxnMarker};
use kavka_protocol::records::{Batch, BatchBuilder, BatchError, Compression};
use kavka_protocol::{EncodeError, Message, Reader, Writer};
use thiserror::Error;

use crate::types::{CoordinatorEpoch, ProducerEpoch, ProducerId, Timestamp};

/// The only version of keys and values so far.
const VERSION: i16 = 0;
const ABORT: i16 = 0;
const COMMIT: i16 = 1;
/// A marker is a few dozen bytes; nothing decompresses to more.
const CEILING: usize = 4096;

/// How a transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Its records count.
    Commit,
    /// Its records are passed over by `read_committed`.
    Abort,
}

/// Which epoch a marker must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkerRule {
    /// The producer's, or a later one: before `transaction.version` 2.
    AtLeast,
    /// One later than what the producer has written with: the end of each transaction raises it
    /// (KIP-890).
    Above,
}

/// What a marker says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    /// Whose transaction it ends.
    pub producer: ProducerId,
    /// Writes of older epochs are refused from here on.
    pub epoch: ProducerEpoch,
    /// The coordinator that ends it.
    pub coordinator_epoch: CoordinatorEpoch,
    /// How it ends.
    pub outcome: Outcome,
}

/// A marker that cannot be written.
#[derive(Debug, Error)]
pub enum MarkerError {
    /// Its key or value.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// Its batch.
    #[error(transparent)]
    Batch(#[from] BatchError),
}

impl MarkerRule {
    /// What `transaction.version` of the transaction asks for.
    pub fn of_version(version: i8) -> Self {
        if version >= 2 {
            Self::Above
        } else {
            Self::AtLeast
        }
    }
}

impl Marker {
    /// The control batch as Kafka writes it.
    pub fn to_batch(&self, at: Timestamp) -> Result<Bytes, MarkerError> {
        let kind = ControlRecordTypeSchema {
            r#type: match self.outcome {
                Outcome::Abort => ABORT,
                Outcome::Commit => COMMIT,
            },
        };
        let value = EndTxnMarker {
            coordinator_epoch: self.coordinator_epoch.0,
        };
        let mut batch = BatchBuilder::new(Compression::None)
            .producer(self.producer.0, self.epoch.0, -1)
            .transactional()
            .control();
        let (key, value) = (versioned(&kind)?, versioned(&value)?);
        batch.push(at.0, Some(&key), Some(&value), &[]);
        Ok(batch.build()?)
    }

    /// What a batch of the log says; `None` for records and for other kinds of control batches.
    pub fn of(batch: &Batch) -> Option<Self> {
        let header = &batch.header;
        if !header.is_control() || header.producer_id < 0 {
            return None;
        }
        let record = batch.records(CEILING).ok()?.next()?.ok()?;
        let mut key = Reader::new(record.key?);
        let kind = read::<ControlRecordTypeSchema>(&mut key)?.r#type;
        let outcome = match kind {
            ABORT => Outcome::Abort,
            COMMIT => Outcome::Commit,
            _ => return None,
        };
        let mut value = Reader::new(record.value?);
        let coordinator_epoch = read::<EndTxnMarker>(&mut value)?.coordinator_epoch;
        Some(Self {
            producer: ProducerId(header.producer_id),
            epoch: ProducerEpoch(header.producer_epoch),
            coordinator_epoch: CoordinatorEpoch(coordinator_epoch),
            outcome,
        })
    }
}

fn versioned<M: Message>(message: &M) -> Result<Bytes, EncodeError> {
    let mut writer = Writer::new();
    writer.i16(VERSION);
    message.encode(&mut writer, VERSION)?;
    Ok(writer.into_bytes())
}

/// Later versions begin with the fields of this one.
fn read<M: Message>(reader: &mut Reader) -> Option<M> {
    reader.i16().ok().filter(|version| *version >= VERSION)?;
    M::decode(reader, VERSION).ok()
}

#[cfg(test)]
mod tests {
    use kavka_protocol::records::Batches;

    use super::*;

    fn marker(outcome: Outcome) -> Marker {
        Marker {
            producer: ProducerId(9),
            epoch: ProducerEpoch(3),
            coordinator_epoch: CoordinatorEpoch(7),
            outcome,
        }
    }

    fn parse(bytes: Bytes) -> Batch {
        Batches::new(bytes).next().unwrap().unwrap()
    }

    #[test]
    fn markers_are_written_as_kafka_writes_them() {
        for (outcome, kind) in [(Outcome::Abort, 0), (Outcome::Commit, 1)] {
            let batch = parse(marker(outcome).to_batch(Timestamp(5)).unwrap());
            let header = &batch.header;
            assert!(header.is_control() && header.is_transactional());
            assert_eq!((header.base_sequence, header.records_count), (-1, 1));
            assert_eq!((header.producer_id, header.producer_epoch), (9, 3));
            let record = batch.records(CEILING).unwrap().next().unwrap().unwrap();
            assert_eq!(&record.key.unwrap()[..], [0, 0, 0, kind]);
            assert_eq!(&record.value.unwrap()[..], [0, 0, 0, 0, 0, 7]);
            assert_eq!(Marker::of(&batch), Some(marker(outcome)));
        }
    }

    #[test]
    fn other_batches_are_no_markers() {
        let mut data = BatchBuilder::new(Compression::None)
            .producer(9, 3, 0)
            .transactional();
        data.push(0, Some(&[0, 0, 0, 1]), Some(&[0, 0, 0, 0, 0, 7]), &[]);
        assert_eq!(Marker::of(&parse(data.build().unwrap())), None);
        for (key, value) in [
            (&[0, 0, 0, 2][..], &[0, 0, 0, 0, 0, 7][..]),
            (&[0, 0, 0], &[0, 0, 0, 0, 0, 7]),
            (&[0, 0, 0, 1], &[0, 0]),
        ] {
            let mut other = BatchBuilder::new(Compression::None)
                .producer(9, 3, -1)
                .control();
            other.push(0, Some(key), Some(value), &[]);
            assert_eq!(Marker::of(&parse(other.build().unwrap())), None);
        }
    }
}
