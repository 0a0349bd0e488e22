//! A connection's bytes, as the broker cuts and reads them.

use bytes::Bytes;
use kavka_protocol::header::{decode_request_header, encode_request, frame_len};
use kavka_protocol::messages::*;
use kavka_protocol::{ApiKey, Reader};

use crate::requests::exercise;

/// The limit on a frame; small, so that inputs reach beyond it.
const LIMIT: usize = 4096;

pub(crate) fn run(data: &[u8]) {
    let mut rest = data;
    while let Some((prefix, behind)) = rest.split_first_chunk() {
        let Ok(length) = frame_len(*prefix, LIMIT) else {
            return;
        };
        assert!(length <= LIMIT);
        let Some((frame, behind)) = behind.split_at_checked(length) else {
            return;
        };
        request(frame);
        rest = behind;
    }
}

fn request(frame: &[u8]) {
    let mut reader = Reader::new(Bytes::copy_from_slice(frame));
    let Ok(header) = decode_request_header(&mut reader) else {
        return;
    };
    let Some(key) = ApiKey::from_code(header.request_api_key) else {
        return;
    };
    let version = header.request_api_version;
    if !key.versions().is_some_and(|known| known.contains(&version)) {
        return;
    }
    let body = reader.rest();
    match key {
        ApiKey::Produce => exercise::<ProduceRequest>(&body, version),
        ApiKey::Fetch => exercise::<FetchRequest>(&body, version),
        ApiKey::Metadata => exercise::<MetadataRequest>(&body, version),
        ApiKey::ApiVersions => exercise::<ApiVersionsRequest>(&body, version),
        ApiKey::JoinGroup => exercise::<JoinGroupRequest>(&body, version),
        ApiKey::CreateTopics => exercise::<CreateTopicsRequest>(&body, version),
        _ => {}
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let frames = [
        encode_request(1, Some("fuzz"), 4, &ApiVersionsRequest::default()),
        encode_request(2, None, 12, &MetadataRequest::default()),
        encode_request(3, Some(""), 9, &ProduceRequest::default()),
        encode_request(4, Some("fuzz"), 5, &JoinGroupRequest::default()),
    ];
    let mut seeds: Vec<Vec<u8>> = frames.map(|frame| frame.unwrap().concat()).to_vec();
    seeds.push(seeds.concat());
    // Two billion topics in six bytes.
    seeds.push(b"\0\0\0\x10\0\x03\0\x01\0\0\0\x01\xff\xff\x7f\xff\xff\xff\0\0".to_vec());
    seeds
}
