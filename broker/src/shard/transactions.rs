//! The transaction coordinator of one shard: it decides, and what it decides is written to this
//! shard's partitions of `__transaction_state`.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use kavka_core::config::TransactionConfig;
use kavka_core::group::{AppendToken, Context, CoordinatorRecord};
use kavka_core::metadata::TRANSACTION_STATE;
use kavka_core::replica::{Acks, Reader};
use kavka_core::transaction::{
    TransactionCoordinator, TransactionInput, TransactionOutput, TransactionRequest,
    TransactionResponse,
};
use kavka_core::types::{LeaderEpoch, Offset, PartitionIndex};
use kavka_disk::Minimum;
use kavka_protocol::ErrorCode;
use kavka_protocol::records::{BatchBuilder, Batches, Compression};
use tokio::sync::{Notify, oneshot};

use super::groups::{LOAD_TURN, coordinator_records};
use super::markers::{Asker, Order};
use super::{PartitionKey, Shard, Waiting};
use crate::clock::Clock;
use crate::failure::Failure;
use crate::partition::{Admitted, Isolation};

/// How long writes for transactions wait for the disk before they are tried again.
pub(super) const WRITE_TIMEOUT_MS: u64 = 5_000;

/// The coordinator with what the shell keeps for it.
pub(super) struct TransactionDesk {
    coordinator: RefCell<TransactionCoordinator>,
    inputs: RefCell<VecDeque<TransactionInput>>,
    /// Set while inputs are worked off, so that an output which leads to an input does not recurse.
    busy: Cell<bool>,
    replies: RefCell<HashMap<u64, oneshot::Sender<TransactionResponse>>>,
    deadline_moved: Notify,
}

impl TransactionDesk {
    pub(super) fn new(config: TransactionConfig) -> Self {
        Self {
            coordinator: RefCell::new(TransactionCoordinator::new(config)),
            inputs: RefCell::default(),
            busy: Cell::new(false),
            replies: RefCell::default(),
            deadline_moved: Notify::new(),
        }
    }
}

impl Shard {
    /// Has a transaction's request handled; its transactional id must belong to this shard.
    pub(crate) fn transaction_request(
        self: &Rc<Self>,
        version: i16,
        request: TransactionRequest,
    ) -> oneshot::Receiver<TransactionResponse> {
        let (reply, answer) = oneshot::channel();
        let token = self.token();
        let desk = &self.transactions;
        desk.replies.borrow_mut().insert(token.0, reply);
        self.transaction_input(TransactionInput::Request {
            token,
            version,
            request,
        });
        answer
    }

    /// How many transactional ids this shard coordinates.
    pub(crate) fn transaction_count(&self) -> usize {
        self.transactions.coordinator.borrow().transactions_len()
    }

    /// A write of the coordinator counts, or will not.
    pub(super) fn transaction_appended(
        self: &Rc<Self>,
        append: AppendToken,
        result: Result<(), ErrorCode>,
    ) {
        self.transaction_input(TransactionInput::Appended { append, result });
    }

    /// Gives the coordinator something to decide and does what it decides.
    pub(super) fn transaction_input(self: &Rc<Self>, input: TransactionInput) {
        let desk = &self.transactions;
        desk.inputs.borrow_mut().push_back(input);
        if desk.busy.replace(true) {
            return;
        }
        loop {
            let Some(input) = desk.inputs.borrow_mut().pop_front() else {
                break;
            };
            let mut outputs = Vec::new();
            {
                let image = self.image.borrow();
                let context = Context {
                    now: self.shared.clock.now(),
                    wall: Clock::wall(),
                    image: &image,
                };
                let mut coordinator = desk.coordinator.borrow_mut();
                coordinator.step(&context, input, &mut outputs);
            }
            for output in outputs {
                self.transaction_output(output);
            }
        }
        desk.busy.set(false);
        desk.deadline_moved.notify_one();
    }

    fn transaction_output(self: &Rc<Self>, output: TransactionOutput) {
        match output {
            TransactionOutput::Reply { token, response } => {
                let reply = self.transactions.replies.borrow_mut().remove(&token.0);
                if let Some(reply) = reply {
                    // The client may have gone.
                    drop(reply.send(response));
                }
            }
            TransactionOutput::Append {
                append,
                partition,
                records,
            } => {
                if let Err(failure) = self.transaction_append(append, partition, &records) {
                    self.count_refused_write(&failure);
                    let result = Err(failure.code());
                    let input = TransactionInput::Appended { append, result };
                    self.transactions.inputs.borrow_mut().push_back(input);
                }
            }
            TransactionOutput::WriteMarkers {
                markers,
                marker,
                rule,
                partitions,
            } => {
                let shard = Rc::clone(self);
                let order = Order {
                    marker,
                    rule,
                    asker: Asker::Coordinator,
                };
                tokio::task::spawn_local(async move {
                    let results = shard.write_markers(order, partitions).await;
                    shard.transaction_input(TransactionInput::MarkersWritten { markers, results });
                });
            }
            TransactionOutput::AllocateProducerIds => {
                let shard = Rc::clone(self);
                tokio::task::spawn_local(async move {
                    let block = shard.producer_id_block().await;
                    let block = block.map_err(|failure| {
                        tracing::warn!(error = %failure, "no producer ids");
                        ErrorCode::CoordinatorLoadInProgress
                    });
                    shard.transaction_input(TransactionInput::ProducerIds(block));
                });
            }
        }
    }

