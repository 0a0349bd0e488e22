//! A running pipeline: its components, and exchanging the changed ones while the rest goes on.

mod build;
mod node;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kavka_pipeline::{ComponentName, OutputName, TagPattern, ValidPipeline};
use rustix::fs::FlockOperation;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use self::build::{Parts, build};
use self::node::Node;
use crate::channel::Edge;
use crate::environment::Environment;
use crate::health;
use crate::metrics::Metrics;
use crate::port;

/// Why a pipeline does not start, or keeps its old configuration.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error("data folder {folder}: {problem}")]
    DataFolder {
        /// The folder.
        folder: String,
        /// What is wrong, and the remedy.
        problem: String,
    },
    /// A component cannot have what it needs.
    #[error("{field}: {problem}")]
    Component {
        /// The field that says so, such as `sources.http.address`.
        field: String,
        /// What is wrong, and the remedy.
        problem: String,
    },
}

/// Starts pipelines.
#[derive(Debug)]
pub struct Collector;

/// A pipeline that runs.
pub struct Running {
    state: Mutex<State>,
    ready: Arc<AtomicBool>,
    stop: CancellationToken,
    http_address: Option<SocketAddr>,
    /// Held as long as the pipeline runs: nobody else writes checkpoints here.
    _lock: File,
}

struct State {
    environment: Arc<Environment>,
    metrics: Arc<Metrics>,
    nodes: BTreeMap<ComponentName, Node>,
}

/// How long a sink that was taken away may still deliver what it holds.
const SINK_DRAIN: Duration = Duration::from_secs(10);

impl Collector {
    /// Starts every component; the ports are taken when it returns.
    ///
    /// # Errors
    /// Names the field and the remedy; nothing runs then.
    pub async fn start(
        pipeline: ValidPipeline,
        environment: Environment,
    ) -> Result<Running, StartError> {
        let lock = lock_folder(&environment)?;
        let metrics = Metrics::new();
        let ready = Arc::new(AtomicBool::new(false));
        let stop = CancellationToken::new();
        let listener = match environment.http_address {
            None => None,
            Some(address) => {
                Some(
                    port::bind(address).map_err(|problem| StartError::Component {
                        field: "--http-address".to_owned(),
                        problem,
                    })?,
                )
            }
        };
        let http_address = listener
            .as_ref()
            .and_then(|listener| listener.local_addr().ok());
        let environment = Arc::new(environment);
        let mut state = State {
            environment,
            metrics,
            nodes: BTreeMap::new(),
        };
        state.apply(&pipeline).await?;
        if let Some(listener) = listener {
            let (metrics, ready) = (Arc::clone(&state.metrics), Arc::clone(&ready));
            tokio::spawn(health::serve(listener, metrics, ready, stop.clone()));
        }
        ready.store(true, Ordering::Release);
        Ok(Running {
            state: Mutex::new(state),
            ready,
            stop,
            http_address,
            _lock: lock,
        })
    }
}

impl Running {
    /// Exchanges what has changed; the other components go on, positions are kept.
    ///
    /// # Errors
    /// Names the field and the remedy; the old pipeline goes on then.
    pub async fn reload(&self, pipeline: ValidPipeline) -> Result<(), StartError> {
        let mut state = self.state.lock().await;
        let result = state.apply(&pipeline).await;
        state
            .metrics
            .reloaded(if result.is_ok() { "taken" } else { "refused" });
        result
    }

    /// Counts a configuration that was refused before it came here.
    pub async fn note_refused(&self) {
        self.state.lock().await.metrics.reloaded("refused");
    }

    /// Where health and metrics are served.
    pub fn http_address(&self) -> Option<SocketAddr> {
        self.http_address
    }

    /// Where each listening source listens.
    pub async fn source_addresses(&self) -> BTreeMap<ComponentName, SocketAddr> {
        let state = self.state.lock().await;
        let address = |node: &Node| node.address();
        state
            .nodes
            .iter()
            .filter_map(|(name, node)| address(node).map(|address| (name.clone(), address)))
            .collect()
    }

