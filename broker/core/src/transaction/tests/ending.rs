//! A transaction ends once and in one way, whoever asks and whatever crashes.

use super::state::State;
use super::*;
use crate::types::{CoordinatorEpoch, ProducerEpoch, ProducerId};

fn markers(shell: &Shell) -> Vec<(i16, Outcome, i32)> {
    let written = shell.written.iter();
    let told = written.map(|(marker, at)| (marker.epoch.0, marker.outcome, at.partition));
    told.collect()
}

#[test]
fn every_partition_gets_a_marker_and_then_the_transaction_is_complete() {
    let mut shell = Shell::new();
    let producer = shell.begin();
    assert_eq!(shell.add(3, producer, &[2, 0]), ErrorCode::None);
    assert_eq!(shell.add(3, producer, &[1]), ErrorCode::None);
    let ended = shell.end(PLAIN, producer, Outcome::Commit);
    assert_eq!(code(ended.error_code), ErrorCode::None);
    assert_eq!((ended.producer_id, ended.producer_epoch), (-1, -1));
    assert_eq!(shell.status().state, State::PrepareCommit);
    shell.settle();
    assert_eq!(shell.status().state, State::CompleteCommit);
    let commit = |partition| (0, Outcome::Commit, partition);
    assert_eq!(markers(&shell), [commit(0), commit(1), commit(2)]);
    // The same again is answered as before and writes nothing.
    let again = shell.end(PLAIN, producer, Outcome::Commit);
    assert_eq!(code(again.error_code), ErrorCode::None);
    let other = shell.end(PLAIN, producer, Outcome::Abort);
    assert_eq!(code(other.error_code), ErrorCode::InvalidTxnState);
    assert_eq!(markers(&shell).len(), 3);
}

#[test]
fn a_new_client_gets_a_new_epoch_with_each_end() {
    let mut shell = Shell::new();
    let (id, epoch) = shell.begin();
    assert_eq!(shell.add(5, (id, epoch), &[0]), ErrorCode::None);
    let ended = shell.end(BUMPING, (id, epoch), Outcome::Abort);
    assert_eq!((ended.producer_id, ended.producer_epoch), (id, epoch + 1));
    // The markers have the new epoch, so that nothing of the old one comes behind them.
    shell.settle();
    assert_eq!(markers(&shell), [(epoch + 1, Outcome::Abort, 0)]);
    assert_eq!(shell.add(5, (id, epoch), &[0]), ErrorCode::ProducerFenced);
    assert_eq!(shell.add(5, (id, epoch + 1), &[0]), ErrorCode::None);
}

#[test]
fn an_end_that_is_repeated_gets_the_same_answer() {
    let mut shell = Shell::new();
    let (id, epoch) = shell.begin();
    shell.add(5, (id, epoch), &[0]);
    let ended = shell.end(BUMPING, (id, epoch), Outcome::Commit);
    let early = shell.end(BUMPING, (id, epoch), Outcome::Commit);
    assert_eq!(code(early.error_code), ErrorCode::ConcurrentTransactions);
    let other = shell.end(BUMPING, (id, epoch), Outcome::Abort);
    assert_eq!(code(other.error_code), ErrorCode::InvalidTxnState);
    shell.settle();
    assert_eq!(shell.end(BUMPING, (id, epoch), Outcome::Commit), ended);
    let other = shell.end(BUMPING, (id, epoch), Outcome::Abort);
    assert_eq!(code(other.error_code), ErrorCode::InvalidTxnState);
    // A restart forgets nothing of it.
    shell.restart();
    assert_eq!(shell.end(BUMPING, (id, epoch), Outcome::Commit), ended);
    assert_eq!(markers(&shell).len(), 1);
}

#[test]
fn an_abort_of_nothing_bumps_the_epoch_and_a_commit_of_nothing_is_refused() {
    let mut shell = Shell::new();
    let (id, epoch) = shell.begin();
    let commit = shell.end(BUMPING, (id, epoch), Outcome::Commit);
    assert_eq!(code(commit.error_code), ErrorCode::InvalidTxnState);
    for bumped in [epoch + 1, epoch + 2] {
        let ended = shell.end(BUMPING, (id, bumped - 1), Outcome::Abort);
        assert_eq!((ended.error_code, ended.producer_epoch), (0, bumped));
        shell.settle();
    }
    assert_eq!(markers(&shell), []);
    let plain = shell.end(PLAIN, (id, epoch + 2), Outcome::Commit);
    assert_eq!(code(plain.error_code), ErrorCode::InvalidTxnState);
}

