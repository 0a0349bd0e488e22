//! What a transaction may use while it decides, and what follows when the log has it.

use std::collections::BTreeMap;

use kavka_protocol::ErrorCode;

use super::answer::refuse;
use super::ids::IdPool;
use super::markers::Markers;
use super::messages::{TransactionOutput, TransactionRequest};
use super::state::{Change, Parked, State, Status, Then, Transaction};
use super::timers::{Due, Timers};
use super::{TransactionCoordinator, Waiting, records};
use crate::config::TransactionConfig;
use crate::group::{AppendToken, Context, CoordinatorRecord};
use crate::types::PartitionIndex;

/// Requests of one transactional id that wait for the transaction before them.
const PARKED_MAX: usize = 16;

/// Appends on their way, and the transactional ids that they are of.
#[derive(Debug, Default)]
pub(super) struct Appends {
    next: u64,
    pub(super) pending: BTreeMap<AppendToken, Vec<String>>,
}

/// Everything outside of the transaction.
pub(super) struct Effects<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) config: &'a TransactionConfig,
    pub(super) timers: &'a mut Timers,
    pub(super) appends: &'a mut Appends,
    pub(super) markers: &'a mut Markers,
    pub(super) ids: &'a mut IdPool,
    pub(super) out: &'a mut Vec<TransactionOutput>,
}

impl Appends {
    /// Hands records to the log.
    pub(super) fn append(
        &mut self,
        partition: PartitionIndex,
        ids: Vec<String>,
        records: Vec<CoordinatorRecord>,
        out: &mut Vec<TransactionOutput>,
    ) {
        self.next += 1;
        let append = AppendToken(self.next);
        self.pending.insert(append, ids);
        out.push(TransactionOutput::Append {
            append,
            partition,
            records,
        });
    }
}

impl Transaction {
    /// Brings a change on its way to the log.
    pub(super) fn change(
        &mut self,
        to: Status,
        then: Then,
        fx: &mut Effects<'_>,
    ) -> Result<(), ErrorCode> {
        let record = records::transaction(&self.id, Some(&to)).map_err(|error| {
            tracing::error!(id = self.id, %error, "transaction cannot be written down");
            ErrorCode::UnknownServerError
        })?;
        let ids = vec![self.id.clone()];
        fx.appends.append(self.partition, ids, vec![record], fx.out);
        self.change = Some(Change { to, then });
        Ok(())
    }

    /// The change is in the log, or is not.
    fn changed(&mut self, result: Result<(), ErrorCode>, fx: &mut Effects<'_>) {
        let Some(Change { to, then }) = self.change.take() else {
            return;
        };
        match result {
            Ok(()) => {
                self.status = to;
                if self.status.state.ending().is_some() {
                    self.send_markers(fx);
                } else {
                    self.sending = None;
                }
            }
            // Every marker is there; that they are is tried to be written down again.
            Err(code) if self.sending.is_some() => self.retry_later(code, fx),
            Err(code) => tracing::warn!(id = self.id, %code, "its change is not in the log"),
        }
        match then {
            Then::Reply(answer) => answer.give(result, &self.status, fx.out),
            Then::ComeAgain(waiting, request) => match result {
                Ok(()) => self.park(waiting, request, fx),
                Err(code) => refuse(waiting, &request, code, fx.out),
            },
            Then::Nothing => {}
        }
        self.wake_parked(fx);
    }

    /// Whether the next request has to wait.
    pub(crate) fn is_busy(&self) -> bool {
        let state = self.status.state;
        self.change.is_some() || state.ending().is_some() || state == State::Dead
    }

    /// Keeps a request until the transaction before it is complete: clients would come again and
    /// again. Those that end a transaction come again anyway.
    pub(super) fn park(
        &mut self,
        waiting: Waiting,
        request: TransactionRequest,
        fx: &mut Effects<'_>,
    ) {
        let lasts = match &request {
            TransactionRequest::AddPartitions { transaction, .. } => !transaction.verify_only,
            TransactionRequest::InitProducerId(_) | TransactionRequest::AddOffsets(_) => true,
            _ => false,
        };
        let patience = u64::try_from(fx.config.add_partitions_retry_backoff_max_ms).unwrap_or(0);
        if !lasts || patience == 0 || self.parked.len() >= PARKED_MAX {
            refuse(waiting, &request, ErrorCode::ConcurrentTransactions, fx.out);
            return;
        }
        let until = fx.context.now.plus_ms(patience);
        let id = self.id.clone();
        fx.timers.set(until, Due::Parked { id });
        self.parked.push_back(Parked {
            waiting,
            request,
            until,
        });
    }

    /// Goes on with requests that waited, as far as they can.
    fn wake_parked(&mut self, fx: &mut Effects<'_>) {
        while !self.is_busy()
            && let Some(parked) = self.parked.pop_front()
        {
            self.handle(parked.waiting, parked.request, fx);
        }
    }
}

impl TransactionCoordinator {
    /// An append has its outcome.
    pub(super) fn appended(
        &mut self,
        append: AppendToken,
        result: Result<(), ErrorCode>,
        context: &Context<'_>,
        out: &mut Vec<TransactionOutput>,
    ) {
        let Some(ids) = self.appends.pending.remove(&append) else {
            return;
        };
        let result = result.map_err(coordinator_error);
        for id in ids {
            self.with(&id, context, out, |transaction, fx| {
                transaction.changed(result, fx);
            });
            let gone = |transaction: &Transaction| transaction.status.state == State::Dead;
            if self.transactions.get(&id).is_some_and(gone)
                && let Some(transaction) = self.transactions.remove(&id)
            {
                for parked in transaction.parked {
                    let code = ErrorCode::ConcurrentTransactions;
                    refuse(parked.waiting, &parked.request, code, out);
                }
            }
        }
    }

    /// Requests that have waited long enough are told to come again.
    pub(super) fn give_up_parked(
        &mut self,
        id: &str,
        context: &Context<'_>,
        out: &mut Vec<TransactionOutput>,
    ) {
        let Some(transaction) = self.transactions.get_mut(id) else {
            return;
        };
        while let Some(parked) = transaction
            .parked
            .pop_front_if(|parked| parked.until <= context.now)
        {
            let code = ErrorCode::ConcurrentTransactions;
            refuse(parked.waiting, &parked.request, code, out);
        }
    }
}

/// What a client is told when the log refuses a record of its transaction.
fn coordinator_error(log: ErrorCode) -> ErrorCode {
    match log {
        ErrorCode::UnknownTopicOrPartition
        | ErrorCode::NotEnoughReplicas
        | ErrorCode::NotEnoughReplicasAfterAppend
        | ErrorCode::RequestTimedOut => ErrorCode::CoordinatorNotAvailable,
        ErrorCode::NotLeaderOrFollower
        | ErrorCode::KafkaStorageError
        | ErrorCode::FencedLeaderEpoch
        | ErrorCode::NotCoordinator => ErrorCode::NotCoordinator,
        _ => ErrorCode::UnknownServerError,
    }
}
