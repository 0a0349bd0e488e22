//! A budget of memory that all connections share, so that many large requests or replies together
//! cannot take more than was set apart for them.
//!
//! What is given out comes back when a request is handled or a reply taken. Whoever holds memory
//! and waits for a client to send or to take more is a tenant: when the budget is used up, the one
//! whose client has done nothing for the longest loses its connection, or else the slowest, so that
//! clients which do nothing hold nothing that others need. No more of them go than are in the way.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// The unit of the budget, in bytes: small enough to be fair, large enough for a 32-bit count.
const UNIT: usize = 1024;

/// How long a client may do nothing, and for how long its speed is measured before it counts.
const GRACE: Duration = Duration::from_secs(1);

/// How long one who waits for memory waits before it has the next tenant evicted.
const NEXT_EVICTION: Duration = Duration::from_millis(50);

/// The memory that requests, or replies, may hold in all.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    units: Arc<Semaphore>,
    total: usize,
    patience: Duration,
    tenants: Arc<Tenants>,
    /// Units that are waited for.
    wanted: Arc<AtomicUsize>,
    counters: BudgetCounters,
}

/// What is counted of a budget.
#[derive(Debug, Clone, Default)]
pub(crate) struct BudgetCounters {
    /// Times that somebody had to wait or to go without.
    pub(crate) waits: Counter,
    /// Tenants that had to go.
    pub(crate) evictions: Counter,
}

/// No memory came free in time.
#[derive(Debug, thiserror::Error)]
#[error(
    "no memory for a request in time: queued.max.request.bytes is used up; raise it or send less"
)]
pub(crate) struct BudgetExhausted;

/// A share of the budget; dropping it gives the memory back.
#[derive(Debug)]
pub(crate) struct Share {
    permit: Option<OwnedSemaphorePermit>,
}

impl Share {
    /// A share of nothing.
    pub(crate) const EMPTY: Self = Self { permit: None };

    /// Units of the budget in it.
    pub(crate) fn units(&self) -> usize {
        self.permit
            .as_ref()
            .map_or(0, OwnedSemaphorePermit::num_permits)
    }

    /// Joins another share of the same budget to this one.
    pub(crate) fn absorb(&mut self, other: Self) {
        if let Some(permit) = other.permit {
            self.merge(permit);
        }
    }

    /// Gives back what exceeds `bytes`.
    pub(crate) fn shrink_to(&mut self, bytes: usize) {
        if let Some(permit) = &mut self.permit {
            let excess = permit.num_permits().saturating_sub(bytes.div_ceil(UNIT));
            drop(permit.split(excess));
        }
    }

    fn merge(&mut self, other: OwnedSemaphorePermit) {
        match &mut self.permit {
            Some(permit) => permit.merge(other),
            None => self.permit = Some(other),
        }
    }
}

/// Everyone who holds memory and waits for a client.
#[derive(Debug, Default)]
struct Tenants {
    all: Mutex<HashMap<usize, Arc<Tenant>>>,
    next: AtomicUsize,
    /// Units of those who were sent away and have not given them back yet.
    leaving: AtomicUsize,
}

#[derive(Debug)]
struct Tenant {
    since: Instant,
    progress: Mutex<Progress>,
    /// Units of the budget that it holds.
    held: AtomicUsize,
    /// Units that it was to give back when it was sent away.
    leaving: AtomicUsize,
    evicted: Notify,
}

/// What the client has done.
#[derive(Debug)]
struct Progress {
    /// Bytes that it has sent or taken.
    moved: usize,
    /// When it did that last, or was given memory for it.
    last: Instant,
    /// Since when it is not the client that is waited for, but memory.
    waits: Option<Instant>,
    /// How long that was so before.
    waited: Duration,
}

/// Who goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Waits for memory itself; two of them may wait for each other. The newer one gives way.
    Waiting(Instant),
    /// Sends or takes so many bytes in a second.
    Slow(Reverse<u128>),
    /// Has done nothing for so long.
    Idle(Duration),
}

