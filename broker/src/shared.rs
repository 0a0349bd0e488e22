//! What all threads of one broker share.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64};

use arc_swap::{ArcSwap, Guard};
use kavka_core::config::{BrokerSettings, Listener};
use kavka_core::metadata::{BrokerView, MetadataImage};
use kavka_core::types::{NodeId, PartitionIndex, TopicId};
use kavka_disk::{LogStore, RealDisk};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::connection::budget::Budget;
use crate::control::ControlHandle;
use crate::metrics::Metrics;
use crate::shard::ShardHandle;
use crate::sync::SyncSignal;

/// How far a broker has come on its way up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Answers clients.
    Serving,
    /// Takes no more requests; connections end.
    Stopping,
}

/// Everything that is made once at the start and only read, or safe to use from any thread.
#[derive(Debug)]
pub(crate) struct Shared {
    /// With what was set while the broker runs; replaced whenever that changes.
    pub(crate) settings: ArcSwap<BrokerSettings>,
    /// This broker's id.
    pub(crate) node: NodeId,
    pub(crate) cluster_id: String,
    pub(crate) data_dir: PathBuf,
    /// Where clients find this broker, in the order of `settings.listeners`.
    pub(crate) endpoints: Vec<Listener>,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
    pub(crate) image: ArcSwap<MetadataImage>,
    /// The last entry of the quorum's log that the image holds.
    pub(crate) metadata_offset: AtomicI64,
    pub(crate) store: LogStore<RealDisk>,
    pub(crate) shards: Vec<ShardHandle>,
    pub(crate) control: ControlHandle,
    pub(crate) sync: SyncSignal,
    pub(crate) request_budget: Budget,
    pub(crate) reply_budget: Budget,
    pub(crate) phase: watch::Receiver<Phase>,
    /// Clients are answered from now on.
    pub(crate) serving: AtomicBool,
}

impl Shared {
    /// This broker's id.
    pub(crate) fn node(&self) -> NodeId {
        self.node
    }

    /// The settings as of now.
    pub(crate) fn settings(&self) -> Guard<Arc<BrokerSettings>> {
        self.settings.load()
    }

    /// The newest metadata.
    pub(crate) fn image(&self) -> Arc<MetadataImage> {
        self.image.load_full()
    }

    /// The shard that a partition belongs to.
    pub(crate) fn shard_of(&self, topic: TopicId, partition: PartitionIndex) -> usize {
        shard_of(topic, partition, self.shards.len())
    }
}

/// Spreads partitions over shards; the same on every start, so that recovery knows too.
pub(crate) fn shard_of(topic: TopicId, partition: PartitionIndex, shards: usize) -> usize {
    // FNV-1a.
    let hash = topic
        .0
        .iter()
        .copied()
        .chain(partition.0.to_be_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let shards = u64::try_from(shards.max(1)).unwrap_or(1);
    usize::try_from(hash % shards).unwrap_or(0)
}

impl Shared {
    /// Where a client that came in on a listener finds `broker`: its address on the listener of the
    /// same name.
    pub(crate) fn address_of(&self, broker: &BrokerView, listener: usize) -> (String, i32) {
        let settings = self.settings();
        let name = settings
            .listeners
            .get(listener)
            .map(|listener| listener.name.as_str());
        let endpoint = broker
            .endpoints
            .iter()
            .find(|endpoint| Some(endpoint.name.as_str()) == name)
            .or_else(|| broker.endpoints.first());
        match endpoint {
            Some(endpoint) => (endpoint.host.clone(), i32::from(endpoint.port)),
            None => (String::new(), -1),
        }
    }

    /// Where a client finds this broker itself.
    pub(crate) fn own_address(&self, listener: usize) -> (String, i32) {
        match self.endpoints.get(listener) {
            Some(endpoint) => (endpoint.host.clone(), i32::from(endpoint.port)),
            None => (String::new(), -1),
        }
    }
}
