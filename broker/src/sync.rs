//! The thread that makes the journal durable. All batches that arrive while one fdatasync runs
//! share the next one: group commit without a timer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use kavka_core::types::Lsn;
use kavka_disk::{Journal, RealDisk};
use tokio::sync::watch;

/// How long the thread sleeps when nobody wakes it.
const IDLE: Duration = Duration::from_secs(1);

/// How long it waits before it asks a disk again that refused.
const AFTER_ERROR: Duration = Duration::from_millis(100);

/// Wakes the sync thread, and tells how far it has come.
#[derive(Debug, Clone)]
pub(crate) struct SyncSignal {
    thread: Thread,
    synced: watch::Receiver<Lsn>,
}

impl SyncSignal {
    /// There is something to sync.
    pub(crate) fn request(&self) {
        self.thread.unpark();
    }

    /// Changes whenever more of the journal has become durable.
    pub(crate) fn synced(&self) -> watch::Receiver<Lsn> {
        self.synced.clone()
    }
}

/// A sync that takes longer is worth a line in the log.
const SLOW: Duration = Duration::from_secs(1);

/// The running thread.
#[derive(Debug)]
pub(crate) struct SyncThread {
    handle: thread::JoinHandle<()>,
    stop: Arc<AtomicBool>,
}

/// What the thread measures.
pub(crate) trait SyncObserver: Send + 'static {
    /// One fdatasync took so long.
    fn synced(&self, took: Duration, bytes: u64);
}

/// Starts the thread.
pub(crate) fn spawn(
    journal: Arc<Journal<RealDisk>>,
    observer: impl SyncObserver,
) -> std::io::Result<(SyncThread, SyncSignal)> {
    let stop = Arc::new(AtomicBool::new(false));
    let (progress, synced) = watch::channel(journal.synced());
    let stopped = Arc::clone(&stop);
    let handle = thread::Builder::new()
        .name("kavka-sync".to_owned())
        .spawn(move || run(&journal, &progress, &stopped, &observer))?;
    let signal = SyncSignal {
        thread: handle.thread().clone(),
        synced,
    };
    Ok((SyncThread { handle, stop }, signal))
}

impl SyncThread {
    /// Ends the thread after a last sync.
    pub(crate) fn stop(self) {
        self.stop.store(true, Ordering::Release);
        self.handle.thread().unpark();
        if self.handle.join().is_err() {
            tracing::error!("the sync thread panicked");
        }
    }
}

fn run(
    journal: &Journal<RealDisk>,
    progress: &watch::Sender<Lsn>,
    stop: &AtomicBool,
    observer: &impl SyncObserver,
) {
    let mut failing = false;
    loop {
        let before = journal.synced();
        // A checkpoint syncs the journal, too; who waits must hear of that as well.
        progress.send_if_modified(|told| {
            let news = *told < before;
            *told = before;
            news
        });
        if journal.appended() <= before {
            if stop.load(Ordering::Acquire) {
                return;
            }
            thread::park_timeout(IDLE);
            continue;
        }
        let begun = Instant::now();
        match journal.sync() {
            Ok(synced) => {
                let took = begun.elapsed();
                if took >= SLOW {
                    tracing::warn!(
                        ?took,
                        "the disk took long to sync the journal; writes waited"
                    );
                }
                observer.synced(took, synced.0.saturating_sub(before.0));
                progress.send_replace(synced);
                if std::mem::take(&mut failing) {
                    tracing::info!("the journal can be written again");
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    tracing::error!(%error, "the journal cannot be synced; writes wait, trying on");
                }
                if stop.load(Ordering::Acquire) {
                    return;
                }
                thread::park_timeout(AFTER_ERROR);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kavka_disk::journal::JournalSettings;

    struct Nobody;

    impl SyncObserver for Nobody {
        fn synced(&self, _: Duration, _: u64) {}
    }

    #[tokio::test]
    async fn what_a_checkpoint_syncs_is_told_to_those_who_wait() {
        let folder = tempfile::tempdir().unwrap();
        let settings = JournalSettings::default();
        let (journal, _) = Journal::open(&RealDisk::new(), folder.path(), settings).unwrap();
        let journal = Arc::new(journal);
        let (thread, signal) = spawn(Arc::clone(&journal), Nobody).unwrap();
        let mut synced = signal.synced();
        for _ in 0..20 {
            journal.checkpoint(journal.appended()).unwrap();
            let reached = journal.synced();
            signal.request();
            let told = tokio::time::timeout(
                Duration::from_secs(20),
                synced.wait_for(|told| *told >= reached),
            );
            told.await.expect("nobody was told").unwrap();
        }
        thread.stop();
    }
}
