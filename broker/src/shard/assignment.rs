//! Which partitions a shard holds follows from the metadata: this takes over every change.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use kavka_core::group::{GroupCoordinator, GroupInput};
use kavka_core::metadata::{MetadataImage, PartitionView, TRANSACTION_STATE, TopicView};
use kavka_core::replica::{Replica, ReplicaConfig};
use kavka_core::transaction::{TransactionCoordinator, TransactionInput};
use kavka_disk::PartitionId;

use super::groups::OFFSETS_TOPIC;
use super::{PartitionKey, Shard};
use crate::partition::{Partition, PartitionSettings, Recovered, log_settings};

/// What recovery found, by partition.
pub(crate) type RecoveredLogs = HashMap<PartitionKey, Recovered>;

/// Partitions of coordinators that this shard has come to own.
#[derive(Default)]
struct Elected {
    groups: Vec<PartitionKey>,
    transactions: Vec<PartitionKey>,
}

impl Shard {
    /// Takes over new metadata. Logs in `recovered` belong to partitions seen for the first time.
    pub(crate) fn apply_image(
        self: &Rc<Self>,
        image: &Arc<MetadataImage>,
        recovered: &mut RecoveredLogs,
    ) {
        let previous = self.image.replace(Arc::clone(image));
        self.drop_deleted(&previous, image);
        let mut elected = Elected::default();
        for topic in image.topics() {
            let known = previous.topic_by_id(topic.id);
            let unchanged = known.is_some_and(|known| Arc::ptr_eq(known, topic));
            self.take_over(topic, image, unchanged, recovered, &mut elected);
        }
        self.load::<GroupCoordinator>(elected.groups);
        self.load::<TransactionCoordinator>(elected.transactions);
    }

    fn take_over(
        self: &Rc<Self>,
        topic: &Arc<TopicView>,
        image: &MetadataImage,
        unchanged: bool,
        recovered: &mut RecoveredLogs,
        elected: &mut Elected,
    ) {
        let settings = self.partition_settings(topic, image);
        for view in &topic.partitions {
            let key = (topic.id, view.index);
            let led = view.leader == Some(self.shared.node())
                && self.shared.shard_of(key.0, key.1) == self.index;
            if !led {
                continue;
            }
            if let Some(partition) = self.partition(key) {
                let mut outputs = Vec::new();
                let mut held = partition.borrow_mut();
                if *held.settings() != settings {
                    held.replica()
                        .set_config(self.replica_config(&settings), &mut outputs);
                    held.set_settings(settings.clone());
                }
                if !unchanged {
                    held.replica().isr_changed(view, &mut outputs);
                    // A consumer that names another epoch is refused from now on.
                    held.wake();
                }
                drop(held);
                self.perform(&partition, outputs);
            } else {
                self.adopt(topic, view, settings.clone(), recovered.remove(&key));
                match &*topic.name {
                    OFFSETS_TOPIC => elected.groups.push(key),
                    TRANSACTION_STATE => elected.transactions.push(key),
                    _ => {}
                }
            }
        }
    }

    fn adopt(
        self: &Rc<Self>,
        topic: &TopicView,
        view: &PartitionView,
        settings: PartitionSettings,
        recovered: Option<Recovered>,
    ) {
        let id = PartitionId {
            topic: Arc::clone(&topic.name),
            topic_id: topic.id,
            partition: view.index,
        };
        let replica = Replica::new(self.replica_config(&settings));
        let metrics = self.metrics().topic(&topic.name);
        let mut partition = Partition::new(id, recovered, replica, settings, metrics);
        let outputs = partition.lead(self.shared.clock.now(), view);
        let partition = Rc::new(RefCell::new(partition));
        self.partitions
            .borrow_mut()
            .insert((topic.id, view.index), Rc::clone(&partition));
        self.perform(&partition, outputs);
    }

    fn drop_deleted(self: &Rc<Self>, previous: &MetadataImage, image: &MetadataImage) {
        let mut names = Vec::new();
        for topic in previous
            .topics()
            .filter(|topic| image.topic_by_id(topic.id).is_none())
        {
            names.push(topic.name.to_string());
            for view in &topic.partitions {
                let removed = self.partitions.borrow_mut().remove(&(topic.id, view.index));
                if let Some(partition) = removed {
                    self.delete(&partition);
                }
                let partition = view.index;
                match &*topic.name {
                    OFFSETS_TOPIC => self.group_input(GroupInput::Resigned { partition }),
                    TRANSACTION_STATE => {
                        self.transaction_input(TransactionInput::Resigned { partition });
                    }
                    _ => {}
                }
            }
        }
        if !names.is_empty() {
            self.group_input(GroupInput::TopicsDeleted { names });
        }
    }

    /// Fails those who wait for the partition and hands its files to the background thread.
    fn delete(self: &Rc<Self>, partition: &Rc<RefCell<Partition>>) {
        let (taken, outputs) = {
            let mut partition = partition.borrow_mut();
            let mut outputs = Vec::new();
            partition.replica().delete(&mut outputs);
            partition.wake();
            let taken = match partition.take_log() {
                Some(log) => Some(log.delete()),
                None if partition.is_damaged() => {
                    Some(self.shared.store.delete_unopened(partition.id()))
                }
                None => None,
            };
            (taken, outputs)
        };
        self.perform(partition, outputs);
        let Some(taken) = taken else { return };
        match taken {
            Ok(deleted) => self.background.remove_partition(deleted),
            // Its topic is gone from the metadata: the next start deletes what is left.
            Err(error) => tracing::error!(%error, "a deleted partition's files stay for now"),
        }
    }

    fn replica_config(&self, settings: &PartitionSettings) -> ReplicaConfig {
        let broker = self.settings();
        ReplicaConfig {
            node: self.shared.node(),
            durability: broker.durability,
            min_insync: settings.topic.min_insync_replicas,
            lag_max_ms: broker.replica_lag_time_max_ms,
        }
    }

    fn partition_settings(&self, topic: &TopicView, image: &MetadataImage) -> PartitionSettings {
        let settings = self.settings();
        let config = image.topic_config(&topic.name, &settings);
        log_settings(&config, &settings)
    }
}
