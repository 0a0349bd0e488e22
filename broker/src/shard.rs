//! A shard: one thread with a current-thread runtime that serves connections and owns partitions.
//! What belongs to another shard is asked of it through its bounded queue.

mod assignment;
mod compaction;
mod coordinator;
pub(crate) mod groups;
pub(crate) mod markers;
mod produce;
mod producer_ids;
mod read;
mod run;
pub(crate) mod sessions;
pub(crate) mod transactions;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use arc_swap::Guard;
use futures::future::LocalBoxFuture;
use kavka_core::config::BrokerSettings;
use kavka_core::group::{AppendToken, GroupCoordinator};
use kavka_core::log::Marker;
use kavka_core::metadata::MetadataImage;
use kavka_core::replica::ReplicaOutput;
use kavka_core::transaction::TransactionCoordinator;
use kavka_core::types::{Lsn, PartitionIndex, ReplyToken, TopicId};
use kavka_disk::{ExpiredSegments, RealDisk};
use kavka_protocol::ErrorCode;
use tokio::sync::{Notify, mpsc, oneshot};

pub(crate) use self::assignment::RecoveredLogs;
pub(crate) use self::produce::{Acknowledgement, ProduceTask};
pub(crate) use self::read::{ReadTask, ReadTerms};
pub(crate) use self::run::{ShardParts, ShardThread, spawn};
use crate::background::BackgroundHandle;
use crate::connection::budget::Budget;
use crate::connection::frame::Scratch;
use crate::failure::Failure;
use crate::metrics::{LogState, Metrics};
use crate::partition::Partition;
use crate::shared::{Phase, Shared};

use self::coordinator::Desk;
use self::produce::Unwritten;
use self::producer_ids::ProducerIdPool;
use self::sessions::Sessions;

/// Work that another thread hands over.
pub(crate) type Task = Box<dyn FnOnce(&Rc<Shard>) + Send>;

/// Tasks that may wait for a shard.
pub(crate) const QUEUE: usize = 1024;

/// Names a partition for as long as its topic lives.
pub(crate) type PartitionKey = (TopicId, PartitionIndex);

/// The way to a shard from anywhere.
#[derive(Debug, Clone)]
pub(crate) struct ShardHandle {
    tasks: mpsc::Sender<Task>,
}

impl ShardHandle {
    /// A handle and the queue that [`spawn`] takes.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Task>) {
        let (tasks, queue) = mpsc::channel(QUEUE);
        (Self { tasks }, queue)
    }

    /// Hands work over, waiting while the queue is full.
    pub(crate) async fn send(&self, task: Task) -> Result<(), Failure> {
        self.tasks.send(task).await.map_err(|_| Failure::Stopping)
    }

    /// Runs `work` on the shard and blocks until it is done: for threads without a runtime.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Rc<Shard>) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (reply, answer) = oneshot::channel();
        let task: Task = Box::new(move |shard| drop(reply.send(work(shard))));
        let sent = self.tasks.blocking_send(task);
        sent.map_err(|_| Failure::Stopping)?;
        answer.blocking_recv().map_err(|_| Failure::Stopping)
    }

    /// Runs `work` on the shard and waits for what it returns.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(Rc<Shard>) -> LocalBoxFuture<'static, T> + Send + 'static,
    ) -> Result<T, Failure> {
        let (reply, answer) = oneshot::channel();
        let task: Task = Box::new(move |shard| {
            let working = work(Rc::clone(shard));
            tokio::task::spawn_local(async move {
                // The asker may have gone; its answer then goes nowhere.
                drop(reply.send(working.await));
            });
        });
        self.send(task).await?;
        answer.await.map_err(|_| Failure::Stopping)
    }
}

/// Who learns that a batch counts, or will not.
enum Waiting {
    /// A producer's request.
    Producer(oneshot::Sender<Result<(), ErrorCode>>),
    /// The group coordinator's write.
    Group(AppendToken),
    /// The transaction coordinator's write.
    Transaction(AppendToken),
    /// The end of a transaction in a partition of groups, which the group coordinator has to know
    /// before anyone else.
    GroupMarker {
        partition: PartitionIndex,
        marker: Marker,
        reply: oneshot::Sender<Result<(), ErrorCode>>,
    },
}

/// A shard's state; lives and stays on its thread.
pub(crate) struct Shard {
    index: usize,
    shared: Arc<Shared>,
    background: BackgroundHandle,
    image: RefCell<Arc<MetadataImage>>,
    partitions: RefCell<HashMap<PartitionKey, Rc<RefCell<Partition>>>>,
    /// Producers' batches that their logs have not written yet.
    unwritten: RefCell<Vec<Unwritten>>,
    /// There are some.
    write_wanted: Notify,
    /// Partitions that could not write what was appended.
    stuck: RefCell<BTreeSet<PartitionKey>>,
    /// When it was last said that a write was refused, and how many were since.
    refusals: Cell<(Option<std::time::Instant>, u64)>,
    /// Appends that wait for the journal, in the order of their place in it.
    unsynced: RefCell<VecDeque<(Lsn, PartitionKey)>>,
    /// Something was appended to the journal.
    sync_wanted: Notify,
    waiting: RefCell<HashMap<u64, Waiting>>,
    next_token: Cell<u64>,
    open_connections: Cell<usize>,
    groups: Desk<GroupCoordinator>,
    transactions: Desk<TransactionCoordinator>,
    producer_ids: ProducerIdPool,
    sessions: Sessions,
    scratch: Scratch,
}

