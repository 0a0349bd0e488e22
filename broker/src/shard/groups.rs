//! The group coordinator of one shard: it decides, and what it decides is written to this shard's
//! partitions of `__consumer_offsets`.

use std::rc::Rc;
use std::sync::Arc;

use kavka_core::config::BrokerSettings;
use kavka_core::group::{
    AppendToken, Census, Client, Context, CoordinatorRecord, GroupCoordinator, GroupInput,
    GroupOutput, GroupRequest, GroupResponse, Transactional,
};
use kavka_core::log::{Guard, Marker};
use kavka_core::types::{Instant, LeaderEpoch, PartitionIndex, ProducerId};
use kavka_protocol::ErrorCode;
use kavka_protocol::records::{Batch, BatchBuilder};
use tokio::sync::oneshot;

use super::coordinator::{Coordinator, Desk, OwnWrite, coordinator_records};
use super::{Shard, Waiting};
use crate::failure::Failure;
use crate::metrics::GroupOffset;
use crate::partition::Admitted;

/// The topic that holds groups and their offsets.
pub(crate) const OFFSETS_TOPIC: &str = "__consumer_offsets";

impl Coordinator for GroupCoordinator {
    type Input = GroupInput;
    type Output = GroupOutput;
    type Response = GroupResponse;

    const TOPIC: &'static str = OFFSETS_TOPIC;

    fn desk(shard: &Shard) -> &Desk<Self> {
        &shard.groups
    }

    fn step(&mut self, context: &Context<'_>, input: GroupInput, out: &mut Vec<GroupOutput>) {
        self.step(context, input, out);
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.next_deadline()
    }

    fn perform(shard: &Rc<Shard>, output: GroupOutput) {
        shard.group_output(output);
    }

    fn tick() -> GroupInput {
        GroupInput::Tick
    }

    fn partitions(count: i32) -> GroupInput {
        GroupInput::Partitions(count)
    }

    fn elected(partition: PartitionIndex, _leader_epoch: LeaderEpoch) -> GroupInput {
        GroupInput::Elected { partition }
    }

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

    fn load_done(partition: PartitionIndex) -> GroupInput {
        GroupInput::LoadDone { partition }
    }

    fn resigned(partition: PartitionIndex) -> GroupInput {
        GroupInput::Resigned { partition }
    }

    fn load_bytes(settings: &BrokerSettings) -> i32 {
        settings.offsets_load_buffer_size
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
        self.ask_coordinator::<GroupCoordinator>(|token| GroupInput::Request {
            token,
            version,
            client,
            request,
        })
    }

    /// How many groups this shard coordinates, and where they are.
    pub(crate) fn group_states(&self) -> (Census, Vec<GroupOffset>) {
        let coordinator = self.groups.coordinator();
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
        self.input::<GroupCoordinator>(input);
    }

    fn group_output(self: &Rc<Self>, output: GroupOutput) {
        match output {
            GroupOutput::Reply { token, response } => self.groups.reply(token, response),
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
                    self.groups.queue(GroupInput::Appended { append, result });
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
        let write = OwnWrite {
            partition,
            batch,
            admitted,
            waiting: Waiting::Group(append),
            timeout_ms: u64::try_from(timeout).unwrap_or(0),
        };
        self.write_own::<GroupCoordinator>(write, records)
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
}