impl Tenant {
    fn new(since: Instant, held: usize) -> Self {
        Self {
            since,
            progress: Mutex::new(Progress {
                moved: 0,
                last: since,
                waits: None,
                waited: Duration::ZERO,
            }),
            held: AtomicUsize::new(held),
            leaving: AtomicUsize::new(0),
            evicted: Notify::new(),
        }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn moved(&self, bytes: usize, now: Instant) {
        let mut progress = self.progress();
        progress.moved += bytes;
        progress.last = now;
    }

    fn wait(&self, now: Instant) {
        self.progress().waits = Some(now);
    }

    fn waited(&self, now: Instant) {
        let mut progress = self.progress();
        if let Some(since) = progress.waits.take() {
            progress.waited += now.saturating_duration_since(since);
            progress.last = now;
        }
    }

    /// None for those who give nothing back or whose client deserves it: who does as it should is
    /// left alone, however many wait.
    fn rank(&self, now: Instant) -> Option<Rank> {
        if self.held.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let progress = self.progress();
        if progress.waits.is_some() {
            return Some(Rank::Waiting(self.since));
        }
        let idle = now.saturating_duration_since(progress.last);
        if idle >= GRACE {
            return Some(Rank::Idle(idle));
        }
        let age = now.saturating_duration_since(self.since);
        let active = age.saturating_sub(progress.waited);
        let speed = progress.moved as u128 * 1_000 / active.as_millis().max(1);
        (active >= GRACE).then_some(Rank::Slow(Reverse(speed)))
    }
}

impl Tenants {
    fn locked(&self) -> MutexGuard<'_, HashMap<usize, Arc<Tenant>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends one tenant away; whether there was one. Those who wait for memory themselves go only
    /// when that is `urgent`.
    fn evict(&self, now: Instant, urgent: bool) -> bool {
        let mut all = self.locked();
        let ranked = all.iter().filter_map(|(number, tenant)| {
            let rank = tenant.rank(now)?;
            (urgent || !matches!(rank, Rank::Waiting(_))).then_some((rank, *number))
        });
        let Some((_, number)) = ranked.max() else {
            return false;
        };
        if let Some(tenant) = all.remove(&number) {
            let held = tenant.held.load(Ordering::Relaxed);
            tenant.leaving.store(held, Ordering::Relaxed);
            self.leaving.fetch_add(held, Ordering::Relaxed);
            tenant.evicted.notify_one();
        }
        true
    }
}

/// One who holds memory and waits for a client.
#[derive(Debug)]
pub(crate) struct Tenure {
    number: usize,
    tenant: Arc<Tenant>,
    tenants: Arc<Tenants>,
}

impl Tenure {
    /// The client has sent or taken so many bytes.
    pub(crate) fn moved(&self, bytes: usize) {
        self.tenant.moved(bytes, Instant::now());
    }

    /// So much is held now.
    pub(crate) fn holds(&self, share: &Share) {
        self.tenant.held.store(share.units(), Ordering::Relaxed);
    }

    /// What `waiting` yields; until then the client's time stands still.
    pub(crate) async fn during<T>(&self, waiting: impl Future<Output = T>) -> T {
        self.tenant.wait(Instant::now());
        let done = waiting.await;
        self.tenant.waited(Instant::now());
        done
    }

    /// Resolves when others need the memory more.
    pub(crate) async fn evicted(&self) {
        self.tenant.evicted.notified().await;
    }
}

impl Drop for Tenure {
    fn drop(&mut self) {
        // The lock keeps an eviction from coming in between.
        let mut all = self.tenants.locked();
        all.remove(&self.number);
        let left = self.tenant.leaving.load(Ordering::Relaxed);
        self.tenants.leaving.fetch_sub(left, Ordering::Relaxed);
    }
}

/// Units that somebody waits for.
struct Wanted<'a> {
    all: &'a AtomicUsize,
    units: usize,
}

impl<'a> Wanted<'a> {
    fn new(all: &'a AtomicUsize, units: usize) -> Self {
        all.fetch_add(units, Ordering::Relaxed);
        Self { all, units }
    }
}

impl Drop for Wanted<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(self.units, Ordering::Relaxed);
    }
}

impl Budget {
    /// A budget of `bytes`, for which a frame waits no longer than `patience`.
    pub(crate) fn new(bytes: usize, patience: Duration, counters: BudgetCounters) -> Self {
        let total = (bytes / UNIT).clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        Self {
            units: Arc::new(Semaphore::new(total)),
            total,
            patience,
            tenants: Arc::default(),
            wanted: Arc::default(),
            counters,
        }
    }

    /// Notes one who holds shares of so many units until a client has sent or taken more.
    pub(crate) fn tenure(&self, units: usize) -> Tenure {
        let number = self.tenants.next.fetch_add(1, Ordering::Relaxed);
        let tenant = Arc::new(Tenant::new(Instant::now(), units));
        self.tenants.locked().insert(number, Arc::clone(&tenant));
        Tenure {
            number,
            tenant,
            tenants: Arc::clone(&self.tenants),
        }
    }

