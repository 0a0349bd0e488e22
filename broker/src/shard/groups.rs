//! The group coordinator of one shard: it decides, and what it decides is written to this shard's
//! partitions of `__consumer_offsets`.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use kavka_core::config::GroupConfig;
use kavka_core::group::{
    AppendToken, Census, Client, Context, CoordinatorRecord, GroupCoordinator, GroupInput,
    GroupOutput, GroupRequest, GroupResponse, Transactional,
};
use kavka_core::log::{Guard, Marker};
use kavka_core::replica::{Acks, Reader};
use kavka_core::types::{Offset, PartitionIndex, ProducerId};
use kavka_disk::Minimum;
use kavka_protocol::ErrorCode;
use kavka_protocol::records::{Batch, BatchBuilder, Batches};
use tokio::sync::{Notify, oneshot};

use super::{PartitionKey, Shard, Waiting};
use crate::clock::Clock;
use crate::failure::Failure;
use crate::metrics::GroupOffset;
use crate::partition::{Admitted, Isolation};

/// The topic that holds groups and their offsets.
pub(crate) const OFFSETS_TOPIC: &str = "__consumer_offsets";

/// How long loading keeps the shard's thread to itself.
pub(super) const LOAD_TURN: Duration = Duration::from_millis(5);

/// What one batch of groups' records may hold once decompressed.
const RECORDS_CEILING: usize = 64 << 20;

/// The coordinator with what the shell keeps for it.
pub(super) struct GroupDesk {
    coordinator: RefCell<GroupCoordinator>,
    inputs: RefCell<VecDeque<GroupInput>>,
    /// Set while inputs are worked off, so that an output which leads to an input does not recurse.
    busy: Cell<bool>,
    replies: RefCell<HashMap<u64, oneshot::Sender<GroupResponse>>>,
    deadline_moved: Notify,
}

impl GroupDesk {
    pub(super) fn new(config: GroupConfig, seed: u64) -> Self {
        Self {
            coordinator: RefCell::new(GroupCoordinator::new(config, seed)),
            inputs: RefCell::default(),
            busy: Cell::new(false),
            replies: RefCell::default(),
            deadline_moved: Notify::new(),
        }
    }
}

impl Shard {
    /// Has a group's request handled; the group must belong to this shard.
    pub(crate) fn group_request(
        self: &Rc<Self>,
        version: i16,
        client: Client,
        request: GroupRequest,
    ) -> oneshot::Receiver<GroupResponse> {
        let (reply, answer) = oneshot::channel();
        let token = self.token();
        self.groups.replies.borrow_mut().insert(token.0, reply);
        self.group_input(GroupInput::Request {
            token,
            version,
            client,
            request,
        });
        answer
    }

    /// How many groups this shard coordinates, and where they are.
    pub(crate) fn group_states(&self) -> (Census, Vec<GroupOffset>) {
        let coordinator = self.groups.coordinator.borrow();
        let mut group: Arc<str> = Arc::from("");
        let mut topic: Arc<str> = Arc::from("");
        let mut offsets = Vec::new();
        for committed in coordinator.committed() {
            // They come in order: names are made once for all of their partitions.
            if *group != *committed.group {
                group = Arc::from(committed.group);
            }
            if *topic != *committed.topic {
                topic = Arc::from(committed.topic);
            }
            offsets.push(GroupOffset {
                group: Arc::clone(&group),
                topic: Arc::clone(&topic),
                partition: committed.partition.0,
                offset: committed.offset.0,
            });
        }
        (coordinator.census(), offsets)
    }

    /// A write of the coordinator counts, or will not.
    pub(super) fn group_appended(
        self: &Rc<Self>,
        append: AppendToken,
        result: Result<(), ErrorCode>,
    ) {
        self.group_input(GroupInput::Appended { append, result });
    }

    /// Gives the coordinator something to decide and does what it decides.
    pub(super) fn group_input(self: &Rc<Self>, input: GroupInput) {
        self.groups.inputs.borrow_mut().push_back(input);
        if self.groups.busy.replace(true) {
            return;
        }
        loop {
            let Some(input) = self.groups.inputs.borrow_mut().pop_front() else {
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
                self.groups
                    .coordinator
                    .borrow_mut()
                    .step(&context, input, &mut outputs);
            }
            for output in outputs {
                self.group_output(output);
            }
        }
        self.groups.busy.set(false);
        self.groups.deadline_moved.notify_one();
    }

    fn group_output(self: &Rc<Self>, output: GroupOutput) {
        match output {
            GroupOutput::Reply { token, response } => {
                if let Some(reply) = self.groups.replies.borrow_mut().remove(&token.0) {
                    // The client may have gone.
                    drop(reply.send(response));
                }
            }
            GroupOutput::LimitReached { setting } => self.metrics().limit_reached(setting),
            GroupOutput::Append {
                append,
                partition,
                records,
                transaction,
            } => {
                let written = self.group_append(append, partition, &records, transaction);
                if let Err(failure) = written {
                    self.count_storage_error(&failure);
                    let result = Err(failure.code());
                    self.groups
                        .inputs
                        .borrow_mut()
                        .push_back(GroupInput::Appended { append, result });
                }
            }
        }
    }