impl Shard {
    /// This shard's number.
    pub(crate) fn index(&self) -> usize {
        self.index
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The broker's settings as of now.
    pub(crate) fn settings(&self) -> Guard<Arc<BrokerSettings>> {
        self.shared.settings()
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    pub(crate) fn request_budget(&self) -> &Budget {
        &self.shared.request_budget
    }

    /// Resolves when the broker is shutting down.
    pub(crate) async fn stopping(&self) {
        let mut phase = self.shared.phase.clone();
        // An ended sender means the broker is gone, which is as good as stopping.
        drop(phase.wait_for(|phase| *phase == Phase::Stopping).await);
    }

    /// Where connections read to.
    pub(crate) fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// The incremental fetch sessions of this shard's connections.
    pub(crate) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// A connection was opened or has ended: how many there are now.
    pub(crate) fn count_connections(&self, change: isize) {
        self.open_connections
            .set(self.open_connections.get().saturating_add_signed(change));
    }

    /// A partition that this shard owns.
    pub(crate) fn partition(&self, key: PartitionKey) -> Option<Rc<RefCell<Partition>>> {
        self.partitions.borrow().get(&key).map(Rc::clone)
    }

    /// Runs `work` here or on the shard with number `index`.
    pub(crate) async fn on<T: Send + 'static>(
        self: &Rc<Self>,
        index: usize,
        work: impl FnOnce(Rc<Self>) -> LocalBoxFuture<'static, T> + Send + 'static,
    ) -> Result<T, Failure> {
        if index == self.index {
            return Ok(work(Rc::clone(self)).await);
        }
        match self.shared.shards.get(index) {
            Some(shard) => shard.call(work).await,
            None => Err(Failure::Stopping),
        }
    }

    /// Runs `work` on the shard that owns a partition.
    pub(crate) async fn on_owner<T: Send + 'static>(
        self: &Rc<Self>,
        (topic, partition): PartitionKey,
        work: impl FnOnce(Rc<Self>) -> LocalBoxFuture<'static, T> + Send + 'static,
    ) -> Result<T, Failure> {
        self.on(self.shared.shard_of(topic, partition), work).await
    }

    /// Has the files of segments removed that are no part of a log any more.
    pub(crate) fn remove_segments(&self, segments: ExpiredSegments<RealDisk>) {
        self.background.remove_segments(segments);
    }

    fn token(&self) -> ReplyToken {
        let token = self.next_token.get();
        self.next_token.set(token.wrapping_add(1));
        ReplyToken(token)
    }

    /// Does what a replica asks for.
    fn perform(self: &Rc<Self>, partition: &RefCell<Partition>, outputs: Vec<ReplicaOutput>) {
        for output in outputs {
            match output {
                ReplicaOutput::HighWatermark(high_watermark) => {
                    partition.borrow_mut().advanced(high_watermark);
                }
                ReplicaOutput::Release { token, result } => self.release(token, result),
                ReplicaOutput::ProposeIsr { isr } => {
                    // One node holds every replica alone; there is nobody to take in or throw out.
                    tracing::debug!(?isr, "in-sync replicas stay as they are");
                }
            }
        }
    }

    fn release(self: &Rc<Self>, token: ReplyToken, result: Result<(), ErrorCode>) {
        let waiting = self.waiting.borrow_mut().remove(&token.0);
        match waiting {
            // The asker may have gone.
            Some(Waiting::Producer(reply)) => drop(reply.send(result)),
            Some(Waiting::Group(append)) => self.group_appended(append, result),
            Some(Waiting::Transaction(append)) => self.transaction_appended(append, result),
            Some(Waiting::GroupMarker {
                partition,
                marker,
                reply,
            }) => {
                if result.is_ok() {
                    self.group_transaction_ended(partition, &marker);
                }
                // The coordinator may have gone.
                let _ = reply.send(result);
            }
            None => {}
        }
    }

    /// The journal has become durable up to `lsn`.
    fn journal_synced(self: &Rc<Self>, lsn: Lsn) {
        let mut keys = Vec::new();
        {
            let mut unsynced = self.unsynced.borrow_mut();
            while let Some((appended, key)) = unsynced.front() {
                if *appended > lsn {
                    break;
                }
                if keys.last() != Some(key) {
                    keys.push(*key);
                }
                unsynced.pop_front();
            }
        }
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            if let Some(partition) = self.partition(key) {
                let outputs = partition.borrow_mut().synced(lsn);
                self.perform(&partition, outputs);
            }
        }
    }

    /// Fails acknowledgements that have waited too long.
    fn expire_acknowledgements(self: &Rc<Self>) {
        let mut keys: Vec<PartitionKey> =
            self.unsynced.borrow().iter().map(|(_, key)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        let now = self.shared.clock.now();
        for key in keys {
            if let Some(partition) = self.partition(key) {
                let mut outputs = Vec::new();
                partition.borrow_mut().replica().expire(now, &mut outputs);
                self.perform(&partition, outputs);
            }
        }
    }

    /// Where this shard's logs begin and end, and what they take on disk.
    pub(crate) fn log_states(&self) -> Vec<LogState> {
        let partitions = self.partitions.borrow();
        let states = partitions.values().map(|partition| {
            let mut partition = partition.borrow_mut();
            LogState {
                topic: Arc::clone(&partition.id().topic),
                partition: partition.id().partition.0,
                start: partition.log_start().0,
                high_watermark: partition.replica().high_watermark().0,
                end: partition.log_end().0,
                bytes: partition.size_bytes(),
            }
        });
        states.collect()
    }
}
