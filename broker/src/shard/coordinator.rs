//! The shell of a coordinator: it is given inputs and does what it decides, its records are read
//! back when this shard comes to lead a partition of its topic, and its timers run.

use std::cell::{Cell, RefCell, RefMut};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use kavka_core::config::BrokerSettings;
use kavka_core::group::{Context, CoordinatorRecord};
use kavka_core::replica::{Acks, Reader};
use kavka_core::types::{Instant, LeaderEpoch, Offset, PartitionIndex, ReplyToken, Timestamp};
use kavka_disk::Minimum;
use kavka_protocol::ErrorCode;
use kavka_protocol::records::{Batch, BatchBuilder, Batches};
use tokio::sync::{Notify, oneshot};

use super::{PartitionKey, Shard, Waiting};
use crate::clock::Clock;
use crate::failure::Failure;
use crate::partition::{Admitted, Isolation};

/// How long loading keeps the shard's thread to itself.
const LOAD_TURN: Duration = Duration::from_millis(5);

/// What one batch of a coordinator's records may hold once decompressed.
const RECORDS_CEILING: usize = 64 << 20;

/// A coordinator of the core, as its shell sees it.
pub(super) trait Coordinator: Sized + 'static {
    type Input: 'static;
    type Output;
    type Response;

    /// Where its records are.
    const TOPIC: &'static str;

    /// Its place in a shard.
    fn desk(shard: &Shard) -> &Desk<Self>;
    /// Takes one input and appends what follows from it.
    fn step(&mut self, context: &Context<'_>, input: Self::Input, out: &mut Vec<Self::Output>);
    /// When it needs [`Coordinator::tick`].
    fn next_deadline(&self) -> Option<Instant>;
    /// Does what it has decided.
    fn perform(shard: &Rc<Shard>, output: Self::Output);

    /// Time has passed.
    fn tick() -> Self::Input;
    /// How many partitions its topic has.
    fn partitions(count: i32) -> Self::Input;
    /// This broker leads a partition of the topic, whose records follow.
    fn elected(partition: PartitionIndex, leader_epoch: LeaderEpoch) -> Self::Input;
    /// What a batch of the log says.
    fn loaded(partition: PartitionIndex, batch: &Batch) -> Result<Option<Self::Input>, Failure>;
    /// All records of a partition were given.
    fn load_done(partition: PartitionIndex) -> Self::Input;
    /// A partition is no longer served here.
    fn resigned(partition: PartitionIndex) -> Self::Input;
    /// Bytes that are read at once while loading.
    fn load_bytes(settings: &BrokerSettings) -> i32;
}

/// A coordinator with what the shell keeps for it.
pub(super) struct Desk<C: Coordinator> {
    coordinator: RefCell<C>,
    inputs: RefCell<VecDeque<C::Input>>,
    /// Set while inputs are worked off, so that an output which leads to an input does not recurse.
    busy: Cell<bool>,
    replies: RefCell<HashMap<u64, oneshot::Sender<C::Response>>>,
    deadline_moved: Notify,
}

impl<C: Coordinator> Desk<C> {
    pub(super) fn new(coordinator: C) -> Self {
        Self {
            coordinator: RefCell::new(coordinator),
            inputs: RefCell::default(),
            busy: Cell::new(false),
            replies: RefCell::default(),
            deadline_moved: Notify::new(),
        }
    }

    pub(super) fn coordinator(&self) -> RefMut<'_, C> {
        self.coordinator.borrow_mut()
    }

    /// For the end of the inputs: whoever works them off comes to it.
    pub(super) fn queue(&self, input: C::Input) {
        self.inputs.borrow_mut().push_back(input);
    }

    /// Gives an answer to whoever waits for it.
    pub(super) fn reply(&self, token: ReplyToken, response: C::Response) {
        if let Some(reply) = self.replies.borrow_mut().remove(&token.0) {
            // The client may have gone.
            drop(reply.send(response));
        }
    }
}

/// A write of a coordinator.
pub(super) struct OwnWrite {
    pub(super) partition: PartitionIndex,
    pub(super) batch: BatchBuilder,
    pub(super) admitted: Admitted,
    /// Who learns that it counts.
    pub(super) waiting: Waiting,
    pub(super) timeout_ms: u64,
}

impl Shard {
    /// Gives a coordinator a request; the token goes into the input that it makes.
    pub(super) fn ask_coordinator<C: Coordinator>(
        self: &Rc<Self>,
        input: impl FnOnce(ReplyToken) -> C::Input,
    ) -> oneshot::Receiver<C::Response> {
        let (reply, answer) = oneshot::channel();
        let token = self.token();
        C::desk(self).replies.borrow_mut().insert(token.0, reply);
        self.input::<C>(input(token));
        answer
    }

