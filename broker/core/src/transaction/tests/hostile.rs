//! Requests that no good client sends, and records that nobody has written.

use bytes::Bytes;
use kavka_protocol::messages::AddOffsetsToTxnRequest;
use proptest::prelude::*;

use super::*;
use crate::group::{AppendToken, CoordinatorRecord};
use crate::types::PartitionIndex;

#[test]
fn unknown_partitions_are_named_and_the_others_left_alone() {
    let mut shell = Shell::new();
    let producer = shell.begin();
    let request = TransactionRequest::AddPartitions {
        transaction: transaction("id", producer, &[0, 99]),
        client: TransactionVersion::V0,
    };
    let token = shell.send(3, request);
    let Some(TransactionResponse::AddPartitions(result)) = shell.take(token) else {
        panic!("not answered")
    };
    let results = &result.topic_results[0].results_by_partition;
    let codes: Vec<ErrorCode> = results
        .iter()
        .map(|result| code(result.partition_error_code))
        .collect();
    assert_eq!(
        codes,
        [
            ErrorCode::OperationNotAttempted,
            ErrorCode::UnknownTopicOrPartition
        ]
    );
    assert_eq!(shell.status().state, state::State::Empty);
}

#[test]
fn a_groups_offsets_are_a_partition_of_the_transaction() {
    let mut shell = Shell::new();
    let (producer_id, producer_epoch) = shell.begin();
    let request = AddOffsetsToTxnRequest {
        transactional_id: "id".to_owned(),
        producer_id,
        producer_epoch,
        group_id: "g".to_owned(),
    };
    let token = shell.send(3, TransactionRequest::AddOffsets(request.clone()));
    let added = shell.settled(token);
    assert!(matches!(added, TransactionResponse::AddOffsets(r) if r.error_code == 0));
    let only = shell.status().partitions.first().unwrap();
    assert_eq!(only.topic, crate::metadata::CONSUMER_OFFSETS);
    assert_eq!(only.partition, partition_for("g", shell::PARTITIONS).0);
    shell.image = crate::metadata::MetadataImage::default();
    let token = shell.send(3, TransactionRequest::AddOffsets(request));
    let refused = shell.settled(token);
    let not_there = ErrorCode::CoordinatorNotAvailable.code();
    assert!(matches!(refused, TransactionResponse::AddOffsets(r) if r.error_code == not_there));
}

#[test]
fn half_a_producer_and_a_nameless_transaction_are_refused() {
    let mut shell = Shell::new();
    for expected in [(5, -1), (-1, 5)] {
        let refused = shell.init(expected);
        assert_eq!(code(refused.error_code), ErrorCode::InvalidRequest);
    }
    let token = shell.send(5, init_request("", (-1, -1)));
    let refused = shell.settled(token);
    let invalid = ErrorCode::InvalidRequest.code();
    assert!(matches!(refused, TransactionResponse::InitProducerId(r) if r.error_code == invalid));
}

#[test]
fn tokens_of_nothing_change_nothing() {
    let mut shell = Shell::new();
    let producer = shell.begin();
    shell.add(3, producer, &[0]);
    shell.input(TransactionInput::Appended {
        append: AppendToken(999),
        result: Ok(()),
    });
    shell.input(TransactionInput::MarkersWritten {
        markers: MarkerToken(999),
        results: Vec::new(),
    });
    shell.input(TransactionInput::LoadDone {
        partition: PartitionIndex(7),
    });
    assert_eq!(shell.status().state, state::State::Ongoing);
}

#[test]
fn no_more_than_a_few_requests_wait_for_a_transaction() {
    let mut shell = Shell::new();
    let (id, epoch) = shell.begin();
    shell.add(5, (id, epoch), &[0]);
    shell.end(BUMPING, (id, epoch), Outcome::Commit);
    let tokens: Vec<_> = (0..40)
        .map(|_| shell.send(5, init_request("id", (-1, -1))))
        .collect();
    let refused = tokens.iter().filter(|token| shell.take(**token).is_some());
    assert_eq!(refused.count(), 24);
}

proptest! {
    #[test]
    fn garbage_in_the_log_is_passed_over(
        key in prop::collection::vec(any::<u8>(), 0..12),
        value in prop::option::of(prop::collection::vec(any::<u8>(), 0..40)),
    ) {
        let mut shell = Shell::new();
        shell.log.push(CoordinatorRecord {
            key: Bytes::from(key),
            value: value.map(Bytes::from),
        });
        let kind = vec![0, 0, 0, 2, b'i', b'd'];
        let value = shell.log[0].value.clone();
        shell.log.push(CoordinatorRecord { key: Bytes::from(kind), value });
        shell.restart();
        shell.settle();
    }
}
