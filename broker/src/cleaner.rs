//! The thread that compacts logs. It asks the shards which logs a pass is due for, does the pass
//! on files that nobody writes any more, and has the shard put the new segments in place.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use kavka_core::config::CleanerConfig;
use kavka_core::log::compaction::{Candidate, OffsetMap};
use kavka_disk::{Compaction, CompactionError, CompactionReport, RealDisk, Replacement};

use crate::clock::Clock;
use crate::entropy;
use crate::shard::PartitionKey;
use crate::shared::Shared;

/// How long a log is left alone after a pass over it that could not be done.
const LATER: Duration = Duration::from_mins(1);

/// How long it is left alone at first when retention was faster than the pass.
const SOON: Duration = Duration::from_secs(1);

/// How long the thread sleeps at a time to keep below its bytes per second.
const NAP_MAX: Duration = Duration::from_millis(100);

/// Bytes after which the thread looks up.
const LOOK_UP: u64 = 256 << 10;

/// The least that anybody else has (`nice`): whoever serves clients comes first.
const NICENESS: i32 = 10;

/// Tells the thread to stop, even while it sleeps.
#[derive(Debug, Default)]
struct Bell {
    is_stopping: Mutex<bool>,
    rung: Condvar,
}

/// The running thread; none where `log.cleaner.enable` is off.
pub(crate) struct CleanerThread {
    bell: Arc<Bell>,
    handle: Option<thread::JoinHandle<()>>,
}

/// Starts the thread.
pub(crate) fn spawn(shared: &Arc<Shared>) -> std::io::Result<CleanerThread> {
    let bell = Arc::new(Bell::default());
    let mut handle = None;
    if shared.settings().cleaner.enable {
        let cleaner = Cleaner {
            shared: Arc::clone(shared),
            bell: Arc::clone(&bell),
            left_alone: HashMap::new(),
            overtaken: HashMap::new(),
        };
        let thread = thread::Builder::new().name("kavka-cleaner".to_owned());
        handle = Some(thread.spawn(move || cleaner.run())?);
    }
    Ok(CleanerThread { bell, handle })
}

impl CleanerThread {
    /// Tells the thread to end; what it is at is given up.
    pub(crate) fn stop(&self) {
        *self.bell.lock() = true;
        self.bell.rung.notify_all();
    }

    /// Waits for the thread's end.
    pub(crate) fn join(self) {
        if self.handle.is_some_and(|handle| handle.join().is_err()) {
            tracing::error!("the cleaner thread panicked");
        }
    }
}

