use super::*;
use crate::log::Outcome;
use crate::types::ProducerId;
use kavka_protocol::messages::offset_delete_request::{
    OffsetDeleteRequestPartition, OffsetDeleteRequestTopic,
};
use kavka_protocol::messages::txn_offset_commit_request::{
    TxnOffsetCommitRequestPartition, TxnOffsetCommitRequestTopic,
};
use kavka_protocol::messages::{OffsetDeleteRequest, TxnOffsetCommitRequest};

const PRODUCER: i64 = 7;

impl Shell {
    /// An offset of partition 0, as part of the producer's transaction.
    fn commit_pending(&mut self, offset: i64) {
        let partition = TxnOffsetCommitRequestPartition {
            partition_index: 0,
            committed_offset: offset,
            ..Default::default()
        };
        let topic = TxnOffsetCommitRequestTopic {
            name: "t".to_owned(),
            partitions: vec![partition],
        };
        let request = TxnOffsetCommitRequest {
            transactional_id: "x".to_owned(),
            group_id: "g".to_owned(),
            producer_id: PRODUCER,
            topics: vec![topic],
            ..Default::default()
        };
        self.send(3, GroupRequest::TxnOffsetCommit(request, None));
    }

    fn delete_offset(&mut self) {
        let partition = OffsetDeleteRequestPartition { partition_index: 0 };
        let topic = OffsetDeleteRequestTopic {
            name: "t".to_owned(),
            partitions: vec![partition],
        };
        let request = OffsetDeleteRequest {
            group_id: "g".to_owned(),
            topics: vec![topic],
        };
        self.send(0, GroupRequest::OffsetDelete(request));
    }

    fn end(&mut self, outcome: Outcome) {
        self.input(GroupInput::TransactionEnded {
            partition: partition_for("g", 1),
            producer: ProducerId(PRODUCER),
            outcome,
        });
    }

    fn offset(&self) -> Option<i64> {
        let mut committed = self.coordinator.committed();
        committed.next().map(|committed| committed.offset.0)
    }
}

#[test]
fn an_offset_that_the_log_refuses_does_not_take_the_one_before_it_along() {
    let mut shell = Shell::new();
    shell.commit_pending(5);
    shell.complete_one(Ok(()));
    shell.commit_pending(6);
    shell.complete_one(Err(ErrorCode::KafkaStorageError));
    shell.end(Outcome::Commit);
    assert_eq!(shell.offset(), Some(5));
}

#[test]
fn of_several_offsets_under_way_the_last_that_the_log_takes_counts() {
    let taken = |one: bool| one.then_some(()).ok_or(ErrorCode::KafkaStorageError);
    for outcomes in 0..8 {
        let mut shell = Shell::new();
        let outcomes = [0, 1, 2].map(|bit| outcomes >> bit & 1 == 1);
        for offset in 1..=3 {
            shell.commit_pending(offset);
        }
        for one in outcomes {
            shell.complete_one(taken(one));
        }
        let last = outcomes.iter().rposition(|one| *one);
        let counts = last.map(|last| i64::try_from(last).unwrap() + 1);
        shell.end(Outcome::Commit);
        assert_eq!(shell.offset(), counts, "{outcomes:?}");
    }
}

#[test]
fn an_offset_that_may_be_in_the_log_counts_whatever_the_client_was_told() {
    let mut shell = Shell::new();
    shell.commit_pending(5);
    shell.complete_one(Ok(()));
    shell.commit_pending(6);
    shell.complete_one(Err(ErrorCode::RequestTimedOut));
    shell.end(Outcome::Commit);
    assert_eq!(shell.offset(), Some(6));
}

#[test]
fn an_aborted_transaction_leaves_none_of_its_tries_behind() {
    let mut shell = Shell::new();
    shell.commit_pending(5);
    shell.commit_pending(6);
    shell.complete_appends();
    shell.end(Outcome::Abort);
    shell.end(Outcome::Commit);
    assert_eq!(shell.offset(), None);
    assert_eq!(shell.coordinator.census().groups["Empty"], 0);
}

#[test]
fn an_offset_that_comes_after_a_deletion_is_not_deleted_with_those_before() {
    let mut shell = Shell::new();
    shell.commit_pending(5);
    shell.complete_one(Ok(()));
    shell.delete_offset();
    shell.commit_pending(6);
    shell.complete_appends();
    shell.end(Outcome::Commit);
    assert_eq!(shell.offset(), Some(6));
}

#[test]
fn a_deleted_offset_of_an_open_transaction_does_not_come_back_with_its_end() {
    let mut shell = Shell::new();
    shell.commit_pending(5);
    shell.complete_one(Ok(()));
    shell.delete_offset();
    shell.complete_appends();
    shell.end(Outcome::Commit);
    assert_eq!(shell.offset(), None);
}
