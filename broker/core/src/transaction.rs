//! The transaction coordinator (KIP-98, 360, 890).
//!
//! What a transaction comes to is decided by one record of `__transaction_state`, in Kafka's own
//! format: once "prepare" is below the high watermark the transaction is committed or aborted for
//! good, and the markers that say so to each partition are written until every one has its own,
//! also by the next coordinator. Only then may the next transaction begin.

mod answer;
mod append;
mod end;
mod expiry;
mod ids;
mod init;
mod listing;
mod load;
mod markers;
mod messages;
mod partitions;
mod records;
pub(crate) mod state;
mod timers;
mod version;

use std::collections::BTreeMap;

use kavka_protocol::ErrorCode;

pub use messages::{
    MarkerToken, TopicPartition, TransactionInput, TransactionOutput, TransactionRequest,
    TransactionResponse,
};
pub use version::TransactionVersion;

use crate::config::TransactionConfig;
use crate::group::{Context, partition_for};
use crate::types::{CoordinatorEpoch, Instant, PartitionIndex, ReplyToken};
use answer::refuse;
use append::{Appends, Effects};
use ids::IdPool;
use markers::Markers;
use state::Transaction;
use timers::{Due, Timers};

/// Who waits for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Waiting {
    token: ReplyToken,
    version: i16,
}

/// How far this broker is with a partition of `__transaction_state` that it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Owned {
    epoch: CoordinatorEpoch,
    loading: bool,
}

/// Coordinates the transactions of the partitions that it was given.
#[derive(Debug)]
pub struct TransactionCoordinator {
    config: TransactionConfig,
    partitions: i32,
    owned: BTreeMap<PartitionIndex, Owned>,
    transactions: BTreeMap<String, Transaction>,
    timers: Timers,
    appends: Appends,
    markers: Markers,
    ids: IdPool,
    /// Requests that need a producer id.
    without_id: Vec<(Waiting, TransactionRequest)>,
    planned: bool,
}

impl TransactionCoordinator {
    /// A coordinator that serves nothing yet.
    pub fn new(config: TransactionConfig) -> Self {
        Self {
            config,
            partitions: 1,
            owned: BTreeMap::new(),
            transactions: BTreeMap::new(),
            timers: Timers::default(),
            appends: Appends::default(),
            markers: Markers::default(),
            ids: IdPool::default(),
            without_id: Vec::new(),
            planned: false,
        }
    }

    /// When [`TransactionInput::Tick`] is due.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// How many transactional ids there are, for metrics.
    pub fn transactions_len(&self) -> usize {
        self.transactions.len()
    }

    /// Takes one input and appends what follows from it.
    pub fn step(
        &mut self,
        context: &Context<'_>,
        input: TransactionInput,
        out: &mut Vec<TransactionOutput>,
    ) {
        if !self.planned {
            self.planned = true;
            self.plan_timeouts(context);
            self.plan_expiry(context);
        }
        match input {
            TransactionInput::Request {
                token,
                version,
                request,
            } => self.request(Waiting { token, version }, request, context, out),
            TransactionInput::Tick => {}
            TransactionInput::Appended { append, result } => {
                self.appended(append, result, context, out);
            }
            TransactionInput::MarkersWritten { markers, results } => {
                self.markers_written(markers, results, context, out);
            }
            TransactionInput::ProducerIds(block) => self.producer_ids(block, context, out),
            TransactionInput::Partitions(partitions) => self.partitions = partitions.max(1),
            TransactionInput::Elected {
                partition,
                leader_epoch,
            } => {
                self.resign(partition, out);
                let owned = Owned {
                    epoch: CoordinatorEpoch(leader_epoch.0),
                    loading: true,
                };
                self.owned.insert(partition, owned);
            }
            TransactionInput::Loaded { partition, records } => self.load(partition, &records),
            TransactionInput::LoadDone { partition } => self.load_done(partition, context, out),
            TransactionInput::Resigned { partition } => self.resign(partition, out),
        }
        self.tick(context, out);
    }

    /// The partition of a transactional id that this coordinator serves, and the reign.
    fn serving(&self, id: &str) -> Result<(PartitionIndex, CoordinatorEpoch), ErrorCode> {
        let partition = partition_for(id, self.partitions);
        match self.owned.get(&partition) {
            Some(owned) if owned.loading => Err(ErrorCode::CoordinatorLoadInProgress),
            Some(owned) => Ok((partition, owned.epoch)),
            None => Err(ErrorCode::NotCoordinator),
        }
    }

