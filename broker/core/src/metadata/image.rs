//! The metadata as of one moment; a clone shares everything and costs a few counters.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use kavka_protocol::Uuid;

use crate::config::{BrokerSettings, ConfigMap, Layers, Listener, TopicConfig};
use crate::types::{DirectoryId, LeaderEpoch, NodeId, PartitionIndex, ProducerId, TopicId};

static NOTHING_SET: LazyLock<ConfigMap> = LazyLock::new(ConfigMap::new);

/// What settings belong to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConfigResource {
    /// A topic, by name.
    Topic(String),
    /// One broker, or all of them.
    Broker(Option<NodeId>),
}

/// A registered broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerView {
    /// Its number.
    pub id: NodeId,
    /// Grows with every registration.
    pub epoch: i64,
    /// Names one run of its process.
    pub incarnation: Uuid,
    /// Where clients and other brokers reach it.
    pub endpoints: Vec<Listener>,
    /// Where it stands.
    pub rack: Option<String>,
    /// Whether it serves nobody for now.
    pub fenced: bool,
    /// Its disks.
    pub log_dirs: Vec<DirectoryId>,
}

/// A partition and who holds it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartitionView {
    /// Its number within the topic.
    pub index: PartitionIndex,
    /// The brokers that hold it, the preferred leader first.
    pub replicas: Vec<NodeId>,
    /// Those that have everything acknowledged.
    pub isr: Vec<NodeId>,
    /// Replicas that are to go.
    pub removing: Vec<NodeId>,
    /// Replicas that are to come.
    pub adding: Vec<NodeId>,
    /// Who leads; none when nobody can.
    pub leader: Option<NodeId>,
    /// Grows with every election.
    pub leader_epoch: LeaderEpoch,
    /// Grows with every change.
    pub partition_epoch: i32,
    /// The disk of each replica.
    pub directories: Vec<DirectoryId>,
}

/// A topic and its partitions in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicView {
    /// Its name.
    pub name: Arc<str>,
    /// Its identity, which a topic of the same name made later does not have.
    pub id: TopicId,
    /// The partition of index n at place n.
    pub partitions: Vec<PartitionView>,
}

/// Producer ids that one broker may hand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProducerIdBlock {
    /// The first one.
    pub first: ProducerId,
    /// How many.
    pub count: i64,
}

/// The cluster's metadata.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MetadataImage {
    pub(super) brokers: Arc<BTreeMap<NodeId, BrokerView>>,
    pub(super) topics: Arc<BTreeMap<Arc<str>, Arc<TopicView>>>,
    pub(super) names: Arc<BTreeMap<TopicId, Arc<str>>>,
    pub(super) configs: Arc<BTreeMap<ConfigResource, Arc<ConfigMap>>>,
    pub(super) features: Arc<BTreeMap<String, i16>>,
    pub(super) next_producer_id: i64,
}

impl TopicView {
    /// One of its partitions.
    pub fn partition(&self, index: PartitionIndex) -> Option<&PartitionView> {
        self.partitions.get(usize::try_from(index.0).ok()?)
    }

    /// Whether it is the cluster's own.
    pub fn is_internal(&self) -> bool {
        super::is_internal(&self.name)
    }
}

impl MetadataImage {
    /// Brokers in order of their numbers.
    pub fn brokers(&self) -> impl Iterator<Item = &BrokerView> {
        self.brokers.values()
    }

    /// A broker.
    pub fn broker(&self, id: NodeId) -> Option<&BrokerView> {
        self.brokers.get(&id)
    }

    /// Topics in order of their names.
    pub fn topics(&self) -> impl Iterator<Item = &Arc<TopicView>> {
        self.topics.values()
    }

    /// Topics in order of their names, from this name on.
    pub fn topics_from<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Arc<TopicView>> {
        let from = std::ops::Bound::Included(name);
        self.topics
            .range::<str, _>((from, std::ops::Bound::Unbounded))
            .map(|(_, topic)| topic)
    }

    /// A topic by name.
    pub fn topic(&self, name: &str) -> Option<&Arc<TopicView>> {
        self.topics.get(name)
    }

    /// A topic by identity.
    pub fn topic_by_id(&self, id: TopicId) -> Option<&Arc<TopicView>> {
        self.topics.get(self.names.get(&id)?)
    }

    /// A partition of a topic.
    pub fn partition(&self, name: &str, index: PartitionIndex) -> Option<&PartitionView> {
        self.topic(name)?.partition(index)
    }

    /// What somebody set while the cluster ran; empty when nothing.
    pub fn config(&self, resource: &ConfigResource) -> &ConfigMap {
        self.configs
            .get(resource)
            .map_or(&*NOTHING_SET, |config| &**config)
    }

    /// A topic's effective settings.
    pub fn topic_config(&self, name: &str, settings: &BrokerSettings) -> TopicConfig {
        let overrides = self.config(&ConfigResource::Topic(name.to_owned()));
        TopicConfig::effective(overrides, &Layers::of(settings, self))
    }

    /// The level of a feature that the cluster runs at (KIP-584).
    pub fn feature(&self, name: &str) -> Option<i16> {
        self.features.get(name).copied()
    }

    /// All features in order of names.
    pub fn features(&self) -> impl Iterator<Item = (&str, i16)> {
        self.features
            .iter()
            .map(|(name, level)| (name.as_str(), *level))
    }

    /// The first producer id that nobody has.
    pub fn next_producer_id(&self) -> ProducerId {
        ProducerId(self.next_producer_id)
    }
}
