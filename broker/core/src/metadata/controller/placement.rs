//! Which brokers hold a new partition.

use kavka_protocol::{ErrorCode, Uuid};

use super::super::image::PartitionView;
use super::{Controller, Refusal};
use crate::types::{DirectoryId, LeaderEpoch, NodeId, PartitionIndex, TopicId};

impl Controller<'_> {
    /// The brokers that can take replicas.
    pub(super) fn usable(&self) -> Vec<NodeId> {
        self.image
            .brokers()
            .filter(|broker| !broker.fenced)
            .map(|broker| broker.id)
            .collect()
    }

    /// Replicas of partitions `first..first + count`, spread evenly: neighbours in the list of
    /// brokers, each partition one further than the one before, beginning anywhere.
    pub(super) fn place(
        &self,
        topic: TopicId,
        first: i32,
        count: i32,
        factor: i16,
    ) -> Result<Vec<Vec<NodeId>>, Refusal> {
        let brokers = self.usable();
        let wanted = usize::try_from(factor).unwrap_or(0);
        if wanted == 0 || wanted > brokers.len() {
            return Err(Refusal::new(
                ErrorCode::InvalidReplicationFactor,
                format!(
                    "Unable to replicate the partition {factor} time(s): The target replication \
                     factor of {factor} cannot be reached because only {} broker(s) are \
                     registered.",
                    brokers.len()
                ),
            ));
        }
        let start = topic
            .0
            .iter()
            .fold(0_usize, |sum, byte| sum + usize::from(*byte));
        let partitions = first..first.saturating_add(count);
        let replicas = |partition: i32| {
            let start = start + usize::try_from(partition).unwrap_or(0);
            let ring = brokers.iter().cycle().skip(start % brokers.len());
            ring.take(wanted).copied().collect()
        };
        Ok(partitions.map(replicas).collect())
    }

    /// A manual assignment names known brokers, each once.
    pub(super) fn check_assignment(&self, replicas: &[i32]) -> Result<Vec<NodeId>, Refusal> {
        let refuse = |message| Err(Refusal::new(ErrorCode::InvalidReplicaAssignment, message));
        if replicas.is_empty() {
            return refuse(
                "The manual partition assignment includes an empty replica list.".to_owned(),
            );
        }
        if let Some(twice) = super::duplicates(replicas.iter().copied()).first() {
            return refuse(format!(
                "The manual partition assignment includes the broker {twice} more than once."
            ));
        }
        let unknown = |id: &&i32| self.image.broker(NodeId(**id)).is_none();
        if let Some(unknown) = replicas.iter().find(unknown) {
            return refuse(format!(
                "The manual partition assignment includes broker {unknown}, but no such broker \
                 is registered."
            ));
        }
        Ok(replicas.iter().copied().map(NodeId).collect())
    }

    /// A partition that begins with all of its replicas in sync and the first live one leading.
    pub(super) fn new_partition(&self, index: i32, replicas: Vec<NodeId>) -> PartitionView {
        let live = |id: &NodeId| self.image.broker(*id).is_some_and(|broker| !broker.fenced);
        let isr: Vec<NodeId> = replicas.iter().copied().filter(live).collect();
        PartitionView {
            index: PartitionIndex(index),
            leader: isr.first().copied(),
            directories: replicas.iter().map(|id| self.disk_of(*id)).collect(),
            replicas,
            isr,
            leader_epoch: LeaderEpoch(0),
            partition_epoch: 0,
            removing: Vec::new(),
            adding: Vec::new(),
        }
    }

    fn disk_of(&self, id: NodeId) -> DirectoryId {
        let broker = self.image.broker(id);
        broker
            .and_then(|broker| broker.log_dirs.first().copied())
            .unwrap_or(Uuid::ZERO)
    }
}
