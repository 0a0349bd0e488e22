//! The transaction coordinator of one shard: it decides, and what it decides is written to this
//! shard's partitions of `__transaction_state`.

use std::rc::Rc;

use kavka_core::config::BrokerSettings;
use kavka_core::group::{AppendToken, Context, CoordinatorRecord};
use kavka_core::metadata::TRANSACTION_STATE;
use kavka_core::transaction::{
    TransactionCoordinator, TransactionInput, TransactionOutput, TransactionRequest,
    TransactionResponse,
};
use kavka_core::types::{Instant, LeaderEpoch, PartitionIndex};
use kavka_protocol::ErrorCode;
use kavka_protocol::records::{Batch, BatchBuilder, Compression};
use tokio::sync::oneshot;

use super::coordinator::{Coordinator, Desk, OwnWrite, coordinator_records};
use super::markers::{Asker, Order};
use super::{Shard, Waiting};
use crate::failure::Failure;
use crate::partition::Admitted;

/// How long writes for transactions wait for the disk before they are tried again.
pub(super) const WRITE_TIMEOUT_MS: u64 = 5_000;

impl Coordinator for TransactionCoordinator {
    type Input = TransactionInput;
    type Output = TransactionOutput;
    type Response = TransactionResponse;

    const TOPIC: &'static str = TRANSACTION_STATE;

    fn desk(shard: &Shard) -> &Desk<Self> {
        &shard.transactions
    }

    fn step(
        &mut self,
        context: &Context<'_>,
        input: TransactionInput,
        out: &mut Vec<TransactionOutput>,
    ) {
        self.step(context, input, out);
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.next_deadline()
    }

    fn perform(shard: &Rc<Shard>, output: TransactionOutput) {
        shard.transaction_output(output);
    }

    fn tick() -> TransactionInput {
        TransactionInput::Tick
    }

    fn partitions(count: i32) -> TransactionInput {
        TransactionInput::Partitions(count)
    }

    fn elected(partition: PartitionIndex, leader_epoch: LeaderEpoch) -> TransactionInput {
        TransactionInput::Elected {
            partition,
            leader_epoch,
        }
    }

    fn loaded(
        partition: PartitionIndex,
        batch: &Batch,
    ) -> Result<Option<TransactionInput>, Failure> {
        if batch.header.is_control() {
            return Ok(None);
        }
        let records = coordinator_records(batch)?;
        Ok(Some(TransactionInput::Loaded { partition, records }))
    }

    fn load_done(partition: PartitionIndex) -> TransactionInput {
        TransactionInput::LoadDone { partition }
    }

    fn resigned(partition: PartitionIndex) -> TransactionInput {
        TransactionInput::Resigned { partition }
    }

    fn load_bytes(settings: &BrokerSettings) -> i32 {
        settings.transaction_state_log_load_buffer_size
    }
}

impl Shard {
    /// Has a transaction's request handled; its transactional id must belong to this shard.
    pub(crate) fn transaction_request(
        self: &Rc<Self>,
        version: i16,
        request: TransactionRequest,
    ) -> oneshot::Receiver<TransactionResponse> {
        self.ask_coordinator::<TransactionCoordinator>(|token| TransactionInput::Request {
            token,
            version,
            request,
        })
    }

    /// How many transactional ids this shard coordinates.
    pub(crate) fn transaction_count(&self) -> usize {
        self.transactions.coordinator().transactions_len()
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
        self.input::<TransactionCoordinator>(input);
    }

    fn transaction_output(self: &Rc<Self>, output: TransactionOutput) {
        match output {
            TransactionOutput::Reply { token, response } => {
                self.transactions.reply(token, response);
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
                    self.transactions.queue(input);
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
        let write = OwnWrite {
            partition,
            batch: BatchBuilder::new(Compression::None),
            admitted: Admitted::With(None),
            waiting: Waiting::Transaction(append),
            timeout_ms: WRITE_TIMEOUT_MS,
        };
        self.write_own::<TransactionCoordinator>(write, records)
    }
}