    fn tick(&mut self, context: &Context<'_>, out: &mut Vec<TransactionOutput>) {
        while let Some((at, due)) = self.timers.pop(context.now) {
            match due {
                Due::Timeouts => self.abort_timed_out(context, out),
                Due::Expiry => self.expire(context, out),
                Due::Retry { id } => {
                    self.with(&id, context, out, |transaction, fx| {
                        transaction.retry_markers(at, fx);
                    });
                }
                Due::Parked { id } => self.give_up_parked(&id, context, out),
            }
        }
    }

    /// Lets a transaction decide, and forgets it when nothing of it is left.
    fn with<R>(
        &mut self,
        id: &str,
        context: &Context<'_>,
        out: &mut Vec<TransactionOutput>,
        decide: impl FnOnce(&mut Transaction, &mut Effects<'_>) -> R,
    ) -> Option<R> {
        let transaction = self.transactions.get_mut(id)?;
        let mut fx = Effects {
            context,
            config: &self.config,
            timers: &mut self.timers,
            appends: &mut self.appends,
            markers: &mut self.markers,
            ids: &mut self.ids,
            out,
        };
        let result = decide(transaction, &mut fx);
        debug_assert_eq!(crate::invariants::transaction(transaction), Ok(()));
        if transaction.is_vacant() {
            self.transactions.remove(id);
        }
        Some(result)
    }

    fn request(
        &mut self,
        waiting: Waiting,
        request: TransactionRequest,
        context: &Context<'_>,
        out: &mut Vec<TransactionOutput>,
    ) {
        let response = match &request {
            TransactionRequest::Describe(request) => {
                TransactionResponse::Describe(self.describe(request))
            }
            TransactionRequest::List(request) => {
                TransactionResponse::List(self.list(request, context.wall))
            }
            _ => return self.of_one(waiting, request, context, out),
        };
        let token = waiting.token;
        out.push(TransactionOutput::Reply { token, response });
    }

    /// Requests that speak of one transactional id, which may have to be made for them.
    fn of_one(
        &mut self,
        waiting: Waiting,
        request: TransactionRequest,
        context: &Context<'_>,
        out: &mut Vec<TransactionOutput>,
    ) {
        let id = answer::id_of(&request).to_owned();
        let serving = match self.serving(&id) {
            _ if id.is_empty() => Err(ErrorCode::InvalidRequest),
            serving => serving,
        };
        let (partition, epoch) = match serving {
            Ok(serving) => serving,
            Err(code) => return refuse(waiting, &request, code, out),
        };
        let known = self.transactions.get(&id);
        if answer::may_need_id(&request, known) && self.ids.is_empty() {
            self.without_id.push((waiting, request));
            self.ids.ask(out);
            return;
        }
        if let TransactionRequest::InitProducerId(init) = &request
            && known.is_none()
        {
            let checked = init::check(init, &self.config);
            let made = checked.and_then(|()| {
                let producer = self
                    .ids
                    .take()
                    .ok_or(ErrorCode::CoordinatorLoadInProgress)?;
                Ok(init::made(init, producer, context.wall))
            });
            match made {
                Ok(status) => {
                    let made = Transaction::new(&id, partition, epoch, status);
                    self.transactions.insert(id.clone(), made);
                }
                Err(code) => return refuse(waiting, &request, code, out),
            }
        }
        if !self.transactions.contains_key(&id) {
            refuse(waiting, &request, ErrorCode::InvalidProducerIdMapping, out);
            return;
        }
        self.with(&id, context, out, |transaction, fx| {
            transaction.handle(waiting, request, fx);
        });
    }

    fn producer_ids(
        &mut self,
        block: Result<crate::metadata::ProducerIdBlock, ErrorCode>,
        context: &Context<'_>,
        out: &mut Vec<TransactionOutput>,
    ) {
        let block = self.ids.got(block);
        for (waiting, request) in std::mem::take(&mut self.without_id) {
            match block {
                Ok(()) => self.of_one(waiting, request, context, out),
                Err(code) => refuse(waiting, &request, code, out),
            }
        }
    }
}

impl Transaction {
    fn handle(&mut self, waiting: Waiting, request: TransactionRequest, fx: &mut Effects<'_>) {
        let decided = match &request {
            TransactionRequest::InitProducerId(init) => self.init(waiting, init, fx),
            TransactionRequest::AddPartitions {
                transaction,
                client,
            } => self.add_partitions(waiting, transaction, *client, fx),
            TransactionRequest::AddOffsets(offsets) => self.add_offsets(waiting, offsets, fx),
            TransactionRequest::EndTxn(end) => self.end(waiting, end, fx),
            TransactionRequest::Describe(_) | TransactionRequest::List(_) => return,
        };
        match decided {
            Ok(()) => {}
            Err(ErrorCode::ConcurrentTransactions) => self.park(waiting, request, fx),
            Err(code) => refuse(waiting, &request, code, fx.out),
        }
    }
}

#[cfg(test)]
mod tests;
