//! Starting a broker in order, and ending it in order.

mod endpoints;
mod recovery;
mod running;

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use kavka_core::config::Listener;
use kavka_core::metadata::controller::{Controller, Registration};
use kavka_core::metadata::records;
use kavka_core::quorum::{QuorumConfig, raft_id};
use kavka_disk::StoreError;
use kavka_disk::{
    DataFolder, DataFolderError, Fresh, LogStore, QuorumLog, QuorumLogError, RealDisk,
};
use tokio::sync::watch;

pub use self::running::RunningBroker;
use self::running::Threads;
use crate::background::FlushMetrics;
use crate::bind::{self, BindError};
use crate::clock::Clock;
use crate::config::BrokerConfig;
use crate::connection::budget::Budget;
use crate::connection::limits::ConnectionLimits;
use crate::control::{self, QuorumError, QuorumRunner};
use crate::http::Starting;
use crate::metrics::{Metrics, REPLIES, REQUESTS};
use crate::shard::{self, ShardHandle, ShardParts};
use crate::shared::{Phase, Shared};
use crate::sync::{self, SyncObserver};
use crate::{background, cleaner, entropy};

/// What requests may hold in memory where `queued.max.request.bytes` sets no limit.
const REQUEST_BYTES: usize = 256 << 20;

/// How long a frame waits for memory before its connection is closed. Frames grow piece by piece,
/// so that without a limit two half-read ones could wait for each other for ever.
const BUDGET_PATIENCE: Duration = Duration::from_secs(20);

/// What is set aside of the disk for starts, deletions and metadata when it is full otherwise.
const RESERVE_BYTES: u64 = 16 << 20;

/// The metadata log is replaced by a snapshot once it is this long.
const SNAPSHOT_AFTER_BYTES: usize = 8 << 20;

/// Why a broker does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address cannot be taken.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The data folder is of another cluster or node, in use, or not accessible.
    #[error(transparent)]
    DataFolder(#[from] DataFolderError),
    /// The metadata log cannot be read or written.
    #[error("metadata log: {0}")]
    QuorumLog(#[from] QuorumLogError),
    /// The metadata quorum does not come up.
    #[error(transparent)]
    Quorum(#[from] QuorumError),
    /// The metadata have forgotten partitions that are there.
    #[error(
        "metadata log {} ends at byte {position} with something that cannot be read, and there are \
         partitions of topics that it does not know: {}. It may have been damaged: restore this \
         folder from a copy, or move the folders of these partitions elsewhere to start without \
         them", log.display(), partitions.join(", ")
    )]
    Forgotten {
        /// The file of the metadata log.
        log: PathBuf,
        /// Where it ends, in bytes.
        position: u64,
        /// The partitions' folders.
        partitions: Vec<String>,
    },
    /// The partitions' logs cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no thread, socket or timer.
    #[error("the system refuses what a broker needs: {0}")]
    System(#[from] std::io::Error),
    /// The broker's own registration cannot be written down.
    #[error("this broker cannot register itself: {0}")]
    Registration(String),
}

/// A broker; see [`Broker::start`].
#[derive(Debug)]
pub struct Broker;

impl Broker {
    /// Starts a broker on threads of its own and returns once it answers clients. Blocks, for well
    /// under 100 ms on an empty disk and for as long as recovery takes after a crash.
    pub fn start(config: BrokerConfig) -> Result<RunningBroker, StartError> {
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        allow_open_files();
        let sockets = Sockets::take(&config)?;
        let starting = sockets.http.as_ref().map(|listener| {
            let listener = listener.try_clone()?;
            Starting::serve(listener)
        });
        let starting = starting.transpose()?;
        let mut settings = config.settings;
        let expected = settings.cluster_id.as_deref();
        let mut folder = DataFolder::open(
            RealDisk::new(),
            Path::new(&settings.log_dir),
            settings.node_id,
            expected,
            || {
                let cluster_id = settings.cluster_id.clone();
                let cluster_id = cluster_id.unwrap_or_else(|| entropy::uuid().to_string());
                Fresh {
                    cluster_id,
                    directory_id: entropy::uuid(),
                }
            },
        )?;
        folder.set_aside(RESERVE_BYTES)?;
        let endpoints = endpoints::advertised(&settings, &sockets.addresses()?);
        settings.advertised_listeners.clone_from(&endpoints);
        let mut quorum = start_quorum(&folder, &settings, &endpoints)?;
        let deleted = quorum.take_deleted();
        let (store, recovered) = recovery::open_logs(&folder, &settings, quorum.image(), &deleted)?;
        let launch = Launch {
            settings,
            folder,
            endpoints,
            quorum,
            store,
            recovered,
            sockets,
        };
        if let Some(starting) = starting {
            starting.end();
        }
        launch.go()
    }
}

/// Raises the limit of open files as far as the system lets: each connection is one, and each
/// partition that is written to.
fn allow_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, limit = ?limit.current, "the limit of open files stays as it is");
    }
}

