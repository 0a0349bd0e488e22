//! One budget of memory for all requests that connections hold, so that many large frames together
//! cannot take more than `queued.max.request.bytes`.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The unit of the budget, in bytes: small enough to be fair, large enough for a 32-bit count.
const UNIT: usize = 1024;

/// The memory that requests may hold in all.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    units: Arc<Semaphore>,
    total: usize,
    patience: Duration,
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

    fn merge(&mut self, other: OwnedSemaphorePermit) {
        match &mut self.permit {
            Some(permit) => permit.merge(other),
            None => self.permit = Some(other),
        }
    }
}

impl Share {
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
}

impl Budget {
    /// `bytes` of the budget, if nobody has to be waited for.
    pub(crate) fn try_share(&self, bytes: usize) -> Option<Share> {
        let units = u32::try_from(bytes.div_ceil(UNIT).min(self.total)).ok()?;
        let permit = Arc::clone(&self.units).try_acquire_many_owned(units).ok()?;
        Some(Share {
            permit: Some(permit),
        })
    }

    /// A budget of `bytes`, for which a frame waits no longer than `patience`.
    pub(crate) fn new(bytes: usize, patience: Duration) -> Self {
        let total = (bytes / UNIT).clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        Self {
            units: Arc::new(Semaphore::new(total)),
            total,
            patience,
        }
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
        let waiting = Arc::clone(&self.units).acquire_many_owned(units);
        match tokio::time::timeout(self.patience, waiting).await {
            Ok(Ok(permit)) => {
                share.merge(permit);
                Ok(())
            }
            Ok(Err(_)) | Err(_) => Err(BudgetExhausted),
        }
    }

    #[cfg(test)]
    fn free(&self) -> usize {
        self.units.available_permits() * UNIT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_comes_back_when_a_share_is_dropped() {
        let budget = Budget::new(10 * UNIT, Duration::from_millis(20));
        let mut share = Share::EMPTY;
        budget.grow(&mut share, 1).await.unwrap();
        budget.grow(&mut share, 4 * UNIT).await.unwrap();
        assert_eq!(budget.free(), 5 * UNIT);
        drop(share);
        assert_eq!(budget.free(), 10 * UNIT);
    }

    #[tokio::test]
    async fn a_share_can_shrink_and_shares_join() {
        let budget = Budget::new(10 * UNIT, Duration::from_millis(20));
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
        let budget = Budget::new(2 * UNIT, Duration::from_millis(20));
        let mut first = Share::EMPTY;
        budget.grow(&mut first, 2 * UNIT).await.unwrap();
        let mut second = Share::EMPTY;
        assert!(budget.grow(&mut second, 1).await.is_err());
    }
}
