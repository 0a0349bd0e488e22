//! One component of a running pipeline: its task, entrance and outputs.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kavka_pipeline::{Component, Source};
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::channel::Output;
use crate::environment::Environment;
use crate::event::Batch;
use crate::metrics::ComponentMetrics;
use crate::source::{self, SourceContext};
use crate::supervisor::supervise;
use crate::transform::Outputs;
use crate::{sink, transform};

/// How long a source that was asked to stop may take before it is cut off.
const SOURCE_STOP: Duration = Duration::from_secs(15);

/// What a component does once it begins.
pub(super) enum Work {
    /// A source, its port taken unless an old source still has it.
    Source {
        source: Box<Source>,
        prepared: Option<source::Prepared>,
        context: SourceContext,
    },
    /// A transform.
    Transform {
        prepared: transform::Prepared,
        input: mpsc::Receiver<Batch>,
    },
    /// A sink.
    Sink {
        prepared: sink::Prepared,
        input: mpsc::Receiver<Batch>,
    },
}

/// A component that runs, or is about to.
pub(super) struct Node {
    pub(super) raw: Component,
    is_source: bool,
    metrics: Arc<ComponentMetrics>,
    entrance: Option<mpsc::Sender<Batch>>,
    outputs: Arc<Outputs>,
    address: Option<SocketAddr>,
    stop: CancellationToken,
    work: Mutex<Option<Work>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Node {
    pub(super) fn new(
        raw: Component,
        metrics: Arc<ComponentMetrics>,
        entrance: Option<mpsc::Sender<Batch>>,
        outputs: Arc<Outputs>,
        work: Work,
    ) -> Self {
        let stop = match &work {
            Work::Source { context, .. } => context.stop.clone(),
            Work::Transform { .. } | Work::Sink { .. } => CancellationToken::new(),
        };
        Self {
            raw,
            is_source: matches!(work, Work::Source { .. }),
            metrics,
            entrance,
            outputs,
            address: None,
            stop,
            work: Mutex::new(Some(work)),
            task: Mutex::new(None),
        }
    }

    pub(super) fn is_source(&self) -> bool {
        self.is_source
    }

    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    pub(super) fn entrance(&self) -> Option<mpsc::Sender<Batch>> {
        self.entrance.clone()
    }

    pub(super) fn outputs(&self) -> impl Iterator<Item = (&Option<String>, &Arc<Output>)> {
        self.outputs.iter()
    }

    fn take_work(&self) -> Option<Work> {
        self.work
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn set_task(&self, task: JoinHandle<()>) {
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }

    fn take_task(&self) -> Option<JoinHandle<()>> {
        self.task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Begins a transform or sink; nothing happens when it runs already.
    pub(super) fn begin(&self) {
        let metrics = Arc::clone(&self.metrics);
        match self.take_work() {
            Some(Work::Transform { prepared, input }) => {
                let (input, outputs) =
                    (Arc::new(AsyncMutex::new(input)), Arc::clone(&self.outputs));
                let run_metrics = Arc::clone(&metrics);
                self.set_task(tokio::spawn(supervise(metrics, move || {
                    let (prepared, input) = (prepared.clone(), Arc::clone(&input));
                    let (outputs, metrics) = (Arc::clone(&outputs), Arc::clone(&run_metrics));
                    async move {
                        let mut input = input.lock().await;
                        transform::run(prepared, &mut input, &outputs, &metrics).await;
                    }
                })));
            }
            Some(Work::Sink { prepared, input }) => {
                let (input, prepared) = (Arc::new(AsyncMutex::new(input)), Arc::new(prepared));
                let run_metrics = Arc::clone(&metrics);
                self.set_task(tokio::spawn(supervise(metrics, move || {
                    let (prepared, input) = (Arc::clone(&prepared), Arc::clone(&input));
                    let metrics = Arc::clone(&run_metrics);
                    async move {
                        let mut input = input.lock().await;
                        sink::run(&prepared, &mut input, &metrics).await;
                    }
                })));
            }
            Some(source @ Work::Source { .. }) => {
                *self.work.lock().unwrap_or_else(PoisonError::into_inner) = Some(source);
            }
            None => {}
        }
    }

    /// Begins a source, whose port is free by now.
    pub(super) fn begin_source(
        &mut self,
        environment: &Environment,
    ) -> Result<(), (String, String)> {
        let Some(Work::Source {
            source,
            prepared,
            context,
        }) = self.take_work()
        else {
            return Ok(());
        };
        let prepared = match prepared {
            Some(prepared) => prepared,
            None => source::prepare(&source, environment)?,
        };
        if let source::Prepared::Http(server) = &prepared {
            self.address = server.address();
        }
        let prepared = Arc::new(prepared);
        self.set_task(tokio::spawn(supervise(
            Arc::clone(&self.metrics),
            move || source::run(Arc::clone(&prepared), context.clone()),
        )));
        Ok(())
    }

    /// Asks a source to stop and waits for it.
    pub(super) async fn stop(&mut self) {
        self.stop.cancel();
        let Some(mut task) = self.take_task() else {
            return;
        };
        if tokio::time::timeout(SOURCE_STOP, &mut task).await.is_err() {
            tracing::warn!(
                component = self.metrics.name(),
                "the source does not stop, it is cut off"
            );
            task.abort();
        }
    }

    /// Lets go of the consumers.
    pub(super) fn disconnect(&self) {
        self.outputs
            .values()
            .for_each(|output| output.connect(Vec::new()));
    }

    /// Closes the entrance and waits until the component has handed on what it holds. What it
    /// still holds after `patience` is dropped, which its sources learn by their receipts.
    pub(super) async fn drain(mut self, patience: Duration) {
        self.entrance = None;
        let Some(mut task) = self.take_task() else {
            return;
        };
        if tokio::time::timeout(patience, &mut task).await.is_err() {
            tracing::warn!(
                component = self.metrics.name(),
                "the component still holds events; they are sent again"
            );
            task.abort();
        }
    }
}

impl Drop for Node {
    /// A pipeline that is dropped without [`super::Running::shutdown`] leaves no thread behind.
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
