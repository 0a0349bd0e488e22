//! Transactions do not stay open for ever, nor do ids that nobody uses stay known.

use super::state::State;
use super::*;
use crate::types::ProducerEpoch;

#[test]
fn a_transaction_that_takes_too_long_is_aborted_with_a_new_epoch() {
    let mut shell = Shell::new();
    let (id, epoch) = shell.begin();
    shell.add(5, (id, epoch), &[0]);
    shell.pass(55_000);
    assert!(shell.appends.is_empty());
    shell.pass(20_000);
    shell.settle();
    assert_eq!(shell.status().state, State::CompleteAbort);
    assert_eq!(shell.written[0].0.epoch, ProducerEpoch(epoch + 1));
    assert_eq!(shell.written[0].0.outcome, Outcome::Abort);
    assert_eq!(shell.add(5, (id, epoch), &[0]), ErrorCode::ProducerFenced);
    // It has come too late with its commit, and may not think otherwise.
    let late = shell.end(BUMPING, (id, epoch), Outcome::Commit);
    assert_eq!(code(late.error_code), ErrorCode::InvalidTxnState);
    let plain = shell.end(PLAIN, (id, epoch), Outcome::Commit);
    assert_eq!(code(plain.error_code), ErrorCode::ProducerFenced);
    // As nobody else came it may go on.
    let on = shell.init((id, epoch));
    assert_eq!(code(on.error_code), ErrorCode::None);
    assert!(on.producer_epoch > epoch);
}

#[test]
fn a_transaction_that_is_being_ended_does_not_time_out() {
    let mut shell = Shell::new();
    let producer = shell.begin();
    shell.add(3, producer, &[0]);
    let token = shell.send(PLAIN, end_request("id", producer, Outcome::Commit));
    shell.pass(120_000);
    let ended = shell.settled(token);
    assert!(matches!(ended, TransactionResponse::EndTxn(r) if r.error_code == 0));
    shell.settle();
    assert_eq!(shell.status().state, State::CompleteCommit);
}

#[test]
fn timeouts_count_on_after_a_restart() {
    let mut shell = Shell::new();
    let producer = shell.begin();
    shell.add(3, producer, &[0]);
    shell.pass(50_000);
    shell.restart();
    shell.pass(21_000);
    shell.settle();
    assert_eq!(shell.status().state, State::CompleteAbort);
}

#[test]
fn timeouts_beyond_what_the_broker_allows_are_refused() {
    let mut shell = Shell::new();
    for timeout in [0, -1, 900_001] {
        let request = InitProducerIdRequest {
            transactional_id: Some("id".to_owned()),
            transaction_timeout_ms: timeout,
            producer_id: -1,
            producer_epoch: -1,
            ..Default::default()
        };
        let token = shell.send(5, TransactionRequest::InitProducerId(request));
        match shell.settled(token) {
            TransactionResponse::InitProducerId(response) => {
                let told = code(response.error_code);
                assert_eq!(told, ErrorCode::InvalidTransactionTimeout);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(shell.coordinator.transactions_len(), 0);
}

#[test]
fn an_id_that_nobody_uses_is_removed() {
    const WEEK: u64 = 7 * 24 * 3_600_000;
    let mut shell = Shell::new();
    let producer = shell.begin();
    shell.pass(WEEK - 3_600_000);
    assert!(shell.appends.is_empty());
    shell.pass(2 * 3_600_000);
    // Until the log has it, nobody gets in.
    let token = shell.send(3, end_request("id", producer, Outcome::Commit));
    assert!(shell.take(token).is_some());
    shell.settle();
    assert_eq!(shell.coordinator.transactions_len(), 0);
    shell.restart();
    assert_eq!(shell.coordinator.transactions_len(), 0);
    // Whoever had it gets a fresh one.
    let on = shell.init(producer);
    assert_eq!((on.error_code, on.producer_epoch), (0, 0));
    assert_ne!(on.producer_id, producer.0);
}

#[test]
fn an_id_with_an_open_transaction_is_kept() {
    const MONTH: u64 = 30 * 24 * 3_600_000;
    let config = TransactionConfig {
        // Nothing times out meanwhile.
        abort_timed_out_interval_ms: i32::MAX,
        ..TransactionConfig::default()
    };
    let mut shell = Shell::with(config);
    let producer = shell.begin();
    shell.add(3, producer, &[0]);
    shell.pass(MONTH.min(24 * 24 * 3_600_000));
    shell.settle();
    assert_eq!(shell.status().state, State::Ongoing);
}

#[test]
fn an_id_whose_removal_fails_is_kept() {
    let mut shell = Shell::new();
    let producer = shell.begin();
    shell.pass(8 * 24 * 3_600_000);
    shell.complete_one(Err(ErrorCode::NotEnoughReplicas));
    assert_eq!(shell.status().state, State::Empty);
    assert_eq!(shell.add(3, producer, &[0]), ErrorCode::None);
}
