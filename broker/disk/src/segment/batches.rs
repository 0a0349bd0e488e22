//! Reading single batches out of a segment file.

use std::io;
use std::ops::Deref;

use bytes::Bytes;
use kavka_core::types::Offset;
use kavka_protocol::records::{Batch, BatchHeader, HEADER_LEN};

use crate::disk::DiskFile;
use crate::width::{narrow, wide};
use crate::window::Window;

/// What tells a batch from another at the same place: its checksum covers all other fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchIdentity {
    base_offset: i64,
    batch_length: i32,
    leader_epoch: i32,
    crc: u32,
}

impl BatchIdentity {
    /// Of a batch with this header.
    pub fn of(header: &BatchHeader) -> Self {
        Self {
            base_offset: header.base_offset,
            batch_length: header.batch_length,
            leader_epoch: header.partition_leader_epoch,
            crc: header.crc,
        }
    }

    /// Offset of its first record.
    pub fn base_offset(&self) -> i64 {
        self.base_offset
    }
}

/// What lies at a position.
#[derive(Debug)]
pub(crate) enum Found {
    /// A batch.
    Batch(BatchHeader),
    /// The end of the segment.
    End,
    /// Something that is no whole batch.
    Broken(String),
}

/// The header of the batch at `position` of a segment with `size` bytes. The body is not read.
pub(crate) fn header_at(file: &impl DiskFile, position: u64, size: u64) -> io::Result<Found> {
    header_by(position, size, |length| file.read_at(position, length))
}

/// Like [`header_at`], where one batch after the other is wanted.
pub(crate) fn header_in<F>(window: &mut Window<F>, position: u64) -> io::Result<Found>
where
    F: Deref<Target: DiskFile>,
{
    header_by(position, window.limit(), |length| {
        window.read(position, length)
    })
}

fn header_by(
    position: u64,
    size: u64,
    read: impl FnOnce(usize) -> io::Result<Bytes>,
) -> io::Result<Found> {
    if position >= size {
        return Ok(Found::End);
    }
    let left = narrow(size - position);
    let bytes = read(HEADER_LEN.min(left))?;
    Ok(match BatchHeader::parse(&bytes) {
        Ok(header) if header.total_len() > left => Found::Broken(format!(
            "{} bytes are announced, {left} left",
            header.total_len()
        )),
        Ok(header) => Found::Batch(header),
        Err(error) => Found::Broken(error.to_string()),
    })
}

/// Like [`header_in`], with the whole batch, whose checksum is verified.
pub(crate) fn verified_in<F>(window: &mut Window<F>, position: u64) -> io::Result<(Found, Bytes)>
where
    F: Deref<Target: DiskFile>,
{
    let found = header_in(window, position)?;
    let Found::Batch(header) = found else {
        return Ok((found, Bytes::new()));
    };
    let bytes = window.read(position, header.total_len())?;
    if bytes.len() < header.total_len() {
        return Ok((
            Found::Broken("the file ends within the batch".to_owned()),
            Bytes::new(),
        ));
    }
    let batch = Batch { header, bytes };
    Ok(match batch.check_crc() {
        Ok(()) => (Found::Batch(batch.header), batch.bytes),
        Err(error) => (Found::Broken(error.to_string()), Bytes::new()),
    })
}

/// What is wrong when a batch with this header lies where `expected` belongs: the base offset is no
/// part of what a batch's checksum covers. A compaction takes batches away, and knows up to where
/// it did.
pub(crate) fn check_order(
    header: &BatchHeader,
    expected: Offset,
    gaps_before: Offset,
) -> Result<(), String> {
    let found = header.base_offset;
    let is_gap = found > expected.0 && header.last_offset() < gaps_before.0;
    if found == expected.0 || is_gap {
        return Ok(());
    }
    Err(format!("offset {found} lies where {expected} belongs"))
}

/// The position behind the batch with this header.
pub(crate) fn behind(position: u64, header: &BatchHeader) -> u64 {
    position + wide(header.total_len())
}
