//! `EndTxn`: what a transaction comes to.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::EndTxnRequest;

use super::Waiting;
use super::answer::{Answer, ended_before, producer_after};
use super::append::Effects;
use super::state::{LAST_EPOCH, State, Status, Then, Transaction};
use super::version::TransactionVersion;
use crate::log::Outcome;
use crate::types::{ProducerEpoch, ProducerId};

/// Whether a client repeats what it has asked for before, as it has not got the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    First,
    Again,
}

impl Transaction {
    pub(super) fn end(
        &mut self,
        waiting: Waiting,
        request: &EndTxnRequest,
        fx: &mut Effects<'_>,
    ) -> Result<(), ErrorCode> {
        let client = TransactionVersion::of_end_txn(waiting.version);
        let outcome = if request.committed {
            Outcome::Commit
        } else {
            Outcome::Abort
        };
        let asked = if client.bumps_epoch() {
            self.check_bumping(request)?
        } else {
            self.check_plain(request)?
        };
        if self.change.is_some() {
            return Err(ErrorCode::ConcurrentTransactions);
        }
        let state = self.status.state;
        if let Some(ending) = state.ending() {
            return Err(if ending == outcome {
                ErrorCode::ConcurrentTransactions
            } else {
                ErrorCode::InvalidTxnState
            });
        }
        if state == State::Ongoing {
            return self.prepare(waiting, outcome, client, fx);
        }
        // A client that gets a new epoch with each end may abort though it has not written: it
        // cannot know whether its writes have come here.
        if client.bumps_epoch() && asked == Asked::First {
            return match outcome {
                Outcome::Abort => self.prepare(waiting, outcome, client, fx),
                Outcome::Commit => Err(ErrorCode::InvalidTxnState),
            };
        }
        if state.ended() == Some(outcome) {
            ended_before(waiting, &self.status, fx.out);
            Ok(())
        } else {
            Err(ErrorCode::InvalidTxnState)
        }
    }

    /// The producer of a client that keeps its epoch.
    fn check_plain(&self, request: &EndTxnRequest) -> Result<Asked, ErrorCode> {
        if self.status.producer.0 != request.producer_id {
            return Err(ErrorCode::InvalidProducerIdMapping);
        }
        if self.status.epoch.0 != request.producer_epoch {
            return Err(ErrorCode::ProducerFenced);
        }
        Ok(Asked::First)
    }

    /// The producer of a client whose epoch is raised by each end: one that comes with the epoch
    /// before asks again for the end that has raised it.
    fn check_bumping(&self, request: &EndTxnRequest) -> Result<Asked, ErrorCode> {
        let now = &self.status;
        let (producer, epoch) = (
            ProducerId(request.producer_id),
            ProducerEpoch(request.producer_epoch),
        );
        // Its next transaction, before this one is complete.
        if now.state.ending().is_some() && producer_after(now) == (producer, epoch) {
            return Err(ErrorCode::ConcurrentTransactions);
        }
        let over_ids = now.previous == producer
            && producer != ProducerId::NONE
            && epoch == LAST_EPOCH
            && now.epoch == ProducerEpoch(0);
        if now.producer != producer && !over_ids {
            return Err(ErrorCode::InvalidProducerIdMapping);
        }
        let raised = now.client.bumps_epoch()
            && !now.only_fences()
            && now.producer == producer
            && epoch.0.checked_add(1) == Some(now.epoch.0);
        let asked = match now.state {
            State::Empty | State::Ongoing | State::Dead => {
                (now.producer == producer && now.epoch == epoch).then_some(Asked::First)
            }
            State::PrepareCommit | State::PrepareAbort => raised.then_some(Asked::Again),
            State::CompleteCommit | State::CompleteAbort if raised || over_ids => {
                Some(Asked::Again)
            }
            State::CompleteCommit | State::CompleteAbort => {
                (now.epoch == epoch).then_some(Asked::First)
            }
        };
        asked.ok_or(ErrorCode::ProducerFenced)
    }

    /// Decides the transaction: once this is in the log there is no way back.
    fn prepare(
        &mut self,
        waiting: Waiting,
        outcome: Outcome,
        client: TransactionVersion,
        fx: &mut Effects<'_>,
    ) -> Result<(), ErrorCode> {
        let now = &self.status;
        let mut to = Status {
            state: State::prepare(outcome),
            updated: fx.context.wall,
            client,
            ..now.clone()
        };
        if now.state != State::Ongoing {
            to.started = to.updated;
            to.partitions.clear();
        }
        if client.bumps_epoch() {
            if now.is_exhausted() {
                to.next = fx.ids.take().ok_or(ErrorCode::CoordinatorLoadInProgress)?;
            }
            to.epoch = now.next_epoch();
            to.last_epoch = now.epoch;
        }
        self.change(to, Then::Reply(Answer::End(waiting)), fx)
    }
}