    /// `bytes` of the budget, if nobody has to be waited for.
    pub(crate) fn try_share(&self, bytes: usize) -> Option<Share> {
        let units = u32::try_from(bytes.div_ceil(UNIT).min(self.total)).ok()?;
        let permit = Arc::clone(&self.units).try_acquire_many_owned(units);
        if permit.is_err() {
            self.counters.waits.inc();
            let _wanted = Wanted::new(&self.wanted, units as usize);
            self.evict(false);
        }
        permit.ok().map(|permit| Share {
            permit: Some(permit),
        })
    }

    /// `bytes` of the budget if half of it stays free behind them, for what could do without.
    pub(crate) fn spare_share(&self, bytes: usize) -> Option<Share> {
        let units = bytes.div_ceil(UNIT);
        if self.units.available_permits() < units + self.total / 2 {
            return None;
        }
        let units = u32::try_from(units).ok()?;
        let permit = Arc::clone(&self.units).try_acquire_many_owned(units).ok()?;
        Some(Share {
            permit: Some(permit),
        })
    }

    /// Adds `bytes` to `share`, waiting for others to give memory back.
    pub(crate) async fn grow(
        &self,
        share: &mut Share,
        bytes: usize,
    ) -> Result<(), BudgetExhausted> {
        let units = bytes.div_ceil(UNIT).min(self.total);
        let Ok(units) = u32::try_from(units) else {
            return Err(BudgetExhausted);
        };
        if let Ok(permit) = Arc::clone(&self.units).try_acquire_many_owned(units) {
            share.merge(permit);
            return Ok(());
        }
        self.counters.waits.inc();
        let since = Instant::now();
        let waiting = async {
            let _wanted = Wanted::new(&self.wanted, units as usize);
            let mut acquired = std::pin::pin!(Arc::clone(&self.units).acquire_many_owned(units));
            loop {
                self.evict(since.elapsed() >= GRACE);
                tokio::select! {
                    permit = &mut acquired => return permit,
                    () = tokio::time::sleep(NEXT_EVICTION) => {}
                }
            }
        };
        match tokio::time::timeout(self.patience, waiting).await {
            Ok(Ok(permit)) => {
                share.merge(permit);
                Ok(())
            }
            Ok(Err(_)) | Err(_) => Err(BudgetExhausted),
        }
    }

    /// The most that one reply takes for itself: half of what is left, so that however many come
    /// there is always some left for the next.
    pub(crate) fn fair(&self) -> usize {
        self.units.available_permits() / 2 * UNIT
    }

    /// Bytes that are in use.
    pub(crate) fn used(&self) -> usize {
        self.total() - self.units.available_permits().min(self.total) * UNIT
    }

    /// Bytes that there are.
    pub(crate) fn total(&self) -> usize {
        self.total * UNIT
    }

    /// Sends a tenant away unless what is waited for is free or about to be.
    fn evict(&self, urgent: bool) {
        let coming = self.units.available_permits() + self.tenants.leaving.load(Ordering::Relaxed);
        let enough = coming >= self.wanted.load(Ordering::Relaxed);
        if !enough && self.tenants.evict(Instant::now(), urgent) {
            self.counters.evictions.inc();
        }
    }