    /// Gives a coordinator something to decide and does what it decides.
    pub(super) fn input<C: Coordinator>(self: &Rc<Self>, input: C::Input) {
        let desk = C::desk(self);
        desk.queue(input);
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
                desk.coordinator().step(&context, input, &mut outputs);
            }
            for output in outputs {
                C::perform(self, output);
            }
        }
        desk.busy.set(false);
        desk.deadline_moved.notify_one();
    }

    /// Writes records of a coordinator to its topic.
    pub(super) fn write_own<C: Coordinator>(
        self: &Rc<Self>,
        write: OwnWrite,
        records: &[CoordinatorRecord],
    ) -> Result<(), Failure> {
        let wall = Clock::wall();
        let batch = own_batch(write.batch, records, wall)?;
        let key = self.key_of::<C>(write.partition);
        let key = key.ok_or(ErrorCode::NotCoordinator)?;
        let log = self.partition(key).ok_or(ErrorCode::NotCoordinator)?;
        let store = &self.shared.store;
        let appended = log
            .borrow_mut()
            .append_own(store, batch, write.admitted, wall)?;
        let waiting = Some(write.waiting);
        self.appended(key, &appended, Acks::All, waiting, write.timeout_ms);
        Ok(())
    }

    fn key_of<C: Coordinator>(&self, partition: PartitionIndex) -> Option<PartitionKey> {
        let image = self.image.borrow();
        image.topic(C::TOPIC).map(|topic| (topic.id, partition))
    }

    /// Whether this is still the partition of the coordinator's topic with this number.
    fn coordinates<C: Coordinator>(&self, key: PartitionKey) -> bool {
        self.key_of::<C>(key.1) == Some(key) && self.partition(key).is_some()
    }

    /// This shard has become the coordinator of partitions: reads them back, letting others have
    /// their turn meanwhile. Until that is done its clients are told to come back.
    pub(super) fn load<C: Coordinator>(self: &Rc<Self>, keys: Vec<PartitionKey>) {
        if keys.is_empty() {
            return;
        }
        let count = {
            let image = self.image.borrow();
            image.topic(C::TOPIC).map_or(0, |it| it.partitions.len())
        };
        self.input::<C>(C::partitions(i32::try_from(count).unwrap_or(i32::MAX)));
        for key in keys {
            self.load_one::<C>(key);
        }
    }

    fn load_one<C: Coordinator>(self: &Rc<Self>, key: PartitionKey) {
        let partition = key.1;
        let leader_epoch = self.partition(key).map_or(LeaderEpoch(0), |held| {
            held.borrow_mut().replica().leader_epoch()
        });
        self.input::<C>(C::elected(partition, leader_epoch));
        let shard = Rc::clone(self);
        tokio::task::spawn_local(async move {
            let loaded = shard.load_records::<C>(key).await;
            if !shard.coordinates::<C>(key) {
                return;
            }
            match loaded {
                Ok(()) => shard.input::<C>(C::load_done(partition)),
                Err(failure) => {
                    let topic = C::TOPIC;
                    tracing::error!(error = %failure, topic, %partition, "could not be read back");
                    shard.input::<C>(C::resigned(partition));
                }
            }
        });
    }

    async fn load_records<C: Coordinator>(
        self: &Rc<Self>,
        key: PartitionKey,
    ) -> Result<(), Failure> {
        let mut turn = std::time::Instant::now();
        let held = self.partition(key).ok_or(ErrorCode::NotCoordinator)?;
        let mut from = held.borrow().log_start();
        let at_once = usize::try_from(C::load_bytes(&self.settings())).unwrap_or(0);
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
                if !self.coordinates::<C>(key) {
                    return Ok(());
                }
                turn = std::time::Instant::now();
            }
            for batch in Batches::new(read.records) {
                let batch = batch?;
                from = Offset(batch.header.last_offset()).plus(1);
                if let Some(input) = C::loaded(key.1, &batch)? {
                    self.input::<C>(input);
                }
            }
        }
    }

    /// Gives a coordinator's timers the attention that they need.
    pub(super) async fn run_timers<C: Coordinator>(self: Rc<Self>) {
        // The first input sets the coordinator's own timers.
        self.input::<C>(C::tick());
        loop {
            let deadline = C::desk(&self).coordinator().next_deadline();
            let sleep = async {
                match deadline {
                    Some(at) => tokio::time::sleep_until(self.shared.clock.deadline(at)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = sleep => self.input::<C>(C::tick()),
                () = C::desk(&self).deadline_moved.notified() => {}
            }
        }
    }
}

fn own_batch(
    mut batch: BatchBuilder,
    records: &[CoordinatorRecord],
    wall: Timestamp,
) -> Result<Bytes, Failure> {
    for record in records {
        batch.push(wall.0, Some(&record.key), record.value.as_deref(), &[]);
    }
    Ok(batch.build()?)
}

/// The records of a batch that a coordinator has written.
pub(super) fn coordinator_records(batch: &Batch) -> Result<Vec<CoordinatorRecord>, Failure> {
    let mut records = Vec::new();
    for record in batch.records(RECORDS_CEILING)? {
        let record = record?;
        if let Some(key) = record.key {
            let value = record.value;
            records.push(CoordinatorRecord { key, value });
        }
    }
    Ok(records)
}
