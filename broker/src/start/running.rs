//! A running broker: its threads, and how they end.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use kavka_disk::{DataFolder, PartitionLog, RealDisk};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

use super::Sockets;
use crate::background::BackgroundThread;
use crate::cleaner::CleanerThread;
use crate::connection::limits::ConnectionLimits;
use crate::connection::rate::CreationRate;
use crate::control::{self, ControlQueue, QuorumRunner};
use crate::shard::ShardThread;
use crate::shared::{Phase, Shared};
use crate::sync::SyncThread;
use crate::{accept, http};

/// A broker that answers clients. Dropping it ends it like a crash: what was acknowledged is on
/// disk, and the next start replays the journal.
pub struct RunningBroker {
    shared: Arc<Shared>,
    kafka_addr: SocketAddr,
    http_addr: Option<SocketAddr>,
    phase: watch::Sender<Phase>,
    /// `None` once the broker has ended.
    rest: Option<Rest>,
}

/// What is taken apart at the end.
struct Rest {
    threads: Threads,
    /// Holds the folder's lock until everything else is gone.
    folder: DataFolder<RealDisk>,
}

/// All threads of a broker.
pub(super) struct Threads {
    pub(super) shards: Vec<ShardThread>,
    pub(super) control: JoinHandle<()>,
    pub(super) net: JoinHandle<()>,
    pub(super) sync: SyncThread,
    pub(super) cleaner: CleanerThread,
    pub(super) background: BackgroundThread,
}

/// Whether the next start has anything to replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Clean,
    LikeACrash,
}

impl fmt::Debug for RunningBroker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningBroker")
            .field("kafka_addr", &self.kafka_addr)
            .finish_non_exhaustive()
    }
}

impl RunningBroker {
    pub(super) fn new(
        shared: Arc<Shared>,
        kafka_addr: SocketAddr,
        http_addr: Option<SocketAddr>,
        phase: watch::Sender<Phase>,
        threads: Threads,
        folder: DataFolder<RealDisk>,
    ) -> Self {
        let rest = Some(Rest { threads, folder });
        Self {
            shared,
            kafka_addr,
            http_addr,
            phase,
            rest,
        }
    }

    /// Where the first listener listens.
    pub fn kafka_addr(&self) -> SocketAddr {
        self.kafka_addr
    }

    /// Where health and metrics are served, if they are.
    pub fn http_addr(&self) -> Option<SocketAddr> {
        self.http_addr
    }

    /// The id of the broker's cluster.
    pub fn cluster_id(&self) -> String {
        self.shared.cluster_id.clone()
    }

    /// Ends the broker: requests under way are answered, logs flushed, and the folder marked as
    /// cleanly closed.
    pub async fn shutdown(mut self) {
        let Some(rest) = self.rest.take() else { return };
        self.phase.send_replace(Phase::Stopping);
        let shared = Arc::clone(&self.shared);
        let (done, ended) = oneshot::channel();
        // Joining blocks, and the caller's runtime has better things to do.
        let closing = thread::Builder::new()
            .name("kavka-shutdown".to_owned())
            .spawn(move || {
                rest.end(&shared, Ending::Clean);
                // The store holds the folder's lock: whoever waits may start on the folder at once.
                drop(shared);
                if done.send(()).is_err() {
                    tracing::debug!("nobody waited for the shutdown");
                }
            });
        if let Err(error) = closing {
            tracing::error!(%error, "no thread to shut down in; the next start recovers");
            return;
        }
        // Fails only when the closing thread panicked, which it has reported itself.
        drop(ended.await);
    }
}

impl Drop for RunningBroker {
    fn drop(&mut self) {
        if let Some(rest) = self.rest.take() {
            self.phase.send_replace(Phase::Stopping);
            rest.end(&self.shared, Ending::LikeACrash);
        }
    }
}

impl Rest {
    fn end(self, shared: &Shared, ending: Ending) {
        let Self { threads, folder } = self;
        threads.cleaner.stop();
        join("net", threads.net);
        let logs: Vec<PartitionLog<RealDisk>> = threads
            .shards
            .into_iter()
            .filter_map(|shard| join("shard", shard))
            .flatten()
            .collect();
        join("control", threads.control);
        threads.cleaner.join();
        threads.sync.stop();
        threads.background.stop();
        if ending == Ending::Clean {
            match shared.store.close(logs) {
                Ok(()) => tracing::info!("stopped cleanly"),
                Err(error) => {
                    tracing::error!(%error, "not flushed; the next start replays the journal");
                }
            }
        }
        drop(folder);
    }
}

fn join<T>(name: &str, thread: JoinHandle<T>) -> Option<T> {
    thread
        .join()
        .map_err(|_| tracing::error!("the {name} thread panicked"))
        .ok()
}

/// Starts the thread of the metadata quorum.
pub(super) fn spawn_control(
    shared: Arc<Shared>,
    quorum: QuorumRunner,
    queue: ControlQueue,
) -> std::io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    thread::Builder::new()
        .name("kavka-control".to_owned())
        .spawn(move || runtime.block_on(control::run(shared, quorum, queue)))
}

/// Starts the thread that accepts connections and serves HTTP.
pub(super) fn spawn_net(
    shared: Arc<Shared>,
    sockets: Sockets,
    limits: Arc<ConnectionLimits>,
) -> std::io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (kafka, http) = {
        let _inside = runtime.enter();
        let kafka = sockets
            .kafka
            .into_iter()
            .map(TcpListener::from_std)
            .collect::<Result<Vec<_>, _>>()?;
        (kafka, sockets.http.map(TcpListener::from_std).transpose()?)
    };
    let turn = Arc::new(AtomicUsize::new(0));
    let rate = Arc::new(Mutex::new(CreationRate::new(Instant::now())));
    thread::Builder::new()
        .name("kavka-net".to_owned())
        .spawn(move || {
            runtime.block_on(async move {
                for (number, listener) in kafka.into_iter().enumerate() {
                    let (shared, limits) = (Arc::clone(&shared), Arc::clone(&limits));
                    let (turn, rate) = (Arc::clone(&turn), Arc::clone(&rate));
                    tokio::spawn(accept::serve(shared, limits, listener, number, turn, rate));
                }
                if let Some(listener) = http {
                    tokio::spawn(http::serve(listener, Arc::clone(&shared)));
                }
                let mut phase = shared.phase.clone();
                // An ended sender means the broker is gone, which is as good as stopping.
                drop(phase.wait_for(|phase| *phase == Phase::Stopping).await);
                shared.serving.store(false, Ordering::Release);
            });
        })
}
