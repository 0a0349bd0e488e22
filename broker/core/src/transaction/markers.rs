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

/// Time before what could not be written is tried again; it doubles while nothing can be.
const FIRST_RETRY_MS: u64 = 100;
const LAST_RETRY_MS: u64 = 5_000;

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
            failures: 0,
            cause: None,
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
        if let Err(code) = self.change(to, Then::Nothing, fx) {
            self.retry_later(code, fx);
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
        let missing = sending.missing.len();
        let mut refused = None;
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
                // A coordinator that was replaced learns that from the metadata. Until then what
                // one partition knows of another reign holds up none of the others.
                Err(code) => {
                    tracing::debug!(id, ?partition, %code, "marker not written yet");
                    refused.get_or_insert(code);
                }
            }
        }
        if sending.missing.len() < missing {
            sending.failures = 0;
        }
        if sending.missing.is_empty() {
            self.go_on_sending(fx);
        } else {
            self.retry_later(refused.unwrap_or(ErrorCode::UnknownServerError), fx);
        }
    }

    /// Markers, or that all of them are there, could not be written.
    pub(super) fn retry_later(&mut self, cause: ErrorCode, fx: &mut Effects<'_>) {
        let Some(sending) = &mut self.sending else {
            return;
        };
        if sending.cause != Some(cause) {
            let (id, partitions) = (&self.id, sending.missing.len());
            let first = sending.missing.first();
            tracing::warn!(id, %cause, partitions, ?first, "a transaction's end is tried again");
        }
        let doubled = FIRST_RETRY_MS.checked_shl(sending.failures.min(16));
        let wait = doubled.unwrap_or(LAST_RETRY_MS).min(LAST_RETRY_MS);
        let at = fx.context.now.plus_ms(wait);
        sending.failures = sending.failures.saturating_add(1);
        sending.cause = Some(cause);
        sending.retry = Some(at);
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