    /// Stops taking events, delivers what is on its way (at most some 20 s), keeps the positions.
    pub async fn shutdown(self) {
        self.ready.store(false, Ordering::Release);
        let mut state = self.state.into_inner();
        state.stop_all().await;
        self.stop.cancel();
    }
}

impl State {
    /// Makes the running components those of `pipeline`.
    async fn apply(&mut self, pipeline: &ValidPipeline) -> Result<(), StartError> {
        let Parts { fresh, stale } =
            build(pipeline, &self.nodes, &self.environment, &self.metrics)?;
        let (sources, others): (Vec<_>, Vec<_>) = stale
            .into_iter()
            .partition(|name| self.nodes.get(name).is_some_and(Node::is_source));
        // Sources first: they stop taking events and wait for their receipts while what they
        // feed still runs.
        let mut ended: Vec<Node> = sources
            .iter()
            .filter_map(|name| self.nodes.remove(name))
            .collect();
        futures::future::join_all(ended.iter_mut().map(Node::stop)).await;
        drop(ended);
        let old: Vec<Node> = others
            .iter()
            .filter_map(|name| self.nodes.remove(name))
            .collect();
        let mut sources = Vec::new();
        for (name, node) in fresh {
            if node.is_source() {
                sources.push(name.clone());
            }
            self.nodes.insert(name, node);
        }
        for name in self.nodes.keys() {
            if let Some(node) = self.nodes.get(name).filter(|node| !node.is_source()) {
                node.begin();
            }
        }
        self.connect(pipeline);
        for node in old {
            tokio::spawn(node.drain(SINK_DRAIN));
        }
        for name in sources {
            if let Some(node) = self.nodes.get_mut(&name) {
                node.begin_source(&self.environment)
                    .map_err(|(field, problem)| StartError::Component { field, problem })?;
            }
        }
        Ok(())
    }

    /// Joins every output with the entrances that its name stands in the inputs of.
    fn connect(&self, pipeline: &ValidPipeline) {
        let transforms = pipeline
            .transforms
            .values()
            .map(|t| (&t.name, &t.inputs, t.matches.as_ref()));
        let sinks = pipeline
            .sinks
            .values()
            .map(|s| (&s.name, &s.inputs, s.matches.as_ref()));
        let consumers: Vec<(&ComponentName, &Vec<OutputName>, Option<&TagPattern>)> =
            transforms.chain(sinks).collect();
        for (name, node) in &self.nodes {
            for (route, output) in node.outputs() {
                let edges = consumers
                    .iter()
                    .filter(|(_, inputs, _)| {
                        inputs
                            .iter()
                            .any(|i| i.component == *name && i.route == *route)
                    })
                    .filter_map(|(consumer, _, matches)| {
                        let sender = self.nodes.get(*consumer)?.entrance()?;
                        Some(Edge {
                            matches: matches.cloned(),
                            sender,
                        })
                    })
                    .collect();
                output.connect(edges);
            }
        }
    }

    async fn stop_all(&mut self) {
        let (mut sources, mut others): (Vec<Node>, Vec<Node>) = std::mem::take(&mut self.nodes)
            .into_values()
            .partition(Node::is_source);
        futures::future::join_all(sources.iter_mut().map(Node::stop)).await;
        drop(sources);
        for node in &others {
            node.disconnect();
        }
        let drains = others.drain(..).map(|node| node.drain(SINK_DRAIN));
        futures::future::join_all(drains).await;
    }
}

/// Makes the data folder and takes its lock.
fn lock_folder(environment: &Environment) -> Result<File, StartError> {
    let folder = environment.data_dir.display().to_string();
    let failed = |problem: String| StartError::DataFolder {
        folder: folder.clone(),
        problem,
    };
    fs::create_dir_all(&environment.data_dir)
        .map_err(|error| failed(format!("{error}; name a folder that can be written")))?;
    let path = environment.data_dir.join("lock");
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|error| failed(format!("{error}; give the collector's user write access")))?;
    rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
        failed("another collector uses it; stop that one, or give each a folder of its own".into())
    })?;
    Ok(lock)
}
