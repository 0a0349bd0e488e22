//! Appends on the shard that owns the partition.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

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
use crate::partition::{Admitted, Partition};

/// How often a shard says that writes are refused.
const BETWEEN_REFUSALS: Duration = Duration::from_secs(10);

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

/// A producer's batch in a log that has not written it yet.
#[derive(Debug)]
pub(super) struct Unwritten {
    key: PartitionKey,
    appended: Appended,
    acks: Acks,
    /// Who is told when it counts.
    sender: Option<oneshot::Sender<Result<(), ErrorCode>>>,
    timeout_ms: u64,
}

impl Shard {
    /// Appends one batch, in the order of the calls. It need not be written when this returns.
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
        let (sender, released) = match task.acks {
            Acks::All | Acks::Leader => {
                let (sender, receiver) = oneshot::channel();
                (Some(sender), Some(receiver))
            }
            Acks::None => (None, None),
        };
        let unwritten = Unwritten {
            key: task.key,
            appended,
            acks: task.acks,
            sender,
            timeout_ms: task.timeout_ms,
        };
        if partition.borrow().is_written_out() {
            self.written(unwritten);
        } else {
            self.unwritten.borrow_mut().push(unwritten);
            self.write_wanted.notify_one();
        }
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

    /// Writes what was appended since the last time, with one write for each partition, and tells
    /// whoever waits for it. What cannot be written stays where it is and is tried again.
    pub(super) fn write_out(self: &Rc<Self>) {
        let unwritten = self.unwritten.take();
        let mut keys: Vec<PartitionKey> = unwritten.iter().map(|batch| batch.key).collect();
        keys.sort_unstable();
        keys.dedup();
        let refused: Vec<(PartitionKey, ErrorCode)> = keys
            .into_iter()
            .filter_map(|key| {
                let failure = self.write_partition_out(key).err()?;
                self.count_storage_error(&failure);
                Some((key, failure.code()))
            })
            .collect();
        for batch in unwritten {
            match refused.iter().find(|(key, _)| *key == batch.key) {
                None => self.written(batch),
                Some((_, code)) => {
                    if let Some(sender) = batch.sender {
                        // The asker may have gone.
                        let _ = sender.send(Err(*code));
                    }
                }
            }
        }
    }

    /// Tries again what could not be written. Its producers were told that it failed; it counts all
    /// the same, and what an idempotent one sends again is a duplicate of it.
    pub(super) fn write_stuck(self: &Rc<Self>) {
        let stuck: Vec<PartitionKey> = self.stuck.borrow().iter().copied().collect();
        for key in stuck {
            if let Err(failure) = self.write_partition_out(key) {
                self.count_refused_write(&failure);
            }
        }
    }

    fn write_partition_out(self: &Rc<Self>, key: PartitionKey) -> Result<(), Failure> {
        let Some(partition) = self.partition(key) else {
            self.stuck.borrow_mut().remove(&key);
            return Ok(());
        };
        let written = partition.borrow_mut().write_out();
        let was_stuck = match written {
            Ok(()) => self.stuck.borrow_mut().remove(&key),
            Err(_) => !self.stuck.borrow_mut().insert(key),
        };
        if was_stuck && written.is_ok() {
            self.count_all_written(&partition);
        }
        written
    }

    /// Tells the replica how far the log is written.
    fn count_all_written(self: &Rc<Self>, partition: &RefCell<Partition>) {
        let mut outputs = Vec::new();
        {
            let mut partition = partition.borrow_mut();
            let end = partition.written_end();
            let replica = partition.replica();
            replica.appended(end, Acks::Leader, None, &mut outputs);
        }
        self.perform(partition, outputs);
    }

    /// A producer's batch is written.
    fn written(self: &Rc<Self>, batch: Unwritten) {
        let waiting = match (batch.acks, batch.sender) {
            (Acks::All, Some(sender)) => Some(Waiting::Producer(sender)),
            (_, Some(sender)) => {
                // The asker may have gone.
                let _ = sender.send(Ok(()));
                None
            }
            (_, None) => None,
        };
        self.appended(
            batch.key,
            &batch.appended,
            batch.acks,
            waiting,
            batch.timeout_ms,
        );
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
            let end = partition.written_end();
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
        if !failure.is_storage() {
            return;
        }
        let now = std::time::Instant::now();
        let (told, untold) = self.refusals.get();
        if told.is_some_and(|told| now.duration_since(told) < BETWEEN_REFUSALS) {
            self.refusals.set((told, untold + 1));
            return;
        }
        self.refusals.set((Some(now), 0));
        tracing::error!(
            error = %failure,
            others = untold,
            "a write was refused; the client is told to retry"
        );
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
