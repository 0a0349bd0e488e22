//! The way back: whether everything that a source sent was accepted by every sink.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::OwnedSemaphorePermit;

/// What became of all events under one receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Every sink accepted each of them, or they were left out on purpose.
    Accepted,
    /// At least one can never be delivered, however often it is sent; the others were accepted.
    Refused,
    /// At least one was lost on its way: the source must send it again.
    Lost,
}

type Notify = Box<dyn FnOnce(Outcome) + Send + Sync>;

/// One share of a receipt. Each copy of an event holds one. A share that is dropped without
/// [`Receipt::accept`] counts as lost: a panic or an aborted task can never pass for a delivery.
pub(crate) struct Receipt {
    shared: Arc<Shared>,
    settled: bool,
}

struct Shared {
    lost: AtomicBool,
    refused: AtomicBool,
    notify: Option<Notify>,
    /// The bytes that these events hold of their source's budget.
    budget: Option<OwnedSemaphorePermit>,
}

impl Receipt {
    /// The first share. `notify` is called once, when the last share is gone.
    pub(crate) fn new(
        budget: Option<OwnedSemaphorePermit>,
        notify: impl FnOnce(Outcome) + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared {
            lost: AtomicBool::new(false),
            refused: AtomicBool::new(false),
            notify: Some(Box::new(notify)),
            budget,
        };
        Self {
            shared: Arc::new(shared),
            settled: false,
        }
    }

    /// This share's event needs nothing more.
    pub(crate) fn accept(mut self) {
        self.settled = true;
    }

    /// This share's event can never be delivered: sending it again would change nothing.
    pub(crate) fn refuse(mut self) {
        self.shared.refused.store(true, Ordering::Release);
        self.settled = true;
    }
}

impl Clone for Receipt {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            settled: false,
        }
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        if !self.settled {
            self.shared.lost.store(true, Ordering::Release);
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let outcome = match (*self.lost.get_mut(), *self.refused.get_mut()) {
            (true, _) => Outcome::Lost,
            (false, true) => Outcome::Refused,
            (false, false) => Outcome::Accepted,
        };
        drop(self.budget.take());
        if let Some(notify) = self.notify.take() {
            notify(outcome);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_receipt_is_accepted_only_when_every_share_was() {
        let (sender, outcomes) = mpsc::channel();
        let first = Receipt::new(None, move |outcome| sender.send(outcome).unwrap());
        let second = first.clone();
        first.accept();
        assert!(outcomes.try_recv().is_err());
        second.accept();
        assert_eq!(outcomes.try_recv(), Ok(Outcome::Accepted));
    }

    #[test]
    fn one_refused_share_shows_unless_another_was_lost() {
        for (loses, expected) in [(false, Outcome::Refused), (true, Outcome::Lost)] {
            let (sender, outcomes) = mpsc::channel();
            let first = Receipt::new(None, move |outcome| sender.send(outcome).unwrap());
            let (second, third) = (first.clone(), first.clone());
            second.refuse();
            if loses {
                drop(third);
            } else {
                third.accept();
            }
            first.accept();
            assert_eq!(outcomes.try_recv(), Ok(expected));
        }
    }

    #[test]
    fn a_dropped_share_is_a_loss() {
        let (sender, outcomes) = mpsc::channel();
        let first = Receipt::new(None, move |outcome| sender.send(outcome).unwrap());
        drop(first.clone());
        first.accept();
        assert_eq!(outcomes.try_recv(), Ok(Outcome::Lost));
    }
}
