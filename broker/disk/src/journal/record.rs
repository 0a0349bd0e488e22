//! The journal's records.
//!
//! checksum u32, body length u32, LSN u64, synced LSN u64, then the body: kind u8, topic id,
//! partition i32 and what the kind says, filled up to a multiple of 8 bytes. The checksum covers
//! the body, the fields before it and the incarnation.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use kavka_core::types::{Lsn, Offset, PartitionIndex, TopicId};

use crate::width::{array, wide};

/// Bytes before the body.
pub(super) const PREFIX: usize = 24;
const ADDRESS: usize = 21;
/// Bytes of a checkpoint record in the file.
pub(super) const CHECKPOINT_LEN: u64 = 56;
const ALIGN: usize = 8;

/// The partition that a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The topic.
    pub topic_id: TopicId,
    /// The partition.
    pub partition: PartitionIndex,
}

impl Address {
    /// Stands for the broker itself.
    pub const BROKER: Self = Self {
        topic_id: TopicId::ZERO,
        partition: PartitionIndex(-1),
    };
}

/// What is appended to the journal.
#[derive(Debug, Clone)]
pub enum Content {
    /// A record batch: its first bytes (with offset and leader epoch) and the others.
    Batch {
        /// The bytes that the broker wrote into the batch.
        head: [u8; 16],
        /// The bytes as received.
        rest: Bytes,
    },
    /// The partition was made.
    Created {
        /// The topic's name.
        topic: Arc<str>,
    },
    /// The partition was deleted.
    Deleted,
    /// The log was cut: the records from this offset on are gone.
    Truncated(Offset),
    /// The records before this offset are gone.
    StartOffset(Offset),
    /// Everything before this position is in synced segments.
    Checkpoint(Lsn),
}

/// What is read from the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplayedContent {
    /// A whole record batch.
    Batch(Bytes),
    /// The partition was made for the topic of this name.
    Created(String),
    /// The partition was deleted.
    Deleted,
    /// The log was cut.
    Truncated(Offset),
    /// The records before this offset are gone.
    StartOffset(Offset),
    /// Everything before this position is in synced segments.
    Checkpoint(Lsn),
}

/// A record read from the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// The partition.
    pub address: Address,
    /// What happened to it.
    pub content: ReplayedContent,
    /// Position behind the record.
    pub end: Lsn,
}

/// A record whose position is not known yet.
pub(super) struct Draft {
    head: BytesMut,
    rest: Bytes,
    body_checksum: u32,
    body_len: usize,
}

impl Draft {
    pub(super) fn new(address: &Address, content: &Content) -> Self {
        let mut head = BytesMut::with_capacity(PREFIX + ADDRESS + 16 + ALIGN);
        head.resize(PREFIX, 0);
        let (kind, rest) = match content {
            Content::Batch { rest, .. } => (1u8, rest.clone()),
            Content::Created { .. } => (2, Bytes::new()),
            Content::Deleted => (3, Bytes::new()),
            Content::Truncated(_) => (4, Bytes::new()),
            Content::StartOffset(_) => (5, Bytes::new()),
            Content::Checkpoint(_) => (6, Bytes::new()),
        };
        head.extend_from_slice(&[kind]);
        head.extend_from_slice(&address.topic_id.0);
        head.extend_from_slice(&address.partition.0.to_be_bytes());
        match content {
            Content::Batch {
                head: batch_head, ..
            } => head.extend_from_slice(batch_head),
            Content::Created { topic } => head.extend_from_slice(topic.as_bytes()),
            Content::Deleted => {}
            Content::Truncated(offset) | Content::StartOffset(offset) => {
                head.extend_from_slice(&offset.0.to_be_bytes());
            }
            Content::Checkpoint(lsn) => head.extend_from_slice(&lsn.0.to_be_bytes()),
        }
        let body = head.get(PREFIX..).unwrap_or_default();
        let body_checksum = crc32c::crc32c_append(crc32c::crc32c(body), &rest);
        let body_len = body.len() + rest.len();
        Self {
            head,
            rest,
            body_checksum,
            body_len,
        }
    }

    /// Length of the whole record in the file.
    pub(super) fn len(&self) -> usize {
        padded(PREFIX + self.body_len)
    }

