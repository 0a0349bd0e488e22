//! `AddPartitionsToTxn` and `AddOffsetsToTxn`: what a transaction writes to. Writes of newer
//! clients add their partitions themselves; those of older ones are looked for here before they
//! are taken (KIP-890).

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::AddOffsetsToTxnRequest;
use kavka_protocol::messages::add_partitions_to_txn_request::{
    AddPartitionsToTxnTopic, AddPartitionsToTxnTransaction,
};

use super::Waiting;
use super::answer::{Answer, partition_results, producer_after};
use super::append::Effects;
use super::messages::{TopicPartition, TransactionOutput};
use super::state::{State, Status, Then, Transaction};
use super::version::TransactionVersion;
use crate::group::partition_for;
use crate::metadata::{CONSUMER_OFFSETS, MetadataImage};
use crate::types::{PartitionIndex, ProducerEpoch, ProducerId};

impl Transaction {
    pub(super) fn add_partitions(
        &mut self,
        waiting: Waiting,
        request: &AddPartitionsToTxnTransaction,
        client: TransactionVersion,
        fx: &mut Effects<'_>,
    ) -> Result<(), ErrorCode> {
        let producer = ProducerId(request.producer_id);
        let epoch = ProducerEpoch(request.producer_epoch);
        if request.verify_only {
            return self.verify(waiting, request, fx.out);
        }
        let image = fx.context.image;
        let unknown = |topic: &AddPartitionsToTxnTopic, index: i32| {
            image
                .partition(&topic.name, PartitionIndex(index))
                .is_none()
        };
        let has_unknown = |topic: &AddPartitionsToTxnTopic| {
            topic.partitions.iter().any(|index| unknown(topic, *index))
        };
        if request.topics.iter().any(has_unknown) {
            let of = |topic: &AddPartitionsToTxnTopic, index: i32| {
                if unknown(topic, index) {
                    ErrorCode::UnknownTopicOrPartition
                } else {
                    ErrorCode::OperationNotAttempted
                }
            };
            partition_results(waiting, request, of, fx.out);
            return Ok(());
        }
        let answer = Answer::AddPartitions(waiting, request.clone());
        self.add((producer, epoch), named(request), client, answer, fx)
    }

    /// Says which partitions are part of the transaction.
    fn verify(
        &self,
        waiting: Waiting,
        request: &AddPartitionsToTxnTransaction,
        out: &mut Vec<TransactionOutput>,
    ) -> Result<(), ErrorCode> {
        let producer = ProducerId(request.producer_id);
        self.check_producer(producer, ProducerEpoch(request.producer_epoch))?;
        let ends = |status: &Status| status.state.ending().is_some();
        let to = self.change.as_ref().map(|change| &change.to);
        if ends(&self.status) || to.is_some_and(ends) {
            return Err(ErrorCode::ConcurrentTransactions);
        }
        let of = |topic: &AddPartitionsToTxnTopic, partition: i32| {
            let topic = topic.name.clone();
            let key = TopicPartition { topic, partition };
            if self.status.partitions.contains(&key) {
                ErrorCode::None
            } else {
                ErrorCode::TransactionAbortable
            }
        };
        partition_results(waiting, request, of, out);
        Ok(())
    }

    pub(super) fn add_offsets(
        &mut self,
        waiting: Waiting,
        request: &AddOffsetsToTxnRequest,
        fx: &mut Effects<'_>,
    ) -> Result<(), ErrorCode> {
        let partition = offsets_partition(fx.context.image, &request.group_id)
            .ok_or(ErrorCode::CoordinatorNotAvailable)?;
        let producer = ProducerId(request.producer_id);
        let epoch = ProducerEpoch(request.producer_epoch);
        let (client, answer) = (TransactionVersion::V0, Answer::AddOffsets(waiting));
        self.add((producer, epoch), vec![partition], client, answer, fx)
    }

    fn add(
        &mut self,
        (producer, epoch): (ProducerId, ProducerEpoch),
        partitions: Vec<TopicPartition>,
        client: TransactionVersion,
        answer: Answer,
        fx: &mut Effects<'_>,
    ) -> Result<(), ErrorCode> {
        // Before the producer is looked at: it may be on its way to its next epoch or id.
        if self.change.is_some() {
            return Err(ErrorCode::ConcurrentTransactions);
        }
        let now = &self.status;
        let ends = now.state.ending().is_some();
        if ends && producer_after(now) == (producer, epoch) {
            return Err(ErrorCode::ConcurrentTransactions);
        }
        self.check_producer(producer, epoch)?;
        let ongoing = now.state == State::Ongoing;
        if ongoing && partitions.iter().all(|one| now.partitions.contains(one)) {
            answer.give(Ok(()), &self.status, fx.out);
            return Ok(());
        }
        let mut to = Status {
            state: State::Ongoing,
            updated: fx.context.wall,
            client,
            ..now.clone()
        };
        to.partitions.extend(partitions);
        if !ongoing {
            to.started = fx.context.wall;
        }
        self.change(to, Then::Reply(answer), fx)
    }

    /// Whether a request comes from the producer as it is now.
    fn check_producer(&self, producer: ProducerId, epoch: ProducerEpoch) -> Result<(), ErrorCode> {
        if self.status.producer != producer {
            return Err(ErrorCode::InvalidProducerIdMapping);
        }
        if self.status.epoch != epoch {
            return Err(ErrorCode::ProducerFenced);
        }
        Ok(())
    }
}

/// The partitions that a request names.
fn named(request: &AddPartitionsToTxnTransaction) -> Vec<TopicPartition> {
    let topics = request.topics.iter();
    let all = topics.flat_map(|topic| {
        topic.partitions.iter().map(|partition| TopicPartition {
            topic: topic.name.clone(),
            partition: *partition,
        })
    });
    all.collect()
}

/// Where a group's offsets are kept.
fn offsets_partition(image: &MetadataImage, group: &str) -> Option<TopicPartition> {
    let topic = image.topic(CONSUMER_OFFSETS)?;
    let count = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
    Some(TopicPartition {
        topic: CONSUMER_OFFSETS.to_owned(),
        partition: partition_for(group, count).0,
    })
}