    fn transaction_append(
        self: &Rc<Self>,
        append: AppendToken,
        partition: PartitionIndex,
        records: &[CoordinatorRecord],
    ) -> Result<(), Failure> {
        let wall = Clock::wall();
        let mut batch = BatchBuilder::new(Compression::None);
        for record in records {
            batch.push(wall.0, Some(&record.key), record.value.as_deref(), &[]);
        }
        let batch = batch.build()?;
        let topic = self
            .image
            .borrow()
            .topic(TRANSACTION_STATE)
            .map(|topic| topic.id);
        let key = (topic.ok_or(ErrorCode::NotCoordinator)?, partition);
        let log = self.partition(key).ok_or(ErrorCode::NotCoordinator)?;
        let unasked = Admitted::With(None);
        let appended = log
            .borrow_mut()
            .append_own(&self.shared.store, batch, unasked, wall)?;
        let waiting = Some(Waiting::Transaction(append));
        self.appended(key, &appended, Acks::All, waiting, WRITE_TIMEOUT_MS);
        Ok(())
    }

    /// This shard has become the coordinator of a partition's transactions: reads them back.
    pub(super) fn load_transactions(self: &Rc<Self>, key: PartitionKey) {
        let partition = key.1;
        let leader_epoch = self.partition(key).map_or(LeaderEpoch(0), |held| {
            held.borrow_mut().replica().leader_epoch()
        });
        self.transaction_input(TransactionInput::Elected {
            partition,
            leader_epoch,
        });
        let shard = Rc::clone(self);
        tokio::task::spawn_local(async move {
            let loaded = shard.load_transaction_records(key).await;
            if !shard.coordinates_transactions(key) {
                return;
            }
            match loaded {
                Ok(()) => shard.transaction_input(TransactionInput::LoadDone { partition }),
                Err(failure) => {
                    tracing::error!(error = %failure, %partition, "transactions could not be read back");
                    shard.transaction_input(TransactionInput::Resigned { partition });
                }
            }
        });
    }

    /// Whether this is still the partition of `__transaction_state` with this number.
    fn coordinates_transactions(&self, key: PartitionKey) -> bool {
        let topic = self.image.borrow().topic(TRANSACTION_STATE).map(|it| it.id);
        topic == Some(key.0) && self.partition(key).is_some()
    }

    async fn load_transaction_records(self: &Rc<Self>, key: PartitionKey) -> Result<(), Failure> {
        let mut turn = std::time::Instant::now();
        let held = self.partition(key).ok_or(ErrorCode::NotCoordinator)?;
        let partition = key.1;
        let mut from = held.borrow().log_start();
        let at_once = self.settings().transaction_state_log_load_buffer_size;
        let at_once = usize::try_from(at_once).unwrap_or(0);
        loop {
            let reader = (Reader::Consumer, Isolation::ReadUncommitted);
            let read = held
                .borrow()
                .read(reader, from, at_once, Minimum::OneBatch)?;
            if read.records.is_empty() {
                return Ok(());
            }
            if turn.elapsed() >= LOAD_TURN {
                tokio::task::yield_now().await;
                if !self.coordinates_transactions(key) {
                    return Ok(());
                }
                turn = std::time::Instant::now();
            }
            for batch in Batches::new(read.records) {
                let batch = batch?;
                from = Offset(batch.header.last_offset()).plus(1);
                if !batch.header.is_control() {
                    let records = coordinator_records(&batch)?;
                    self.transaction_input(TransactionInput::Loaded { partition, records });
                }
            }
        }
    }

    /// Resolves when the coordinator's timers need attention, and gives it that attention.
    pub(super) async fn run_transaction_timers(self: Rc<Self>) {
        // The first input sets the coordinator's own timers.
        self.transaction_input(TransactionInput::Tick);
        loop {
            let deadline = self.transactions.coordinator.borrow().next_deadline();
            let sleep = async {
                match deadline {
                    Some(at) => tokio::time::sleep_until(self.shared.clock.deadline(at)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = sleep => self.transaction_input(TransactionInput::Tick),
                () = self.transactions.deadline_moved.notified() => {}
            }
        }
    }
}
