//! Bytes written down by hand from the protocol guide.

use bytes::Bytes;

use crate::header::{decode_request_header, encode_request, encode_response};
use crate::messages::api_versions_response::ApiVersion;
use crate::messages::{
    ApiVersionsRequest, ApiVersionsResponse, MetadataRecord, MetadataRequest, OffsetCommitKey,
    PartitionRecord, TopicRecord,
};
use crate::{ApiKey, ErrorCode, Keyed, Message, Reader, Uuid, Writer};

fn joined(chunks: &[Bytes]) -> Vec<u8> {
    chunks.concat()
}

#[test]
fn api_versions_request_version_3_with_its_header() {
    let request = ApiVersionsRequest {
        client_software_name: "kcat".to_owned(),
        client_software_version: "1.7".to_owned(),
    };
    let frame = joined(&encode_request(7, Some("me"), 3, &request).unwrap());
    let expected = b"\0\0\0\x17\0\x12\0\x03\0\0\0\x07\0\x02me\0\x05kcat\x041.7\0";
    assert_eq!(frame, expected);

    let mut reader = Reader::new(Bytes::copy_from_slice(&frame[4..]));
    let header = decode_request_header(&mut reader).unwrap();
    assert_eq!(
        (header.request_api_key, header.request_api_version),
        (18, 3)
    );
    assert_eq!(
        (header.correlation_id, header.client_id.as_deref()),
        (7, Some("me"))
    );
    assert_eq!(ApiVersionsRequest::decode(&mut reader, 3), Ok(request));
    assert_eq!(reader.finish(), Ok(()));
}

#[test]
fn api_versions_response_has_no_tags_in_its_header() {
    let response = ApiVersionsResponse {
        error_code: ErrorCode::UnsupportedVersion.into(),
        api_keys: vec![ApiVersion {
            api_key: 18,
            min_version: 0,
            max_version: 4,
        }],
        ..Default::default()
    };
    let version0 = joined(&encode_response(ApiKey::ApiVersions, 0, 7, &response).unwrap());
    assert_eq!(
        version0,
        b"\0\0\0\x10\0\0\0\x07\0\x23\0\0\0\x01\0\x12\0\0\0\x04"
    );
    let version3 = joined(&encode_response(ApiKey::ApiVersions, 3, 7, &response).unwrap());
    let expected = b"\0\0\0\x13\0\0\0\x07\0\x23\x02\0\x12\0\0\0\x04\0\0\0\0\0\0";
    assert_eq!(version3, expected);
}

#[test]
fn metadata_request_for_all_topics() {
    let request = MetadataRequest {
        topics: None,
        ..Default::default()
    };
    let frame = joined(&encode_request(1, None, 1, &request).unwrap());
    assert_eq!(
        frame,
        b"\0\0\0\x0e\0\x03\0\x01\0\0\0\x01\xff\xff\xff\xff\xff\xff"
    );
    let flexible = joined(&encode_request(1, None, 12, &request).unwrap());
    assert_eq!(
        flexible,
        b"\0\0\0\x0f\0\x03\0\x0c\0\0\0\x01\xff\xff\0\0\x01\0\0"
    );
}

#[test]
fn key_of_a_committed_offset() {
    let key = OffsetCommitKey {
        group: "g".into(),
        topic: "top".into(),
        partition: 5,
    };
    let mut writer = Writer::new();
    writer.i16(OffsetCommitKey::KIND);
    key.encode(&mut writer, 0).unwrap();
    assert_eq!(
        &writer.into_bytes()[..],
        b"\0\x01\0\x01g\0\x03top\0\0\0\x05"
    );
}

#[test]
fn metadata_records_are_found_by_their_number() {
    let topic = TopicRecord {
        name: "t".to_owned(),
        topic_id: Uuid([9; 16]),
    };
    let record = MetadataRecord::from(topic);
    assert_eq!((record.kind(), record.highest_version()), (2, 0));
    let mut writer = Writer::new();
    record.encode(&mut writer, 0).unwrap();
    let read = MetadataRecord::decode(2, 0, &mut Reader::new(writer.into_bytes()));
    assert_eq!(read, Ok(record));
    assert!(MetadataRecord::decode(99, 0, &mut Reader::new(Bytes::new())).is_err());
    assert_eq!(PartitionRecord::KIND, 3);
}

#[test]
fn payloads_are_handed_on_uncopied() {
    let payload = Bytes::from(vec![1; 5_000]);
    let mut writer = Writer::framed();
    writer.i16(1);
    writer
        .tag(3, |writer| writer.bytes(crate::Form::Compact, &payload))
        .unwrap();
    writer.i16(2);
    assert_eq!(writer.len(), 4 + 2 + 1 + 2 + 2 + 5_000 + 2);
    let chunks = writer.into_chunks();
    assert_eq!(chunks.len(), 3);
    assert_eq!(chunks[1].as_ptr(), payload.as_ptr());
    assert_eq!(chunks[0][..6], [0, 0, 0x13, 0x91, 0, 1]);
}

#[test]
fn error_codes_keep_their_numbers() {
    assert_eq!(ErrorCode::InvalidReplicationFactor.code(), 38);
    assert_eq!(ErrorCode::from_code(6), ErrorCode::NotLeaderOrFollower);
    assert_eq!(ErrorCode::from_code(9_999), ErrorCode::UnknownServerError);
    assert!(ErrorCode::NotLeaderOrFollower.is_retriable());
    assert!(!ErrorCode::None.is_retriable());
    assert_eq!(
        ErrorCode::TopicAlreadyExists.to_string(),
        "TOPIC_ALREADY_EXISTS"
    );
    for error in ErrorCode::ALL {
        assert_eq!(ErrorCode::from_code(error.code()), *error);
    }
}
