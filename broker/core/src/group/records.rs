//! Groups and offsets as records of `__consumer_offsets`, in Kafka's own schemas and versions.

use bytes::Bytes;
use kavka_protocol::messages::{
    GroupMetadataKey, GroupMetadataValue, OffsetCommitKey, OffsetCommitValue,
};
use kavka_protocol::{EncodeError, Keyed, Message, Reader, Writer};

use super::messages::CoordinatorRecord;
use super::offset::{Committed, OffsetKey};
use crate::types::{LeaderEpoch, Offset, Timestamp};

/// With static members (KIP-345).
const GROUP_VALUE: i16 = 3;
/// With leader epochs (KIP-320).
const OFFSET_VALUE: i16 = 3;
/// The only version with an expiry of the offset's own.
const OFFSET_VALUE_EXPIRING: i16 = 1;
/// Keys of offsets as older versions of Kafka wrote them: the same body.
const LEGACY_OFFSET_KEY: i16 = 0;

/// What a record says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Loaded {
    Group(String, Option<GroupMetadataValue>),
    Offset(String, OffsetKey, Option<Committed>),
}

fn keyed<K: Keyed>(key: &K) -> Result<Bytes, EncodeError> {
    versioned(key, K::KIND, 0)
}

fn versioned<M: Message>(message: &M, prefix: i16, version: i16) -> Result<Bytes, EncodeError> {
    let mut writer = Writer::new();
    writer.i16(prefix);
    message.encode(&mut writer, version)?;
    Ok(writer.into_bytes())
}

/// A group's membership; none says that it is gone.
pub(super) fn group(
    group: &str,
    value: Option<&GroupMetadataValue>,
) -> Result<CoordinatorRecord, EncodeError> {
    let key = keyed(&GroupMetadataKey {
        group: group.to_owned(),
    })?;
    let value = value
        .map(|value| versioned(value, GROUP_VALUE, GROUP_VALUE))
        .transpose()?;
    Ok(CoordinatorRecord { key, value })
}

/// A group's offset; none says that it is gone.
pub(super) fn offset(
    group: &str,
    key: &OffsetKey,
    committed: Option<&Committed>,
) -> Result<CoordinatorRecord, EncodeError> {
    let (topic, partition) = (key.topic.clone(), key.partition);
    let key = keyed(&OffsetCommitKey {
        group: group.to_owned(),
        topic,
        partition,
    })?;
    let value = committed.map(|committed| {
        let version = match committed.expires {
            Some(_) => OFFSET_VALUE_EXPIRING,
            None => OFFSET_VALUE,
        };
        let value = OffsetCommitValue {
            offset: committed.offset.0,
            leader_epoch: if version == OFFSET_VALUE {
                committed.leader_epoch.0
            } else {
                -1
            },
            metadata: committed.metadata.clone(),
            commit_timestamp: committed.at.0,
            expire_timestamp: committed.expires.map_or(-1, |at| at.0),
            ..Default::default()
        };
        versioned(&value, version, version)
    });
    Ok(CoordinatorRecord {
        key,
        value: value.transpose()?,
    })
}

/// What a record says; none for kinds that this version does not know, and for garbage.
pub(super) fn read(record: &CoordinatorRecord) -> Option<Loaded> {
    let mut key = Reader::new(record.key.clone());
    match key.i16().ok()? {
        GroupMetadataKey::KIND => {
            let key = GroupMetadataKey::decode(&mut key, 0).ok()?;
            let value = match &record.value {
                Some(value) => Some(read_value::<GroupMetadataValue>(value)?),
                None => None,
            };
            Some(Loaded::Group(key.group, value))
        }
        OffsetCommitKey::KIND | LEGACY_OFFSET_KEY => {
            let key = OffsetCommitKey::decode(&mut key, 0).ok()?;
            let committed = match &record.value {
                Some(value) => Some(committed(read_value::<OffsetCommitValue>(value)?)),
                None => None,
            };
            let of = OffsetKey {
                topic: key.topic,
                partition: key.partition,
            };
            Some(Loaded::Offset(key.group, of, committed))
        }
        _ => None,
    }
}

fn read_value<V: Message>(value: &Bytes) -> Option<V> {
    let mut reader = Reader::new(value.clone());
    let version = reader.i16().ok()?;
    V::decode(&mut reader, version).ok()
}

fn committed(value: OffsetCommitValue) -> Committed {
    Committed {
        offset: Offset(value.offset),
        leader_epoch: LeaderEpoch(value.leader_epoch),
        metadata: value.metadata,
        at: Timestamp(value.commit_timestamp),
        expires: (value.expire_timestamp >= 0).then_some(Timestamp(value.expire_timestamp)),
        order: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committed(expires: Option<Timestamp>) -> Committed {
        Committed {
            offset: Offset(42),
            leader_epoch: if expires.is_some() {
                LeaderEpoch(-1)
            } else {
                LeaderEpoch(7)
            },
            metadata: "note".to_owned(),
            at: Timestamp(1_000),
            expires,
            order: 0,
        }
    }

    #[test]
    fn an_offset_is_written_as_kafka_writes_it() {
        let key = OffsetKey {
            topic: "t".to_owned(),
            partition: 3,
        };
        let record = offset("g", &key, Some(&committed(None))).unwrap();
        assert_eq!(&record.key[..], [0, 1, 0, 1, b'g', 0, 1, b't', 0, 0, 0, 3]);
        let value = record.value.clone().unwrap();
        assert_eq!(&value[..14], [0, 3, 0, 0, 0, 0, 0, 0, 0, 42, 0, 0, 0, 7]);
        let loaded = read(&record).unwrap();
        assert_eq!(
            loaded,
            Loaded::Offset("g".to_owned(), key, Some(committed(None)))
        );
    }

    #[test]
    fn an_expiring_offset_and_a_tombstone_read_back() {
        let key = OffsetKey {
            topic: "t".to_owned(),
            partition: 0,
        };
        let expiring = committed(Some(Timestamp(9)));
        for value in [Some(expiring), None] {
            let record = offset("g", &key, value.as_ref()).unwrap();
            assert_eq!(
                read(&record),
                Some(Loaded::Offset("g".to_owned(), key.clone(), value))
            );
        }
    }

    #[test]
    fn a_group_is_written_as_kafka_writes_it() {
        let value = GroupMetadataValue {
            protocol_type: "consumer".to_owned(),
            generation: 5,
            protocol: Some("range".to_owned()),
            leader: Some("m".to_owned()),
            current_state_timestamp: 8,
            ..Default::default()
        };
        let record = group("g", Some(&value)).unwrap();
        assert_eq!(&record.key[..], [0, 2, 0, 1, b'g']);
        assert_eq!(&record.value.as_ref().unwrap()[..2], [0, 3]);
        assert_eq!(
            read(&record),
            Some(Loaded::Group("g".to_owned(), Some(value)))
        );
    }

    #[test]
    fn what_is_not_known_is_passed_over() {
        for key in [&[][..], &[0], &[0, 9, 1], &[0, 2, 0, 9]] {
            let record = CoordinatorRecord {
                key: Bytes::copy_from_slice(key),
                value: None,
            };
            assert_eq!(read(&record), None);
        }
    }
}