/// The sockets, taken before anything on disk is touched.
struct Sockets {
    kafka: Vec<TcpListener>,
    http: Option<TcpListener>,
}

impl Sockets {
    fn take(config: &BrokerConfig) -> Result<Self, StartError> {
        let listeners = &config.settings.listeners;
        let backlog = config.settings.socket_listen_backlog_size;
        let kafka = listeners
            .iter()
            .map(|listener| bind::listen(&listener.host, listener.port, "listeners", backlog))
            .collect::<Result<Vec<_>, _>>()?;
        let http = match &config.settings.http_listener {
            Some(address) => {
                let (host, port) = endpoints::host_and_port(address);
                Some(bind::listen(host, port, "kavka.http.listener", backlog)?)
            }
            None => None,
        };
        Ok(Self { kafka, http })
    }

    fn addresses(&self) -> std::io::Result<Vec<SocketAddr>> {
        self.kafka.iter().map(TcpListener::local_addr).collect()
    }
}

/// Brings the metadata back from the quorum's disk, and this broker into them.
fn start_quorum(
    folder: &DataFolder<RealDisk>,
    settings: &kavka_core::config::BrokerSettings,
    endpoints: &[Listener],
) -> Result<QuorumRunner, StartError> {
    let (log, stored) = QuorumLog::open(folder)?;
    if let Some((path, position)) = log.torn_at() {
        recovery::look_for_forgotten(folder, &stored, path, position)?;
    }
    let config = QuorumConfig {
        id: raft_id(folder.directory_id()),
        seed: entropy::seed(),
        snapshot_after_bytes: SNAPSHOT_AFTER_BYTES,
    };
    let mut quorum = QuorumRunner::start(config, log, stored)?;
    let decision = Controller {
        image: quorum.image(),
        settings,
    }
    .register_broker(&Registration {
        node_id: settings.node_id,
        incarnation: entropy::uuid(),
        endpoints: endpoints.to_vec(),
        rack: settings.rack.clone(),
        log_dirs: vec![folder.directory_id()],
    });
    if !decision.records.is_empty() {
        let data = records::encode(&decision.records)
            .map_err(|error| StartError::Registration(error.to_string()))?;
        quorum.propose(data)?;
    }
    Ok(quorum)
}

/// Everything that a broker runs from.
struct Launch {
    settings: kavka_core::config::BrokerSettings,
    folder: DataFolder<RealDisk>,
    endpoints: Vec<Listener>,
    quorum: QuorumRunner,
    store: LogStore<RealDisk>,
    recovered: shard::RecoveredLogs,
    sockets: Sockets,
}

