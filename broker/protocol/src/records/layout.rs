//! Whether uncompressed records lie as their batch says: each where its offset delta puts it, none
//! missing, nothing behind them. Nothing is allocated and no key or value is looked at, so that a
//! broker can afford it for every batch (some nanoseconds a record).

use super::{Batch, BatchError, Compression, HEADER_LEN};

/// The longest encoding of a 64-bit number.
const VARINT_MAX: usize = 10;

impl Batch {
    /// Refuses a batch with an unknown codec, and an uncompressed one whose records are not what
    /// its header says. What is compressed is not unpacked.
    pub fn check_layout(&self) -> Result<(), BatchError> {
        if self.header.compression()? != Compression::None {
            return Ok(());
        }
        let mut rest = self.bytes.get(HEADER_LEN..).unwrap_or_default();
        for index in 0..self.header.records_count {
            let record = record(&mut rest).filter(|delta| *delta == i64::from(index));
            if record.is_none() {
                return Err(self.misplaced(index, "it is cut off, or not where its batch has it"));
            }
        }
        if rest.is_empty() {
            return Ok(());
        }
        let reason = format!("{} bytes follow the last record", rest.len());
        Err(self.misplaced(self.header.records_count, &reason))
    }

    fn misplaced(&self, index: i32, reason: &str) -> BatchError {
        BatchError::Record {
            index,
            base_offset: self.header.base_offset,
            reason: reason.to_owned(),
        }
    }
}

/// Steps over one record and returns its offset delta; nothing when its fields do not fill it.
fn record(rest: &mut &[u8]) -> Option<i64> {
    let length = usize::try_from(varint(rest)?).ok()?;
    let (mut fields, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    let (_attributes, after) = fields.split_first()?;
    fields = after;
    let _timestamp_delta = varint(&mut fields)?;
    let offset_delta = varint(&mut fields)?;
    skip_nullable(&mut fields)?;
    skip_nullable(&mut fields)?;
    let headers = varint(&mut fields).filter(|count| *count >= 0)?;
    for _ in 0..headers {
        let key = usize::try_from(varint(&mut fields)?).ok()?;
        fields = fields.get(key..)?;
        skip_nullable(&mut fields)?;
    }
    fields.is_empty().then_some(offset_delta)
}

fn skip_nullable(fields: &mut &[u8]) -> Option<()> {
    match varint(fields)? {
        -1 => {}
        length => *fields = fields.get(usize::try_from(length).ok()?..)?,
    }
    Some(())
}

/// A zigzag number; most have one byte or two.
#[inline]
fn varint(bytes: &mut &[u8]) -> Option<i64> {
    let value = match *bytes {
        [low, rest @ ..] if *low < 0x80 => {
            *bytes = rest;
            i64::from(*low)
        }
        [low, high, rest @ ..] if *high < 0x80 => {
            *bytes = rest;
            i64::from(*low & 0x7f) | i64::from(*high) << 7
        }
        _ => return long_varint(bytes),
    };
    Some((value >> 1) ^ -(value & 1))
}

fn long_varint(bytes: &mut &[u8]) -> Option<i64> {
    let mut value = 0_u64;
    for (place, byte) in bytes.iter().take(VARINT_MAX).enumerate() {
        if place + 1 == VARINT_MAX && *byte > 1 {
            return None;
        }
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            *bytes = bytes.get(place + 1..)?;
            return Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed());
        }
    }
    None
}
