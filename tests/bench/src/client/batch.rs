//! Batches, made once and sent many times.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use kavka_protocol::records::{BatchBuilder, Compression, HEADER_LEN};

/// Where a batch's header holds its fields.
const CRC: usize = 17;
const ATTRIBUTES: usize = 21;
const PRODUCER_ID: usize = 43;
const PRODUCER_EPOCH: usize = 51;
const BASE_SEQUENCE: usize = 53;

/// Bytes of a record beside its value, at most.
const RECORD_OVERHEAD: usize = 16;

/// A batch of records of one size.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    bytes: Bytes,
    /// How many records it holds.
    pub(crate) records: i32,
    /// Bytes of their values.
    pub(crate) value_bytes: u64,
}

impl Template {
    /// As many records of `value_len` bytes as fit into a batch of `batch_len`, one at least.
    pub(crate) fn new(value_len: usize, batch_len: usize) -> Result<Self> {
        let mut builder = BatchBuilder::new(Compression::None);
        let now = now_ms()?;
        let mut value = vec![0; value_len];
        while builder.is_empty()
            || HEADER_LEN + builder.body_len() + value_len + RECORD_OVERHEAD <= batch_len
        {
            // No two values are alike, nor are all bytes of one.
            for (place, byte) in value.iter_mut().enumerate() {
                let mixed = place.wrapping_mul(31).wrapping_add(builder.len());
                *byte = mixed.to_le_bytes().first().copied().unwrap_or_default();
            }
            builder.push(now, None, Some(&value), &[]);
        }
        let records = builder.len();
        Ok(Self {
            records: i32::try_from(records)?,
            value_bytes: u64::try_from(records * value_len)?,
            bytes: builder.build()?,
        })
    }

    /// The batch of a producer that is not idempotent.
    pub(crate) fn plain(&self) -> Bytes {
        self.bytes.clone()
    }

    /// The batch of an idempotent producer, whose first record has this sequence number.
    pub(crate) fn numbered(&self, (id, epoch): (i64, i16), sequence: i32) -> Bytes {
        let mut batch = self.bytes.to_vec();
        put(&mut batch, PRODUCER_ID, &id.to_be_bytes());
        put(&mut batch, PRODUCER_EPOCH, &epoch.to_be_bytes());
        put(&mut batch, BASE_SEQUENCE, &sequence.to_be_bytes());
        let crc = crc32c::crc32c(batch.get(ATTRIBUTES..).unwrap_or_default());
        put(&mut batch, CRC, &crc.to_be_bytes());
        Bytes::from(batch)
    }
}

fn put(batch: &mut [u8], position: usize, field: &[u8]) {
    let places = batch.iter_mut().skip(position);
    for (place, byte) in places.zip(field) {
        *place = *byte;
    }
}

/// The time in milliseconds since 1970.
pub(crate) fn now_ms() -> Result<i64> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let since = since.context("the clock stands before 1970")?;
    Ok(i64::try_from(since.as_millis())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kavka_protocol::records::Batch;

    #[test]
    fn a_numbered_batch_is_whole_and_holds_its_records() {
        let template = Template::new(100, 16_384).unwrap();
        let mut bytes = template.numbered((7, 3), 11);
        assert!(bytes.len() <= 16_384 && bytes.len() > 16_000);
        let batch = Batch::take(&mut bytes).unwrap();
        batch.check_crc().unwrap();
        let header = batch.header;
        let producer = (
            header.producer_id,
            header.producer_epoch,
            header.base_sequence,
        );
        assert_eq!(producer, (7, 3, 11));
        let values = batch.records(1 << 20).unwrap();
        let lengths = values.map(|record| record.unwrap().value.map_or(0, |value| value.len()));
        assert_eq!(lengths.sum::<usize>() as u64, template.value_bytes);
    }
}
