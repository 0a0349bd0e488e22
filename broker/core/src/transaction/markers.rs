//! Markers: every partition of a transaction is told how it ended, however often it takes.

use std::collections::{BTreeMap, BTreeSet};

use kavka_protocol::ErrorCode;

use super::TransactionCoordinator;
use super::append::Effects;
use super::messages::{MarkerToken, TopicPartition, TransactionOutput};
use super::state::{Sending, State, Status, Then, Transaction};
use super::timers::Due;
use crate::group::Context;
use crate::log::{Marker, MarkerRule, Outcome};
use crate::metadata::MetadataImage;
use crate::types::{Instant, PartitionIndex, ProducerEpoch, ProducerId};

/// Time before markers that could not be written are tried again.
const RETRY_MS: u64 = 100;

/// Markers that are on their way, and the transactional ids that they are of.
#[derive(Debug, Default)]
pub(super) struct Markers {
    next: u64,
    sent: BTreeMap<MarkerToken, String>,
}

impl Markers {
    fn begin(&mut self, id: &str) -> MarkerToken {
        self.next += 1;
        let token = MarkerToken(self.next);
        self.sent.insert(token, id.to_owned());
        token
    }

    fn end(&mut self, token: MarkerToken) -> Option<String> {
        self.sent.remove(&token)
    }
}

impl Transaction {
    /// The transaction is decided: its partitions are told.
    pub(super) fn send_markers(&mut self, fx: &mut Effects<'_>) {
        self.sending = Some(Sending {
            markers: None,
            missing: self.status.partitions.clone(),
            retry: None,
        });
        self.go_on_sending(fx);
    }

    /// Sends what is missing; when nothing is, the transaction is complete.
    fn go_on_sending(&mut self, fx: &mut Effects<'_>) {
        let (Some(sending), Some(outcome)) = (&mut self.sending, self.status.state.ending()) else {
            return;
        };
        sending.retry = None;
        // Where a topic is gone there is nothing to end.
        sending.missing.retain(|one| exists(fx.context.image, one));
        if sending.missing.is_empty() {
            self.complete(outcome, fx);
            return;
        }
        let token = fx.markers.begin(&self.id);
        sending.markers = Some(token);
        let marker = Marker {
            producer: self.status.producer,
            epoch: self.status.epoch,
            coordinator_epoch: self.coordinator_epoch,
            outcome,
        };
        fx.out.push(TransactionOutput::WriteMarkers {
            markers: token,
            marker,
            rule: MarkerRule::of_version(self.status.client.level()),
            partitions: sending.missing.iter().cloned().collect(),
        });
    }

    /// Every partition has its marker: writes that down.
    fn complete(&mut self, outcome: Outcome, fx: &mut Effects<'_>) {
        let now = &self.status;
        let mut to = Status {
            state: match outcome {
                Outcome::Commit => State::CompleteCommit,
                Outcome::Abort => State::CompleteAbort,
            },
            partitions: BTreeSet::new(),
            updated: fx.context.wall,
            next: ProducerId::NONE,
            ..now.clone()
        };
        if now.next != ProducerId::NONE {
            to.previous = now.producer;
            to.producer = now.next;
            to.epoch = ProducerEpoch(0);
        }
        if self.change(to, Then::Nothing, fx).is_err() {
            self.retry_later(fx);
        }
    }

    /// Markers are there, or are not.
    fn written(
        &mut self,
        token: MarkerToken,
        results: Vec<(TopicPartition, Result<(), ErrorCode>)>,
        fx: &mut Effects<'_>,
    ) {
        let id = &self.id;
        let Some(sending) = &mut self.sending else {
            return;
        };
        if sending.markers != Some(token) {
            return;
        }
        sending.markers = None;
        let mut fenced = false;
        for (partition, result) in results {
            match result {
                Ok(()) => {
                    sending.missing.remove(&partition);
                }
                // A later epoch has written there: nothing of this one is open any more.
                Err(ErrorCode::InvalidProducerEpoch) => {
                    tracing::error!(id, ?partition, "marker comes after a newer epoch's writes");
                    sending.missing.remove(&partition);
                }
                Err(ErrorCode::TransactionCoordinatorFenced) => fenced = true,
                Err(code) => {
                    tracing::debug!(id, ?partition, %code, "marker not written yet");
                }
            }
        }
        if fenced {
            // Another coordinator goes on with this transaction.
            tracing::warn!(id, "a newer coordinator writes the markers");
        } else if sending.missing.is_empty() {
            self.go_on_sending(fx);
        } else {
            self.retry_later(fx);
        }
    }

    pub(super) fn retry_later(&mut self, fx: &mut Effects<'_>) {
        let at = fx.context.now.plus_ms(RETRY_MS);
        if let Some(sending) = &mut self.sending {
            sending.retry = Some(at);
        }
        let id = self.id.clone();
        fx.timers.set(at, Due::Retry { id });
    }

    pub(super) fn retry_markers(&mut self, at: Instant, fx: &mut Effects<'_>) {
        let due = self.sending.as_ref().and_then(|sending| sending.retry);
        if due == Some(at) {
            self.go_on_sending(fx);
        }
    }
}

impl TransactionCoordinator {
    pub(super) fn markers_written(
        &mut self,
        markers: MarkerToken,
        results: Vec<(TopicPartition, Result<(), ErrorCode>)>,
        context: &Context<'_>,
        out: &mut Vec<TransactionOutput>,
    ) {
        let Some(id) = self.markers.end(markers) else {
            return;
        };
        self.with(&id, context, out, |transaction, fx| {
            transaction.written(markers, results, fx);
        });
    }
}

fn exists(image: &MetadataImage, one: &TopicPartition) -> bool {
    image
        .partition(&one.topic, PartitionIndex(one.partition))
        .is_some()
}
