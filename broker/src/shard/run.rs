//! A shard's thread, from its start to its end.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kavka_core::group::GroupCoordinator;
use kavka_core::metadata::MetadataImage;
use kavka_core::transaction::TransactionCoordinator;
use kavka_disk::{PartitionLog, RealDisk};
use tokio::sync::{Notify, mpsc};

use super::assignment::RecoveredLogs;
use super::coordinator::Desk;
use super::producer_ids::ProducerIdPool;
use super::sessions::Sessions;
use super::{Shard, Task};
use crate::background::BackgroundHandle;
use crate::clock::Clock;
use crate::connection::frame::Scratch;
use crate::shared::Shared;

/// How often acknowledgements are looked at that may have waited too long.
const EXPIRY_INTERVAL: Duration = Duration::from_millis(250);

/// How long requests under way may take once the broker was told to stop.
const GRACE: Duration = Duration::from_secs(1);

/// What a shard starts from.
pub(crate) struct ShardParts {
    pub(crate) index: usize,
    pub(crate) shared: Arc<Shared>,
    pub(crate) background: BackgroundHandle,
    pub(crate) queue: mpsc::Receiver<Task>,
    pub(crate) recovered: RecoveredLogs,
    pub(crate) seed: u64,
}

/// A running shard; its result is the logs that it held, for the clean shutdown.
pub(crate) type ShardThread = thread::JoinHandle<Vec<PartitionLog<RealDisk>>>;

/// Starts a shard's thread.
pub(crate) fn spawn(parts: ShardParts) -> std::io::Result<ShardThread> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    thread::Builder::new()
        .name(format!("kavka-shard-{}", parts.index))
        .spawn(move || tokio::task::LocalSet::new().block_on(&runtime, run(parts)))
}

async fn run(parts: ShardParts) -> Vec<PartitionLog<RealDisk>> {
    let ShardParts {
        index,
        shared,
        background,
        mut queue,
        mut recovered,
        seed,
    } = parts;
    let image = shared.image();
    let shard = Rc::new(Shard {
        index,
        background,
        image: RefCell::new(Arc::new(MetadataImage::default())),
        partitions: RefCell::default(),
        unwritten: RefCell::default(),
        write_wanted: Notify::new(),
        stuck: RefCell::default(),
        refusals: Cell::default(),
        unsynced: RefCell::default(),
        sync_wanted: Notify::new(),
        waiting: RefCell::new(HashMap::new()),
        next_token: Cell::new(0),
        open_connections: Cell::new(0),
        groups: Desk::new(GroupCoordinator::new(shared.settings().group.clone(), seed)),
        transactions: Desk::new(TransactionCoordinator::new(
            shared.settings().transaction.clone(),
        )),
        producer_ids: ProducerIdPool::default(),
        sessions: Sessions::new(shared.settings().max_incremental_fetch_session_cache_slots),
        scratch: Scratch::new(),
        shared,
    });
    shard.apply_image(&image, &mut recovered);
    drop(recovered);
    let timers = [
        tokio::task::spawn_local(follow_journal(Rc::clone(&shard))),
        tokio::task::spawn_local(write_out(Rc::clone(&shard))),
        tokio::task::spawn_local(request_syncs(Rc::clone(&shard))),
        tokio::task::spawn_local(expire(Rc::clone(&shard))),
        tokio::task::spawn_local(thin_out(Rc::clone(&shard))),
        tokio::task::spawn_local(Rc::clone(&shard).run_timers::<GroupCoordinator>()),
        tokio::task::spawn_local(Rc::clone(&shard).run_timers::<TransactionCoordinator>()),
    ];
    let mut drained = pin!(drained(&shard));
    loop {
        tokio::select! {
            task = queue.recv() => match task {
                Some(task) => task(&shard),
                None => break,
            },
            () = &mut drained => break,
        }
    }
    for timer in timers {
        timer.abort();
    }
    shard.close()
}

/// Resolves after the broker was told to stop, once all connections have ended or had their time
/// to.
async fn drained(shard: &Shard) {
    shard.stopping().await;
    let deadline = tokio::time::Instant::now() + GRACE;
    while shard.open_connections.get() > 0 && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(GRACE / 200).await;
    }
}

async fn follow_journal(shard: Rc<Shard>) {
    let mut synced = shard.shared.sync.synced();
    while synced.changed().await.is_ok() {
        let lsn = *synced.borrow_and_update();
        shard.journal_synced(lsn);
    }
}

/// Has logs written once everything was appended that has arrived: one write for each of them.
async fn write_out(shard: Rc<Shard>) {
    loop {
        shard.write_wanted.notified().await;
        tokio::task::yield_now().await;
        shard.write_out();
    }
}

/// Has the journal synced once everything was appended that has arrived: one sync for all of it.
async fn request_syncs(shard: Rc<Shard>) {
    loop {
        shard.sync_wanted.notified().await;
        tokio::task::yield_now().await;
        shard.shared.sync.request();
    }
}

async fn expire(shard: Rc<Shard>) {
    loop {
        tokio::time::sleep(EXPIRY_INTERVAL).await;
        shard.write_stuck();
        shard.expire_acknowledgements();
    }
}

/// Retention and time-based rolls.
async fn thin_out(shard: Rc<Shard>) {
    let interval = u64::try_from(shard.settings().log_retention_check_interval_ms).unwrap_or(0);
    let interval = Duration::from_millis(interval.max(100));
    loop {
        tokio::time::sleep(interval).await;
        shard.enforce_retention();
        shard.roll_due_segments();
    }
}

impl Shard {
    fn enforce_retention(&self) {
        let now = Clock::wall();
        for partition in self.all_partitions() {
            match partition.borrow_mut().expire(now) {
                Ok(Some(expired)) => self.remove_segments(expired),
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "retention: old segments stay for now"),
            }
        }
    }

    fn roll_due_segments(&self) {
        let now = Clock::wall();
        for partition in self.all_partitions() {
            let mut partition = partition.borrow_mut();
            let Some(log) = partition.log() else { continue };
            if let Err(error) = log.roll_if_due(now) {
                tracing::error!(%error, "a segment could not be rolled; it goes on growing");
            }
        }
    }

    fn all_partitions(&self) -> Vec<Rc<RefCell<crate::partition::Partition>>> {
        self.partitions.borrow().values().map(Rc::clone).collect()
    }

    fn close(&self) -> Vec<PartitionLog<RealDisk>> {
        self.partitions
            .borrow_mut()
            .drain()
            .filter_map(|(_, partition)| partition.borrow_mut().take_log())
            .collect()
    }
}
