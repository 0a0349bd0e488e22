//! The metadata quorum's thread: decides administrative requests on the newest image, proposes what
//! follows to the quorum, and publishes the image once it is committed.

mod quorum;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use kavka_core::config::BrokerSettings;
use kavka_core::metadata::controller::{Controller, Decision};
use kavka_core::metadata::{ConfigResource, MetadataImage, MetadataRecord, records};
use kavka_core::quorum::QuorumStatus;
use kavka_protocol::ErrorCode;
use tokio::sync::{mpsc, oneshot};

pub use self::quorum::QuorumError;
pub(crate) use self::quorum::{QuorumRunner, preview};
use crate::failure::Failure;
use crate::shared::Shared;

/// Administrative requests that may wait.
const QUEUE: usize = 256;

/// The quorum's clock.
const TICK: std::time::Duration = std::time::Duration::from_millis(50);

type Decide = Box<dyn FnOnce(&Controller<'_>) -> Decided + Send>;
type Answer = Box<dyn FnOnce(Result<(), ErrorCode>) + Send>;

/// What a request leads to, and how to tell the asker once it holds.
struct Decided {
    records: Vec<MetadataRecord>,
    answer: Answer,
}

/// What the quorum's thread is asked for.
enum Request {
    /// A decision on the newest metadata.
    Decide(Decide),
    /// How the quorum stands.
    Status(oneshot::Sender<QuorumStatus>),
}

/// The way to the controller from anywhere.
#[derive(Debug, Clone)]
pub(crate) struct ControlHandle {
    requests: mpsc::Sender<Request>,
}

/// The queue that [`run`] serves.
pub(crate) struct ControlQueue {
    requests: mpsc::Receiver<Request>,
}

/// A handle and the queue behind it.
pub(crate) fn channel() -> (ControlHandle, ControlQueue) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    (
        ControlHandle { requests: sender },
        ControlQueue { requests: receiver },
    )
}

impl ControlHandle {
    /// Decides on the newest metadata; returns once what was decided is committed, published and
    /// taken over by every shard.
    pub(crate) async fn decide<R: Send + 'static>(
        &self,
        decide: impl FnOnce(&Controller<'_>) -> Decision<R> + Send + 'static,
    ) -> Result<R, Failure> {
        let (reply, answer) = oneshot::channel();
        let request: Decide = Box::new(move |controller| {
            let Decision { records, response } = decide(controller);
            let answer: Answer = Box::new(move |result| {
                // The asker may have gone.
                drop(reply.send(result.map(|()| response)));
            });
            Decided { records, answer }
        });
        self.ask(Request::Decide(request)).await?;
        Ok(answer.await.map_err(|_| Failure::Stopping)??)
    }

    /// How the metadata quorum stands.
    pub(crate) async fn status(&self) -> Result<QuorumStatus, Failure> {
        let (reply, answer) = oneshot::channel();
        self.ask(Request::Status(reply)).await?;
        answer.await.map_err(|_| Failure::Stopping)
    }

    async fn ask(&self, request: Request) -> Result<(), Failure> {
        let sent = self.requests.send(request).await;
        sent.map_err(|_| Failure::Stopping)
    }
}

/// Serves the queue until the broker stops.
pub(crate) async fn run(shared: Arc<Shared>, mut quorum: QuorumRunner, mut queue: ControlQueue) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut phase = shared.phase.clone();
    loop {
        tokio::select! {
            request = queue.requests.recv() => match request {
                Some(Request::Decide(request)) => serve(&shared, &mut quorum, request).await,
                // The asker may have gone.
                Some(Request::Status(reply)) => drop(reply.send(quorum.status())),
                None => return,
            },
            _ = ticks.tick() => {
                tick(&shared, &mut quorum).await;
            }
            _ = phase.wait_for(|phase| *phase == crate::shared::Phase::Stopping) => return,
        }
    }
}

/// Lets time pass; what the disk had refused may have been committed by now.
async fn tick(shared: &Arc<Shared>, quorum: &mut QuorumRunner) {
    if let Err(error) = quorum.tick() {
        tracing::debug!(%error, "metadata quorum");
    }
    if !Arc::ptr_eq(&shared.image(), quorum.image()) {
        publish(shared, quorum).await;
    }
}

async fn serve(shared: &Arc<Shared>, quorum: &mut QuorumRunner, request: Decide) {
    let Decided { records, answer } = decide(&shared.settings(), quorum.image(), request);
    if records.is_empty() {
        answer(Ok(()));
        return;
    }
    match commit(quorum, &records) {
        Ok(()) => {
            publish(shared, quorum).await;
            answer(Ok(()));
        }
        Err(code) => answer(Err(code)),
    }
}

fn decide(settings: &BrokerSettings, image: &Arc<MetadataImage>, request: Decide) -> Decided {
    request(&Controller { image, settings })
}

fn commit(quorum: &mut QuorumRunner, records: &[MetadataRecord]) -> Result<(), ErrorCode> {
    let data = records::encode(records).map_err(|error| {
        tracing::error!(%error, "a decision cannot be written down");
        ErrorCode::UnknownServerError
    })?;
    quorum.propose(data).map_err(|error| {
        tracing::error!(%error, "metadata cannot be written; the client is told to retry");
        error.code()
    })
}

/// Settings of brokers that were changed take effect before anybody hears of it.
fn take_settings(shared: &Shared, image: &MetadataImage) {
    let before = shared.image();
    let changed = [
        ConfigResource::Broker(None),
        ConfigResource::Broker(Some(shared.node())),
    ]
    .iter()
    .any(|resource| before.config(resource) != image.config(resource));
    if changed {
        let settings = shared.settings().with_running(image);
        shared.settings.store(Arc::new(settings));
        tracing::info!("settings of this broker were changed while it runs");
    }
}

/// Makes the image visible and waits until every shard has taken it over.
async fn publish(shared: &Arc<Shared>, quorum: &QuorumRunner) {
    let image = quorum.image();
    take_settings(shared, image);
    let before = shared.image.swap(Arc::clone(image));
    shared
        .metadata_offset
        .store(quorum.offset(), Ordering::Release);
    for topic in before.topics() {
        if image.topic(&topic.name).is_none() {
            shared.metrics.forget_topic(&topic.name);
        }
    }
    for shard in &shared.shards {
        let image = Arc::clone(image);
        let applied = shard
            .call(move |shard| {
                // At once, not in a task of its own: images must be taken over in their order.
                shard.apply_image(&image, &mut std::collections::HashMap::new());
                Box::pin(async {})
            })
            .await;
        if applied.is_err() {
            return;
        }
    }
}