#[test]
fn a_decided_transaction_is_completed_after_a_restart() {
    for outcome in [Outcome::Commit, Outcome::Abort] {
        let mut shell = Shell::new();
        let producer = shell.begin();
        shell.add(3, producer, &[0, 1]);
        let token = shell.send(PLAIN, end_request("id", producer, outcome));
        // In the log, and nobody has been told anything.
        let (_, records) = shell.appends.pop_front().unwrap();
        shell.log.extend(records);
        shell.restart();
        shell.settle();
        assert_eq!(shell.take(token), None);
        assert_eq!(markers(&shell), [(0, outcome, 0), (0, outcome, 1)]);
        assert_eq!(shell.written[0].0.coordinator_epoch, CoordinatorEpoch(1));
        assert_eq!(shell.status().state.ended(), Some(outcome));
        let again = shell.end(PLAIN, producer, outcome);
        assert_eq!(code(again.error_code), ErrorCode::None);
    }
}

#[test]
fn a_decision_that_the_log_has_not_taken_is_none() {
    let mut shell = Shell::new();
    let producer = shell.begin();
    shell.add(3, producer, &[0]);
    let token = shell.send(PLAIN, end_request("id", producer, Outcome::Commit));
    shell.complete_one(Err(ErrorCode::NotEnoughReplicas));
    match shell.take(token) {
        Some(TransactionResponse::EndTxn(response)) => {
            let told = code(response.error_code);
            assert_eq!(told, ErrorCode::CoordinatorNotAvailable);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(shell.status().state, State::Ongoing);
    assert!(shell.ordered.is_empty());
    let aborted = shell.end(PLAIN, producer, Outcome::Abort);
    assert_eq!(code(aborted.error_code), ErrorCode::None);
    shell.settle();
    assert_eq!(markers(&shell), [(0, Outcome::Abort, 0)]);
}

#[test]
fn markers_that_fail_are_tried_until_all_are_written() {
    let mut shell = Shell::new();
    let producer = shell.begin();
    shell.add(3, producer, &[0, 1]);
    shell.end(PLAIN, producer, Outcome::Commit);
    let ordered = shell.ordered.pop_front().unwrap();
    let results = vec![
        (ordered.partitions[0].clone(), Ok(())),
        (
            ordered.partitions[1].clone(),
            Err(ErrorCode::NotEnoughReplicas),
        ),
    ];
    let markers = ordered.token;
    shell.input(TransactionInput::MarkersWritten { markers, results });
    assert!(shell.ordered.is_empty());
    let waits = [100, 200, 400, 800, 1600, 3200, 5000, 5000];
    for wait in waits {
        shell.pass(wait - 1);
        assert!(shell.ordered.is_empty(), "{wait}");
        shell.pass(1);
        assert_eq!(shell.ordered[0].partitions, ordered.partitions[1..]);
        shell.refuse_markers(ErrorCode::KafkaStorageError);
    }
    shell.pass(5000);
    shell.write_markers();
    // That it is complete is tried to be written down again, too.
    shell.complete_one(Err(ErrorCode::RequestTimedOut));
    assert_eq!(shell.status().state, State::PrepareCommit);
    shell.pass(100);
    shell.settle();
    assert_eq!(shell.status().state, State::CompleteCommit);
    assert_eq!(shell.written.len(), 1);
}

#[test]
fn a_partition_that_refuses_the_coordinator_holds_up_no_other() {
    let mut shell = Shell::new();
    let producer = shell.begin();
    shell.add(3, producer, &[0, 1, 2]);
    shell.end(PLAIN, producer, Outcome::Commit);
    let ordered = shell.ordered.pop_front().unwrap();
    let codes = [
        ErrorCode::TransactionCoordinatorFenced,
        ErrorCode::NotEnoughReplicas,
        ErrorCode::KafkaStorageError,
    ];
    let results = ordered.partitions.into_iter().zip(codes.map(Err));
    shell.input(TransactionInput::MarkersWritten {
        markers: ordered.token,
        results: results.collect(),
    });
    shell.pass(100);
    let again = shell.ordered.pop_front().unwrap();
    let results = again.partitions.into_iter().zip([codes[0]; 3]);
    let results = results.map(|(place, code)| match place.partition {
        0 => (place, Err(code)),
        _ => (place, Ok(())),
    });
    let results = results.collect();
    let markers = again.token;
    shell.input(TransactionInput::MarkersWritten { markers, results });
    // Two have theirs, which counts as progress; the third is not given up either.
    shell.pass(100);
    assert_eq!(shell.ordered[0].partitions.len(), 1);
    shell.settle();
    assert_eq!(shell.status().state, State::CompleteCommit);
}

#[test]
fn a_coordinator_that_was_replaced_writes_no_markers_any_more() {
    let mut shell = Shell::new();
    let producer = shell.begin();
    shell.add(3, producer, &[0]);
    shell.end(PLAIN, producer, Outcome::Commit);
    shell.refuse_markers(ErrorCode::TransactionCoordinatorFenced);
    let partition = crate::types::PartitionIndex(0);
    shell.input(TransactionInput::Resigned { partition });
    shell.pass(10_000);
    assert!(shell.ordered.is_empty());
}

#[test]
fn a_topic_that_is_gone_holds_nothing_up() {
    let mut shell = Shell::new();
    let producer = shell.begin();
    shell.add(3, producer, &[0]);
    shell.image = crate::metadata::MetadataImage::default();
    shell.end(PLAIN, producer, Outcome::Commit);
    shell.settle();
    assert_eq!(shell.status().state, State::CompleteCommit);
    assert!(shell.written.is_empty());
}

#[test]
fn the_next_transaction_waits_for_the_one_before() {
    let mut shell = Shell::new();
    let (id, epoch) = shell.begin();
    shell.add(5, (id, epoch), &[0]);
    shell.end(BUMPING, (id, epoch), Outcome::Commit);
    let request = TransactionRequest::AddPartitions {
        transaction: transaction("id", (id, epoch + 1), &[1]),
        client: TransactionVersion::V2,
    };
    let token = shell.send(5, request.clone());
    assert_eq!(shell.take(token), None);
    let answer = shell.settled(token);
    assert_eq!(first_code(&answer), ErrorCode::None);
    // But not for ever.
    shell.end(BUMPING, (id, epoch + 1), Outcome::Commit);
    let TransactionRequest::AddPartitions {
        transaction,
        client,
    } = request
    else {
        unreachable!()
    };
    let transaction = AddPartitionsToTxnTransaction {
        producer_epoch: epoch + 2,
        ..transaction
    };
    let token = shell.send(
        5,
        TransactionRequest::AddPartitions {
            transaction,
            client,
        },
    );
    shell.pass(100);
    let answer = shell.take(token).unwrap();
    assert_eq!(first_code(&answer), ErrorCode::ConcurrentTransactions);
}

#[test]
fn when_epochs_are_used_up_the_next_transaction_has_another_producer_id() {
    let mut shell = Shell::new();
    let (id, _) = shell.begin();
    let last = i16::MAX - 1;
    shell
        .coordinator
        .transactions
        .get_mut("id")
        .unwrap()
        .status
        .epoch = ProducerEpoch(last);
    assert_eq!(shell.add(5, (id, last), &[0]), ErrorCode::None);
    let ended = shell.end(BUMPING, (id, last), Outcome::Commit);
    assert_eq!((ended.error_code, ended.producer_epoch), (0, 0));
    assert_ne!(ended.producer_id, id);
    // What is under way has the old id, and the epoch that nobody writes with.
    shell.restart();
    let token = shell.send(
        BUMPING,
        end_request("id", (ended.producer_id, 0), Outcome::Abort),
    );
    let early = shell.take(token);
    assert!(matches!(early, Some(TransactionResponse::EndTxn(r)) if r.error_code != 0));
    shell.settle();
    assert_eq!(markers(&shell), [(i16::MAX, Outcome::Commit, 0)]);
    assert_eq!(shell.written[0].0.producer, ProducerId(id));
    let now = (shell.status().producer.0, shell.status().epoch.0);
    assert_eq!(now, (ended.producer_id, 0));
    // An answer that was lost is given again.
    assert_eq!(shell.end(BUMPING, (id, last), Outcome::Commit), ended);
    let next = (ended.producer_id, 0);
    assert_eq!(shell.add(5, next, &[1]), ErrorCode::None);
    let stale = shell.end(BUMPING, (id, last), Outcome::Commit);
    assert_eq!(
        code(stale.error_code),
        ErrorCode::ProducerFenced,
        "it is another transaction that is open"
    );
}

#[test]
fn partitions_are_verified_only_in_an_open_transaction() {
    let mut shell = Shell::new();
    let (id, epoch) = shell.begin();
    assert_eq!(
        shell.verify((id, epoch), 0),
        ErrorCode::TransactionAbortable
    );
    shell.add(3, (id, epoch), &[0]);
    assert_eq!(shell.verify((id, epoch), 0), ErrorCode::None);
    assert_eq!(
        shell.verify((id, epoch), 1),
        ErrorCode::TransactionAbortable
    );
    assert_eq!(shell.verify((id, epoch + 1), 0), ErrorCode::ProducerFenced);
    assert_eq!(
        shell.verify((id + 1, epoch), 0),
        ErrorCode::InvalidProducerIdMapping
    );
    let token = shell.send(PLAIN, end_request("id", (id, epoch), Outcome::Abort));
    // The end is on its way to the log: too late for this transaction, too early for the next.
    assert_eq!(
        shell.verify((id, epoch), 0),
        ErrorCode::ConcurrentTransactions
    );
    shell.settled(token);
    shell.settle();
    assert_eq!(
        shell.verify((id, epoch), 0),
        ErrorCode::TransactionAbortable
    );
}
