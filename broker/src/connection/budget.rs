//! A budget of memory that all connections share, so that many large requests or replies together
//! cannot take more than was set apart for them.
//!
//! What is given out comes back when a request is handled or a reply taken. Whoever waits for a
//! client to send or to take more is a tenant: when the budget is used up, the slowest tenant
//! loses its connection, so that clients which do nothing hold nothing that others need.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// The unit of the budget, in bytes: small enough to be fair, large enough for a 32-bit count.
const UNIT: usize = 1024;

/// A tenant of less than this age is left alone.
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

    /// Whether it holds nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.permit
            .as_ref()
            .is_none_or(|permit| permit.num_permits() == 0)
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
}

#[derive(Debug)]
struct Tenant {
    since: Instant,
    waits: Mutex<Waits>,
    /// Bytes that the client has sent or taken since.
    moved: AtomicUsize,
    evicted: Notify,
}

/// When a tenant waited for memory, which is not its client's fault.
#[derive(Debug, Default)]
struct Waits {
    over: Duration,
    since: Option<Instant>,
}

impl Tenant {
    fn new(since: Instant) -> Self {
        Self {
            since,
            waits: Mutex::default(),
            moved: AtomicUsize::new(0),
            evicted: Notify::new(),
        }
    }

    /// Bytes in a second, not counting what it waited for memory.
    fn speed(&self, now: Instant) -> u128 {
        let moved = self.moved.load(Ordering::Relaxed) as u128;
        let waited = {
            let waits = self.waits();
            let current = waits
                .since
                .map(|since| now.saturating_duration_since(since));
            waits.over + current.unwrap_or_default()
        };
        let age = now.saturating_duration_since(self.since);
        moved * 1_000 / age.saturating_sub(waited).as_millis().max(1)
    }

    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, now: Instant) {
        self.waits().since = Some(now);
    }

    fn waited(&self, now: Instant) {
        let mut waits = self.waits();
        if let Some(since) = waits.since.take() {
            waits.over += now.saturating_duration_since(since);
        }
    }
}

impl Tenants {
    fn locked(&self) -> MutexGuard<'_, HashMap<usize, Arc<Tenant>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends the slowest tenant away that is not new; whether there was one.
    fn evict(&self, now: Instant) -> bool {
        let mut all = self.locked();
        let old = all
            .iter()
            .filter(|(_, tenant)| now.saturating_duration_since(tenant.since) >= GRACE);
        let slowest = old.min_by_key(|(_, tenant)| tenant.speed(now));
        let Some(number) = slowest.map(|(number, _)| *number) else {
            return false;
        };
        if let Some(tenant) = all.remove(&number) {
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
        self.tenant.moved.fetch_add(bytes, Ordering::Relaxed);
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
        self.tenants.locked().remove(&self.number);
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
            counters,
        }
    }

    /// Notes one who will hold a share until a client has sent or taken more.
    pub(crate) fn tenure(&self) -> Tenure {
        let number = self.tenants.next.fetch_add(1, Ordering::Relaxed);
        let tenant = Arc::new(Tenant::new(Instant::now()));
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
            self.evict();
        }
        permit.ok().map(|permit| Share {
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
        let waiting = async {
            let mut acquired = std::pin::pin!(Arc::clone(&self.units).acquire_many_owned(units));
            loop {
                self.evict();
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

    fn evict(&self) {
        if self.tenants.evict(Instant::now()) {
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

    #[test]
    fn the_slowest_tenant_goes_and_new_ones_are_left_alone() {
        let tenants = Tenants::default();
        let now = Instant::now() + 10 * GRACE;
        let add = |number: usize, age: Duration, moved: usize| {
            let tenant = Arc::new(Tenant::new(now.checked_sub(age).unwrap()));
            tenant.moved.store(moved, Ordering::Relaxed);
            tenants.locked().insert(number, tenant);
        };
        add(1, 9 * GRACE, 90_000);
        add(2, 2 * GRACE, 3_000);
        add(3, GRACE / 2, 0);
        let left = || {
            let mut left: Vec<usize> = tenants.locked().keys().copied().collect();
            left.sort_unstable();
            left
        };
        assert!(tenants.evict(now));
        assert_eq!(left(), [1, 3], "2 moved 1,500 bytes in a second");
        assert!(tenants.evict(now));
        assert_eq!(left(), [3]);
        assert!(!tenants.evict(now), "3 has only just begun");
    }

    #[test]
    fn waiting_for_memory_makes_no_client_slow() {
        let tenants = Tenants::default();
        let start = Instant::now();
        let add = |number: usize, moved: usize| {
            let tenant = Arc::new(Tenant::new(start));
            tenant.moved.store(moved, Ordering::Relaxed);
            tenants.locked().insert(number, Arc::clone(&tenant));
            tenant
        };
        let (waited, waits, idle) = (add(1, 16_000), add(2, 16_000), add(3, 30_000));
        waited.wait(start + GRACE);
        waited.waited(start + 5 * GRACE);
        waits.wait(start + GRACE);
        let now = start + 6 * GRACE;
        let speeds = [&waited, &waits, &idle].map(|tenant| tenant.speed(now));
        assert_eq!(speeds, [8_000, 16_000, 5_000]);
        assert!(tenants.evict(now));
        assert!(!tenants.locked().contains_key(&3), "it did nothing itself");
    }

    #[tokio::test]
    async fn who_waits_for_memory_gets_that_of_a_tenant_who_does_nothing() {
        let budget = Budget::new(4 * UNIT, Duration::from_mins(1), BudgetCounters::default());
        let idle = {
            let budget = budget.clone();
            tokio::spawn(async move {
                let share = budget.try_share(4 * UNIT).unwrap();
                let tenure = budget.tenure();
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
