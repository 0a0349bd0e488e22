//! The five codecs of record batches.

use std::fmt;
use std::io::{self, Read, Write};
use std::str::FromStr;

use bytes::{BufMut, Bytes, BytesMut};

use super::BatchError;

/// How the records of a batch are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// As they are.
    #[default]
    None,
    /// RFC 1952.
    Gzip,
    /// Snappy, in the blocks of the Java library or raw.
    Snappy,
    /// LZ4 frames.
    Lz4,
    /// Zstandard (KIP-110).
    Zstd,
}

/// The name is none of Kafka's codecs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no compression: none, gzip, snappy, lz4 and zstd are")]
pub struct UnknownCompression(pub String);

impl Compression {
    /// Every codec.
    pub const ALL: [Self; 5] = [Self::None, Self::Gzip, Self::Snappy, Self::Lz4, Self::Zstd];

    /// The number in the attributes of a batch.
    pub const fn id(self) -> i16 {
        match self {
            Self::None => 0,
            Self::Gzip => 1,
            Self::Snappy => 2,
            Self::Lz4 => 3,
            Self::Zstd => 4,
        }
    }

    /// The codec with this number.
    pub fn from_id(id: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.id() == id)
    }

    /// Kafka's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }

    /// Compresses with the codec's usual level.
    pub fn compress(self, data: &[u8]) -> Result<Bytes, BatchError> {
        self.compress_at(data, None)
    }

    /// Compresses with a level of gzip (1 to 9) or zstd (-131072 to 22); the other codecs have
    /// none. No level, or one that gzip does not have, is the codec's usual one.
    pub fn compress_at(self, data: &[u8], level: Option<i32>) -> Result<Bytes, BatchError> {
        let compressed = match self {
            Self::None => return Ok(Bytes::copy_from_slice(data)),
            Self::Gzip => {
                let level = level.and_then(|level| u32::try_from(level).ok());
                let level = level.filter(|level| (1..=9).contains(level));
                let level = level.map_or_else(flate2::Compression::default, |level| {
                    flate2::Compression::new(level)
                });
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
                encoder.write_all(data).and_then(|()| encoder.finish())
            }
            Self::Snappy => snappy_blocks(data),
            Self::Lz4 => {
                let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
                encoder
                    .write_all(data)
                    .and_then(|()| encoder.finish().map_err(io::Error::other))
            }
            Self::Zstd => {
                let level = level.unwrap_or(zstd::DEFAULT_COMPRESSION_LEVEL);
                zstd::stream::encode_all(data, level)
            }
        };
        compressed
            .map(Bytes::from)
            .map_err(|error| self.corrupt(&error))
    }

    /// Decompresses at most `ceiling` bytes. Memory grows with what comes out, never by what the
    /// data announce.
    pub fn decompress(self, data: &Bytes, ceiling: usize) -> Result<Bytes, BatchError> {
        let input = data.as_ref();
        match self {
            Self::None if input.len() > ceiling => Err(BatchError::TooLarge { ceiling }),
            Self::None => Ok(data.clone()),
            Self::Gzip => self.read_all(flate2::read::MultiGzDecoder::new(input), ceiling),
            Self::Lz4 => self.read_all(lz4_flex::frame::FrameDecoder::new(input), ceiling),
            Self::Zstd => {
                let decoder =
                    zstd::stream::read::Decoder::with_buffer(input).and_then(|mut decoder| {
                        decoder.window_log_max(window_log(ceiling))?;
                        Ok(decoder)
                    });
                self.read_all(decoder.map_err(|error| self.corrupt(&error))?, ceiling)
            }
            Self::Snappy => unsnap(input, ceiling),
        }
    }

    fn read_all(self, source: impl Read, ceiling: usize) -> Result<Bytes, BatchError> {
        let mut out = Vec::new();
        let most = u64::try_from(ceiling).unwrap_or(u64::MAX).saturating_add(1);
        source
            .take(most)
            .read_to_end(&mut out)
            .map_err(|error| self.corrupt(&error))?;
        if out.len() > ceiling {
            return Err(BatchError::TooLarge { ceiling });
        }
        Ok(Bytes::from(out))
    }

    fn corrupt(self, reason: &impl fmt::Display) -> BatchError {
        BatchError::Corrupt {
            codec: self.name(),
            reason: reason.to_string(),
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Compression {
    type Err = UnknownCompression;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|codec| codec.name() == name);
        found.ok_or_else(|| UnknownCompression(name.to_owned()))
    }
}

/// The largest window that a zstd frame may ask for: the ceiling, within what the format names
/// as the least that everyone should accept (8 MiB) and the library's own default (128 MiB).
fn window_log(ceiling: usize) -> u32 {
    ceiling.max(1).next_power_of_two().ilog2().clamp(23, 27)
}

/// What the Java library writes in front of its blocks: magic, version 1, compatible with 1.
const SNAPPY_MAGIC: &[u8] = b"\x82SNAPPY\0";
const SNAPPY_HEAD: &[u8] = b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01";
const SNAPPY_BLOCK: usize = 32 * 1024;
/// Snappy's densest element makes 64 bytes of 3.
const SNAPPY_GROWTH: usize = 22;

fn snappy_blocks(data: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = SNAPPY_HEAD.to_vec();
    let mut encoder = snap::raw::Encoder::new();
    for block in data.chunks(SNAPPY_BLOCK) {
        let compressed = encoder.compress_vec(block).map_err(io::Error::other)?;
        let len = u32::try_from(compressed.len()).map_err(io::Error::other)?;
        out.extend_from_slice(&len.to_be_bytes());
        out.extend_from_slice(&compressed);
    }
    Ok(out)
}

/// Blocks as the Java library writes them, or one raw block as librdkafka writes it.
fn unsnap(input: &[u8], ceiling: usize) -> Result<Bytes, BatchError> {
    if !input.starts_with(SNAPPY_MAGIC) {
        return unsnap_block(input, ceiling).map(Bytes::from);
    }
    let codec = Compression::Snappy;
    let cut = || codec.corrupt(&"a block is cut off");
    let mut rest = input.get(SNAPPY_HEAD.len()..).ok_or_else(cut)?;
    let mut out = BytesMut::new();
    while !rest.is_empty() {
        let (len, after) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let len = usize::try_from(u32::from_be_bytes(*len)).map_err(|_| cut())?;
        let (block, after) = after.split_at_checked(len).ok_or_else(cut)?;
        let left = ceiling - out.len();
        let plain = unsnap_block(block, left).map_err(|error| match error {
            BatchError::TooLarge { .. } => BatchError::TooLarge { ceiling },
            other => other,
        })?;
        out.put_slice(&plain);
        rest = after;
    }
    Ok(out.freeze())
}

fn unsnap_block(block: &[u8], ceiling: usize) -> Result<Vec<u8>, BatchError> {
    let codec = Compression::Snappy;
    let len = snap::raw::decompress_len(block).map_err(|error| codec.corrupt(&error))?;
    if len > ceiling {
        return Err(BatchError::TooLarge { ceiling });
    }
    // The decoder allocates the announced length: refuse one that the bytes cannot give.
    if len > block.len().saturating_mul(SNAPPY_GROWTH) {
        return Err(codec.corrupt(&format!("{} bytes cannot hold {len}", block.len())));
    }
    snap::raw::Decoder::new()
        .decompress_vec(block)
        .map_err(|error| codec.corrupt(&error))
}
