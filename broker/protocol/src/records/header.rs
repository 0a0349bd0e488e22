//! The 61 bytes that start a batch.

use super::{BatchError, Compression};

/// Bytes of a batch's header.
pub const HEADER_LEN: usize = 61;
/// Bytes of base offset and batch length, which the batch length does not count.
const LENGTH_END: usize = 12;
const LEADER_EPOCH: usize = 12;
const CRC: usize = 17;
/// Where the checksummed part starts.
const ATTRIBUTES: usize = 21;
const MAX_TIMESTAMP: usize = 35;

pub(super) const CODEC_BITS: i16 = 0b0111;
const LOG_APPEND_TIME: i16 = 1 << 3;
const TRANSACTIONAL: i16 = 1 << 4;
const CONTROL: i16 = 1 << 5;
pub(super) const DELETE_HORIZON: i16 = 1 << 6;

/// What a batch's timestamps mean (KIP-32).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampType {
    /// When the producer made the record.
    CreateTime,
    /// When the broker appended the batch; all records share the batch's largest.
    LogAppendTime,
}

/// The fields of a batch's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchHeader {
    /// Offset of the first record.
    pub base_offset: i64,
    /// Bytes after this field.
    pub batch_length: i32,
    /// Epoch of the leader that appended the batch; -1 from a producer.
    pub partition_leader_epoch: i32,
    /// CRC-32C of everything from the attributes on.
    pub crc: u32,
    /// Codec and flags.
    pub attributes: i16,
    /// Offset of the last record less the base offset.
    pub last_offset_delta: i32,
    /// Timestamp of the first record, in milliseconds.
    pub base_timestamp: i64,
    /// Largest timestamp, in milliseconds.
    pub max_timestamp: i64,
    /// -1 where the producer is not idempotent.
    pub producer_id: i64,
    /// -1 where the producer is not idempotent.
    pub producer_epoch: i16,
    /// Sequence number of the first record; -1 where the producer is not idempotent.
    pub base_sequence: i32,
    /// Records in the batch; less than the offsets span where a compaction took some.
    pub records_count: i32,
}

/// Takes big-endian fields from the front of a header.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn next<const N: usize>(&mut self) -> Result<[u8; N], BatchError> {
        let left = self.0.len();
        let (first, rest) = self
            .0
            .split_first_chunk::<N>()
            .ok_or(BatchError::Truncated {
                needed: HEADER_LEN,
                left,
            })?;
        self.0 = rest;
        Ok(*first)
    }
}

impl BatchHeader {
    /// Reads the header at the front of `bytes` and refuses what no batch can hold. Neither the
    /// checksum nor whether the batch is there in full is looked at.
    pub fn parse(bytes: &[u8]) -> Result<Self, BatchError> {
        let left = bytes.len();
        if left < HEADER_LEN {
            return Err(BatchError::Truncated {
                needed: HEADER_LEN,
                left,
            });
        }
        let mut fields = Fields(bytes);
        let base_offset = i64::from_be_bytes(fields.next()?);
        let batch_length = i32::from_be_bytes(fields.next()?);
        let partition_leader_epoch = i32::from_be_bytes(fields.next()?);
        let [magic] = fields.next()?;
        if magic != 2 {
            return Err(BatchError::Magic(magic.cast_signed()));
        }
        let header = Self {
            base_offset,
            batch_length,
            partition_leader_epoch,
            crc: u32::from_be_bytes(fields.next()?),
            attributes: i16::from_be_bytes(fields.next()?),
            last_offset_delta: i32::from_be_bytes(fields.next()?),
            base_timestamp: i64::from_be_bytes(fields.next()?),
            max_timestamp: i64::from_be_bytes(fields.next()?),
            producer_id: i64::from_be_bytes(fields.next()?),
            producer_epoch: i16::from_be_bytes(fields.next()?),
            base_sequence: i32::from_be_bytes(fields.next()?),
            records_count: i32::from_be_bytes(fields.next()?),
        };
        header.check()?;
        Ok(header)
    }

    fn check(&self) -> Result<(), BatchError> {
        let fault = |field, value| {
            Err(BatchError::Field {
                field,
                value,
                base_offset: self.base_offset,
            })
        };
        let least = i32::try_from(HEADER_LEN - LENGTH_END).unwrap_or(i32::MAX);
        if self.batch_length < least {
            return fault("batchLength", self.batch_length.into());
        }
        if self.last_offset_delta < 0 {
            return fault("lastOffsetDelta", self.last_offset_delta.into());
        }
        let span = i64::from(self.last_offset_delta) + 1;
        if self.records_count < 0 || i64::from(self.records_count) > span {
            return fault("recordsCount", self.records_count.into());
        }
        Ok(())
    }