    #[cfg(test)]
    fn free(&self) -> usize {
        self.total() - self.used()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(units: usize) -> Budget {
        Budget::new(
            units * UNIT,
            Duration::from_millis(20),
            BudgetCounters::default(),
        )
    }

    #[tokio::test]
    async fn memory_comes_back_when_a_share_is_dropped() {
        let budget = budget(10);
        let mut share = Share::EMPTY;
        budget.grow(&mut share, 1).await.unwrap();
        budget.grow(&mut share, 4 * UNIT).await.unwrap();
        assert_eq!(budget.free(), 5 * UNIT);
        drop(share);
        assert_eq!(budget.free(), 10 * UNIT);
    }

    #[tokio::test]
    async fn a_share_can_shrink_and_shares_join() {
        let budget = budget(10);
        let mut share = budget.try_share(8 * UNIT).unwrap();
        assert!(budget.try_share(3 * UNIT).is_none());
        share.shrink_to(UNIT + 1);
        assert_eq!(budget.free(), 8 * UNIT);
        share.absorb(budget.try_share(3 * UNIT).unwrap());
        assert_eq!(budget.free(), 5 * UNIT);
        drop(share);
        assert_eq!(budget.free(), 10 * UNIT);
    }

    #[tokio::test]
    async fn a_frame_that_never_gets_memory_is_given_up() {
        let budget = budget(2);
        let mut first = Share::EMPTY;
        budget.grow(&mut first, 2 * UNIT).await.unwrap();
        let mut second = Share::EMPTY;
        assert!(budget.grow(&mut second, 1).await.is_err());
        assert_eq!(budget.counters.waits.get(), 1);
    }

    #[tokio::test]
    async fn many_who_take_what_is_fair_leave_some_for_the_next() {
        let budget = budget(1024);
        let shares: Vec<Share> = (0..8)
            .map(|_| budget.try_share(budget.fair()).unwrap())
            .collect();
        assert_eq!(budget.free(), 4 * UNIT);
        drop(shares);
    }

    /// What a tenant has done since a moment.
    type Deeds<'a> = &'a dyn Fn(&Tenant, Instant);

    /// Tenants whose names are the numbers, each with what it did and holding one unit.
    fn tenants(of: &[(usize, Deeds<'_>)]) -> (Tenants, Instant) {
        let tenants = Tenants::default();
        let start = Instant::now();
        for (number, does) in of {
            let tenant = Tenant::new(start, 1);
            does(&tenant, start);
            tenants.locked().insert(*number, Arc::new(tenant));
        }
        (tenants, start)
    }

    fn left(tenants: &Tenants) -> Vec<usize> {
        let mut left: Vec<usize> = tenants.locked().keys().copied().collect();
        left.sort_unstable();
        left
    }

    #[test]
    fn who_does_nothing_goes_first_then_the_slowest_and_never_one_who_does_as_it_should() {
        let (tenants, start) = tenants(&[
            (1, &|tenant, start| tenant.moved(90_000, start + GRACE)),
            (2, &|tenant, start| tenant.moved(3_000, start + 3 * GRACE)),
            (3, &|tenant, start| tenant.moved(9_000, start + 3 * GRACE)),
            (4, &|_, _| ()),
            (5, &|tenant, start| {
                tenant.wait(start);
                tenant.waited(start + 3 * GRACE);
            }),
            (6, &|tenant, _| tenant.held.store(0, Ordering::Relaxed)),
        ]);
        let now = start + 3 * GRACE + GRACE / 2;
        for after in [&[1, 2, 3, 5, 6][..], &[2, 3, 5, 6], &[3, 5, 6], &[5, 6]] {
            assert!(tenants.evict(now, true));
            assert_eq!(left(&tenants), after);
        }
        assert!(!tenants.evict(now, true), "one is new, one holds nothing");
        assert_eq!(tenants.leaving.load(Ordering::Relaxed), 4);
    }

    #[test]
    fn waiting_for_memory_makes_no_client_slow() {
        let waits: Deeds<'_> = &|tenant, start| {
            tenant.moved(1, start);
            tenant.wait(start);
        };
        let (tenants, start) = tenants(&[
            (1, waits),
            (2, &|tenant, start| {
                tenant.moved(1_000_000, start + 5 * GRACE);
            }),
        ]);
        let now = start + 5 * GRACE;
        assert!(tenants.evict(now, false));
        assert_eq!(left(&tenants), [1], "2 is slower than one who was not let");
        assert!(!tenants.evict(now, false));
        assert!(tenants.evict(now, true), "two may wait for each other");
    }

    #[tokio::test]
    async fn no_more_are_sent_away_than_are_in_the_way() {
        let budget = Budget::new(8 * UNIT, Duration::from_mins(1), BudgetCounters::default());
        let idle: Vec<(Share, Tenure)> = (0..4)
            .map(|_| {
                let share = budget.try_share(2 * UNIT).unwrap();
                let tenure = budget.tenure(share.units());
                (share, tenure)
            })
            .collect();
        tokio::time::sleep(GRACE).await;
        for _ in 0..10 {
            assert!(budget.try_share(3 * UNIT).is_none());
        }
        assert_eq!(budget.counters.evictions.get(), 2);
        drop(idle);
        assert_eq!(budget.tenants.leaving.load(Ordering::Relaxed), 0);
        assert_eq!(budget.wanted.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn who_waits_for_memory_gets_that_of_a_tenant_who_does_nothing() {
        let budget = Budget::new(4 * UNIT, Duration::from_mins(1), BudgetCounters::default());
        let idle = {
            let budget = budget.clone();
            tokio::spawn(async move {
                let share = budget.try_share(4 * UNIT).unwrap();
                let tenure = budget.tenure(share.units());
                tenure.evicted().await;
                drop(share);
            })
        };
        tokio::task::yield_now().await;
        let mut share = Share::EMPTY;
        budget.grow(&mut share, 3 * UNIT).await.unwrap();
        idle.await.unwrap();
        assert_eq!(budget.counters.evictions.get(), 1);
        assert!(budget.tenants.locked().is_empty());
    }
}
