//! Whoever comes later takes the transactional id over, and whoever had it is shut out.

use super::state::State;
use super::*;
use crate::types::{ProducerEpoch, Timestamp};

#[test]
fn a_new_client_ends_the_transaction_of_the_old_one_and_fences_it() {
    let mut shell = Shell::new();
    let (id, epoch) = shell.begin();
    shell.add(3, (id, epoch), &[0]);
    let next = shell.begin();
    // One epoch for the abort, one for the new client.
    assert_eq!(next, (id, epoch + 2));
    assert_eq!(shell.written[0].0.outcome, Outcome::Abort);
    assert_eq!(shell.written[0].0.epoch, ProducerEpoch(epoch + 1));
    assert_eq!(shell.add(3, (id, epoch), &[0]), ErrorCode::ProducerFenced);
    let ended = shell.end(PLAIN, (id, epoch), Outcome::Commit);
    assert_eq!(code(ended.error_code), ErrorCode::ProducerFenced);
    let gone_on = shell.init((id, epoch));
    assert_eq!(code(gone_on.error_code), ErrorCode::ProducerFenced);
    assert_eq!(shell.status().state, State::Empty);
}

#[test]
fn clients_of_old_are_told_of_fencing_in_their_own_words() {
    let mut shell = Shell::new();
    let (id, epoch) = shell.begin();
    shell.begin();
    assert_eq!(
        shell.add(1, (id, epoch), &[0]),
        ErrorCode::InvalidProducerEpoch
    );
    assert_eq!(shell.add(2, (id, epoch), &[0]), ErrorCode::ProducerFenced);
    for (version, told) in [
        (1, ErrorCode::InvalidProducerEpoch),
        (2, ErrorCode::ProducerFenced),
        (5, ErrorCode::ProducerFenced),
    ] {
        let ended = shell.end(version, (id, epoch), Outcome::Commit);
        assert_eq!(code(ended.error_code), told, "EndTxn {version}");
    }
    for (version, told) in [
        (3, ErrorCode::InvalidProducerEpoch),
        (4, ErrorCode::ProducerFenced),
    ] {
        let token = shell.send(version, init_request("id", (id, epoch)));
        match shell.settled(token) {
            TransactionResponse::InitProducerId(response) => {
                assert_eq!(code(response.error_code), told, "InitProducerId {version}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_client_goes_on_with_a_new_epoch_and_gets_a_lost_answer_again() {
    let mut shell = Shell::new();
    let (id, epoch) = shell.begin();
    let on = shell.init((id, epoch));
    assert_eq!((on.error_code, on.producer_epoch), (0, epoch + 1));
    let again = shell.init((id, epoch));
    assert_eq!((again.error_code, again.producer_epoch), (0, epoch + 1));
    // Somebody else was here meanwhile.
    shell.begin();
    let late = shell.init((id, epoch + 1));
    assert_eq!(code(late.error_code), ErrorCode::ProducerFenced);
    let stranger = shell.init((id + 7, epoch));
    assert_eq!(code(stranger.error_code), ErrorCode::ProducerFenced);
}

#[test]
fn used_up_epochs_lead_to_another_producer_id() {
    let mut shell = Shell::new();
    let (id, _) = shell.begin();
    let last = i16::MAX - 1;
    let set = |shell: &mut Shell, epoch| {
        let transaction = shell.coordinator.transactions.get_mut("id").unwrap();
        transaction.status.epoch = ProducerEpoch(epoch);
    };
    set(&mut shell, last - 1);
    assert_eq!(shell.begin(), (id, last));
    let on = shell.init((id, last));
    assert_eq!((on.error_code, on.producer_epoch), (0, 0));
    assert_ne!(on.producer_id, id);
    // It asks again, as it has not got the answer.
    let again = shell.init((id, last));
    assert_eq!(
        (again.producer_id, again.producer_epoch),
        (on.producer_id, 0)
    );
    let stale = shell.init((id, last - 1));
    assert_eq!(code(stale.error_code), ErrorCode::ProducerFenced);
}

#[test]
fn the_last_epoch_of_all_fences_an_open_transaction() {
    let mut shell = Shell::new();
    let (id, _) = shell.begin();
    let last = i16::MAX - 1;
    let transaction = shell.coordinator.transactions.get_mut("id").unwrap();
    transaction.status.epoch = ProducerEpoch(last);
    shell.add(5, (id, last), &[0]);
    let (other, epoch) = shell.begin();
    assert_eq!(shell.written[0].0.epoch, ProducerEpoch(i16::MAX));
    assert_eq!(epoch, 0);
    assert_ne!(other, id);
}

/// The abort of a transaction takes the epoch behind the last; a marker of a transaction with that
/// epoch could have no later one, and would be refused by every partition.
#[test]
fn an_epoch_that_only_fences_is_given_to_nobody() {
    let last = i16::MAX - 1;
    let timed_out = || {
        let mut shell = Shell::new();
        let (id, _) = shell.begin();
        let transaction = shell.coordinator.transactions.get_mut("id").unwrap();
        transaction.status.epoch = ProducerEpoch(last);
        shell.add(5, (id, last), &[0]);
        shell.pass(70_000);
        shell.settle();
        assert_eq!(shell.status().state, State::CompleteAbort);
        assert_eq!(shell.status().epoch, ProducerEpoch(i16::MAX));
        (shell, id)
    };
    let (mut shell, id) = timed_out();
    let on = shell.init((id, last));
    assert_eq!((on.error_code, on.producer_epoch), (0, 0));
    assert_ne!(on.producer_id, id);
    let again = shell.init((id, last));
    assert_eq!((again.error_code, again.producer_epoch), (0, 0));
    assert_eq!(again.producer_id, on.producer_id);
    let (mut shell, id) = timed_out();
    let ended = shell.end(BUMPING, (id, last), Outcome::Abort);
    assert_eq!(code(ended.error_code), ErrorCode::ProducerFenced);
}

#[test]
fn who_is_fenced_does_not_end_the_transaction_of_its_successor() {
    let mut shell = Shell::new();
    let fenced = shell.begin();
    let (id, epoch) = shell.begin();
    shell.add(5, (id, epoch), &[0]);
    let late = shell.init(fenced);
    assert_eq!(code(late.error_code), ErrorCode::ProducerFenced);
    assert_eq!(shell.status().state, State::Ongoing);
    assert_eq!(shell.init((id, epoch)).error_code, 0);
}

#[test]
fn requests_of_nobody_are_refused() {
    let mut shell = Shell::new();
    assert_eq!(
        shell.add(3, (5, 0), &[0]),
        ErrorCode::InvalidProducerIdMapping
    );
    let ended = shell.end(PLAIN, (5, 0), Outcome::Commit);
    assert_eq!(code(ended.error_code), ErrorCode::InvalidProducerIdMapping);
    assert_eq!(shell.coordinator.transactions_len(), 0);
}

#[test]
fn without_producer_ids_a_client_is_told_to_come_again() {
    let mut shell = Shell::new();
    shell.ids_refused = true;
    let refused = shell.init((-1, -1));
    let told = code(refused.error_code);
    assert_eq!(told, ErrorCode::CoordinatorLoadInProgress);
    assert_eq!(shell.coordinator.transactions_len(), 0);
    shell.ids_refused = false;
    shell.begin();
}

#[test]
fn a_status_that_the_log_has_not_taken_counts_for_nothing() {
    let mut shell = Shell::new();
    let token = shell.send(5, init_request("id", (-1, -1)));
    shell.complete_one(Err(ErrorCode::KafkaStorageError));
    match shell.take(token) {
        Some(TransactionResponse::InitProducerId(response)) => {
            assert_eq!(code(response.error_code), ErrorCode::NotCoordinator);
            assert_eq!(response.producer_id, -1);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(shell.coordinator.transactions_len(), 0);
}

#[test]
fn who_waits_is_sent_on_when_another_broker_leads() {
    let mut shell = Shell::new();
    let (id, epoch) = shell.begin();
    shell.add(3, (id, epoch), &[0]);
    let waiting = shell.send(PLAIN, end_request("id", (id, epoch), Outcome::Commit));
    let parked = shell.send(5, init_request("id", (-1, -1)));
    let partition = crate::types::PartitionIndex(0);
    shell.input(TransactionInput::Resigned { partition });
    for token in [waiting, parked] {
        let told = match shell.take(token).unwrap() {
            TransactionResponse::EndTxn(response) => response.error_code,
            TransactionResponse::InitProducerId(response) => response.error_code,
            other => panic!("{other:?}"),
        };
        assert_eq!(code(told), ErrorCode::NotCoordinator);
    }
    // What was on its way is nobody's now.
    shell.complete_one(Ok(()));
    assert_eq!(shell.coordinator.transactions_len(), 0);
    assert!(shell.ordered.is_empty());
}

#[test]
fn a_partition_that_loads_serves_nobody() {
    let mut shell = Shell::new();
    let partition = crate::types::PartitionIndex(0);
    let leader_epoch = crate::types::LeaderEpoch(4);
    shell.input(TransactionInput::Elected {
        partition,
        leader_epoch,
    });
    let refused = shell.init((-1, -1));
    let told = code(refused.error_code);
    assert_eq!(told, ErrorCode::CoordinatorLoadInProgress);
}

#[test]
fn everything_comes_back_from_the_log() {
    let mut shell = Shell::new();
    let (id, epoch) = shell.begin();
    shell.add(5, (id, epoch), &[0, 2]);
    shell.settle();
    let before = state::Status {
        last_epoch: ProducerEpoch::NONE,
        ..shell.status().clone()
    };
    assert_eq!(before.started, Timestamp(1_000_000));
    shell.restart();
    assert_eq!(*shell.status(), before);
    let ended = shell.end(BUMPING, (id, epoch), Outcome::Commit);
    assert_eq!((ended.error_code, ended.producer_epoch), (0, epoch + 1));
}