impl Launch {
    fn go(self) -> Result<RunningBroker, StartError> {
        let count = shard_count(self.settings.shards);
        let (handles, queues): (Vec<_>, Vec<_>) = (0..count).map(|_| ShardHandle::new()).unzip();
        let (phase_sender, phase) = watch::channel(Phase::Serving);
        let settings = self.settings.with_running(self.quorum.image());
        let metrics = Metrics::new(settings.metrics_series_max);
        let observer = Observer {
            seconds: metrics.journal_sync.clone(),
            bytes: metrics.journal_synced_bytes.clone(),
        };
        let flushes = FlushMetrics {
            seconds: metrics.flush.clone(),
            failures: metrics.flush_failures.clone(),
        };
        let (sync_thread, sync_signal) = sync::spawn(Arc::clone(self.store.journal()), observer)?;
        let (background_thread, background) =
            background::spawn(self.store.clone(), sync_signal.clone(), flushes)?;
        let (control_handle, control_queue) = control::channel();
        let kafka_addr = self
            .sockets
            .kafka
            .first()
            .map(TcpListener::local_addr)
            .transpose()?;
        let http_addr = self
            .sockets
            .http
            .as_ref()
            .map(TcpListener::local_addr)
            .transpose()?;
        let limits = Arc::new(ConnectionLimits::default());
        let request_bytes = usize::try_from(settings.queued_max_request_bytes);
        let (requests, replies) = (metrics.budget(REQUESTS), metrics.budget(REPLIES));
        let shared = Arc::new(Shared {
            cluster_id: self.folder.cluster_id().to_owned(),
            data_dir: self.folder.path().to_owned(),
            endpoints: self.endpoints,
            clock: Clock::start(),
            metrics,
            image: ArcSwap::new(Arc::clone(self.quorum.image())),
            metadata_offset: AtomicI64::new(self.quorum.offset()),
            store: self.store.clone(),
            shards: handles,
            control: control_handle,
            sync: sync_signal,
            request_budget: Budget::new(
                request_bytes.unwrap_or(REQUEST_BYTES),
                BUDGET_PATIENCE,
                requests,
            ),
            reply_budget: Budget::new(
                usize::try_from(settings.reply_bytes_max).unwrap_or(0),
                BUDGET_PATIENCE,
                replies,
            ),
            phase,
            serving: AtomicBool::new(false),
            node: settings.node_id,
            settings: ArcSwap::from_pointee(settings),
        });
        let mut recovered = recovery::by_shard(self.recovered, count);
        let mut shards = Vec::with_capacity(count);
        for (index, queue) in queues.into_iter().enumerate() {
            shards.push(shard::spawn(ShardParts {
                index,
                shared: Arc::clone(&shared),
                background: background.clone(),
                queue,
                recovered: recovered.pop_front().unwrap_or_default(),
                seed: entropy::seed(),
            })?);
        }
        let cleaner = cleaner::spawn(&shared)?;
        let control = running::spawn_control(Arc::clone(&shared), self.quorum, control_queue)?;
        let net = running::spawn_net(Arc::clone(&shared), self.sockets, limits)?;
        shared.serving.store(true, Ordering::Release);
        let kafka_addr = kafka_addr.unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)));
        tracing::info!(
            address = %kafka_addr,
            cluster = %shared.cluster_id,
            node = %shared.node(),
            data = %shared.data_dir.display(),
            "serving"
        );
        let threads = Threads {
            shards,
            control,
            net,
            sync: sync_thread,
            cleaner,
            background: background_thread,
        };
        Ok(RunningBroker::new(
            shared,
            kafka_addr,
            http_addr,
            phase_sender,
            threads,
            self.folder,
        ))
    }
}

/// One shard for up to two cores; with more, one core is left to the other threads.
fn shard_count(setting: Option<usize>) -> usize {
    setting.unwrap_or_else(|| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        if cores <= 2 { 1 } else { cores - 1 }
    })
}

/// Feeds the journal's metrics.
struct Observer {
    seconds: prometheus_client::metrics::histogram::Histogram,
    bytes: prometheus_client::metrics::counter::Counter,
}

impl SyncObserver for Observer {
    fn synced(&self, took: Duration, bytes: u64) {
        self.seconds.observe(took.as_secs_f64());
        self.bytes.inc_by(bytes);
    }
}