impl Bell {
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_stopping
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps, if need be, and tells whether the broker is stopping.
    fn sleep(&self, time: Duration) -> bool {
        let stopping = self.lock();
        let slept = self
            .rung
            .wait_timeout_while(stopping, time, |stopping| !*stopping);
        *slept.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// The thread's own.
struct Cleaner {
    shared: Arc<Shared>,
    bell: Arc<Bell>,
    /// Logs that could not be compacted, and when that is tried again; never before a restart
    /// without a time.
    left_alone: HashMap<PartitionKey, Option<Instant>>,
    /// Logs whose segments went during the last pass, and how long they were left alone then.
    overtaken: HashMap<PartitionKey, Duration>,
}

/// How long a log is left alone whose segments went during a pass, after the pause before.
fn overtaken(before: Option<Duration>) -> Duration {
    before.map_or(SOON, |before| (before * 2).min(LATER))
}

impl Cleaner {
    fn run(mut self) {
        // On Linux this is the calling thread's alone.
        if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
            tracing::debug!(%error, "compaction runs at the usual priority");
        }
        loop {
            let pause = match self.dirtiest() {
                Some((key, candidate)) => {
                    self.clean(key, candidate);
                    Duration::ZERO
                }
                None => Duration::from_millis(self.config().backoff_ms.max(10)),
            };
            if self.bell.sleep(pause) {
                return;
            }
        }
    }

    fn config(&self) -> CleanerConfig {
        self.shared.settings().cleaner.clone()
    }

    /// The log that a pass is most due for.
    fn dirtiest(&mut self) -> Option<(PartitionKey, Candidate)> {
        let now = Instant::now();
        self.left_alone
            .retain(|_, until| until.is_none_or(|until| until > now));
        let shards = self.shared.shards.iter();
        let found =
            shards.filter_map(|shard| shard.ask(|shard| shard.compaction_candidates()).ok());
        let candidates: Vec<_> = found.flatten().collect();
        self.overtaken
            .retain(|key, _| candidates.iter().any(|(candidate, _)| candidate == key));
        let candidates = candidates.into_iter();
        let candidates = candidates.filter(|(key, _)| !self.left_alone.contains_key(key));
        let metrics = &self.shared.metrics;
        let left_alone = i64::try_from(self.left_alone.len()).unwrap_or(i64::MAX);
        metrics.uncleanable_partitions.set(left_alone);
        candidates.max_by(|(_, left), (_, right)| {
            let overdue = left.is_overdue.cmp(&right.is_overdue);
            overdue.then(left.dirty_ratio.total_cmp(&right.dirty_ratio))
        })
    }

    /// Does a pass over one log.
    fn clean(&mut self, key: PartitionKey, candidate: Candidate) {
        let begun = Instant::now();
        let again = match self.pass(key, candidate) {
            // Deleted: there will be no other pass.
            Ok(None) | Err(CompactionError::Stopped) => return,
            // Mostly retention was faster. Where files are gone for good, that will not change.
            Err(error @ CompactionError::Gone) => {
                let (topic, partition) = key;
                tracing::debug!(%topic, %partition, %error, "not compacted for now");
                let pause = overtaken(self.overtaken.get(&key).copied());
                self.overtaken.insert(key, pause);
                self.left_alone.insert(key, Some(Instant::now() + pause));
                return;
            }
            Ok(Some(report)) => {
                let metrics = &self.shared.metrics;
                metrics.compaction.observe(begun.elapsed().as_secs_f64());
                let gone = report.bytes_before.saturating_sub(report.bytes_after);
                metrics.compacted_bytes.inc_by(gone);
                let (topic, partition) = key;
                tracing::debug!(%topic, %partition, ?report, "compacted");
                self.overtaken.remove(&key);
                return;
            }
            Err(error @ (CompactionError::Damaged { .. } | CompactionError::Unsettled { .. })) => {
                tracing::error!(%error, "not compacted any more before a restart");
                None
            }
            Err(error) => {
                tracing::error!(%error, "not compacted for now; trying again in a minute");
                Some(Instant::now() + LATER)
            }
        };
        self.shared.metrics.compaction_failures.inc();
        self.left_alone.insert(key, again);
    }

    fn pass(
        &self,
        key: PartitionKey,
        candidate: Candidate,
    ) -> Result<Option<CompactionReport>, CompactionError> {
        let (topic, partition) = key;
        let owner = self.shared.shard_of(topic, partition);
        let shard = self.shared.shards.get(owner);
        let shard = shard.ok_or(CompactionError::Stopped)?;
        let begun = shard.ask(move |shard| shard.begin_compaction(key, candidate));
        let Some(compaction): Option<Compaction<RealDisk>> =
            begun.map_err(|_| CompactionError::Stopped)??
        else {
            return Ok(None);
        };
        let config = self.config();
        let mut map = OffsetMap::new(
            entropy::secret(),
            config.dedupe_buffer_size,
            config.load_percent,
        );
        let replace = |replacement: Replacement| {
            let replaced = shard.ask(move |shard| shard.replace_segments(key, replacement));
            replaced.map_err(|_| CompactionError::Stopped)?
        };
        let mut pace = Pace::new(self);
        let pace = |bytes| pace.count(bytes);
        let (store, now) = (&self.shared.store, Clock::wall());
        compaction
            .run(store, &mut map, now, replace, pace)
            .map(Some)
    }
}

/// Keeps the thread below its bytes per second, and tells it when the broker stops.
struct Pace<'a> {
    cleaner: &'a Cleaner,
    since: Instant,
    /// Read and written since.
    bytes: u64,
}

impl<'a> Pace<'a> {
    fn new(cleaner: &'a Cleaner) -> Self {
        Self {
            cleaner,
            since: Instant::now(),
            bytes: 0,
        }
    }

    fn count(&mut self, bytes: u64) -> Result<(), CompactionError> {
        self.bytes += bytes;
        if self.bytes < LOOK_UP {
            return Ok(());
        }
        loop {
            // What was set meanwhile holds at once.
            let left = self.due().saturating_sub(self.since.elapsed());
            if self.cleaner.bell.sleep(left.min(NAP_MAX)) {
                return Err(CompactionError::Stopped);
            }
            if left <= NAP_MAX {
                break;
            }
        }
        (self.bytes, self.since) = (0, Instant::now());
        Ok(())
    }

    /// How long what was counted should take.
    #[expect(clippy::cast_precision_loss, reason = "a pace needs no more")]
    fn due(&self) -> Duration {
        let per_second = self.cleaner.shared.settings().cleaner.max_bytes_per_second;
        let seconds = self.bytes as f64 / per_second.max(1.0);
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_retention_shortens_during_a_pass_is_tried_again_soon_and_then_more_seldom() {
        let pauses =
            std::iter::successors(Some(overtaken(None)), |last| Some(overtaken(Some(*last))));
        let seconds: Vec<u64> = pauses.take(8).map(|pause| pause.as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 60, 60]);
    }
}
