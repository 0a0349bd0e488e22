//! Metadata records as bytes: what one entry of the quorum's log and a snapshot hold.
//!
//! An entry is a run of records, each behind its length; a record is Kafka's frame (frame version
//! 1, kind, version) and body. All records of an entry take effect together.

use bytes::Bytes;
use kavka_protocol::messages::FeatureLevelRecord;
pub use kavka_protocol::messages::MetadataRecord;
use kavka_protocol::{DecodeError, EncodeError, Reader, Writer};
use thiserror::Error;

use super::features::FEATURES;

/// The only frame that there is so far.
const FRAME_VERSION: u32 = 1;

/// Bytes that are no records, or records that cannot be bytes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// A record does not read.
    #[error("metadata record {number} does not decode: {source}")]
    Decode {
        /// Counted from 0 within the entry.
        number: usize,
        /// Why.
        source: DecodeError,
    },
    /// A record cannot be written.
    #[error("metadata record does not encode: {0}")]
    Encode(#[from] EncodeError),
    /// The record comes from a version that this one does not know.
    #[error("metadata record {number} has frame version {version}, only {FRAME_VERSION} is known")]
    Frame {
        /// Counted from 0 within the entry.
        number: usize,
        /// What it has.
        version: u32,
    },
    /// A kind or version beyond its type's range.
    #[error("metadata record {number} has kind or version {value} out of range")]
    Range {
        /// Counted from 0 within the entry.
        number: usize,
        /// What it has.
        value: u32,
    },
}

/// What a cluster's metadata begins with.
pub fn bootstrap() -> Vec<MetadataRecord> {
    FEATURES
        .iter()
        .filter(|feature| feature.initial > 0)
        .map(|feature| {
            MetadataRecord::from(FeatureLevelRecord {
                name: feature.name.to_owned(),
                feature_level: feature.initial,
            })
        })
        .collect()
}

/// Writes records as one entry.
pub fn encode(records: &[MetadataRecord]) -> Result<Vec<u8>, RecordError> {
    let mut out = Writer::new();
    for record in records {
        let version = record.highest_version();
        let mut body = Writer::new();
        body.unsigned_varint(FRAME_VERSION);
        body.unsigned_varint(u32::try_from(record.kind()).unwrap_or_default());
        body.unsigned_varint(u32::try_from(version).unwrap_or_default());
        record.encode(&mut body, version)?;
        let body = body.into_bytes();
        out.unsigned_varint(u32::try_from(body.len()).unwrap_or(u32::MAX));
        out.raw(&body);
    }
    Ok(out.into_bytes().into())
}

/// Reads the records of one entry.
pub fn decode(entry: Bytes) -> Result<Vec<MetadataRecord>, RecordError> {
    let mut reader = Reader::new(entry);
    let mut records = Vec::new();
    while !reader.is_empty() {
        let number = records.len();
        let at = |source| RecordError::Decode { number, source };
        let len = reader.unsigned_varint().map_err(at)?;
        let frame = reader
            .take(usize::try_from(len).unwrap_or(usize::MAX))
            .map_err(at)?;
        records.push(decode_one(frame, number)?);
    }
    Ok(records)
}

fn decode_one(frame: Bytes, number: usize) -> Result<MetadataRecord, RecordError> {
    let at = |source| RecordError::Decode { number, source };
    let mut reader = Reader::new(frame);
    let version = reader.unsigned_varint().map_err(at)?;
    if version != FRAME_VERSION {
        return Err(RecordError::Frame { number, version });
    }
    let short = |value: u32| i16::try_from(value).map_err(|_| RecordError::Range { number, value });
    let kind = short(reader.unsigned_varint().map_err(at)?)?;
    let version = short(reader.unsigned_varint().map_err(at)?)?;
    let record = MetadataRecord::decode(kind, version, &mut reader).map_err(at)?;
    reader.finish().map_err(at)?;
    Ok(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kavka_protocol::Uuid;
    use kavka_protocol::messages::TopicRecord;
    use proptest::prelude::*;

    fn topic(name: &str, id: u8) -> MetadataRecord {
        let topic_id = Uuid([id; 16]);
        TopicRecord {
            name: name.to_owned(),
            topic_id,
        }
        .into()
    }

    #[test]
    fn a_record_is_framed_as_kafka_frames_it() {
        let bytes = encode(&[topic("ab", 7)]).unwrap();
        // length, frame version, kind, version, compact string "ab"
        assert_eq!(&bytes[..7], [23, 1, 2, 0, 3, b'a', b'b']);
        assert_eq!(bytes.len(), 24);
    }

    #[test]
    fn an_entry_reads_back() {
        let records = vec![topic("a", 1), topic("b", 2)];
        let bytes = encode(&records).unwrap();
        assert_eq!(decode(bytes.into()).unwrap(), records);
    }

    #[test]
    fn a_frame_of_the_future_is_refused() {
        let error = decode(Bytes::from_static(&[3, 2, 2, 0])).unwrap_err();
        assert_eq!(
            error,
            RecordError::Frame {
                number: 0,
                version: 2
            }
        );
    }

    proptest! {
        #[test]
        fn garbage_is_an_error_or_records_but_never_a_panic(bytes: Vec<u8>) {
            let _ = decode(Bytes::from(bytes));
        }
    }
}
