//! Offsets that nobody needs any more (KIP-211), and groups that are nothing without them.

use std::collections::BTreeSet;

use kavka_protocol::ErrorCode;

use super::effects::Effects;
use super::messages::{Context, GroupOutput};
use super::offset::{Committed, OffsetKey};
use super::state::{Group, State};
use super::timers::Due;
use super::{GroupCoordinator, Owned};
use crate::types::{Generation, Timestamp};

impl GroupCoordinator {
    /// Looks through all groups, and sets the timer for the next time.
    pub(super) fn expire(&mut self, context: &Context<'_>, out: &mut Vec<GroupOutput>) {
        self.plan_expiry(context);
        let serving = |group: &&Group| self.owned.get(&group.partition) == Some(&Owned::Serving);
        let ids: Vec<String> = self
            .groups
            .values()
            .filter(serving)
            .map(|group| group.id.clone())
            .collect();
        for id in ids {
            self.with_group(&id, context, out, Group::expire);
        }
    }

    pub(super) fn plan_expiry(&mut self, context: &Context<'_>) {
        let every = u64::try_from(self.config.offsets_retention_check_interval_ms).unwrap_or(1);
        self.timers
            .set(context.now.plus_ms(every.max(1)), Due::Expiry);
        self.expiry_planned = true;
    }

    /// Offsets of topics that are gone are gone.
    pub(super) fn topics_deleted(
        &mut self,
        names: &[String],
        context: &Context<'_>,
        out: &mut Vec<GroupOutput>,
    ) {
        let of = |key: &&OffsetKey| names.contains(&key.topic);
        let touched = self
            .groups
            .values()
            .filter(|group| group.all_keys().any(|k| of(&k)));
        let touched: Vec<String> = touched.map(|group| group.id.clone()).collect();
        for id in touched {
            self.with_group(&id, context, out, |group, fx| {
                let keys: BTreeSet<OffsetKey> = group.all_keys().filter(of).cloned().collect();
                group.forget(keys.into_iter().collect(), None, fx);
            });
        }
    }
}

impl Group {
    fn expire(&mut self, fx: &mut Effects<'_>) {
        if self.in_flight > 0 || self.state == State::Dead {
            return;
        }
        let (now, keep) = (fx.context.wall, fx.config.offsets_retention_ms);
        let subscribed = self.subscribed_topics();
        let over = |(key, committed): &(&OffsetKey, &Committed)| {
            !self.is_pending(key) && self.is_over(key, committed, subscribed.as_deref(), now, keep)
        };
        let keys: Vec<OffsetKey> = self
            .offsets
            .iter()
            .filter(over)
            .map(|(key, _)| key.clone())
            .collect();
        let nothing_left = keys.len() == self.offsets.len() && self.open.is_empty();
        let idle = self.state == State::Empty && self.pending.is_empty();
        if idle && nothing_left && (!keys.is_empty() || self.generation > Generation(0)) {
            tracing::info!(
                group = self.id,
                "group has no members and no offsets, removed"
            );
            self.delete(None, fx);
        } else if !keys.is_empty() {
            self.forget(keys, None, fx);
        }
    }

    /// While somebody reads the topic an offset stays; after that it counts from when the group
    /// became empty, or from the commit where nobody was ever in the group.
    fn is_over(
        &self,
        key: &OffsetKey,
        committed: &Committed,
        subscribed: Option<&[String]>,
        now: Timestamp,
        keep: i64,
    ) -> bool {
        if let Some(expires) = committed.expires {
            return self.state == State::Empty && expires <= now;
        }
        let since = match self.state {
            State::Empty if self.protocol_type.is_some() => self.state_since.max(committed.at),
            State::Empty => committed.at,
            _ => match subscribed {
                Some(topics) if !topics.contains(&key.topic) => committed.at,
                _ => return false,
            },
        };
        now.0.saturating_sub(since.0) >= keep
    }
}

/// What a client is told when the log refuses a record of its group.
pub(super) fn coordinator_error(log: ErrorCode) -> ErrorCode {
    match log {
        ErrorCode::UnknownTopicOrPartition
        | ErrorCode::NotEnoughReplicas
        | ErrorCode::NotEnoughReplicasAfterAppend
        | ErrorCode::RequestTimedOut => ErrorCode::CoordinatorNotAvailable,
        ErrorCode::NotLeaderOrFollower
        | ErrorCode::KafkaStorageError
        | ErrorCode::FencedLeaderEpoch
        | ErrorCode::NotCoordinator => ErrorCode::NotCoordinator,
        ErrorCode::MessageTooLarge | ErrorCode::RecordListTooLarge => {
            ErrorCode::InvalidCommitOffsetSize
        }
        // Of a transaction.
        ErrorCode::InvalidProducerEpoch | ErrorCode::InvalidTxnState => log,
        _ => ErrorCode::UnknownServerError,
    }
}
