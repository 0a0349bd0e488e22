//! What nobody should send must neither panic nor take memory.

use bytes::Bytes;

use super::definitions::{Dice, Maker, UnknownTags};
use super::round_trip::{each, recoders};
use crate::messages::find_coordinator_response::Coordinator;
use crate::messages::list_offsets_response::{
    ListOffsetsPartitionResponse, ListOffsetsTopicResponse,
};
use crate::messages::metadata_request::MetadataRequestTopic;
use crate::messages::{
    CreateTopicsRequest, FindCoordinatorResponse, ListOffsetsResponse, MetadataRequest,
    MetadataResponse, RequestHeader,
};
use crate::{DecodeFault, EncodeFault, Message, Reader, Writer};

#[test]
fn every_message_cut_off_anywhere_is_refused() {
    let recoders = recoders();
    each(1, |name, version, seed, definition| {
        let bytes = Bytes::from(Maker::bytes(definition, version, seed, UnknownTags::None));
        for end in (0..bytes.len()).take(400) {
            let cut = recoders[name](bytes.slice(..end), version);
            assert!(cut.is_err(), "{name} version {version} cut at {end}");
        }
    });
}

#[test]
fn every_message_with_broken_bytes_ends_in_an_answer() {
    let recoders = recoders();
    each(4, |name, version, seed, definition| {
        let mut bytes = Maker::bytes(definition, version, seed, UnknownTags::Some);
        let mut dice = Dice(seed);
        for _ in 0..=dice.below(8) {
            if let Some(place) = dice.roll().checked_rem(bytes.len() as u64) {
                bytes[usize::try_from(place).unwrap()] = dice.roll().to_le_bytes()[0];
            }
        }
        // Either answer will do: it must come.
        let _ = recoders[name](Bytes::from(bytes), version);
    });
}

#[test]
fn a_metadata_request_of_six_bytes_asks_for_no_memory() {
    let bomb = Bytes::from_static(&[0x7f, 0xff, 0xff, 0xff, 0x00, 0x00]);
    let error = MetadataRequest::decode(&mut Reader::new(bomb), 1).unwrap_err();
    assert_eq!(error.field, "MetadataRequest.topics");
    assert_eq!(
        error.to_string(),
        "MetadataRequest.topics at byte 4: 2147483647 elements are announced and 2 bytes are left"
    );
    let compact = Bytes::from_static(&[0xff, 0xff, 0xff, 0xff, 0x07, 0x00]);
    let error = MetadataRequest::decode(&mut Reader::new(compact), 9).unwrap_err();
    assert!(matches!(
        error.fault,
        DecodeFault::TooManyElements { left: 1, .. }
    ));
}

#[test]
fn elements_of_all_arrays_together_can_be_capped() {
    let topics = MetadataRequest {
        topics: Some(vec![MetadataRequestTopic::default(); 10]),
        ..Default::default()
    };
    let mut writer = Writer::new();
    topics.encode(&mut writer, 9).unwrap();
    let bytes = writer.into_bytes();
    let read =
        |most| MetadataRequest::decode(&mut Reader::new(bytes.clone()).limit_elements(most), 9);
    assert_eq!(read(10), Ok(topics));
    assert!(matches!(
        read(9).unwrap_err().fault,
        DecodeFault::ElementLimit { count: 10, most: 9 }
    ));
}

#[test]
fn lengths_below_null_and_text_that_is_none_are_refused() {
    let decode = |bytes: &'static [u8]| {
        RequestHeader::decode(&mut Reader::new(Bytes::from_static(bytes)), 1)
            .unwrap_err()
            .fault
    };
    let negative = decode(&[0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xfe]);
    assert_eq!(negative, DecodeFault::NegativeLength(-2));
    let not_utf8 = decode(&[0, 3, 0, 1, 0, 0, 0, 1, 0, 1, 0xff]);
    assert_eq!(not_utf8, DecodeFault::NotUtf8);
}

#[test]
fn a_version_that_does_not_exist_is_refused_both_ways() {
    let error = MetadataRequest::decode(&mut Reader::new(Bytes::new()), 99).unwrap_err();
    assert_eq!(
        error.to_string(),
        "MetadataRequest at byte 0: version 99 is not among 0 to 13"
    );
    let error = MetadataRequest::default()
        .encode(&mut Writer::new(), -1)
        .unwrap_err();
    assert!(matches!(
        error.fault,
        EncodeFault::Version { version: -1, .. }
    ));
}

#[test]
fn a_value_that_the_version_lacks_is_refused_and_an_ignorable_one_is_dropped() {
    let validate = CreateTopicsRequest {
        validate_only: true,
        ..Default::default()
    };
    assert!(validate.encode(&mut Writer::new(), 2).is_ok());
    let by_hand = MetadataRequest {
        allow_auto_topic_creation: false,
        ..Default::default()
    };
    let error = by_hand.encode(&mut Writer::new(), 3).unwrap_err();
    assert_eq!(error.fault, EncodeFault::NotInVersion(3));
    let all_topics = MetadataRequest {
        topics: None,
        ..Default::default()
    };
    assert_eq!(
        all_topics.encode(&mut Writer::new(), 0).unwrap_err().fault,
        EncodeFault::Null(0)
    );
    let named = MetadataResponse {
        cluster_id: Some("demo".to_owned()),
        ..Default::default()
    };
    assert!(named.encode(&mut Writer::new(), 0).is_ok());
}

#[test]
fn an_old_client_is_answered_without_the_numbers_that_its_version_lacks() {
    let response = ListOffsetsResponse {
        topics: vec![ListOffsetsTopicResponse {
            name: "t".to_owned(),
            partitions: vec![ListOffsetsPartitionResponse {
                leader_epoch: 5,
                ..ListOffsetsPartitionResponse::default()
            }],
        }],
        ..ListOffsetsResponse::default()
    };
    assert!(response.encode(&mut Writer::new(), 2).is_ok());
    let coordinators = FindCoordinatorResponse {
        coordinators: vec![Coordinator::default()],
        ..FindCoordinatorResponse::default()
    };
    let error = coordinators.encode(&mut Writer::new(), 3).unwrap_err();
    assert_eq!(
        error.to_string(),
        "FindCoordinatorResponse.coordinators: version 3 cannot carry a value here"
    );
}