    /// The header as it lies in front of the batch.
    pub fn encode(&self) -> [u8; HEADER_LEN] {
        let fields: [&[u8]; 13] = [
            &self.base_offset.to_be_bytes(),
            &self.batch_length.to_be_bytes(),
            &self.partition_leader_epoch.to_be_bytes(),
            &[2],
            &self.crc.to_be_bytes(),
            &self.attributes.to_be_bytes(),
            &self.last_offset_delta.to_be_bytes(),
            &self.base_timestamp.to_be_bytes(),
            &self.max_timestamp.to_be_bytes(),
            &self.producer_id.to_be_bytes(),
            &self.producer_epoch.to_be_bytes(),
            &self.base_sequence.to_be_bytes(),
            &self.records_count.to_be_bytes(),
        ];
        let mut encoded = [0; HEADER_LEN];
        let bytes = fields.iter().flat_map(|field| field.iter());
        encoded
            .iter_mut()
            .zip(bytes)
            .for_each(|(place, byte)| *place = *byte);
        encoded
    }

    /// Bytes of the whole batch, header included.
    pub fn total_len(&self) -> usize {
        LENGTH_END + usize::try_from(self.batch_length).unwrap_or(0)
    }

    /// Offset of the last record.
    pub fn last_offset(&self) -> i64 {
        self.base_offset
            .saturating_add(self.last_offset_delta.into())
    }

    /// How the records are compressed.
    pub fn compression(&self) -> Result<Compression, BatchError> {
        let id = self.attributes & CODEC_BITS;
        Compression::from_id(id).ok_or(BatchError::UnknownCompression(id))
    }

    /// What the timestamps mean.
    pub fn timestamp_type(&self) -> TimestampType {
        if self.has(LOG_APPEND_TIME) {
            TimestampType::LogAppendTime
        } else {
            TimestampType::CreateTime
        }
    }

    /// Whether the batch belongs to a transaction.
    pub fn is_transactional(&self) -> bool {
        self.has(TRANSACTIONAL)
    }

    /// Whether the batch holds control records, which consumers never see.
    pub fn is_control(&self) -> bool {
        self.has(CONTROL)
    }

    /// Whether the base timestamp is the time from which tombstones may go (KIP-534).
    pub fn has_delete_horizon(&self) -> bool {
        self.has(DELETE_HORIZON)
    }

    /// The time from which on tombstones and markers may go, where a compaction has set one
    /// (KIP-534).
    pub fn delete_horizon(&self) -> Option<i64> {
        self.has_delete_horizon().then_some(self.base_timestamp)
    }

    fn has(&self, flag: i16) -> bool {
        self.attributes & flag != 0
    }

    /// Whether an idempotent producer wrote the batch (KIP-98).
    pub fn has_producer(&self) -> bool {
        self.producer_id >= 0
    }
}

/// The attributes of a batch to be written.
pub(super) fn attributes(compression: Compression, flags: Flags) -> i16 {
    let flag = |is_set: bool, bit: i16| if is_set { bit } else { 0 };
    compression.id()
        | flag(flags.log_append_time, LOG_APPEND_TIME)
        | flag(flags.transactional, TRANSACTIONAL)
        | flag(flags.control, CONTROL)
}

/// The flags among the attributes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) log_append_time: bool,
    pub(super) transactional: bool,
    pub(super) control: bool,
}

/// The checksum of a whole batch, computed anew; nothing where the header is not there.
pub(super) fn checksum(batch: &[u8]) -> Option<u32> {
    batch.get(ATTRIBUTES..).map(crc32c::crc32c)
}

fn put<const N: usize>(batch: &mut [u8], position: usize, field: [u8; N]) {
    let place = batch
        .get_mut(position..)
        .and_then(|rest| rest.first_chunk_mut::<N>());
    if let Some(place) = place {
        *place = field;
    }
}

/// Sets the base offset of the batch at the front of `batch`; the checksum stays true.
pub fn patch_base_offset(batch: &mut [u8], base_offset: i64) {
    put(batch, 0, base_offset.to_be_bytes());
}

/// Sets the leader epoch of the batch at the front of `batch`; the checksum stays true.
pub fn patch_partition_leader_epoch(batch: &mut [u8], epoch: i32) {
    put(batch, LEADER_EPOCH, epoch.to_be_bytes());
}

/// Marks the whole batch `batch` as appended at `timestamp` (`message.timestamp.type` is
/// `LogAppendTime`) and computes its checksum anew.
pub fn set_log_append_time(batch: &mut [u8], timestamp: i64) {
    let attributes = batch
        .get(ATTRIBUTES..)
        .and_then(|rest| rest.first_chunk::<2>());
    let Some(attributes) = attributes.copied().map(i16::from_be_bytes) else {
        return;
    };
    put(
        batch,
        ATTRIBUTES,
        (attributes | LOG_APPEND_TIME).to_be_bytes(),
    );
    put(batch, MAX_TIMESTAMP, timestamp.to_be_bytes());
    set_checksum(batch);
}

/// Writes the checksum of the whole batch into its header.
pub(super) fn set_checksum(batch: &mut [u8]) {
    if let Some(crc) = checksum(batch) {
        put(batch, CRC, crc.to_be_bytes());
    }
}
