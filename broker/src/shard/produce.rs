//! Appends on the shard that owns the partition.

use std::rc::Rc;

use bytes::Bytes;
use kavka_core::log::{Guard, ProducerBatch, Support};
use kavka_core::replica::Acks;
use kavka_core::types::{Lsn, Offset, ProducerId, Timestamp};
use kavka_disk::Appended;
use kavka_protocol::ErrorCode;
use kavka_protocol::records::BatchHeader;
use tokio::sync::oneshot;

use super::{PartitionKey, Shard, Waiting};
use crate::clock::Clock;
use crate::failure::Failure;
use crate::partition::Admitted;

/// One partition's part of a Produce request.
#[derive(Debug)]
pub(crate) struct ProduceTask {
    pub(crate) key: PartitionKey,
    pub(crate) records: Bytes,
    pub(crate) acks: Acks,
    pub(crate) admitted: Admitted,
    pub(crate) timeout_ms: u64,
}

/// A batch in the log whose acknowledgement may still be on its way.
#[derive(Debug)]
pub(crate) struct Acknowledgement {
    pub(crate) base_offset: Offset,
    pub(crate) log_append_time: Option<Timestamp>,
    pub(crate) log_start: Offset,
    pub(crate) released: Option<oneshot::Receiver<Result<(), ErrorCode>>>,
}

impl Shard {
    /// Appends one batch; returns as soon as it lies in the page cache, in the order of the calls.
    pub(crate) fn produce(self: &Rc<Self>, task: ProduceTask) -> Result<Acknowledgement, Failure> {
        let partition = self
            .partition(task.key)
            .ok_or(Failure::Code(ErrorCode::NotLeaderOrFollower))?;
        let bytes = task.records.len();
        let records = record_count(&task.records);
        let appended = partition
            .borrow_mut()
            .produce(
                &self.shared.store,
                task.records,
                task.acks,
                task.admitted,
                Clock::wall(),
            )
            .inspect_err(|failure| self.count_storage_error(failure))?;
        if !appended.duplicate {
            let partition = partition.borrow();
            partition.metrics().produced_bytes.inc_by(bytes as u64);
            partition.metrics().produced_records.inc_by(records);
        }
        let (waiting, released) = match task.acks {
            Acks::All => {
                let (sender, receiver) = oneshot::channel();
                (Some(Waiting::Producer(sender)), Some(receiver))
            }
            Acks::None | Acks::Leader => (None, None),
        };
        self.appended(task.key, &appended, task.acks, waiting, task.timeout_ms);
        Ok(Acknowledgement {
            base_offset: appended.base_offset,
            log_append_time: appended.log_append_time,
            log_start: appended.log_start_offset,
            released,
        })
    }

    /// What the transaction coordinator has to be asked with before a batch is written to a
    /// partition of this shard.
    pub(crate) fn begin_verification(
        &self,
        key: PartitionKey,
        batch: &ProducerBatch,
        support: Support,
    ) -> Result<Option<Guard>, Failure> {
        let partition = self
            .partition(key)
            .ok_or(Failure::Code(ErrorCode::NotLeaderOrFollower))?;
        Ok(partition.borrow_mut().begin_verification(batch, support))
    }

    /// The coordinator knows nothing of the producer's transaction in the partition.
    pub(crate) fn verification_failed(
        &self,
        key: PartitionKey,
        producer: ProducerId,
        guard: Guard,
    ) {
        if let Some(partition) = self.partition(key) {
            let mut partition = partition.borrow_mut();
            partition.verification_failed(producer, guard);
        }
    }

    /// Tells replica and journal of an append.
    pub(super) fn appended(
        self: &Rc<Self>,
        key: PartitionKey,
        appended: &Appended,
        acks: Acks,
        waiting: Option<Waiting>,
        timeout_ms: u64,
    ) {
        let Some(partition) = self.partition(key) else {
            return;
        };
        let now = self.shared.clock.now();
        let registered = waiting.map(|waiting| {
            let token = self.token();
            self.waiting.borrow_mut().insert(token.0, waiting);
            (token, now.plus_ms(timeout_ms))
        });
        let mut outputs = Vec::new();
        {
            let mut partition = partition.borrow_mut();
            let end = partition.log_end();
            let replica = partition.replica();
            match registered {
                // What was written before counts as soon as its own records do.
                Some((token, deadline)) if appended.duplicate => {
                    let end = appended.last_offset.plus(1);
                    replica.wait_for(end, acks, token, deadline, &mut outputs);
                }
                None if appended.duplicate => {}
                registered => replica.appended(end, acks, registered, &mut outputs),
            }
        }
        self.await_sync(appended.lsn, key);
        self.perform(&partition, outputs);
    }

    fn await_sync(&self, lsn: Lsn, key: PartitionKey) {
        // A batch that is not in the journal does not wait for it: with `durability: replicas` it
        // counts since the replica has heard of it.
        if lsn > Lsn(0) {
            self.unsynced.borrow_mut().push_back((lsn, key));
            self.sync_wanted.notify_one();
        }
    }

    pub(super) fn count_storage_error(&self, failure: &Failure) {
        self.count_refused_write(failure);
        if failure.is_storage() {
            tracing::error!(error = %failure, "a write was refused; the client is told to retry");
        }
    }

    /// A write was refused that whoever asked for it tells of.
    pub(super) fn count_refused_write(&self, failure: &Failure) {
        if let Some(limit) = failure.limit() {
            self.metrics().limit_reached(limit);
        }
        if failure.is_storage() {
            self.metrics().storage_errors.inc();
        }
        tracing::debug!(error = %failure, "a write was refused");
    }
}

fn record_count(records: &[u8]) -> u64 {
    BatchHeader::parse(records)
        .ok()
        .and_then(|header| u64::try_from(header.records_count).ok())
        .unwrap_or(0)
}
