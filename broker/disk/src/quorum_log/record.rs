//! Records of the quorum's log: checksum u32, payload length u32, position u64, synced position
//! u64, kind u8, index u64, payload, filled up to a multiple of 8 bytes. The checksum covers all
//! the rest but the filling.

use bytes::Bytes;

use crate::width::{array, narrow, wide};

/// Where the payload begins.
pub(super) const PAYLOAD: usize = 33;
const ALIGN: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The file begins.
    Begin = 1,
    /// An entry; it replaces all from its index on.
    Entry = 2,
    /// The hard state.
    HardState = 3,
    /// A snapshot up to an index.
    Snapshot = 4,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) kind: Kind,
    pub(super) index: u64,
    pub(super) payload: Bytes,
    pub(super) synced: u64,
    length: usize,
}

pub(super) fn encode(
    kind: Kind,
    index: u64,
    payload: &[u8],
    position: u64,
    synced: u64,
) -> Vec<u8> {
    let mut body = u32::try_from(payload.len())
        .unwrap_or(u32::MAX)
        .to_be_bytes()
        .to_vec();
    body.extend_from_slice(&position.to_be_bytes());
    body.extend_from_slice(&synced.to_be_bytes());
    body.push(kind as u8);
    body.extend_from_slice(&index.to_be_bytes());
    body.extend_from_slice(payload);
    let mut bytes = crc32c::crc32c(&body).to_be_bytes().to_vec();
    bytes.append(&mut body);
    bytes.resize(bytes.len().next_multiple_of(ALIGN), 0);
    bytes
}

fn decode(content: &Bytes, position: usize) -> Option<Record> {
    let length: usize = u32::from_be_bytes(array(content, position + 4)?)
        .try_into()
        .ok()?;
    if u64::from_be_bytes(array(content, position + 8)?) != wide(position) {
        return None;
    }
    let payload = position.checked_add(PAYLOAD)?;
    let end = payload.checked_add(length)?;
    let body = content.get(position + 4..end)?;
    if u32::from_be_bytes(array(content, position)?) != crc32c::crc32c(body) {
        return None;
    }
    let kind = match content.get(position + 24)? {
        1 => Kind::Begin,
        2 => Kind::Entry,
        3 => Kind::HardState,
        4 => Kind::Snapshot,
        _ => return None,
    };
    Some(Record {
        kind,
        index: u64::from_be_bytes(array(content, position + 25)?),
        payload: content.slice(payload..end),
        synced: u64::from_be_bytes(array(content, position + 16)?),
        length: (PAYLOAD + length).next_multiple_of(ALIGN),
    })
}

/// Whether `bytes`, which lie at `position` of a file, are whole records.
pub(super) fn is_sound(bytes: &Bytes, position: u64) -> bool {
    let mut content = vec![0; narrow(position)];
    content.extend_from_slice(bytes);
    let content = Bytes::from(content);
    let mut at = narrow(position);
    while let Some(record) = decode(&content, at) {
        at += record.length;
    }
    at >= content.len()
}

/// Walks through the records of a file.
pub(super) struct Scan<'a> {
    content: &'a Bytes,
    position: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(content: &'a Bytes) -> Self {
        Self {
            content,
            position: 0,
        }
    }

    pub(super) fn next_record(&mut self) -> Option<(u64, Record)> {
        let record = decode(self.content, self.position)?;
        let position = self.position;
        self.position += record.length;
        Some((wide(position), record))
    }

    /// Where the last sound record ends. Its filling may lie behind the end of the file.
    pub(super) fn end(&self) -> u64 {
        wide(self.position)
    }

    /// Where the log is damaged: what cannot be read here was synced, as a later record says.
    pub(super) fn damage(&self) -> Option<u64> {
        let start = wide(self.position);
        let mut position = self.position + ALIGN;
        while position + PAYLOAD <= self.content.len() {
            if decode(self.content, position).is_some_and(|record| record.synced > start) {
                return Some(start);
            }
            position += ALIGN;
        }
        (self.position == 0).then_some(start)
    }
}
