//! `InitProducerId` with a transactional id: a client that begins, or goes on after an error
//! (KIP-360), and thereby fences whoever used the id before.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::InitProducerIdRequest;

use super::Waiting;
use super::answer::Answer;
use super::append::Effects;
use super::messages::TransactionRequest;
use super::state::{LAST_EPOCH, State, Status, Then, Transaction};
use super::version::TransactionVersion;
use crate::config::TransactionConfig;
use crate::types::{ProducerEpoch, ProducerId, Timestamp};

/// Refuses what is wrong whatever the transaction is like.
pub(super) fn check(
    request: &InitProducerIdRequest,
    config: &TransactionConfig,
) -> Result<(), ErrorCode> {
    if (request.producer_id < 0) != (request.producer_epoch < 0) {
        return Err(ErrorCode::InvalidRequest);
    }
    let timeout = request.transaction_timeout_ms;
    if timeout <= 0 || timeout > config.max_timeout_ms {
        return Err(ErrorCode::InvalidTransactionTimeout);
    }
    Ok(())
}

/// A transactional id that nobody has used before; its epoch begins with the first change.
pub(super) fn made(
    request: &InitProducerIdRequest,
    producer: ProducerId,
    now: Timestamp,
) -> Status {
    Status::new(producer, request.transaction_timeout_ms, now)
}

/// The producer that a client says it was.
fn expected(request: &InitProducerIdRequest) -> Option<(ProducerId, ProducerEpoch)> {
    let (id, epoch) = (request.producer_id, request.producer_epoch);
    (id >= 0).then_some((ProducerId(id), ProducerEpoch(epoch)))
}

impl Transaction {
    pub(super) fn init(
        &mut self,
        waiting: Waiting,
        request: &InitProducerIdRequest,
        fx: &mut Effects<'_>,
    ) -> Result<(), ErrorCode> {
        check(request, fx.config)?;
        if self.change.is_some() {
            return Err(ErrorCode::ConcurrentTransactions);
        }
        let expected = expected(request);
        if expected.is_some_and(|expected| !self.may_go_on(expected)) {
            return Err(ErrorCode::ProducerFenced);
        }
        match self.status.state {
            State::PrepareCommit | State::PrepareAbort | State::Dead => {
                Err(ErrorCode::ConcurrentTransactions)
            }
            // Who has opened the transaction has the current epoch; one of before ends nothing.
            State::Ongoing if expected.is_some_and(|expected| !self.is_now(expected)) => {
                Err(ErrorCode::ProducerFenced)
            }
            // The new epoch of the abort is told to nobody: what the client gets comes behind it.
            State::Ongoing => {
                let request = TransactionRequest::InitProducerId(request.clone());
                self.abort(Then::ComeAgain(waiting, request), fx)
            }
            State::Empty | State::CompleteCommit | State::CompleteAbort => {
                let epoch = expected.map(|(_, epoch)| epoch);
                let to = self.begun(epoch, request.transaction_timeout_ms, fx)?;
                self.change(to, Then::Reply(Answer::Init(waiting)), fx)
            }
        }
    }

    /// Whether a client that says which producer it was is still the one. Its epoch is looked at
    /// when the next one is given.
    fn may_go_on(&self, (producer, epoch): (ProducerId, ProducerEpoch)) -> bool {
        let status = &self.status;
        // Just made: the id has expired, and any client may have it.
        status.epoch == ProducerEpoch::NONE
            || producer == status.producer
            // It has not got the answer that told it of its new id.
            || (producer == status.previous && epoch >= LAST_EPOCH)
    }

    fn is_now(&self, (producer, epoch): (ProducerId, ProducerEpoch)) -> bool {
        (self.status.producer, self.status.epoch) == (producer, epoch)
    }

    /// The status with the next epoch for a client that says that it had `expected`.
    fn begun(
        &self,
        expected: Option<ProducerEpoch>,
        timeout_ms: i32,
        fx: &mut Effects<'_>,
    ) -> Result<Status, ErrorCode> {
        let now = &self.status;
        let mut to = Status {
            state: State::Empty,
            timeout_ms,
            partitions: std::collections::BTreeSet::new(),
            started: Timestamp(-1),
            updated: fx.context.wall,
            ..now.clone()
        };
        let is_current = now.epoch == ProducerEpoch::NONE || expected == Some(now.epoch);
        let asks_again = expected.is_some() && !is_current;
        if asks_again && expected != Some(now.last_epoch) {
            return Err(ErrorCode::ProducerFenced);
        }
        // The epoch before the last bump: the answer was lost, and is given again.
        if asks_again && !now.only_fences() {
            return Ok(to);
        }
        to.last_epoch = expected.unwrap_or(ProducerEpoch::NONE);
        if now.is_exhausted() {
            to.previous = now.producer;
            to.producer = fx.ids.take().ok_or(ErrorCode::CoordinatorLoadInProgress)?;
            to.epoch = ProducerEpoch(0);
        } else {
            to.epoch = now.next_epoch();
        }
        Ok(to)
    }

    /// Ends the transaction in the client's place, with an epoch that fences it.
    pub(super) fn abort(&mut self, then: Then, fx: &mut Effects<'_>) -> Result<(), ErrorCode> {
        let now = &self.status;
        let to = Status {
            state: State::PrepareAbort,
            epoch: now.next_epoch(),
            last_epoch: now.epoch,
            updated: fx.context.wall,
            client: TransactionVersion::LATEST,
            ..now.clone()
        };
        self.change(to, then, fx)
    }
}
