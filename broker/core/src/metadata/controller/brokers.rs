//! Brokers that come up, and producer ids that they ask for.

use kavka_protocol::Uuid;
use kavka_protocol::messages::{MetadataRecord, PartitionChangeRecord, ProducerIdsRecord};

use super::super::image::{BrokerView, PartitionView, ProducerIdBlock};
use super::super::snapshot;
use super::{Controller, Decision};
use crate::config::Listener;
use crate::types::{DirectoryId, NodeId, ProducerId};

/// How many producer ids a broker gets at once, as in Kafka.
const PRODUCER_ID_BLOCK: i64 = 1_000;

/// A broker that says what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its number.
    pub node_id: NodeId,
    /// Names this run of its process: random at each start.
    pub incarnation: Uuid,
    /// Where clients and other brokers reach it.
    pub endpoints: Vec<Listener>,
    /// Where it stands.
    pub rack: Option<String>,
    /// Its disks.
    pub log_dirs: Vec<DirectoryId>,
}

impl Controller<'_> {
    /// Takes a broker in. A new run of its process is an election for every partition that it
    /// leads or that nobody leads for want of it: what it had not synced may be gone, and the
    /// higher leader epoch tells so.
    pub fn register_broker(&self, registration: &Registration) -> Decision<()> {
        let before = self.image.broker(registration.node_id);
        let view = BrokerView {
            id: registration.node_id,
            epoch: before.map_or(1, |broker| broker.epoch.saturating_add(1)),
            incarnation: registration.incarnation,
            endpoints: registration.endpoints.clone(),
            rack: registration.rack.clone(),
            fenced: false,
            log_dirs: registration.log_dirs.clone(),
        };
        let unchanged = before.is_some_and(|broker| {
            BrokerView {
                epoch: view.epoch,
                ..broker.clone()
            } == view
        });
        if unchanged {
            return Decision {
                records: Vec::new(),
                response: (),
            };
        }
        let mut records: Vec<MetadataRecord> = vec![snapshot::broker_record(&view).into()];
        let restarted = before.is_some_and(|b| b.incarnation != registration.incarnation);
        if restarted {
            records.extend(self.elections_for(registration.node_id));
        }
        Decision {
            records,
            response: (),
        }
    }

    fn elections_for(&self, node: NodeId) -> impl Iterator<Item = MetadataRecord> {
        let mine = move |partition: &&PartitionView| {
            partition.leader == Some(node)
                || (partition.leader.is_none() && partition.isr.contains(&node))
        };
        self.image.topics().flat_map(move |topic| {
            topic.partitions.iter().filter(mine).map(move |partition| {
                let change = PartitionChangeRecord {
                    partition_id: partition.index.0,
                    topic_id: topic.id,
                    leader: node.0,
                    ..Default::default()
                };
                change.into()
            })
        })
    }

    /// Gives a broker producer ids that nobody else gets.
    pub fn allocate_producer_ids(&self, node: NodeId) -> Decision<ProducerIdBlock> {
        let first = self.image.next_producer_id().0;
        let record = ProducerIdsRecord {
            broker_id: node.0,
            broker_epoch: self.image.broker(node).map_or(-1, |broker| broker.epoch),
            next_producer_id: first.saturating_add(PRODUCER_ID_BLOCK),
        };
        let response = ProducerIdBlock {
            first: ProducerId(first),
            count: PRODUCER_ID_BLOCK,
        };
        Decision {
            records: vec![record.into()],
            response,
        }
    }
}