    fn group_append(
        self: &Rc<Self>,
        append: AppendToken,
        partition: PartitionIndex,
        records: &[CoordinatorRecord],
        transaction: Option<Transactional>,
    ) -> Result<(), Failure> {
        let wall = Clock::wall();
        let (codec, timeout) = {
            let settings = self.settings();
            (
                settings.offsets_topic_compression,
                settings.offsets_commit_timeout_ms,
            )
        };
        let mut batch = BatchBuilder::new(codec);
        let mut admitted = Admitted::With(None);
        if let Some(Transactional {
            producer,
            epoch,
            guard,
        }) = transaction
        {
            batch = batch.producer(producer.0, epoch.0, -1).transactional();
            admitted = self.admitted(guard);
        }
        for record in records {
            batch.push(wall.0, Some(&record.key), record.value.as_deref(), &[]);
        }
        let batch = batch.build()?;
        let key = self
            .offsets_partition(partition)
            .ok_or(ErrorCode::NotCoordinator)?;
        let log = self.partition(key).ok_or(ErrorCode::NotCoordinator)?;
        let appended = log
            .borrow_mut()
            .append_own(&self.shared.store, batch, admitted, wall)?;
        let waiting = Some(Waiting::Group(append));
        let timeout_ms = u64::try_from(timeout).unwrap_or(0);
        self.appended(key, &appended, Acks::All, waiting, timeout_ms);
        Ok(())
    }

    /// Offsets of clients that do not add partitions by writing may go unasked for.
    fn admitted(&self, guard: Option<Guard>) -> Admitted {
        if guard.is_none() && !self.settings().transaction_partition_verification {
            Admitted::Unasked
        } else {
            Admitted::With(guard)
        }
    }

    /// A transaction has ended in a partition of groups.
    pub(super) fn group_transaction_ended(
        self: &Rc<Self>,
        partition: PartitionIndex,
        marker: &Marker,
    ) {
        self.group_input(GroupInput::TransactionEnded {
            partition,
            producer: marker.producer,
            outcome: marker.outcome,
        });
    }

    fn offsets_partition(&self, partition: PartitionIndex) -> Option<PartitionKey> {
        let image = self.image.borrow();
        image
            .topic(OFFSETS_TOPIC)
            .map(|topic| (topic.id, partition))
    }

    /// This shard has become the coordinator of a partition's groups: reads them back, letting
    /// others have their turn meanwhile. Until that is done its clients are told to come back.
    pub(super) fn load_groups(self: &Rc<Self>, key: PartitionKey) {
        let partition = key.1;
        self.group_input(GroupInput::Elected { partition });
        let shard = Rc::clone(self);
        tokio::task::spawn_local(async move {
            let loaded = shard.load_group_records(key).await;
            if !shard.coordinates(key) {
                return;
            }
            match loaded {
                Ok(()) => shard.group_input(GroupInput::LoadDone { partition }),
                Err(failure) => {
                    tracing::error!(error = %failure, %partition, "groups could not be read back");
                    shard.group_input(GroupInput::Resigned { partition });
                }
            }
        });
    }

    /// Whether this is still the partition of `__consumer_offsets` with this number.
    fn coordinates(&self, key: PartitionKey) -> bool {
        self.offsets_partition(key.1) == Some(key) && self.partition(key).is_some()
    }

    async fn load_group_records(self: &Rc<Self>, key: PartitionKey) -> Result<(), Failure> {
        let mut turn = std::time::Instant::now();
        let partition = self.partition(key).ok_or(ErrorCode::NotCoordinator)?;
        let mut from = partition.borrow().log_start();
        let at_once = usize::try_from(self.settings().offsets_load_buffer_size).unwrap_or(0);
        loop {
            let read = partition.borrow().read(
                (Reader::Consumer, Isolation::ReadUncommitted),
                from,
                at_once,
                Minimum::OneBatch,
            )?;
            if read.records.is_empty() {
                return Ok(());
            }
            if turn.elapsed() >= LOAD_TURN {
                tokio::task::yield_now().await;
                if !self.coordinates(key) {
                    return Ok(());
                }
                turn = std::time::Instant::now();
            }
            for batch in Batches::new(read.records) {
                let batch = batch?;
                from = Offset(batch.header.last_offset()).plus(1);
                if let Some(input) = loaded(key.1, &batch)? {
                    self.group_input(input);
                }
            }
        }
    }

    /// Resolves when the coordinator's timers need attention, and gives it that attention.
    pub(super) async fn run_group_timers(self: Rc<Self>) {
        loop {
            let deadline = self.groups.coordinator.borrow().next_deadline();
            let sleep = async {
                match deadline {
                    Some(at) => tokio::time::sleep_until(self.shared.clock.deadline(at)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = sleep => self.group_input(GroupInput::Tick),
                () = self.groups.deadline_moved.notified() => {}
            }
        }
    }
}

/// What a batch of the log says of groups.
fn loaded(partition: PartitionIndex, batch: &Batch) -> Result<Option<GroupInput>, Failure> {
    let header = &batch.header;
    if header.is_control() {
        return Ok(Marker::of(batch).map(|marker| GroupInput::LoadedEnd {
            partition,
            producer: marker.producer,
            outcome: marker.outcome,
        }));
    }
    let records = coordinator_records(batch)?;
    Ok(Some(if header.is_transactional() {
        GroupInput::LoadedPending {
            partition,
            producer: ProducerId(header.producer_id),
            records,
        }
    } else {
        GroupInput::Loaded { partition, records }
    }))
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
