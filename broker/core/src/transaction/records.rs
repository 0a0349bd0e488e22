//! Transactions as records of `__transaction_state`, in Kafka's own schemas.

use std::collections::BTreeMap;

use bytes::Bytes;
use kavka_protocol::messages::transaction_log_value::PartitionsSchema;
use kavka_protocol::messages::{TransactionLogKey, TransactionLogValue};
use kavka_protocol::{EncodeError, Keyed, Message, Reader, Writer};

use super::messages::TopicPartition;
use super::state::{State, Status};
use super::version::TransactionVersion;
use crate::group::CoordinatorRecord;
use crate::types::{ProducerEpoch, ProducerId, Timestamp};

/// The flexible format (KIP-890).
const VALUE: i16 = 1;

fn versioned<M: Message>(message: &M, prefix: i16, version: i16) -> Result<Bytes, EncodeError> {
    let mut writer = Writer::new();
    writer.i16(prefix);
    message.encode(&mut writer, version)?;
    Ok(writer.into_bytes())
}

/// A transactional id's status; none says that it is gone.
pub(super) fn transaction(
    id: &str,
    status: Option<&Status>,
) -> Result<CoordinatorRecord, EncodeError> {
    let key = TransactionLogKey {
        transactional_id: id.to_owned(),
    };
    let key = versioned(&key, TransactionLogKey::KIND, 0)?;
    let value = status.map(|status| versioned(&value(status), VALUE, VALUE));
    Ok(CoordinatorRecord {
        key,
        value: value.transpose()?,
    })
}

fn value(status: &Status) -> TransactionLogValue {
    let mut topics: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for one in &status.partitions {
        topics.entry(&one.topic).or_default().push(one.partition);
    }
    let partitions = topics
        .into_iter()
        .map(|(topic, partition_ids)| PartitionsSchema {
            topic: topic.to_owned(),
            partition_ids,
        });
    TransactionLogValue {
        producer_id: status.producer.0,
        previous_producer_id: status.previous.0,
        next_producer_id: status.next.0,
        producer_epoch: status.epoch.0,
        transaction_timeout_ms: status.timeout_ms,
        transaction_status: status.state.code(),
        transaction_partitions: (status.state != State::Empty).then(|| partitions.collect()),
        transaction_last_update_timestamp_ms: status.updated.0,
        transaction_start_timestamp_ms: status.started.0,
        client_transaction_version: status.client.level().into(),
        ..Default::default()
    }
}

/// What a record says; none for kinds that this version does not know, and for garbage.
pub(super) fn read(record: &CoordinatorRecord) -> Option<(String, Option<Status>)> {
    let mut key = Reader::new(record.key.clone());
    if key.i16().ok()? != TransactionLogKey::KIND {
        return None;
    }
    let id = TransactionLogKey::decode(&mut key, 0)
        .ok()?
        .transactional_id;
    let status = match &record.value {
        Some(value) => Some(read_status(value)?),
        None => None,
    };
    Some((id, status.filter(|status| status.state != State::Dead)))
}

fn read_status(value: &Bytes) -> Option<Status> {
    let mut reader = Reader::new(value.clone());
    let version = reader.i16().ok()?;
    let value = TransactionLogValue::decode(&mut reader, version).ok()?;
    let topics = value.transaction_partitions.unwrap_or_default();
    let partitions = topics.into_iter().flat_map(|topic| {
        let name = topic.topic;
        topic
            .partition_ids
            .into_iter()
            .map(move |partition| TopicPartition {
                topic: name.clone(),
                partition,
            })
    });
    let state = State::from_code(value.transaction_status)?;
    let ending = state.ending().is_some();
    Some(Status {
        producer: ProducerId(value.producer_id),
        previous: ProducerId(value.previous_producer_id),
        // It has taken over where nothing is to be ended.
        next: ProducerId(if ending { value.next_producer_id } else { -1 }),
        epoch: ProducerEpoch(value.producer_epoch.max(0)),
        last_epoch: ProducerEpoch::NONE,
        timeout_ms: value.transaction_timeout_ms,
        state,
        partitions: partitions
            .filter(|_| ending || state == State::Ongoing)
            .collect(),
        started: Timestamp(value.transaction_start_timestamp_ms),
        updated: Timestamp(value.transaction_last_update_timestamp_ms),
        client: TransactionVersion::from_level(value.client_transaction_version),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(state: State) -> Status {
        let mut status = Status::new(ProducerId(5), 60_000, Timestamp(1_000));
        status.epoch = ProducerEpoch(3);
        status.state = state;
        status.client = TransactionVersion::V2;
        if state != State::Empty {
            status.previous = ProducerId(4);
            status.started = Timestamp(900);
        }
        if state.ending().is_some() {
            status.next = ProducerId(6);
            for (topic, partition) in [("a", 1), ("a", 0), ("b", 7)] {
                let topic = topic.to_owned();
                status
                    .partitions
                    .insert(TopicPartition { topic, partition });
            }
        }
        status
    }

    #[test]
    fn every_status_reads_back() {
        for state in State::ALL {
            let status = status(state);
            let record = transaction("id", Some(&status)).unwrap();
            let there = (state != State::Dead).then_some(status);
            assert_eq!(read(&record), Some(("id".to_owned(), there)));
        }
        let gone = transaction("id", None).unwrap();
        assert_eq!(read(&gone), Some(("id".to_owned(), None)));
    }

    #[test]
    fn records_are_kafkas() {
        let record = transaction("id", Some(&status(State::Empty))).unwrap();
        assert_eq!(&record.key[..], [0, 0, 0, 2, b'i', b'd']);
        let value = record.value.unwrap();
        // Version, producer id, epoch, timeout, status, no partitions.
        let begin = [0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0, 3, 0, 0, 0xea, 0x60, 0, 0];
        assert_eq!(&value[..18], begin);
    }

    #[test]
    fn what_is_not_known_is_passed_over() {
        let good = transaction("id", Some(&status(State::Ongoing))).unwrap();
        for cut in 0..good.key.len() {
            let record = CoordinatorRecord {
                key: good.key.slice(..cut),
                value: None,
            };
            assert_eq!(read(&record), None);
        }
        for value in [&[][..], &[0, 9], &[0, 1, 0]] {
            let record = CoordinatorRecord {
                value: Some(Bytes::copy_from_slice(value)),
                ..good.clone()
            };
            assert_eq!(read(&record), None);
        }
    }
}
