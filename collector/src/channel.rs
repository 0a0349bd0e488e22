//! Channels between components: bounded, chosen by tag, exchanged while they are in use.

use std::sync::Arc;

use arc_swap::ArcSwap;
use kavka_pipeline::TagPattern;
use tokio::sync::mpsc;

use crate::event::{Batch, accept_all};
use crate::metrics::ComponentMetrics;

/// Batches that wait at a component's entrance. Their bytes are bounded by the sources' budgets.
const CHANNEL_BATCHES: usize = 32;

/// Where a component's events go next.
pub(crate) struct Edge {
    /// Which tags the consumer takes.
    pub(crate) matches: Option<TagPattern>,
    /// The consumer's entrance.
    pub(crate) sender: mpsc::Sender<Batch>,
}

/// One output of a component, possibly with several consumers.
pub(crate) struct Output {
    edges: ArcSwap<Vec<Edge>>,
    metrics: Arc<ComponentMetrics>,
}

/// A component's entrance.
pub(crate) fn entrance() -> (mpsc::Sender<Batch>, mpsc::Receiver<Batch>) {
    mpsc::channel(CHANNEL_BATCHES)
}

impl Output {
    pub(crate) fn new(metrics: Arc<ComponentMetrics>) -> Arc<Self> {
        Arc::new(Self {
            edges: ArcSwap::from_pointee(Vec::new()),
            metrics,
        })
    }

    /// Replaces the consumers. Sends under way end at the old ones, which empty their channel.
    pub(crate) fn connect(&self, edges: Vec<Edge>) {
        self.edges.store(Arc::new(edges));
    }

    /// Hands a batch to every consumer whose pattern matches; waits while one has no room.
    pub(crate) async fn send(&self, batch: Batch) {
        if batch.is_empty() {
            return;
        }
        let edges = self.edges.load_full();
        let Some((last, others)) = edges.split_last() else {
            self.metrics.unmatched(batch.len());
            accept_all(batch);
            return;
        };
        if others.is_empty() && last.matches.is_none() {
            self.deliver(last, batch).await;
            return;
        }
        let mut unmatched = 0;
        let mut shares: Vec<Batch> = edges.iter().map(|_| Vec::new()).collect();
        for event in batch {
            let takers: Vec<usize> = edges
                .iter()
                .enumerate()
                .filter(|(_, edge)| {
                    edge.matches
                        .as_ref()
                        .is_none_or(|pattern| pattern.matches(&event.metadata.tag))
                })
                .map(|(position, _)| position)
                .collect();
            let Some((last, others)) = takers.split_last() else {
                unmatched += 1;
                self.metrics.warn_unmatched(&event.metadata.tag);
                event.receipt.accept();
                continue;
            };
            for position in others {
                if let Some(share) = shares.get_mut(*position) {
                    share.push(event.clone());
                }
            }
            if let Some(share) = shares.get_mut(*last) {
                share.push(event);
            }
        }
        self.metrics.unmatched(unmatched);
        for (edge, share) in edges.iter().zip(shares) {
            if !share.is_empty() {
                self.deliver(edge, share).await;
            }
        }
    }

    /// A closed entrance means that the consumer was just taken away: its share is dropped, which
    /// is a loss to the receipts, so that the source sends it again to whoever comes next.
    async fn deliver(&self, edge: &Edge, batch: Batch) {
        let count = batch.len();
        if edge.sender.send(batch).await.is_ok() {
            self.metrics.sent(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use vrl::value::Value;

    use super::*;
    use crate::event::{Event, Metadata};
    use crate::metrics::Metrics;
    use crate::receipt::{Outcome, Receipt};

    /// One event and where its outcome will be.
    fn event(tag: &str) -> (Event, std::sync::mpsc::Receiver<Outcome>) {
        let (sender, outcome) = std::sync::mpsc::channel();
        let metadata = Metadata {
            tag: tag.into(),
            source: "in".into(),
            stream: None,
            timestamp: 0,
        };
        let receipt = Receipt::new(None, move |outcome| sender.send(outcome).unwrap());
        let value = Value::from("x");
        (
            Event {
                value,
                metadata,
                receipt,
            },
            outcome,
        )
    }

    fn output(patterns: &[&str]) -> (Arc<Output>, Vec<mpsc::Receiver<Batch>>) {
        let output = Output::new(Metrics::new().component("in"));
        let mut entrances = Vec::new();
        let mut edges = Vec::new();
        for pattern in patterns {
            let (sender, receiver) = entrance();
            edges.push(Edge {
                matches: Some(TagPattern::parse(pattern).unwrap()),
                sender,
            });
            entrances.push(receiver);
        }
        output.connect(edges);
        (output, entrances)
    }

    #[tokio::test]
    async fn an_event_is_accepted_only_when_all_of_its_consumers_have() {
        let (output, mut entrances) = output(&["a.**", "a.b", "c"]);
        let (event, outcome) = event("a.b");
        output.send(vec![event]).await;
        crate::event::accept_all(entrances[0].recv().await.unwrap());
        assert!(
            outcome.try_recv().is_err(),
            "the second consumer has not accepted it"
        );
        crate::event::accept_all(entrances[1].recv().await.unwrap());
        assert_eq!(outcome.try_recv(), Ok(Outcome::Accepted));
        assert!(entrances[2].try_recv().is_err());
    }

    #[tokio::test]
    async fn an_event_that_no_pattern_matches_is_left_out() {
        let (output, mut entrances) = output(&["a"]);
        let (event, outcome) = event("b");
        output.send(vec![event]).await;
        assert_eq!(outcome.try_recv(), Ok(Outcome::Accepted));
        assert!(entrances[0].try_recv().is_err());
    }

    #[tokio::test]
    async fn an_event_whose_consumer_is_gone_is_lost_to_its_source() {
        let (output, entrances) = output(&["a"]);
        drop(entrances);
        let (event, outcome) = event("a");
        output.send(vec![event]).await;
        assert_eq!(outcome.try_recv(), Ok(Outcome::Lost));
    }
}