    /// What fills the record up to the next multiple of 8.
    pub(super) fn padding(&self) -> &'static [u8] {
        let unpadded = PREFIX + self.body_len;
        [0; ALIGN]
            .get(..padded(unpadded) - unpadded)
            .unwrap_or_default()
    }

    /// The record's bytes in two parts, without what fills it up to the next multiple of 8.
    pub(super) fn finish(mut self, incarnation: u64, lsn: u64, synced: u64) -> (Bytes, Bytes) {
        let length = u32::try_from(self.body_len).unwrap_or(u32::MAX);
        let checksum = checksum(self.body_checksum, length, lsn, synced, incarnation);
        let prefix = prefix(checksum, length, lsn, synced);
        if let Some(place) = self.head.get_mut(..PREFIX) {
            place.copy_from_slice(&prefix);
        }
        (self.head.freeze(), self.rest)
    }
}

fn prefix(checksum: u32, length: u32, lsn: u64, synced: u64) -> [u8; PREFIX] {
    let mut prefix = [0; PREFIX];
    let fields = [&checksum.to_be_bytes()[..], &length.to_be_bytes()];
    let fields = fields.into_iter().flatten().copied();
    let fields = fields.chain(lsn.to_be_bytes()).chain(synced.to_be_bytes());
    for (place, byte) in prefix.iter_mut().zip(fields) {
        *place = byte;
    }
    prefix
}

/// What lies where the next record of `incarnation` will go, at `lsn`. The next record is written
/// over it, so it stays only where nothing was synced behind it: it says that nothing follows.
pub(super) fn end_mark(incarnation: u64, lsn: u64) -> [u8; PREFIX] {
    // No record has an empty body.
    let checksum = checksum(0, 0, lsn, 0, incarnation);
    prefix(checksum, 0, lsn, 0)
}

fn padded(length: usize) -> usize {
    length.next_multiple_of(ALIGN)
}

fn checksum(body: u32, length: u32, lsn: u64, synced: u64, incarnation: u64) -> u32 {
    let mut sum = crc32c::crc32c_append(body, &length.to_be_bytes());
    for field in [lsn, synced, incarnation] {
        sum = crc32c::crc32c_append(sum, &field.to_be_bytes());
    }
    sum
}

/// The fields before a body, not checked yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prefix {
    checksum: u32,
    length: u32,
    lsn: u64,
    /// How far the journal was synced when the record was written.
    pub(super) synced: u64,
}

impl Prefix {
    /// Reads the prefix of a record that would lie at `lsn`; `None` when another lies there.
    pub(super) fn decode(bytes: &[u8], lsn: u64) -> Option<Self> {
        let prefix = Self {
            checksum: u32::from_be_bytes(array(bytes, 0)?),
            length: u32::from_be_bytes(array(bytes, 4)?),
            lsn: u64::from_be_bytes(array(bytes, 8)?),
            synced: u64::from_be_bytes(array(bytes, 16)?),
        };
        let sound = prefix.lsn == lsn && prefix.synced <= lsn && prefix.body_len() >= ADDRESS;
        sound.then_some(prefix)
    }

    pub(super) fn body_len(&self) -> usize {
        crate::width::narrow(u64::from(self.length))
    }

    /// Length of the whole record in the file.
    pub(super) fn record_len(&self) -> usize {
        padded(PREFIX + self.body_len())
    }

    /// The record, when its checksum says that `body` belongs to it.
    pub(super) fn record(&self, body: &Bytes, incarnation: u64) -> Option<Replayed> {
        let body = body.slice(..body.len().min(self.body_len()));
        let sum = crc32c::crc32c(&body);
        if body.len() != self.body_len()
            || checksum(sum, self.length, self.lsn, self.synced, incarnation) != self.checksum
        {
            return None;
        }
        let address = Address {
            topic_id: kavka_protocol::Uuid(array(&body, 1)?),
            partition: PartitionIndex(i32::from_be_bytes(array(&body, 17)?)),
        };
        let rest = body.slice(ADDRESS..);
        let number = || array(&rest, 0).map(i64::from_be_bytes);
        let content = match body.first()? {
            1 => ReplayedContent::Batch(rest),
            2 => ReplayedContent::Created(String::from_utf8(rest.to_vec()).ok()?),
            3 => ReplayedContent::Deleted,
            4 => ReplayedContent::Truncated(Offset(number()?)),
            5 => ReplayedContent::StartOffset(Offset(number()?)),
            6 => ReplayedContent::Checkpoint(Lsn(array(&rest, 0).map(u64::from_be_bytes)?)),
            _ => return None,
        };
        Some(Replayed {
            address,
            content,
            end: Lsn(self.lsn + wide(self.record_len())),
        })
    }
}
