//! Ends of transactions in the partitions of this broker.

use std::rc::Rc;

use kavka_core::log::{Marker, MarkerRule};
use kavka_core::replica::Acks;
use kavka_core::transaction::TopicPartition;
use kavka_core::types::{CoordinatorEpoch, PartitionIndex};
use kavka_protocol::ErrorCode;
use tokio::sync::oneshot;

use super::groups::OFFSETS_TOPIC;
use super::transactions::WRITE_TIMEOUT_MS;
use super::{PartitionKey, Shard, Waiting};
use crate::clock::Clock;
use crate::failure::Failure;

/// A marker that is to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) marker: Marker,
    pub(crate) rule: MarkerRule,
    pub(crate) asker: Asker,
}

/// Who has a marker written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// The coordinator of the transaction.
    Coordinator,
    /// Somebody who ends a transaction that hangs; `oldest` is the lowest epoch of those that
    /// coordinate now.
    Client { oldest: CoordinatorEpoch },
}

/// The outcome of one marker that is on its way.
type Written = Result<oneshot::Receiver<Result<(), ErrorCode>>, Failure>;

impl Shard {
    /// Writes a marker to partitions of any shard; returns once each is kept or refused.
    pub(crate) async fn write_markers(
        self: &Rc<Self>,
        order: Order,
        partitions: Vec<TopicPartition>,
    ) -> Vec<(TopicPartition, Result<(), ErrorCode>)> {
        let mut results = Vec::with_capacity(partitions.len());
        let mut by_shard: Vec<Vec<(TopicPartition, PartitionKey)>> = Vec::new();
        by_shard.resize_with(self.shared.shards.len(), Vec::new);
        {
            let image = self.shared.image();
            for one in partitions {
                let index = PartitionIndex(one.partition);
                let topic = image.topic(&one.topic);
                let Some(topic) = topic.filter(|topic| topic.partition(index).is_some()) else {
                    results.push((one, Err(ErrorCode::UnknownTopicOrPartition)));
                    continue;
                };
                let owner = self.shared.shard_of(topic.id, index);
                if let Some(of_shard) = by_shard.get_mut(owner) {
                    of_shard.push((one, (topic.id, index)));
                }
            }
        }
        let mut under_way = Vec::new();
        for (owner, partitions) in by_shard.into_iter().enumerate() {
            if partitions.is_empty() {
                continue;
            }
            let (names, keys): (Vec<_>, Vec<_>) = partitions.into_iter().unzip();
            let begun = self.on(owner, move |shard| {
                let begun: Vec<Written> = keys
                    .into_iter()
                    .map(|key| shard.append_marker(key, order))
                    .collect();
                Box::pin(async move { begun })
            });
            match begun.await {
                Ok(begun) => under_way.extend(names.into_iter().zip(begun)),
                Err(failure) => {
                    let code = failure.code();
                    results.extend(names.into_iter().map(|name| (name, Err(code))));
                }
            }
        }
        for (name, begun) in under_way {
            let result = match begun {
                Ok(released) => released
                    .await
                    .unwrap_or(Err(ErrorCode::NotLeaderOrFollower)),
                Err(failure) => Err(failure.code()),
            };
            results.push((name, result));
        }
        results
    }

    /// Writes a marker to a partition of this shard.
    fn append_marker(self: &Rc<Self>, key: PartitionKey, order: Order) -> Written {
        let partition = self
            .partition(key)
            .ok_or(Failure::Code(ErrorCode::NotLeaderOrFollower))?;
        let marker = match order.asker {
            Asker::Coordinator => order.marker,
            Asker::Client { oldest } => partition.borrow().marker_of_client(&order.marker, oldest),
        };
        let appended = partition
            .borrow_mut()
            .append_marker(&self.shared.store, &marker, order.rule, Clock::wall())
            .inspect_err(|failure| self.count_refused_write(failure))?;
        let (reply, released) = oneshot::channel();
        let of_groups = &*partition.borrow().id().topic == OFFSETS_TOPIC;
        let waiting = if of_groups {
            Waiting::GroupMarker {
                partition: key.1,
                marker,
                reply,
            }
        } else {
            Waiting::Producer(reply)
        };
        self.appended(key, &appended, Acks::All, Some(waiting), WRITE_TIMEOUT_MS);
        Ok(released)
    }
}
