//! The thread for work on files that nobody waits for: flushing segments so that the journal can be
//! recycled, and removing what was deleted or has expired.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use kavka_disk::{DeletedPartition, ExpiredSegments, LogStore, RealDisk};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;

use crate::sync::SyncSignal;

/// How often segments are flushed at the latest.
const FLUSH_INTERVAL: Duration = Duration::from_secs(5);

/// How long files stay open that nobody uses.
const REST_INTERVAL: Duration = Duration::from_mins(1);

/// How often the journal's fill is looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);

/// The longest pause after a flush that failed. Until one succeeds the journal has no room, and
/// producers are refused.
const PAUSE_MAX: Duration = Duration::from_secs(1);

enum Job {
    RemovePartition(DeletedPartition<RealDisk>),
    RemoveSegments(ExpiredSegments<RealDisk>),
    Stop,
}

/// Hands work to the background thread; never blocks, as what it hands over is already off the
/// path.
#[derive(Clone)]
pub(crate) struct BackgroundHandle {
    jobs: mpsc::SyncSender<Job>,
}

/// Removals that may wait; beyond that the next start finds and removes them.
const QUEUE: usize = 4096;

/// The running thread.
pub(crate) struct BackgroundThread {
    handle: thread::JoinHandle<()>,
    jobs: mpsc::SyncSender<Job>,
}

impl BackgroundHandle {
    pub(crate) fn remove_partition(&self, partition: DeletedPartition<RealDisk>) {
        self.offer(Job::RemovePartition(partition));
    }

    pub(crate) fn remove_segments(&self, segments: ExpiredSegments<RealDisk>) {
        self.offer(Job::RemoveSegments(segments));
    }

    fn offer(&self, job: Job) {
        if self.jobs.try_send(job).is_err() {
            tracing::warn!("too many files wait for removal; the next start removes the rest");
        }
    }
}

impl BackgroundThread {
    /// Ends the thread once it has done what was handed over.
    pub(crate) fn stop(self) {
        drop(self.jobs.send(Job::Stop));
        if self.handle.join().is_err() {
            tracing::error!("the background thread panicked");
        }
    }
}

/// What the thread measures.
pub(crate) struct FlushMetrics {
    /// How long one flush took.
    pub(crate) seconds: Histogram,
    /// Flushes that failed.
    pub(crate) failures: Counter,
}

/// Starts the thread.
pub(crate) fn spawn(
    store: LogStore<RealDisk>,
    sync: SyncSignal,
    metrics: FlushMetrics,
) -> std::io::Result<(BackgroundThread, BackgroundHandle)> {
    let (jobs, queue) = mpsc::sync_channel(QUEUE);
    let handle = thread::Builder::new()
        .name("kavka-background".to_owned())
        .spawn(move || run(&store, &sync, &queue, &metrics))?;
    Ok((
        BackgroundThread {
            handle,
            jobs: jobs.clone(),
        },
        BackgroundHandle { jobs },
    ))
}

fn run(
    store: &LogStore<RealDisk>,
    sync: &SyncSignal,
    queue: &mpsc::Receiver<Job>,
    metrics: &FlushMetrics,
) {
    let mut flushed = std::time::Instant::now();
    let mut rested = flushed;
    // How long to wait before flushing again, after a failure.
    let mut pause = Duration::ZERO;
    loop {
        match queue.recv_timeout(LOOK_INTERVAL) {
            Ok(Job::RemovePartition(partition)) => report("partition", partition.remove()),
            Ok(Job::RemoveSegments(segments)) => report("segments", segments.remove()),
            Ok(Job::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if rested.elapsed() >= REST_INTERVAL {
            rested = std::time::Instant::now();
            store.close_resting();
        }
        let elapsed = flushed.elapsed();
        if elapsed >= FLUSH_INTERVAL || (elapsed >= pause && store.wants_flush()) {
            flushed = std::time::Instant::now();
            match store.flush() {
                Ok(()) => {
                    metrics.seconds.observe(flushed.elapsed().as_secs_f64());
                    pause = Duration::ZERO;
                    // Flushing syncs the journal, too: acknowledgements may be due.
                    sync.request();
                }
                Err(error) => {
                    metrics.failures.inc();
                    if pause.is_zero() {
                        tracing::error!(%error, "segments cannot be flushed; trying on");
                    }
                    pause = (pause * 2).clamp(LOOK_INTERVAL, PAUSE_MAX);
                }
            }
        }
    }
}

fn report<E: std::fmt::Display>(what: &str, result: Result<(), E>) {
    if let Err(error) = result {
        tracing::warn!(%error, "{what} not removed; the next start tries again");
    }
}
